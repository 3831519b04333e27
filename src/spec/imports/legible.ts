// How does a foreign text have to be written so that Markdown sees its lists? People number them with digits and signs of
// their own script, and put requirements into tables. Every line stays in its place.

import { plainSigns } from "./plain-signs.ts";

const FENCE = /^\s*(`{3,}|~{3,})/;
/** `१. `, `1、`, `1．`, and `1.` right before a script that puts no spaces. */
const NUMBER = /^(\s*)(\p{Nd}{1,3})(?:[、．）]\s*|[.)]\s+|[.)](?=[^\p{ASCII}]))(?=\S)/u;

/** Dots that word processors and other scripts begin an item with. */
const DOT = /^(\s*)[・•‣◦●○▪■◆]\s*(?=\S)/u;

export function legible(text: string): string {
  let fence = "";
  return text
    .split("\n")
    .map((line) => {
      const mark = FENCE.exec(line)?.[1] ?? "";
      if (mark !== "" && (fence === "" || mark.startsWith(fence))) fence = fence === "" ? mark : "";
      if (fence !== "") return line;
      return line
        .replace(DOT, "$1- ")
        .replace(NUMBER, (_all, margin: string, digits: string) => `${margin}${plainSigns(digits)}. `);
    })
    .join("\n");
}

const ROW = /^\s*\|(.*)\|\s*$/;
const RULE = /^\s*\|[\s:|-]+\|\s*$/;
const ID =
  /^[\s*_`[]*(\p{Lu}\p{L}{0,9}(?:[-_.]\p{L}{1,10}){0,2}[-_.]?\d{1,6}(?:[.-]\d{1,4}){0,3}|\d{1,4}\.\d{1,4})[\s*_`\]]*$/u;
/** Of the longest cell of a row, in characters: a shorter one is no statement. */
const LEAST_SAID = 10;

/** Tables whose rows begin with an id, each row as the item of a list; its other cells come in parentheses. */
export function tablesAsLists(text: string): string {
  const lines = text.split("\n");
  for (let at = 0; at + 2 < lines.length; at++) {
    if (!isRow(lines[at]) || !RULE.test(lines[at + 1] ?? "")) continue;
    const heads = cellsOf(lines[at] ?? "");
    let end = at + 2;
    while (isRow(lines[end])) end++;
    const items = lines.slice(at + 2, end).map((line) => itemOf(cellsOf(line), heads));
    if (items.length > 0 && items.every((item) => item !== null))
      lines.splice(at, end - at, "", "", ...items.filter((item) => item !== null));
    at = end - 1;
  }
  return lines.join("\n");
}

function isRow(line: string | undefined): boolean {
  return line !== undefined && ROW.test(line);
}

function cellsOf(line: string): readonly string[] {
  return (ROW.exec(line)?.[1] ?? "").split(/(?<!\\)\|/).map((cell) => cell.trim());
}

function itemOf([first = "", ...others]: readonly string[], [, ...heads]: readonly string[]): string | null {
  const id = ID.exec(plainSigns(first))?.[1];
  const said = others.reduce((longest, cell) => (cell.length > longest.length ? cell : longest), "");
  if (id === undefined || said.length < LEAST_SAID) return null;
  const rest = others.flatMap((cell, at) =>
    cell === said || cell === "" ? [] : [`${heads[at] ?? ""}: ${cell}`],
  );
  return `- ${id}: ${said}${rest.length === 0 ? "" : ` (${rest.join("; ")})`}`;
}
