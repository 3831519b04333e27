// What is wrong with a text that is no YAML? One finding: what a parser says after its first error is most often an echo.

import type { YAMLParseError } from "yaml";
import { layoutFault, type YamlFault } from "./layout-fault.ts";

type Code = YAMLParseError["code"];

/** Errors that a line in the wrong column causes, at that line or near it. */
const OF_LAYOUT: readonly Code[] = [
  "BAD_INDENT",
  "BLOCK_AS_IMPLICIT_KEY",
  "MISSING_CHAR",
  "MULTILINE_IMPLICIT_KEY",
  "TAB_AS_INDENT",
  "UNEXPECTED_TOKEN",
];

/** Where the parser speaks of its own insides. */
const SAYINGS: Partial<Record<Code, string>> = {
  BLOCK_AS_IMPLICIT_KEY: "a second key, or a value that holds `: `, stands on this line.",
  MULTILINE_IMPLICIT_KEY: "a key and its colon must stand on one line.",
  UNEXPECTED_TOKEN: "text follows the end of a value in quotes or brackets.",
};

const FIXES: Partial<Record<Code, string>> = {
  BAD_DQ_ESCAPE: "Write the backslash twice, or put the text in single quotes.",
  BAD_SCALAR_START: "Put the text in quotes.",
  BLOCK_AS_IMPLICIT_KEY:
    "Put the value in quotes if `: ` belongs to it, or begin a key on a line of its own.",
  TAB_AS_INDENT: "Put blanks in place of the tab.",
  UNEXPECTED_TOKEN: "Put the whole value in quotes; a quote within single quotes is written twice.",
};

const ANY =
  "Fix the syntax; quote text that holds `: `, ` #` or starts with a bracket, quote, `@` or backtick.";

/** Null of no errors. */
export function syntaxFault(text: string, errors: readonly YAMLParseError[]): YamlFault | null {
  const [first] = errors.toSorted((a, b) => a.pos[0] - b.pos[0]);
  if (first === undefined) return null;
  const layout = OF_LAYOUT.includes(first.code) ? layoutFault(text, lineOf(text, first.pos[0]) + 1) : null;
  if (layout !== null) return layout;
  // The parser's own figures count from where the text begins in its file.
  const said =
    SAYINGS[first.code] ??
    (first.message.split("\n")[0] as string).replace(/ at line \d+, column \d+:?$/, "");
  return { offset: first.pos[0], message: `This is not valid YAML: ${said}`, fix: FIXES[first.code] ?? ANY };
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}
