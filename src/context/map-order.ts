// Which files does whoever reads a map look for first? Code before what tests it, tells of it or is made from it; and
// which names do two files mean the same thing by?

import { isGeneratedPath } from "../model/generated-path.ts";
import { hasInterface } from "./declared-interface.ts";
import { isCode } from "./sketch-source.ts";

/** In the order in which a map tells of them. */
export type FileKind = "code" | "other" | "test" | "docs" | "generated";

const TESTING =
  /(?:^|\/)(?:fixtures?|__fixtures__|testdata|test[-_]?data|__mocks__|mocks?|e2e|bench(?:es|marks?)?|examples?|samples?|demos?|testing|[\w.-]*[._-]tests?|\w*[a-z]Tests?)\/|^specs?\/|(?:^|\/)tests?\.\w+$/;
const TELLING =
  /(?:^|\/)docs?\/|\.(?:md|mdx|markdown|rst|adoc|txt|html?)$|(?:^|\/)(?:LICEN[SC]E|CHANGE(?:S|LOG)|AUTHORS|NOTICE|COPYING)[^/]*$/i;
/** Bytes that nobody reads as a text. */
const OPAQUE =
  /\.(?:png|jpe?g|gif|ico|svg|webp|avif|woff2?|ttf|otf|eot|pdf|zip|gz|tgz|jar|mp[34]|wasm|po|mo|csv)$/i;

/** Settings that happen to be code. */
const SETTINGS = /(?:^|\/)(?:\.[\w.-]+|[\w.-]+\.config|gulpfile|Gruntfile|conftest)\.(?:[cm]?[jt]s|py)$/;

export function kindOf(path: string): FileKind {
  if (isGeneratedPath(path) || OPAQUE.test(path)) return "generated";
  if (!hasInterface(path) || TESTING.test(path)) return "test";
  if (TELLING.test(path)) return "docs";
  return isCode(path) && !SETTINGS.test(path) ? "code" : "other";
}

const FAMILIES: readonly [RegExp, string][] = [
  [/\.(?:[cm]?[jt]sx?|vue|svelte|astro)$/, "script"],
  [/\.pyi?$/, "python"],
  [/\.(?:java|kts?|scala|groovy)$/, "jvm"],
  [/\.(?:cs|fs|vb)$/, "dotnet"],
  [/\.(?:rb|rake)$/, "ruby"],
  [/\.(?:c|h|cc|cpp|cxx|hh|hpp|hxx|m|mm)$/, "c"],
  [/\.(?:sh|bash)$/, "shell"],
];

/** Files of two families mean different things by the same name. */
export function familyOf(path: string): string {
  return FAMILIES.find(([pattern]) => pattern.test(path))?.[1] ?? path.slice(path.lastIndexOf(".") + 1);
}

const START =
  /^(?:(?:src|lib|app|bin)\/)?(?:main|index|app|server|cli|program|mod)\.\w+$|(?:^|\/)src\/(?:main|lib|index)\.\w+$|(?:^|\/)cmd\/(?:[^/]+\/)?\w+\.go$|(?:^|\/)main\.(?:go|rs|py|c|cc|cpp)$|(?:^|\/)__main__\.py$|(?:^|\/)(?:lib|main)\.rs$|(?:^|\/)Program\.cs$|(?:^|\/)manage\.py$|^bin\//i;

/** Whether a program or a library commonly starts there, by its path alone; of code. */
export function isEntryPath(path: string): boolean {
  return START.test(path);
}

/** `src/SoftDelete.ts` as `soft` and `delete`, so that a sentence can name it. */
export function wordsIn(text: string): string[] {
  const words: string[] = [];
  // Looked at sign by sign, and not by patterns: a map asks for the words of every name in a repository.
  let start = -1;
  let before: Sign = "other";
  for (let at = 0; at <= text.length; at++) {
    const sign = at < text.length ? signAt(text, at) : "other";
    const isNew =
      sign === "upper"
        ? before !== "upper" || signAt(text, at + 1) === "lower"
        : sign !== "other" && start < 0;
    if (start >= 0 && (sign === "other" || isNew)) {
      if (at - start > 2) words.push(stemOf(text.slice(start, at).toLowerCase()));
      start = -1;
    }
    if (isNew) start = at;
    before = sign;
  }
  return words;
}

type Sign = "upper" | "lower" | "digit" | "other";

function signAt(text: string, at: number): Sign {
  const code = text.charCodeAt(at);
  if (code >= 97 && code <= 122) return "lower";
  if (code >= 65 && code <= 90) return "upper";
  if (code >= 48 && code <= 57) return "digit";
  if (!(code > 127)) return "other";
  const sign = text.charAt(at);
  if (/\p{Lu}/u.test(sign)) return "upper";
  return /[\p{L}\p{N}\p{Cs}]/u.test(sign) ? "lower" : "other";
}

/** The same for one and for many: `cache`, `caches`; `query`, `queries`. No word that anybody writes. */
function stemOf(word: string): string {
  if (word.length < 4) return word;
  if (/[^aeiou]ies$/.test(word)) return `${word.slice(0, -3)}y`;
  const one = /[^su]s$/.test(word) ? word.slice(0, -1) : word;
  return one.length > 3 && one.endsWith("e") ? one.slice(0, -1) : one;
}
