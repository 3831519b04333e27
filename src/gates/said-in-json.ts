// What does JSON that a tool printed say, in the lines that a person would have read? Linters and runners of tests have a
// format for machines, and people gate on it because an editor wants it. It goes by names of members that they share, and
// knows no tool. It does not know which of the lines matter.

import { plainText } from "../platform/process-output.ts";
import { jsonParts } from "./json-parts.ts";

type Members = Readonly<Record<string, unknown>>;

/** Deeper than any of these formats. */
const DEEPEST = 12;
const FILE = ["filePath", "filename", "fileName", "Filename", "file", "path", "uri", "source"];
const LINE = ["line", "Line", "row", "lineno", "startLine", "line_no"];
/** What says `character` counts both from zero, as the protocol of editors does. */
const COLUMN = ["column", "Column", "col", "startColumn"];
const WORDS = ["message", "text", "Text", "summary", "description"];
const RULE = ["ruleId", "rule", "rule_id", "code", "cop_name"];
const TITLE = ["fullTitle", "fullName", "nodeid"];
/** Where the place of a finding may be a level further in. */
const PLACE_IN = [
  "location",
  "Pos",
  "range",
  "start",
  "path",
  "physicalLocation",
  "artifactLocation",
  "region",
];
const HARMLESS = /^(?:warn(?:ing)?|info(?:rmation)?|note|hint|convention|refactor|style|minor)$/i;
const GOOD = /^(?:pass(?:ed)?|ok|success|skipped|pending|todo|disabled|ignored)$/i;

/** Null where it is no JSON, or tells nothing that anybody would call a finding. */
export function saidInJson(text: string): string[] | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const said = [...carried(value), ...findings(value, null, 0)];
  return said.length === 0 ? null : said;
}

/** Findings of a document that was cut: each that is whole, below the last file that was named before it. */
export function saidInHalves(text: string): string[] {
  let file: string | null = null;
  return jsonParts(text).flatMap((part) => {
    if ("file" in part) {
      file = part.file;
      return [];
    }
    try {
      return findings(JSON.parse(part.object), file, DEEPEST);
    } catch {
      return [];
    }
  });
}

/** Reporters that write one object per line keep what was printed in one of a few members. */
function carried(value: unknown): string[] {
  if (!isObject(value) || place(value, null) !== null) return [];
  const { Output, message, rendered } = value;
  const inner = isObject(message) ? message.rendered : undefined;
  const said = [Output, inner, rendered, message].find((each) => typeof each === "string");
  return typeof said === "string" ? linesIn(said) : [];
}

function findings(value: unknown, within: string | null, depth: number): string[] {
  if (Array.isArray(value)) return value.flatMap((each) => findings(each, within, depth + 1));
  if (!isObject(value) || depth > DEEPEST || isGood(value)) return [];
  const file = pathIn(value) ?? within;
  const own = [...finding(value, file), ...failedFile(value), ...failedTest(value)];
  return [...own, ...Object.values(value).flatMap((each) => findings(each, file, depth + 1))];
}

function finding(value: Members, file: string | null): string[] {
  const at = place(value, file);
  const words = isObject(value.message) ? textOf(value.message, WORDS) : textOf(value, WORDS);
  if (at === null || words === null) return [];
  if (words.includes("\n")) return linesIn(words);
  const rule = textOf(value, RULE);
  return [`${at} ${kindOf(value)} ${words}${rule === null || words.includes(rule) ? "" : ` ${rule}`}`];
}

/** A file of tests that failed as a whole, in the words that its runner has for it. */
function failedFile({ status, name, message }: Members): string[] {
  if (status !== "failed" || typeof name !== "string" || typeof message !== "string" || message === "")
    return [];
  return [`FAIL ${name}`, ...linesIn(message)];
}

function failedTest(value: Members): string[] {
  const title = textOf(value, TITLE);
  if (title === null) return [];
  const messages = [value.failureMessages, inside(value.err), inside(value.error), inside(value.call)].flat();
  const said = messages.filter((each): each is string => typeof each === "string" && each !== "");
  return said.length === 0 ? [] : [`● ${title}`, ...said.flatMap(linesIn)];
}

function inside(error: unknown): string | null {
  return isObject(error) ? textOf(error, ["stack", "longrepr", "message"]) : null;
}

/** `file:line:column:`; null where it has no line, or no file. */
function place(value: Members, file: string | null): string | null {
  const own = pathIn(value) ?? file;
  const line = numberIn(value, LINE, 0);
  if (own === null || line === null) return null;
  const column = numberIn(value, COLUMN, 0);
  const character = numberIn(value, ["character"], 0);
  if (character !== null) return `${own}:${line + 1}:${character + 1}:`;
  return `${own}:${line}${column === null ? "" : `:${column}`}:`;
}

function pathIn(value: Members, depth = 0): string | null {
  const own = textOf(value, FILE);
  if (own !== null) return own.replace(/^file:\/\//, "");
  return firstInside(value, depth, pathIn);
}

function numberIn(value: Members, names: readonly string[], depth: number): number | null {
  const own = names.map((name) => value[name]).find((each) => typeof each === "number");
  if (typeof own === "number") return own;
  return firstInside(value, depth, (inner, deeper) => numberIn(inner, names, deeper));
}

function firstInside<T>(
  value: Members,
  depth: number,
  look: (inner: Members, depth: number) => T | null,
): T | null {
  if (depth > 2) return null;
  const places = Array.isArray(value.locations) ? [value.locations[0]] : [];
  for (const inner of [...PLACE_IN.map((name) => value[name]), ...places]) {
    const found = isObject(inner) ? look(inner, depth + 1) : null;
    if (found !== null) return found;
  }
  return null;
}

function kindOf({ severity, level }: Members): "error" | "warning" {
  const said = severity ?? level;
  return said === 1 || (typeof said === "string" && HARMLESS.test(said)) ? "warning" : "error";
}

function isGood({ status, outcome, state }: Members): boolean {
  const said = status ?? outcome ?? state;
  return typeof said === "string" && GOOD.test(said);
}

function textOf(value: Members, names: readonly string[]): string | null {
  const found = names.map((name) => value[name]).find((each) => typeof each === "string" && each !== "");
  return typeof found === "string" ? found : null;
}

function linesIn(text: string): string[] {
  return plainText(text).replace(/\n$/, "").split("\n");
}

function isObject(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
