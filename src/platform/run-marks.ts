// What does a build leave by which the next one finds what it started, should it be killed? A file of its own, begun
// before its first process, with every process that is known to belong to it; and a token that only these carry, in their
// environment and in a number (run-number.ts). It is
// gone where the build ended by itself. Who reads it is in orphans.ts.

import { randomBytes } from "node:crypto";
import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { type Result, success } from "../model/result.ts";
import { fileFailure, type IoFailure, systemCode } from "./file-failure.ts";
import { birthOf, type ProcessRow } from "./process-table.ts";
import { nextRunNumber } from "./run-number.ts";

/** The first line. Numbers of processes mean nothing elsewhere, or after a restart. */
export interface MarkHeader {
  readonly version: 1;
  readonly token: string;
  readonly place: ProcessPlace;
  /** Of the state folder: a copy of a workspace has another one, and has started nothing. */
  readonly folder: FolderId;
  /** When the build itself was born, as the table of processes tells. */
  readonly birth: number;
}

/** Every further line. */
export interface MarkedProcess extends MarkedAs {
  readonly pid: number;
  readonly birth: number;
}

export interface MarkedAs {
  /** Folders in which nobody works whom the run did not start. */
  readonly own?: readonly string[];
  /** It was seen to work in these, and that is all that is known: its group and session may be anybody's. */
  readonly guest?: true;
}

/** Where numbers of processes have one meaning. Null where the system does not tell. */
export interface ProcessPlace {
  readonly host: string;
  readonly boot: string | null;
  readonly space: string | null;
}

export interface FolderId {
  readonly dev: number;
  readonly ino: number;
}

/** The variable that every process of a run carries: the token, and the name of the run. */
export const RUN_VARIABLE = "FACTORY_RUN";

/** Its value where git runs: what git starts for a person, such as an agent for keys, is not ours to end. */
export const GIT_RUN = "git";

interface Marks {
  readonly file: string;
  readonly token: string;
  isBegun: boolean;
  /** Lines for which there was no room. */
  unwritten: string;
}

// As the system's own table of our children, it is one per process.
let marks: Marks | null = null;

/** From now on what is started is marked below this folder, which need not exist. */
export function keepMarks(folder: string): void {
  const token = randomBytes(16).toString("hex");
  marks = { file: join(folder, `${token}.jsonl`), token, isBegun: false, unwritten: "" };
}

/** All that was started has ended. A file that cannot be removed names nobody any more: the next build takes it away. */
export function dropMarks(): void {
  try {
    if (marks?.isBegun) rmSync(marks.file, { force: true });
  } catch (error) {
    systemCode(error);
  }
  marks = null;
}

/** What a run carries. */
export interface RunMark {
  /** The value of FACTORY_RUN. */
  readonly value: string;
  /** What it cannot clear. */
  readonly number: bigint;
}

/** For a run of that name. To be asked for before the run starts. */
export function markOf(run: string): Result<RunMark, IoFailure> {
  if (marks === null) return success({ value: run, number: nextRunNumber(null) });
  const begun = begin(marks);
  if (!begun.ok) return begun;
  return success({ value: `${marks.token}.${run}`, number: nextRunNumber(marks.token) });
}

/**
 * Members of a run, as soon as they are known. Where the disk is full they are written with the next ones: what still
 * carries the token is found without them.
 */
export function mark(members: readonly Pick<ProcessRow, "pid" | "birth">[], as: MarkedAs = {}): void {
  if (marks === null || !marks.isBegun || members.length === 0) return;
  for (const { pid, birth } of members) {
    const line: MarkedProcess = { pid, birth, ...as };
    marks.unwritten += `${JSON.stringify(line)}\n`;
  }
  try {
    appendFileSync(marks.file, marks.unwritten);
    marks.unwritten = "";
  } catch (error) {
    systemCode(error);
  }
}

export function processPlace(): ProcessPlace {
  return { host: hostname(), boot: bootId(), space: processSpace() };
}

/** Tells a moment before a restart of the machine from one after; null where the system has none. */
export function bootId(): string | null {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return null;
  }
}

export function folderId(path: string): FolderId {
  const { dev, ino } = statSync(path);
  return { dev, ino };
}

function begin(current: Marks): Result<void, IoFailure> {
  if (current.isBegun) return success(undefined);
  const folder = dirname(current.file);
  try {
    mkdirSync(folder, { recursive: true });
    const header: MarkHeader = {
      version: 1,
      token: current.token,
      place: processPlace(),
      folder: folderId(folder),
      birth: birthOf(process.pid),
    };
    writeFileSync(current.file, `${JSON.stringify(header)}\n`, { mode: 0o600, flag: "wx" });
    current.isBegun = true;
    return success(undefined);
  } catch (error) {
    return fileFailure(folder, "mark what is started", error);
  }
}

/** Numbers of processes are those of one namespace. */
function processSpace(): string | null {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return null;
  }
}
