// How is a part of a surface told? Some declarations by their heads, others by their names and lines alone, and of all else
// where it can be read.

import { type Declaration, declarationsText, type Interface } from "../model/surface.ts";

/** One file as its reader is told of it. */
export interface Told {
  readonly shown: Interface;
  /** Whether the file lies in the tree that the agent can read: nobody is sent to what cannot be opened. */
  readonly isReadable: boolean;
}

/** What heads, names and the pointer of a file take together where nothing asks for more. */
export const BRIEF_BYTES = 1024;

/** The heads of `chosen`; names of what is left out fill `room` bytes, and a pointer stands for the rest. */
export function partText(told: Told, chosen: ReadonlySet<number>, room: number): string {
  const heads = headsText(told.shown, chosen);
  const rest = restText(told, chosen, room - bytes(heads) - 1);
  return [heads, rest].filter((text) => text !== "").join("\n");
}

/** All that others can reach, and of the rest the names that there is room for; the text itself where it is short. */
export function reachableText(told: Told, isNamed: (name: string) => boolean): string {
  const { shown } = told;
  if (shown.rung === "contract" || shown.declarations.length === 0 || bytes(shown.text) <= BRIEF_BYTES)
    return shown.text;
  const all = headsText(shown, new Set(shown.declarations.keys()));
  if (bytes(all) <= BRIEF_BYTES) return all;
  const chosen = new Set<number>();
  for (const [index, { name, exported, repeats, within }] of shown.declarations.entries()) {
    if (!isNamed(name) && (!exported || repeats)) continue;
    chosen.add(index);
    for (let at = within; at !== null; at = shown.declarations[at]?.within ?? null) chosen.add(at);
  }
  return partText(told, chosen, BRIEF_BYTES);
}

/** What only holds members takes no lines where none of them is told. */
function headsText({ declarations }: Interface, chosen: ReadonlySet<number>): string {
  const holding = new Set([...chosen].map((index) => declarations[index]?.within));
  const isEmpty = (index: number) => !holding.has(index) && OWN_MEMBERS.test(declarations[index]?.text ?? "");
  const text = declarationsText(declarations, (index) => chosen.has(index) && !isEmpty(index));
  return text
    .replace(/ \{\n *\}(?=\n|$)/g, " {}")
    .replace(/^( *)((?:class|module) [^\n]*)\n\1end$/gm, "$1$2; end");
}

/** Says nothing of its own: the type that it is of stands beside it. */
const OWN_MEMBERS = /^\s*impl\b(?!.*\bfor\b)/;

/** Names first, of what others can reach before all else. Nothing where all is told, but for what is told elsewhere. */
function restText({ shown, isReadable }: Told, chosen: ReadonlySet<number>, room: number): string {
  const { declarations } = shown;
  const out = declarations.flatMap((one, index) =>
    chosen.has(index) || isImport(one) || OWN_MEMBERS.test(one.text) ? [] : [one],
  );
  if (out.length === 0) return chosen.size === 0 ? pointer(shown, isReadable, out) : "";
  const named: Declaration[] = [];
  const text = (count: number) => {
    const names = namesText(named, isReadable);
    const rest =
      out.length === count
        ? ""
        : pointer(
            shown,
            isReadable,
            out.filter((one) => !named.includes(one)),
          );
    return [names, rest].filter((line) => line !== "").join("\n");
  };
  let best = text(0);
  const depthOf = ({ within }: Declaration): number =>
    within === null ? 0 : 1 + depthOf(declarations[within] as Declaration);
  const rankOf = (one: Declaration) => {
    const isForHeirs = /\bprotected\b/.test(one.text);
    return (one.exported ? (one.repeats ? 2 : isForHeirs ? 1 : 0) : 3) * 10 + depthOf(one);
  };
  const ranked = out
    .filter(({ name }) => plainName(name) !== "")
    .sort((a, b) => rankOf(a) - rankOf(b) || a.first - b.first);
  for (const one of ranked) {
    named.push(one);
    const next = text(named.length);
    if (bytes(next) > room) {
      named.pop();
      break;
    }
    best = next;
  }
  return best;
}

function isImport({ exported, repeats, within }: Declaration): boolean {
  return repeats && !exported && within === null;
}

function namesText(named: readonly Declaration[], isReadable: boolean): string {
  if (named.length === 0) return "";
  const lines = new Map<string, number>();
  for (const { name, first } of [...named].sort((a, b) => a.first - b.first))
    if (!lines.has(plainName(name))) lines.set(plainName(name), first);
  const names = [...lines].map(([name, line]) => (isReadable ? `${name} ${line}` : name));
  return isReadable ? `(By name and line: ${names.join(", ")})` : `(By name: ${names.join(", ")})`;
}

/** Empty for what has no name of its own, such as a call in the body of a class. */
function plainName(name: string): string {
  const plain = name.replace(/^[(*\s]+|[)\s]+$/g, "");
  return /\s/.test(plain) ? "" : plain.slice(0, 60);
}

/** Where what is left out can be read. */
function pointer(shown: Interface, isReadable: boolean, out: readonly Declaration[]): string {
  const { declarations, path, lines } = shown;
  const what = out.length === 0 ? size(shown) : `${out.length} of ${declarations.length} declarations`;
  if (!isReadable) return `(Not shown: ${what}. The file is not at hand here)`;
  const first = out.reduce((least, one) => Math.min(least, one.first), lines);
  const last = out.reduce((most, one) => Math.max(most, one.last), 1);
  const range = out.length === 0 ? `1-${lines}` : `${first}-${last}`;
  return `(Not shown: ${what}. Read ${path}:${range})`;
}

function size({ text }: Interface): string {
  const all = bytes(text);
  return all < 1024 ? `${all} B` : `${(all / 1024).toFixed(1)} KB`;
}

function bytes(text: string): number {
  return Buffer.byteLength(text, "utf8");
}
