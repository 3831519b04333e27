// How much of the interfaces does a window have room for? They take what the rest leaves and never refuse it: what does
// not fit is cut by worth and ends in the lines where it can be read.

import type { Declaration } from "../model/surface.ts";
import type { Segment, SegmentKind } from "../model/window.ts";
import { countedBytes } from "./bounded.ts";
import { BRIEF_BYTES, partText, reachableText, type Told } from "./surface-text.ts";

export interface Shown extends Told {
  /** `project/path`. */
  readonly name: string;
  /** Whether a pattern of its reader's scope covers it: who may write a file reads it there, and is told no second time. */
  readonly isWritable?: boolean;
}

/** Words of what the task is told, and which of them look like names of code. */
interface Words {
  readonly all: ReadonlySet<string>;
  readonly ofCode: ReadonlySet<string>;
}

/** Says nothing of what this one task is about. */
const FOR_ALL: ReadonlySet<SegmentKind> = new Set(["role", "interface", "rules", "proof", "reporting-gates"]);

/** In backticks, called, reached through a dot, or written as no word of a sentence is. */
const CODE =
  /`[^`\n]+`|[\p{L}_$][\p{L}\p{N}_$]*(?=\()|(?<=[\p{L}\p{N}_)](?:\.|::|#))[\p{L}_$][\p{L}\p{N}_$]*|[\p{L}\p{N}$]*_[\p{L}\p{N}_$]*|[\p{L}_$]*\p{Ll}\p{Lu}[\p{L}\p{N}_$]*/gu;

const WORD = /[\p{L}_$][\p{L}\p{N}_$]*/gu;

function wordsOf(segments: readonly Segment[]): Words {
  const told = segments.filter(({ kind }) => !FOR_ALL.has(kind)).map(({ text }) => text);
  const wordsIn = (texts: readonly string[]) => new Set(texts.flatMap((text) => text.match(WORD) ?? []));
  return { all: wordsIn(told), ofCode: wordsIn(told.flatMap((text) => text.match(CODE) ?? [])) };
}

/** Says what a folder is, and nothing of the file itself. */
const FOLDER_FILE = /^(?:index|mod|main|lib|__init__)$/;

/** By its own name: that of a folder, or of a language, stands in what is told of many files. */
function isFileNamed(path: string, { all }: Words): boolean {
  const parts = path.split("/");
  const stem = (parts.pop() as string).replace(/\.\w+$/, "").replace(/\.d$/, "");
  const name = FOLDER_FILE.test(stem) ? (parts.pop() ?? stem) : stem;
  const words = name.match(WORD) ?? [];
  return words.length > 0 && words.every((word) => all.has(word));
}

/** Of a file that has to be cut, heads that the task does not name take no more: names tell of the others. */
const UNNAMED_HEADS = (BRIEF_BYTES * 5) / 8;

/** Room of names of a file whose heads take more than is brief. */
const NAMES_BYTES = 320;

/** Part of the room that only what the task names may take: the rest is told by name there. */
const FOR_NAMES = 1 / 4;

/** At most, when one more declaration is told. Saves writing out texts that cannot fit. */
const POINTER_SHRINKS = 80;

/** A file of thousands of declarations is full where so many found no room. */
const MISSES = 20;

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
  words: Words,
  leftBeside: (names: readonly string[]) => number,
): string[] {
  const names = interfaces.map(({ name }) => name);
  const room = leftBeside(names);
  const isNamed = (name: string) => words.ofCode.has(name);
  const whole = interfaces.map((file) => reachableText(file, isNamed));
  if (total(whole) <= room) return whole;
  const pointers = interfaces.map((file) => partText(file, new Set(), 0));
  if (total(pointers) > room) return together(interfaces, leftBeside(names.slice(0, 1)));
  const parts = interfaces.map((file): Part => {
    return { file, isNamed: isFileNamed(file.shown.path, words), chosen: new Set() };
  });
  const texts = [...pointers];
  const shared = room * (1 - SPARED) - total(pointers);
  let left = shared;
  const misses = parts.map(() => 0);
  const take = (at: number, text: string, most: number, spared = 0): boolean => {
    const cost = bytes(text) - bytes(texts[at] as string);
    if (cost > left - spared || (cost > 0 && bytes(text) > most)) return false;
    texts[at] = text;
    left -= cost;
    return true;
  };
  for (const { at, index, worth } of byWorth(parts, words)) {
    const { file, chosen } = parts[at] as Part;
    const isShort = bytes(whole[at] as string) <= BRIEF_BYTES;
    const brief = isShort || worth > UNNAMED ? BRIEF_BYTES : UNNAMED_HEADS;
    if (index === null) {
      take(at, whole[at] as string, worth > UNNAMED ? Number.POSITIVE_INFINITY : BRIEF_BYTES);
      continue;
    }
    if (chosen.has(index)) continue;
    const isOfTask = worth >= NAMED;
    const most = isOfTask ? Number.POSITIVE_INFINITY : brief;
    const spared = isOfTask ? 0 : shared * FOR_NAMES;
    const own = bytes((file.shown.declarations[index] as Declaration).text) - POINTER_SHRINKS;
    if (own > left - spared || bytes(texts[at] as string) + own > most) continue;
    const more = new Set(chosen);
    for (let one: number | null = index; one !== null; ) {
      more.add(one);
      one = (file.shown.declarations[one] as Declaration).within;
    }
    if (!isOfTask && (misses[at] as number) > MISSES) continue;
    if (take(at, partText(file, more, 0), most, spared)) for (const one of more) chosen.add(one);
    else misses[at] = 1 + (misses[at] as number);
  }
  // What is left goes to texts that are short as a whole, and then to names.
  for (const at of parts.keys()) take(at, whole[at] as string, BRIEF_BYTES);
  let waiting = parts.filter((_, at) => texts[at] !== whole[at]).length;
  for (const [at, { file, chosen }] of parts.entries()) {
    if (texts[at] === whole[at]) continue;
    const now = bytes(texts[at] as string);
    const most = Math.min(Math.max(BRIEF_BYTES, now + NAMES_BYTES), now + left / waiting--);
    take(at, partText(file, chosen, most), most);
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

/** Of what is named by a word that could be one of a sentence. */
const NAMED = 3;

/** Of more types that have a member by one name, the first tell enough. */
const SAME_NAMES = 2;

/** What is within others comes after all that is not. */
const DEEPER = 1e6;

/**
 * What is named, then what is exported; file by file in turn, so that a long one leaves room for others. Of what nobody
 * else reaches, and of what is told elsewhere, only that which is named: names tell of the others.
 */
function byWorth(parts: readonly Part[], words: Words): Candidate[] {
  const candidates = parts.flatMap(({ file, isNamed }, at): Candidate[] => {
    const { declarations } = file.shown;
    if (declarations.length === 0) return [{ at, index: null, worth: isNamed ? NAMED : UNNAMED, turn: 0 }];
    const offered = new Set(declarations.flatMap((one) => (isOffered(one) ? [one.name] : [])));
    const holders = new Map<string, Set<number | null>>();
    const depths: number[] = [];
    return declarations.flatMap((one, index): Candidate[] => {
      const { name, exported, within, text } = one;
      const depth = within === null ? 0 : (depths[within] as number) + 1;
      depths[index] = depth;
      const turn = index + depth * DEEPER + (/\bprotected\b/.test(text) ? DEEPER / 2 : 0);
      if (!isOffered(one) && (offered.has(name) || !words.ofCode.has(name))) return [];
      const holder = within === null ? null : (declarations[within] as Declaration);
      const isOfNamed = isNamed || (holder !== null && words.all.has(holder.name));
      const among = holders.get(name) ?? new Set();
      holders.set(name, among.add(within));
      if (words.all.has(name) && among.size <= SAME_NAMES) {
        const worth = words.ofCode.has(name) ? (exported ? 5 : 4) : NAMED;
        return [{ at, index, worth, turn }];
      }
      return [{ at, index, worth: isOfNamed ? 2 : UNNAMED, turn }];
    });
  });
  return candidates.sort((a, b) => b.worth - a.worth || a.turn - b.turn || a.at - b.at);
}

function isOffered({ exported, repeats }: Declaration): boolean {
  return exported && !repeats;
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

function bytes(text: string): number {
  return Buffer.byteLength(text, "utf8");
}

function total(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + bytes(text), 0);
}
