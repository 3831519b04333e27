// Which processes are there at this moment, and who made them? Linux answers from /proc, other systems through `ps`.
// It knows nothing of runs.

import { execFileSync } from "node:child_process";
import { readlinkSync } from "node:fs";
import { procNames, procText } from "./proc-text.ts";

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

/** All living processes; zombies are dead. At once, for whoever is about to leave. */
export function processTable(): readonly ProcessRow[] {
  return LINUX ? fromProc() : fromPs();
}

/** The value of a variable that a process was started with; null without it, or where its environment cannot be read. */
export function startedWith(pid: number, name: string): string | null {
  if (!LINUX) return null;
  const environment = `\0${procText(`/proc/${pid}/environ`)}`;
  const start = environment.indexOf(`\0${name}=`);
  if (start < 0) return null;
  const value = environment.slice(start + name.length + 2);
  return value.split("\0", 1)[0] ?? "";
}

/** What a process calls itself, cut short by the system; empty where it does not tell. */
export function nameOf(pid: number): string {
  return LINUX ? procText(`/proc/${pid}/comm`).trim() : "";
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
  return LINUX ? (parseStat(pid, procText(`/proc/${pid}/stat`))?.birth ?? 0) : 0;
}

function fromProc(): ProcessRow[] {
  return procNames("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => parseStat(Number(name), procText(`/proc/${name}/stat`)))
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

// Where `ps` itself fails nobody is known, and whoever asks goes on with those that it knew before.
function fromPs(): readonly ProcessRow[] {
  const columns = ["pid", "ppid", "pgid", "stat", "lstart"].map((column) => `${column}=`).join(",");
  const env = { PATH: process.env.PATH ?? "", LC_ALL: "C" };
  const options = { env, encoding: "utf8", maxBuffer: 16 << 20 } as const;
  let listed = "";
  try {
    listed = execFileSync("ps", ["-A", "-o", columns], { ...options, stdio: ["ignore", "pipe", "ignore"] });
  } catch {
    return [];
  }
  return listed.split("\n").flatMap((line) => {
    const [pid, parent, group, state, ...since] = line.trim().split(/\s+/);
    if (state === undefined || state.startsWith("Z")) return [];
    return {
      pid: Number(pid),
      parent: Number(parent),
      group: Number(group),
      session: 0,
      birth: Date.parse(since.join(" ")) || 0,
      hasTerminal: false,
    };
  });
}

// A process may leave between being listed and being looked at; it then has nothing to tell.
function link(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}
