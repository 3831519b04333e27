// Which processes are there at this moment, and who made them? Linux answers from /proc, other systems through `ps`.
// It knows nothing of runs.

import { execFile } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

export interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** Zero where the system does not tell. */
  readonly session: number;
  /** Tells two processes apart that had the same pid one after the other; zero where the system does not tell. */
  readonly birth: number;
  /** Whether it belongs to a terminal, as what a person starts in one does; false where the system does not tell. */
  readonly hasTerminal: boolean;
}

const LINUX = process.platform === "linux";

/** All living processes; zombies are dead. */
export async function processTable(): Promise<ProcessRow[]> {
  return LINUX ? fromProc() : fromPs();
}

/** Whether a process was started with this variable; false where its environment cannot be read. */
export function startedWith(pid: number, name: string, value: string): boolean {
  if (!LINUX) return false;
  return `\0${read(`/proc/${pid}/environ`)}\0`.includes(`\0${name}=${value}\0`);
}

/** Begins the names of folders in which pipes lay; what the system calls them afterwards still tells it. */
export const PIPE_FOLDER = "factory-pipes-";
const OUTPUT = new RegExp(`^(pipe|socket):|/${PIPE_FOLDER}[^/]+/\\d \\(deleted\\)$`);

/** Names of the pipes and sockets that are stdout and stderr of a process. */
export function outputPipes(pid: number): string[] {
  if (!LINUX) return [];
  return [1, 2].map((fd) => link(`/proc/${pid}/fd/${fd}`)).filter((name) => OUTPUT.test(name));
}

export function birthOf(pid: number): number {
  return LINUX ? (parseStat(pid, read(`/proc/${pid}/stat`))?.birth ?? 0) : 0;
}

function fromProc(): ProcessRow[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => parseStat(Number(name), read(`/proc/${name}/stat`)))
    .filter((row) => row !== null);
}

function parseStat(pid: number, stat: string): ProcessRow | null {
  // The name of the program stands in parentheses and may itself hold any of them.
  const [state, parent, group, session, ...rest] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (!state || state === "Z" || state === "X") return null;
  return {
    pid,
    parent: Number(parent),
    group: Number(group),
    session: Number(session),
    birth: Number(rest[15]),
    hasTerminal: Number(rest[0]) !== 0,
  };
}

function fromPs(): Promise<ProcessRow[]> {
  return new Promise((resolve) => {
    execFile("ps", ["-A", "-o", "pid=,ppid=,pgid=,stat="], { maxBuffer: 16 << 20 }, (_error, stdout) => {
      const rows = stdout.split("\n").map((line) => line.trim().split(/\s+/));
      resolve(
        rows
          .filter((row) => row.length === 4 && !row[3]?.startsWith("Z"))
          .map(([pid, parent, group]) => ({
            pid: Number(pid),
            parent: Number(parent),
            group: Number(group),
            session: 0,
            birth: 0,
            hasTerminal: false,
          })),
      );
    });
  });
}

// A process may leave between being listed and being looked at; it then has nothing to tell.
function read(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}

function link(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}
