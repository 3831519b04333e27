// Into what does a process write? On Linux into real pipes, because programs open /dev/stdout and /dev/stderr by name,
// and the sockets that Node gives its children cannot be opened so. Node has no call for a pipe of two ends, so they are
// made with names, which are gone before the process starts. Elsewhere, and where `mkfifo` is not there, Node's own do.

import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { closeSync, constants, mkdirSync, openSync } from "node:fs";
import { Socket } from "node:net";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { dropTemporary, temporaryPath } from "./temporary-folders.ts";

/** Both ends of stdout and stderr, in this order. */
export interface OutputPipes {
  /** For the child; to be closed here as soon as it has them. */
  readonly writers: readonly [number, number];
  readonly readers: readonly [Readable, Readable];
}

/** Null where Node's own pipes have to do. */
export async function openOutputPipes(): Promise<OutputPipes | null> {
  if (process.platform !== "linux") return null;
  const folder = `${temporaryPath("pipes")}${randomUUID()}`;
  const names = [join(folder, "1"), join(folder, "2")] as const;
  const opened: number[] = [];
  const open = (name: string, flags: number) => {
    const fd = openSync(name, flags);
    opened.push(fd);
    return fd;
  };
  try {
    mkdirSync(folder, { mode: 0o700 });
    await makeFifos(names);
    // A reader that does not wait comes first: a writer would wait for one.
    const readers = names.map((name) => open(name, constants.O_RDONLY | constants.O_NONBLOCK));
    const writers = names.map((name) => open(name, constants.O_WRONLY));
    const [out, err] = readers.map((fd) => new Socket({ fd, readable: true, writable: false }));
    return { writers: writers as [number, number], readers: [out as Socket, err as Socket] };
  } catch {
    // No `mkfifo`, no room or no descriptors: the child gets what Node gives, and all but the names works as well.
    for (const fd of opened) closeSync(fd);
    return null;
  } finally {
    dropTemporary(folder);
  }
}

export function closeWriters({ writers }: OutputPipes): void {
  for (const fd of writers) closeSync(fd);
}

function makeFifos(names: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile("mkfifo", ["-m", "600", ...names], (error) => (error === null ? resolve() : reject(error)));
  });
}
