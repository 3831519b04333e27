// What did products put at which path, in all the history that is there? Every commit of a product says so in its own
// message, so a squash that keeps the messages, a rebase, a cherry-pick and a colleague's line all tell the same.

import { randomUUID } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TaskId } from "../model/address.ts";
import type { InsertedLines } from "../model/inserted-lines.ts";
import { type Result, success } from "../model/result.ts";
import type { Oid, TreeEntry } from "../model/tree.ts";
import { onDisk, unlessMissing } from "./disk.ts";
import type { Git } from "./git.ts";
import { IDENTITY } from "./git-environment.ts";

/** One content that a product put at a path, or took away from there. */
export interface Put {
  /** Null where a lock tells, and no commit does. */
  readonly commit: Oid | null;
  /** Null where the path was taken away. */
  readonly entry: TreeEntry | null;
  /** What stood there until then; null for nothing of people's, undefined where the history does not tell. */
  readonly before: TreeEntry | null | undefined;
  /** Commit or tree of the human layer below, which products of the first version name. */
  readonly human: Oid | null;
  /** Lines that tasks inserted into what people have there; absent where it is not people's file. */
  readonly inserted?: readonly LinesOfTask[];
  /** True where the branch itself holds the commit; false where only a ref of ours, or another line, does. */
  readonly held: boolean;
}

/** Lines that a task inserted. */
export interface LinesOfTask extends InsertedLines {
  /** Null where a lock tells, and no commit does. */
  readonly task: TaskId | null;
}

/** By path, the newest first, those that the branch holds before all others. */
export type Puts = ReadonlyMap<string, readonly Put[]>;

/** Whether a product ever inserted lines into what people have at the path. */
export function holdsInserted(puts: readonly Put[] | undefined): boolean {
  return puts?.some(({ inserted }) => inserted !== undefined) === true;
}

export interface PutsQuestion {
  readonly tip: Oid;
  /** Further commits whose history may hold products: refs of ours, and lines of others that carry them. */
  readonly others: readonly Oid[];
  /** The engine's clone, in which the answer is kept, too. */
  readonly gitDir: string;
}

/** Of a content: mode, git's id and path. */
export const OUTPUT_TRAILER = "Factory-Output";
/** Of a path that was taken away. */
export const REMOVED_TRAILER = "Factory-Removed";
/**
 * Of a content that the commit changes, and that products had put there without a commit that says so: mode, git's id, git's id
 * of what lay below or `-`, and path. Only a lock told it, and the lock moves on with the product.
 */
export const REPLACED_TRAILER = "Factory-Replaced";
/** Of a content: git's id, a task, and the lines that this inserted into a file of people, such as `3,7-9`. */
const INSERTED_TRAILER = "Factory-Inserted";
/** In the products of the first version, whose commits changed nothing but outputs. */
const HUMAN_TRAILER = "Factory-Human";

const SHAPE = 4;
const CACHE = "factory-puts";

type Row = readonly [path: string, put: Put];

interface Kept {
  readonly shape: number;
  readonly tip: Oid;
  readonly others: readonly Oid[];
  readonly held: readonly Row[];
  readonly elsewhere: readonly Row[];
}

export async function readPuts(git: Git, question: PutsQuestion): Promise<Result<Puts>> {
  const { tip, others, gitDir } = question;
  const cache = join(gitDir, CACHE);
  const kept = await readKept(cache);
  if (!kept.ok) return kept;
  if (kept.value?.tip === tip && sameList(kept.value.others, others)) return success(byPath(kept.value));
  const grown = kept.value === null ? success(false) : await isGrown(git, kept.value.tip, tip);
  if (!grown.ok) return grown;
  const since = grown.value && kept.value !== null ? kept.value : null;
  const ends = await historyEnds(gitDir);
  if (!ends.ok) return ends;
  const [held, elsewhere] = await Promise.all([
    rowsIn(git, ends.value, [tip, ...(since === null ? [] : [`^${since.tip}`])], true),
    others.length === 0 ? success([]) : rowsIn(git, ends.value, [...others, `^${tip}`], false),
  ]);
  if (!held.ok) return held;
  if (!elsewhere.ok) return elsewhere;
  const now: Kept = {
    shape: SHAPE,
    tip,
    others,
    held: [...held.value, ...(since?.held ?? [])],
    elsewhere: elsewhere.value,
  };
  const written = await keep(cache, now);
  return written.ok ? success(byPath(now)) : written;
}

/** Not flushed to the disk: what a power cut leaves of it is no JSON, and then it is asked again. */
function keep(cache: string, now: Kept): Promise<Result<null>> {
  return onDisk(cache, "keep what products put where", async () => {
    // Two that ask at the same time keep the same.
    const draft = `${cache}.${randomUUID()}`;
    await writeFile(draft, JSON.stringify(now));
    await rename(draft, cache);
    return null;
  });
}

function byPath({ held, elsewhere }: Kept): Puts {
  const puts = new Map<string, Put[]>();
  for (const [path, put] of [...held, ...elsewhere]) {
    const known = puts.get(path);
    if (known === undefined) puts.set(path, [put]);
    else known.push(put);
  }
  return puts;
}

/** A cache that cannot be understood is one that is not there: everything in it can be asked again. */
function readKept(cache: string): Promise<Result<Kept | null>> {
  return onDisk(cache, "read what products put where", async () => {
    const text = await unlessMissing(readFile(cache, "utf8"));
    if (text === null) return null;
    try {
      const kept = JSON.parse(text) as Kept;
      return kept.shape === SHAPE ? kept : null;
    } catch {
      return null;
    }
  });
}

/** Commits at which a shallow history ends: what they changed cannot be told. */
function historyEnds(gitDir: string): Promise<Result<ReadonlySet<string>>> {
  return onDisk(gitDir, "read where the history ends", async () => {
    const text = await unlessMissing(readFile(join(gitDir, "shallow"), "utf8"));
    return new Set((text ?? "").split("\n").filter(Boolean));
  });
}

/** Whether all that `before` held is in `tip`, too. A commit that is gone, as after a rebase, is in nothing. */
async function isGrown(git: Git, before: Oid, tip: Oid): Promise<Result<boolean>> {
  const answer = await git.ask(["merge-base", "--is-ancestor", before, tip], "", [0, 1, 128]);
  return answer.ok ? success(answer.value.code === 0) : answer;
}

// git separates the records of a log with the byte that ends every field of it: each starts with a mark of its own.
const MARK = "\x01";

async function rowsIn(
  git: Git,
  ends: ReadonlySet<string>,
  revisions: readonly string[],
  held: boolean,
): Promise<Result<readonly Row[]>> {
  const words = [OUTPUT_TRAILER, REMOVED_TRAILER, HUMAN_TRAILER];
  const log = await git.feed(
    [
      "log",
      "--stdin",
      "-z",
      "--topo-order",
      "--no-merges",
      "--no-renames",
      "--raw",
      "--no-abbrev",
      "--no-show-signature",
      ...words.map((word) => `--grep=^ *${word}: `),
      `--format=${MARK}%H${MARK}%ce${MARK}%B${MARK}`,
    ],
    `${revisions.join("\n")}\n`,
  );
  if (!log.ok) return log;
  const rows: Row[] = [];
  for (const record of log.value.toString("utf8").split(`\0${MARK}`)) {
    const [commit = "", committer = "", message = "", changes = ""] = record.replace(/^\x01/, "").split(MARK);
    if (commit === "") continue;
    const told = { commit: commit as Oid, held };
    const changed = ends.has(commit) ? [] : changesIn(changes);
    // A person's squash may carry the message of a product of the first version, and changed more than that did.
    const human = committer === IDENTITY.email ? humanIn(message) : null;
    rows.push(
      ...(human === null
        ? rowsNamed(told, message, changed)
        : changed.map(({ path, before, after }): Row => [path, { ...told, entry: after, before, human }])),
    );
  }
  return success(rows);
}

/** What a commit does at a path, as git's raw lists tell it. */
export interface Change {
  readonly path: string;
  /** Of a merge, what its first parent has. */
  readonly before: TreeEntry | null;
  readonly after: TreeEntry | null;
}

/** Of `--raw -z`: a line has as many colons, and as many earlier contents, as its commit has parents. */
export function changesIn(text: string): readonly Change[] {
  const fields = text.split("\0");
  const found: Change[] = [];
  for (
    let at = fields.findIndex((field) => field.includes(":"));
    at >= 0 && at + 1 < fields.length;
    at += 2
  ) {
    const line = (fields[at] ?? "").trim();
    const parents = /^:+/.exec(line)?.[0].length ?? 0;
    const words = line.slice(parents).split(" ");
    const [from = "", to = "", before = "", after = ""] = [0, parents, parents + 1, 2 * parents + 1].map(
      (word) => words[word],
    );
    if (to === "") break;
    found.push({ path: fields[at + 1] ?? "", before: entryOf(from, before), after: entryOf(to, after) });
  }
  return found;
}

function entryOf(mode: string, oid: string): TreeEntry | null {
  return mode === "000000" ? null : { mode: mode as TreeEntry["mode"], oid: oid as Oid };
}

function humanIn(message: string): Oid | null {
  return (/^Factory-Human: ([0-9a-f]{40,64})$/m.exec(message)?.[1] ?? null) as Oid | null;
}

/** The path of a long one stands on a line of its own. */
const NAMED =
  /^ *Factory-(Output|Removed|Replaced): ((?:\d{6} [0-9a-f]{40,64}(?: [0-9a-f]{40,64}| -)?\n +)?.+)$/gm;

/** What a message says that its commit put at a path, or took away; `below` only of what was put there earlier. */
export interface Named {
  readonly path: string;
  readonly entry: TreeEntry | null;
  readonly below?: TreeEntry | null;
}

export function namedIn(message: string): readonly Named[] {
  return [...message.matchAll(NAMED)].map(([, word = "", text = ""]) => {
    const fact = text.replace(/\n +/, " ");
    const words = word === "Output" ? 2 : word === "Replaced" ? 3 : 0;
    const [mode = "", oid = "", below] = fact.split(" ", words);
    const path = pathIn(fact.split(" ").slice(words).join(" "));
    const entry = words === 0 ? null : entryOf(mode, oid);
    return below === undefined
      ? { path, entry }
      : { path, entry, below: below === "-" ? null : entryOf(mode, below) };
  });
}

const INSERTED = /^ *Factory-Inserted: ([0-9a-f]{40,64}) (\S+)((?:\n? +[\d,-]+)+)$/gm;

/** By git's id of the content. */
function insertedIn(message: string): ReadonlyMap<string, readonly LinesOfTask[]> {
  const found = new Map<string, LinesOfTask[]>();
  for (const [, oid = "", task = "", text = ""] of message.matchAll(INSERTED)) {
    const runs = text.split(/[,\s]+/).filter((run) => run !== "");
    const told = runs.map((run): LinesOfTask => {
      const [line = 0, last = line] = run.split("-").map(Number);
      return { task: task as TaskId, line, lines: last - line + 1 };
    });
    found.set(oid, [...(found.get(oid) ?? []), ...told]);
  }
  return found;
}

/** A line for each task; a long one is folded as git folds trailers, where what goes on begins with a space. */
export function insertedTexts(oid: Oid, inserted: readonly LinesOfTask[], width: number): readonly string[] {
  return [...new Set(inserted.map(({ task }) => task))].map((one) => {
    const runs = inserted.filter(({ task }) => task === one);
    const words = runs.map(({ line, lines }) => (lines === 1 ? `${line}` : `${line}-${line + lines - 1}`));
    const folded = [`${INSERTED_TRAILER}: ${oid} ${one}`];
    for (const [index, word] of words.entries()) {
      const part = index < words.length - 1 ? `${word},` : word;
      const last = folded.at(-1) as string;
      if (last.length + 1 + part.length > width) folded.push(` ${part}`);
      else folded[folded.length - 1] = last.endsWith(",") ? `${last}${part}` : `${last} ${part}`;
    }
    return folded.join("\n");
  });
}

/**
 * A commit that names its outputs is believed in just these: a squash has people's changes beside them. Where it does not
 * show them at their paths, as in a squash of several versions, what stood there before is not known.
 */
function rowsNamed(
  told: Pick<Put, "commit" | "held">,
  message: string,
  changes: readonly Change[],
): readonly Row[] {
  const changed = new Map(changes.map((change) => [change.path, change]));
  const runs = insertedIn(message);
  const isOfTask = /^ *Factory-Task: /m.test(message);
  const rows: Row[] = [];
  const replaced: Row[] = [];
  for (const { path, entry, below } of namedIn(message)) {
    if (below !== undefined) {
      replaced.push([path, { ...told, entry, before: below, human: null }]);
      continue;
    }
    const change = changed.get(path);
    const isShown = change !== undefined && change.after?.oid === entry?.oid;
    const inserted = entry === null ? undefined : runs.get(entry.oid);
    // What no task owned any more was a product, known to whoever took it away: had people had something below, it would stand.
    const wasOurs = entry === null && !isOfTask;
    const before = isShown ? (wasOurs ? null : change.before) : undefined;
    const put = { ...told, entry, before, human: null };
    rows.push([path, inserted === undefined ? put : { ...put, inserted }]);
  }
  return [...rows, ...replaced];
}

/** A path as a line of a message can hold it. */
export function pathText(path: string): string {
  if (!/^"|[\p{Cc}\p{Zl}\p{Zp}]|^\s|\s$/u.test(path)) return path;
  const escaped = (sign: string) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(path).replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, escaped);
}

function pathIn(text: string): string {
  if (!text.startsWith('"')) return text;
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((one, at) => one === b[at]);
}
