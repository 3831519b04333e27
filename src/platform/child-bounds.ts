// What may one program of others take of the machine, with all that it started? Memory and processes are counted at each
// look at its family, because the system's own limits are per process or per user; the size of a file is a limit that the
// program inherits. They are one per process, as the sandbox is.

import { execFileSync } from "node:child_process";
import { totalmem } from "node:os";
import type { Limits } from "../model/workspace.ts";
import { procText } from "./proc-text.ts";

const MIB = 1 << 20;
/** Of the machine's memory, where nobody says. */
const SHARE = 0.75;
/** What `ulimit -f` of a POSIX shell counts in. */
const FILE_BLOCK = 512;

interface Bounds {
  readonly memoryBytes: number;
  readonly processes: number;
  readonly fileBytes: number;
}

let open: Bounds | null = null;

/** From now on, for whoever has folders of its own. */
export function boundChildren({ memoryMb, processes, fileMb }: Limits["programs"]): void {
  const memoryBytes = memoryMb === null ? SHARE * machineMemory() : memoryMb * MIB;
  open = { memoryBytes, processes, fileBytes: fileMb * MIB };
}

/** A sentence, where these processes are more, or hold more, than one program may; else null. */
export function exceededBy(pids: readonly number[]): string | null {
  if (open === null) return null;
  const { memoryBytes, processes } = open;
  if (pids.length > processes)
    return `ended, because it ran ${pids.length} processes, and limits.processes allows ${processes}`;
  const held = memoryOf(pids);
  if (held <= memoryBytes) return null;
  const [much, allowed] = [held, memoryBytes].map((bytes) => Math.floor(bytes / MIB));
  return `ended, because it held ${much} MiB of memory, and limits.memory_mb allows ${allowed}`;
}

/** Words of a shell that put the limit of files on what it becomes; empty without one. */
export function fileLimit(): string {
  // A limit that stands lower is kept.
  return open === null ? "" : `ulimit -f ${Math.ceil(open.fileBytes / FILE_BLOCK)} 2>/dev/null; `;
}

/** Bytes that only these hold; what they share with others, such as their programs, is not counted. */
function memoryOf(pids: readonly number[]): number {
  if (process.platform !== "linux") return residentOf(pids);
  const kib = pids.map((pid) => Number(/^RssAnon:\s+(\d+)/m.exec(procText(`/proc/${pid}/status`))?.[1] ?? 0));
  return kib.reduce((sum, each) => sum + each, 0) * 1024;
}

// Where `ps` fails, nothing is known to be held.
function residentOf(pids: readonly number[]): number {
  if (pids.length === 0) return 0;
  const env = { PATH: process.env.PATH ?? "", LC_ALL: "C" };
  try {
    const listed = execFileSync("ps", ["-o", "rss=", "-p", pids.join(",")], { env, encoding: "utf8" });
    return listed.split("\n").reduce((sum, line) => sum + (Number(line) || 0), 0) * 1024;
  } catch {
    return 0;
  }
}

/** Of a container, where that is less. */
function machineMemory(): number {
  const constrained = process.constrainedMemory();
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}
