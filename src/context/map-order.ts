// Which files does whoever reads a map look for first? Code before what tests it, tells of it or is made from it; and
// which names do two files mean the same thing by?

import { isGeneratedPath } from "../model/generated-path.ts";
import { hasInterface } from "./declared-interface.ts";
import { isCode } from "./sketch-source.ts";

/** In the order in which a map tells of them. */
export type FileKind = "code" | "other" | "test" | "docs" | "generated";

const TESTING =
  /(?:^|\/)(?:fixtures?|__fixtures__|testdata|test[-_]?data|__mocks__|mocks?|e2e|bench(?:es|marks?)?|examples?|samples?|demos?|testing|[\w.-]*[._-]tests?|\w*[a-z]Tests?)\/|^specs?\//;
const TELLING =
  /(?:^|\/)docs?\/|\.(?:md|mdx|markdown|rst|adoc|txt|html?)$|(?:^|\/)(?:LICEN[SC]E|CHANGE(?:S|LOG)|AUTHORS|NOTICE|COPYING)[^/]*$/i;
/** Bytes that nobody reads as a text. */
const OPAQUE =
  /\.(?:png|jpe?g|gif|ico|svg|webp|avif|woff2?|ttf|otf|eot|pdf|zip|gz|tgz|jar|mp[34]|wasm|po|mo|csv)$/i;

export function kindOf(path: string): FileKind {
  if (isGeneratedPath(path) || OPAQUE.test(path)) return "generated";
  if (!hasInterface(path) || TESTING.test(path)) return "test";
  if (TELLING.test(path)) return "docs";
  return isCode(path) ? "code" : "other";
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

/** Whether a program or a library commonly starts there, by its path alone. */
export function isEntryPath(path: string): boolean {
  return START.test(path) && kindOf(path) === "code";
}

/** `src/SoftDelete.ts` as `soft` and `delete`, so that a sentence can name it. */
export function wordsIn(text: string): string[] {
  const parts = text
    .replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, "$1 $2")
    .replace(/(\p{Lu}+)(\p{Lu}\p{Ll})/gu, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u);
  return parts.filter((word) => word.length > 2).map((word) => word.replace(/(?<=\w{3})(?:es|s)$/, ""));
}
