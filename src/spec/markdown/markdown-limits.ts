// Could this Markdown cost a parser more than it is worth? Counted line by line before anything recursive or
// quadratic sees the text. The caps are far above what people write.

import type { Findings, Subject } from "../findings/findings.ts";

const MAX_MARKDOWN_DEPTH = 64;
const MAX_LINES = 20_000;
/** Openers of one paragraph, with which emphasis, links and HTML are matched pair by pair. */
const MAX_OPENERS = 1_000;
const MARKER = /^(?:>|[-*+](?=\s|$)|\d{1,9}[.)](?=\s|$))/;
const OPENER = /[*[<`]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g;
const FENCE = /^(`{3,}|~{3,})/;

/** False after a finding. `subjectAt` takes the number of a line, from 1. */
export function withinMarkdownLimits(
  lines: readonly string[],
  subjectAt: (line: number) => Subject,
  findings: Findings,
): boolean {
  if (lines.length > MAX_LINES) {
    findings.error("file-too-large", subjectAt(MAX_LINES), {
      message: `There are more than ${MAX_LINES} lines.`,
      fix: "Split it into several features.",
    });
    return false;
  }
  let openers = 0;
  let fence: string | null = null;
  for (const [index, line] of lines.entries()) {
    const { depth, rest } = containers(line);
    if (depth > MAX_MARKDOWN_DEPTH) {
      findings.error("too-deep", subjectAt(index + 1), {
        message: `Lists and quotes nest deeper than ${MAX_MARKDOWN_DEPTH} levels.`,
        fix: "Write the text flatter.",
      });
      return false;
    }
    const mark = FENCE.exec(rest)?.[1];
    if (fence === null && mark !== undefined) fence = mark;
    else if (fence !== null && mark?.startsWith(fence) && rest.trim() === mark) fence = null;
    if (rest === "" || rest.startsWith("#") || /^\s*(?:[-*+]|\d{1,9}[.)])\s/.test(line)) openers = 0;
    if (fence === null) openers += line.match(OPENER)?.length ?? 0;
    if (openers > MAX_OPENERS) {
      findings.error("too-deep", subjectAt(index + 1), {
        message: `One paragraph holds more than ${MAX_OPENERS} of the characters \`* _ [ < \`\`.`,
        fix: "Put the text into a fenced code block, or break the paragraph up.",
      });
      return false;
    }
  }
  return true;
}

/** How many lists and quotes a line can open, counting two columns of indentation as one list around it. */
function containers(line: string): { depth: number; rest: string } {
  let depth = 0;
  let rest = line.trimStart();
  const indent = line.length - rest.length;
  for (
    let marker = MARKER.exec(rest);
    marker !== null && depth <= MAX_MARKDOWN_DEPTH;
    marker = MARKER.exec(rest)
  ) {
    depth++;
    rest = rest.slice(marker[0].length).trimStart();
  }
  return { depth: depth === 0 ? 0 : depth + Math.floor(indent / 2), rest };
}
