// What did a build leave running that was killed? Found by what it wrote down (run-marks.ts) and by what its processes
// carry, a variable or a number, and ended with all that they started. Nobody else is: a number counts with the time of birth, on this boot and in
// this namespace of processes; a token is known to nobody but those who carry it; and in a folder of a dead run only those
// are ended who began after its build and belong to no terminal, as a person's shell or editor does.
//
// To be asked by whoever has the build lock: every other build of the workspace is dead then.

import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type Result, success } from "../model/result.ts";
import { fileFailure } from "./file-failure.ts";
import { listIfThere, readIfThere } from "./files.ts";
import { send } from "./living-families.ts";
import { ProcessFolders } from "./process-folders.ts";
import { nameOf, type ProcessRow, processTable, startedWith } from "./process-table.ts";
import {
  folderId,
  GIT_RUN,
  type MarkedProcess,
  type MarkHeader,
  processPlace,
  RUN_VARIABLE,
} from "./run-marks.ts";
import { isNumberOf, runNumberOf } from "./run-number.ts";

export interface LeftBehind {
  /** A build was killed, or this is a copy of its workspace. */
  readonly wasKilled: boolean;
  readonly ended: number;
  /** They cannot be ended by this user. */
  readonly alive: readonly number[];
  /** Where a killed build ran whose processes cannot be seen from here. */
  readonly unseen: readonly string[];
}

const MOST_BYTES = 64 * 1024 * 1024;
/** How long they may take to leave after SIGTERM. */
const GRACE_MS = 1000;
const LOOK_MS = 20;
const KILL_ROUNDS = 40;

/** Ends what the marks below the folder tell of, and takes these away. Sooner than anything else is started. */
export async function endOrphans(folder: string): Promise<Result<LeftBehind>> {
  const entries = listIfThere(folder);
  if (!entries.ok) return entries;
  const wasKilled = entries.value.length > 0;
  const left = { wasKilled, ended: 0, alive: [] as number[], unseen: [] as string[] };
  for (const { name } of entries.value) {
    const path = join(folder, name);
    const read = readIfThere(path, MOST_BYTES);
    if (!read.ok) return read;
    const told = marksIn(read.value, folder);
    if (told !== null) {
      const orphans = new Orphans(told.header, told.marked);
      if (!orphans.isNear) left.unseen.push(told.header.place.host);
      const { ended, alive } = await endAll(orphans);
      left.ended += ended;
      left.alive.push(...alive);
      if (alive.length > 0) continue;
    }
    try {
      rmSync(path, { force: true, recursive: true });
    } catch (error) {
      return fileFailure(path, "remove", error);
    }
  }
  return success(left);
}

/** Null where they tell of nothing that this workspace started. */
function marksIn(
  bytes: Uint8Array | null,
  folder: string,
): { readonly header: MarkHeader; readonly marked: readonly MarkedProcess[] } | null {
  const lines = Buffer.from(bytes ?? [])
    .toString("utf8")
    .split("\n")
    .map(parsed);
  const header = lines[0] as Partial<MarkHeader> | null;
  if (header?.version !== 1 || typeof header.token !== "string" || header.place === undefined) return null;
  const here = folderId(folder);
  // A copied workspace has copied marks, and the one that it was copied from may be at work.
  if (header.folder?.dev !== here.dev || header.folder.ino !== here.ino) return null;
  const marked = lines.slice(1).filter((line): line is MarkedProcess => line !== null);
  return { header: header as MarkHeader, marked };
}

/** The last line may be cut off. */
function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

class Orphans {
  /** Numbers of processes mean here what they meant to the build. */
  readonly isNear: boolean;
  readonly #header: MarkHeader;
  readonly #marked: ReadonlyMap<number, MarkedProcess>;
  readonly #own: readonly string[];
  /** Birth by pid, of all that were found. */
  readonly #found = new Map<number, number>();

  constructor(header: MarkHeader, marked: readonly MarkedProcess[]) {
    const here = processPlace();
    const { boot, host, space } = header.place;
    const isThisBoot = boot === null || here.boot === null ? host === here.host : boot === here.boot;
    // After a restart of this machine none is left, so there is nothing that could not be seen.
    this.isNear = isThisBoot ? space === here.space : host === here.host;
    const isUsable = isThisBoot && space === here.space;
    this.#header = header;
    this.#marked = new Map(isUsable ? marked.map((process) => [process.pid, process]) : []);
    this.#own = isUsable ? [...new Set(marked.flatMap(({ own }) => own ?? []))] : [];
  }

  living(): readonly ProcessRow[] {
    const all = processTable();
    const ours = ourLine(all);
    const table = all.filter(({ pid }) => !ours.has(pid));
    const folders = new ProcessFolders(this.#own);
    const living = new Map<number, ProcessRow>();
    /** Their groups and sessions hold nobody but what they started. */
    const leading = new Set<number>();
    for (let grown = true; grown; ) {
      grown = false;
      for (const row of table) {
        if (living.has(row.pid)) continue;
        const sign = this.#signOf(row, { living, leading, folders });
        if (sign === null) continue;
        living.set(row.pid, row);
        this.#found.set(row.pid, row.birth);
        if (sign === "run") for (const id of [row.group, row.session]) if (id !== 0) leading.add(id);
        grown = true;
      }
    }
    return [...living.values()];
  }

  #signOf(
    row: ProcessRow,
    known: {
      readonly living: ReadonlyMap<number, ProcessRow>;
      readonly leading: ReadonlySet<number>;
      readonly folders: ProcessFolders;
    },
  ): "run" | "alone" | null {
    const run = startedWith(row.pid, RUN_VARIABLE);
    const isOfToken = run?.startsWith(`${this.#header.token}.`) === true;
    if (isOfToken && run !== `${this.#header.token}.${GIT_RUN}`) return "run";
    // It works in the group of the build itself, which may be that of a person's script.
    if (isOfToken && nameOf(row.pid).startsWith("git")) return "alone";
    if (isNumberOf(runNumberOf(row.pid), this.#header.token)) return "run";
    const marked = this.#marked.get(row.pid);
    if (row.birth !== 0 && marked?.birth === row.birth) return marked.guest ? "alone" : "run";
    if (this.#found.get(row.pid) === row.birth) return "alone";
    if (known.living.has(row.parent)) return "alone";
    if (known.leading.has(row.group) || known.leading.has(row.session)) return "alone";
    // What another run started is ended with that.
    if (run !== null || row.hasTerminal || row.birth < this.#header.birth) return null;
    return known.folders.isOf(row.pid) ? "alone" : null;
  }
}

/** Ourselves and whoever started us, should that be something that a dead build left. */
function ourLine(table: readonly ProcessRow[]): ReadonlySet<number> {
  const parents = new Map(table.map(({ pid, parent }) => [pid, parent]));
  const line = new Set<number>();
  for (let pid = process.pid; pid > 0 && !line.has(pid); pid = parents.get(pid) ?? 0) line.add(pid);
  return line;
}

async function endAll(
  orphans: Orphans,
): Promise<{ readonly ended: number; readonly alive: readonly number[] }> {
  const look = () => orphans.living().map(({ pid }) => pid);
  let living = look();
  // What those start that take their time to leave is not counted: it was not left.
  const left = living.length;
  send(living, "SIGTERM");
  const deadline = performance.now() + GRACE_MS;
  while (living.length > 0 && performance.now() < deadline) {
    await delay(LOOK_MS);
    living = look();
  }
  for (let round = 0; living.length > 0 && round < KILL_ROUNDS; round++) {
    send(living, "SIGKILL");
    await delay(LOOK_MS);
    living = look();
  }
  return { ended: Math.max(0, left - living.length), alive: living };
}
