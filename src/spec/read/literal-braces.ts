// Which braces of a template's code belong to the file that it writes? Workflows and charts have double braces of their
// own; a template takes each for an expression of its own, and what it does not know there would fail every build.

import type { Diagnostic } from "../../model/diagnostic.ts";
import { RENDER_HELPERS } from "../../model/render-helpers.ts";

const KNOWN = new Set([
  ...["params", "requirements", "acceptance", "constraints", "interfaces", "task", "feature", "project"],
  ...["if", "unless", "each", "with", "lookup", "imports", "else", "this"],
  ...Object.keys(RENDER_HELPERS),
]);
/** What workflows of GitHub know; it belongs to them inside of blocks, too. */
const WORKFLOW = /^(?:github|secrets|matrix|env|runner|steps|needs|inputs|vars|jobs?|strategy)\b/;
const EXPRESSION = /(?<!\\)\{\{(?!~?!)[{&~]*\s*([#/^>]?)\s*((?:"[^"\n]*"|'[^'\n]*'|[^{}"'])*?)\s*~?\}\}/g;

/** Findings at the line, outside of blocks, where paths cannot be those of an item. */
export function literalBraces(source: string, file: string): readonly Diagnostic[] {
  let depth = 0;
  return [...source.matchAll(EXPRESSION)].flatMap(
    ({ 0: all, 1: sign, 2: inside = "", index }): Diagnostic[] => {
      if (sign === "#" || (sign === "^" && inside !== "")) depth++;
      else if (sign === "/") depth--;
      if (sign !== "") return [];
      const isWorkflow = source[index - 1] === "$" && WORKFLOW.test(inside);
      const root = /^(?:@root\.)?([\p{L}_][\p{L}\p{N}_-]*)/u.exec(inside)?.[1];
      if (!isWorkflow && (depth > 0 || (root !== undefined && KNOWN.has(root)))) return [];
      const before = source.slice(0, index).split("\n");
      return [
        {
          severity: "error",
          code: "literal-braces",
          message: `${all} names nothing that a template knows, so the file cannot be rendered.`,
          target: null,
          file,
          line: before.length,
          column: (before.at(-1)?.length ?? 0) + 1,
          fix: `Where the braces belong to the file itself, write \\${all}.`,
        },
      ];
    },
  );
}
