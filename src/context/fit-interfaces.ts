// How much of the interfaces does a window have room for? They take what the rest leaves and never refuse it: what does
// not fit is cut by worth and ends in the lines where it can be read.

import { type Declaration, declarationsText, type Interface } from "../model/surface.ts";
import type { Segment } from "../model/window.ts";
import { countedBytes } from "./bounded.ts";

export interface Shown {
  /** `project/path`. */
  readonly name: string;
  readonly shown: Interface;
  /** Whether the file lies in the tree that the agent can read: nobody is sent to what cannot be opened. */
  readonly isReadable: boolean;
  /** Whether a pattern of its reader's scope covers it: who may write a file reads it there, and is told no second time. */
  readonly isWritable?: boolean;
}

/** Words of what the task is told: what they name is worth most. */
function wordsOf(segments: readonly Segment[]): ReadonlySet<string> {
  const told = segments.filter(({ kind }) => kind !== "role" && kind !== "interface");
  return new Set(told.flatMap(({ text }) => text.match(/[\p{L}_$][\p{L}\p{N}_$]*/gu) ?? []));
}

/** Of a file that has to be cut, what the task does not name takes no more: a longer list is better read in the file. */
const UNNAMED_BYTES = 1024;

/** Part of the room that is left for what attempts teach, where interfaces could fill it all. */
const SPARED = 1 / 8;

interface Part {
  readonly file: Shown;
  readonly isNamed: boolean;
  readonly chosen: Set<number>;
}

/**
 * One segment per interface, in the given order, in what `segments` leave of `limit` bytes. Each counts for staleness as a
 * whole, however little of it is shown.
 */
export function fitInterfaces(
  interfaces: readonly Shown[],
  segments: readonly Segment[],
  limit: number,
): Segment[] {
  const written = interfaces.flatMap((one) => (isToldThere(one) ? [segmentOf(one, THERE)] : []));
  const others = interfaces.filter((one) => !isToldThere(one));
  const leftBeside = (names: readonly string[]) => limit - framed([...segments, ...written], names);
  const texts = cut(others, wordsOf(segments), leftBeside);
  const told = new Map(others.map((one, index) => [one, segmentOf(one, texts[index] as string)]));
  return interfaces.map((one) => told.get(one) ?? segmentOf(one, THERE));
}

const THERE = "(Among the files that you may write: read it there)";

/** A text that is shorter than the line in its place stays. */
function isToldThere({ isWritable, isReadable, shown }: Shown): boolean {
  return isWritable === true && isReadable && bytes(shown.text) > bytes(THERE);
}

function segmentOf({ name, shown }: Shown, text: string): Segment {
  const plain = { kind: "interface", name, text, place: null } as const;
  return text === shown.text ? plain : { ...plain, basis: shown.text };
}

/** What the window takes without the texts of its interfaces, and with all that is written around them. */
function framed(segments: readonly Segment[], names: readonly string[]): number {
  const mark = "-";
  const empty = names.map((name): Segment => ({ kind: "interface", name, text: mark, place: null }));
  return countedBytes([...segments, ...empty]) - names.length * mark.length;
}

function cut(
  interfaces: readonly Shown[],
  words: ReadonlySet<string>,
  leftBeside: (names: readonly string[]) => number,
): string[] {
  const names = interfaces.map(({ name }) => name);
  const room = leftBeside(names);
  const whole = interfaces.map(({ shown }) => shown.text);
  if (total(whole) <= room) return whole;
  const pointers = interfaces.map((file) => pointerFor(file, new Set()));
  if (total(pointers) > room) return together(interfaces, leftBeside(names.slice(0, 1)));
  const parts = interfaces.map((file): Part => {
    const names = file.shown.path.split(/[/.]/).filter((word) => /^\p{L}/u.test(word));
    return { file, isNamed: names.some((name) => words.has(name)), chosen: new Set() };
  });
  const texts = [...pointers];
  let left = room * (1 - SPARED) - total(pointers);
  const take = (at: number, text: string, isNamed: boolean): boolean => {
    const cost = bytes(text) - bytes(texts[at] as string);
    if (cost > left || (cost > 0 && !isNamed && bytes(text) > UNNAMED_BYTES)) return false;
    texts[at] = text;
    left -= cost;
    return true;
  };
  for (const { at, index, worth } of byWorth(parts, words)) {
    const { file, chosen } = parts[at] as Part;
    const { shown } = file;
    if (index === null) {
      take(at, shown.text, worth > UNNAMED);
      continue;
    }
    const { within } = shown.declarations[index] as Declaration;
    const more = new Set([...chosen, index, ...(within === null ? [] : [within])]);
    if (more.size === chosen.size) continue;
    const isWhole = more.size === shown.declarations.length;
    if (take(at, isWhole ? shown.text : partText(file, more), worth > UNNAMED))
      for (const one of more) chosen.add(one);
  }
  return texts;
}

interface Candidate {
  readonly at: number;
  /** Null: the text as a whole, where it has no parts. */
  readonly index: number | null;
  readonly worth: number;
  readonly turn: number;
}

/** Worth of what is exported and named by nothing. */
const UNNAMED = 1;

/** What is named, then what is exported, then the rest; file by file in turn, so that a long one leaves room for others. */
function byWorth(parts: readonly Part[], words: ReadonlySet<string>): Candidate[] {
  const candidates = parts.flatMap(({ file, isNamed }, at): Candidate[] => {
    const { declarations } = file.shown;
    if (declarations.length === 0) return [{ at, index: null, worth: isNamed ? 3 : UNNAMED, turn: 0 }];
    return declarations.map(({ name, exported }, index) => {
      const isWord = words.has(name);
      const worth = isWord ? (exported ? 4 : 3) : exported ? (isNamed ? 2 : UNNAMED) : 0;
      return { at, index, worth, turn: index };
    });
  });
  return candidates.sort((a, b) => b.worth - a.worth || a.turn - b.turn || a.at - b.at);
}

function partText(file: Shown, chosen: ReadonlySet<number>): string {
  const text = declarationsText(file.shown.declarations, (index) => chosen.has(index));
  return `${text}\n${pointerFor(file, chosen)}`;
}

/** Where what is left out can be read. */
function pointerFor({ shown, isReadable }: Shown, chosen: ReadonlySet<number>): string {
  const { declarations, path, lines } = shown;
  const out = declarations.filter((_, index) => !chosen.has(index));
  const what = out.length === 0 ? size(shown) : `${out.length} of ${declarations.length} declarations`;
  if (!isReadable) return `(Not shown: ${what}. The file is not at hand here)`;
  const first = out.reduce((least, one) => Math.min(least, one.first), lines);
  const last = out.reduce((most, one) => Math.max(most, one.last), 1);
  const range = out.length === 0 ? `1-${lines}` : `${first}-${last}`;
  return `(Not shown: ${what}. Read ${path}:${range})`;
}

/** Where not even a line for each has room: folders, with how many files of theirs are not shown. */
function together(interfaces: readonly Shown[], room: number): string[] {
  const counts = new Map<string, number>();
  for (const { name, shown, isReadable } of interfaces) {
    const path = isReadable ? shown.path : name;
    const folder = path.slice(0, path.lastIndexOf("/") + 1);
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  const folders = [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([folder, count]) => `${folder || "./"} (${count})`);
  let text = "";
  for (let kept = folders.length; kept >= 0 && text === ""; kept--) {
    const rest = kept === folders.length ? "" : `${kept === 0 ? "" : " and "}elsewhere`;
    const line = `(Not shown: ${interfaces.length} files, in ${folders.slice(0, kept).join(", ")}${rest})`;
    if (bytes(line) <= room) text = line;
  }
  return interfaces.map((_, index) => (index === 0 ? text : ""));
}

function size({ text }: Interface): string {
  const all = bytes(text);
  return all < 1024 ? `${all} B` : `${(all / 1024).toFixed(1)} KB`;
}

function bytes(text: string): number {
  return Buffer.byteLength(text, "utf8");
}

function total(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + bytes(text), 0);
}
