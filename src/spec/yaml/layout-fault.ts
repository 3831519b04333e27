// Which line of a broken YAML text stands where it must not? A parser tells what it stumbled over, most often a line or more
// after the mistake; this looks at the columns alone, as a person does. It is asked only about a text that is no YAML.

import { clip } from "../findings/nearest.ts";

/** What is wrong, where, and what mends it. */
export interface YamlFault {
  readonly offset: number;
  readonly message: string;
  readonly fix: string;
}

type Kind = "map" | "list";

/** Lines that begin in the same column; at one column both a key and the list under it may stand. */
interface Level {
  readonly column: number;
  readonly line: number;
  readonly kinds: Set<Kind>;
}

interface Line {
  readonly offset: number;
  readonly number: number;
  readonly indent: number;
  /** From its first character that is no blank, without a comment at its end. */
  readonly text: string;
}

const KEY = /^(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s"'[\]{},#&*!|>%@`-][^#]*?|-[^\s#][^#]*?)\s*:(?=\s|$)/;
const ITEM = /^-(?:\s+|$)/;

/** The first line whose place fits nothing above it, down to `last` (its number, from 1). Null where each fits. */
export function layoutFault(text: string, last: number): YamlFault | null {
  const levels: Level[] = [];
  const lines = linesOf(text);
  /** Whether a deeper line may follow: nothing is there yet after a key or a dash. */
  let isOpen = true;
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] as Line;
    if (line.number > last) return null;
    if (line.text === "" || /^(?:---|\.\.\.)/.test(line.text)) continue;
    if (line.text.startsWith("\t")) return tabFault(line, levels);
    const fault = misplaced(line, levels, isOpen);
    if (fault !== null) return fault;
    const value = enter(line, levels);
    isOpen = value === "" || /^[!&]\S*$/.test(value);
    const end = endOfValue(lines, at, value);
    if (end === null) return unclosed(line, value);
    at = end;
  }
  return null;
}

function linesOf(text: string): Line[] {
  let offset = 0;
  return text.split("\n").map((whole, index): Line => {
    const content = whole.replace(/\r$/, "");
    const indent = /^ */.exec(content)?.[0].length ?? 0;
    const line = { offset: offset + indent, number: index + 1, indent, text: bare(content.slice(indent)) };
    offset += whole.length + 1;
    return line;
  });
}

function bare(text: string): string {
  if (text.startsWith("#")) return "";
  return text.replace(/\s#.*$/, "").trimEnd();
}

function kindOf(text: string): Kind | null {
  if (ITEM.test(text)) return "list";
  return KEY.test(text) ? "map" : null;
}

/** Takes away the levels that the line ends, and says why it cannot stand where it stands. */
function misplaced(line: Line, levels: Level[], isOpen: boolean): YamlFault | null {
  const kind = kindOf(line.text);
  const ended: Level[] = [];
  while ((levels.at(-1)?.column ?? -1) > line.indent) ended.push(levels.pop() as Level);
  const top = levels.at(-1);
  if (top?.column === line.indent) {
    if (top.kinds.has("list") && /^-\S/.test(line.text)) return dashFault(line);
    if (kind === null) return top.kinds.has("map") && !isOpen ? colonFault(line) : null;
    if (top.kinds.has(kind) || (kind === "list" && isOpen)) return null;
    return indentFault(line, kind, [...ended, ...levels.toReversed()]);
  }
  if (ended.length === 0 && isOpen) return null;
  // Text may go on in deeper lines; a key or an item may not begin there.
  if (ended.length === 0 && kind === null) return null;
  return indentFault(line, kind, [...ended, ...levels.toReversed()]);
}

function indentFault({ offset, indent, text }: Line, kind: Kind | null, levels: readonly Level[]): YamlFault {
  const alike = levels.filter(({ kinds }) => kind !== null && kinds.has(kind));
  const [sibling] = (alike.length > 0 ? alike : [...levels]).sort(
    (a, b) => Math.abs(a.column - indent) - Math.abs(b.column - indent),
  );
  const what = kind === "map" ? `The key \`${keyOf(text)}\`` : kind === "list" ? "This item" : "This line";
  if (sibling === undefined)
    return { offset, message: `${what} stands too far right.`, fix: "Begin it in the first column." };
  const away = Math.abs(sibling.column - indent);
  const columns = `${away} ${away === 1 ? "column" : "columns"} ${indent < sibling.column ? "left" : "right"}`;
  const fix =
    sibling.column === 0
      ? "Begin it in the first column"
      : `Indent it by ${blanks(sibling.column)}, as they are`;
  // A key in the very column of a list's dashes may as well be an item without its dash.
  const isInList = levels.some(({ column, kinds }) => column === indent && kinds.has("list"));
  return {
    offset,
    message: `${what} stands ${columns} of its siblings, such as line ${sibling.line}.`,
    fix: kind === "map" && isInList ? `${fix}, or begin the item with \`- \`.` : `${fix}.`,
  };
}

function dashFault({ offset, text }: Line): YamlFault {
  const fix = `Write \`- ${clip(text.slice(1))}\`.`;
  return { offset, message: "A blank is missing after the dash of this item.", fix };
}

function tabFault({ offset }: Line, levels: readonly Level[]): YamlFault {
  const column = levels.at(-1)?.column ?? 0;
  const like = column === 0 ? "" : `; the line above it begins after ${blanks(column)}`;
  return {
    offset,
    message: "A tab stands where this line is indented; YAML takes only blanks.",
    fix: `Put blanks in place of the tab${like}.`,
  };
}

function colonFault({ offset, text }: Line): YamlFault {
  const tight = /^([\w-]+):(\S.*)$/.exec(text);
  if (tight !== null) {
    const fix = `Write \`${clip(`${tight[1]}: ${tight[2]}`)}\`.`;
    return { offset, message: "A blank is missing after the colon of this key.", fix };
  }
  return {
    offset,
    message: `\`${clip(text)}\` stands where a key is expected, and has no colon.`,
    fix: "Write `key: value`; a text that goes on from the line above is indented deeper than its key.",
  };
}

function unclosed({ offset, text }: Line, value: string): YamlFault {
  const sign = value[0] as string;
  const closing = sign === "[" ? "]" : sign === "{" ? "}" : sign;
  return {
    offset: offset + text.length - value.length,
    message: `The \`${sign}\` that opens here is never closed.`,
    fix: `Write \`${closing}\` at its end, or quote the text if \`${sign}\` belongs to it.`,
  };
}

/** Opens the levels of the line, several where dashes stand in front of a key; what is left is the value. */
function enter(line: Line, levels: Level[]): string {
  let { text, indent } = line;
  for (;;) {
    const kind = kindOf(text);
    if (kind === null) return text;
    const top = levels.at(-1);
    if (top?.column === indent) top.kinds.add(kind);
    else levels.push({ column: indent, line: line.number, kinds: new Set([kind]) });
    const opening = (kind === "list" ? ITEM : KEY).exec(text)?.[0] ?? "";
    const rest = text.slice(opening.length);
    if (kind === "map") return rest.trim();
    indent += opening.length;
    text = rest;
  }
}

/** Index of the last line of a value that may take several; null where it has no end. */
function endOfValue(lines: readonly Line[], at: number, value: string): number | null {
  const first = lines[at] as Line;
  if (/^[|>][-+0-9]*$/.test(value)) {
    let end = at;
    while (isInside(lines[end + 1], blockColumn(first))) end++;
    return end;
  }
  if (!/^["'[{]/.test(value)) return at;
  let rest = value;
  const open: string[] = [];
  for (let end = at; end < lines.length; end++) {
    if (end > at) rest = (lines[end] as Line).text;
    for (let index = 0; index < rest.length; index++) {
      const sign = rest[index] as string;
      const inside = open.at(-1);
      if (inside === '"' || inside === "'") {
        if (inside === '"' && sign === "\\") index++;
        else if (sign === inside) open.pop();
      } else if (sign === "]" || sign === "}") open.pop();
      else if (/["'[{]/.test(sign) && !/\w/.test(rest[index - 1] ?? "")) open.push(sign);
      if (open.length === 0) return end;
    }
  }
  return null;
}

/** Where the key stands that a block of text belongs to: behind the dashes. */
function blockColumn({ indent, text }: Line): number {
  const dashes = /^(?:-\s+)*/.exec(text)?.[0].length ?? 0;
  return KEY.test(text.slice(dashes)) ? indent + dashes : indent;
}

function isInside(line: Line | undefined, column: number): boolean {
  return line !== undefined && (line.indent > column || line.text === "");
}

function keyOf(text: string): string {
  return clip((KEY.exec(text)?.[0] ?? text).replace(/\s*:$/, ""));
}

function blanks(count: number): string {
  return `${count} ${count === 1 ? "blank" : "blanks"}`;
}
