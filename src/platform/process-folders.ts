// Does a process work in a folder? Told by where it stands, what it is, what it writes there, and where it listens. Reading
// does not count: people, editors and backups read everywhere. Linux alone tells; elsewhere nobody is known to.

import { readlinkSync } from "node:fs";
import { sep } from "node:path";
import { procNames, procText } from "./proc-text.ts";

const LINUX = process.platform === "linux";
/** Flags of an open file, in octal: how it may be used. */
const ACCESS = 0o3;
const READ_ONLY = 0;

export class ProcessFolders {
  readonly #folders: readonly string[];
  readonly #known = new Map<number, boolean>();
  /** Names of the sockets that are bound below the folders, as descriptors show them; null until somebody asks. */
  #sockets: ReadonlySet<string> | null = null;

  /** `folders` are absolute and without links. Good for one look: what is bound is read once. */
  constructor(folders: readonly string[]) {
    this.#folders = folders;
  }

  isOf(pid: number): boolean {
    if (!LINUX || this.#folders.length === 0) return false;
    const known = this.#known.get(pid) ?? this.#worksHere(pid);
    this.#known.set(pid, known);
    return known;
  }

  #worksHere(pid: number): boolean {
    const own = `/proc/${pid}`;
    if (this.#holds(link(`${own}/cwd`)) || this.#holds(link(`${own}/exe`))) return true;
    return names(`${own}/fd`).some((fd) => {
      const target = link(`${own}/fd/${fd}`);
      if (target.startsWith("socket:")) return this.#bound().has(target);
      return this.#holds(target) && isWritten(`${own}/fdinfo/${fd}`);
    });
  }

  #holds(path: string): boolean {
    return this.#folders.some((folder) => path === folder || path.startsWith(`${folder}${sep}`));
  }

  #bound(): ReadonlySet<string> {
    this.#sockets ??= new Set(
      Buffer.from(procText("/proc/net/unix"), "latin1")
        .toString("utf8")
        .split("\n")
        .flatMap((line) => {
          const [inode, path] = line.trim().split(/\s+/).slice(6);
          return path !== undefined && this.#holds(path) ? [`socket:[${inode}]`] : [];
        }),
    );
    return this.#sockets;
  }
}

function isWritten(info: string): boolean {
  const flags = /^flags:\s*([0-7]+)$/m.exec(procText(info))?.[1];
  return flags !== undefined && (Number.parseInt(flags, 8) & ACCESS) !== READ_ONLY;
}

// A process may leave while it is looked at, and those of others do not show theirs: neither has anything to tell.
function link(path: string): string {
  try {
    // What was removed since is shown with a mark behind its name.
    return readlinkSync(path).replace(/ \(deleted\)$/, "");
  } catch {
    return "";
  }
}

function names(path: string): readonly string[] {
  try {
    return procNames(path);
  } catch {
    return [];
  }
}
