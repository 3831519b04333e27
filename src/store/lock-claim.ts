// How does a process hold a folder that others reach from other users, containers and machines? By a numbered claim in
// the folder itself, of which the highest counts:
//
//   .factory/lock/000000000007/
//     holder.json   who it is, and the kernel and file system on which its socket can be asked
//     socket        listens as long as the process lives; the kernel refuses for a dead one, whatever its namespace
//     beat          written anew every two seconds, for those who cannot ask the socket
//     released      let go in order
//
// A claim is made whole beside, and gets its number by a rename: one wins. A dead one is followed, never taken over, for
// two who both found it dead could each remove the other's. It does not know when another one's claim is dead: that is
// for lock-watch.ts.

import { randomBytes } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { systemCode } from "../platform/file-failure.ts";
import { bootId } from "../platform/run-marks.ts";
import { listen, SOCKET } from "./lock-socket.ts";

/** Who has the lock. `started` is milliseconds since the epoch. */
export interface Holder {
  readonly pid: number;
  readonly started: number;
  readonly command: string;
  readonly host: string;
}

/** Where a socket is one and the same: a kernel, and a file system as it is mounted there. */
export interface SocketPlace {
  readonly boot: string | null;
  readonly dev: number;
  /** Of the folder with the claims: a copied workspace has copied claims, and nobody holds these. */
  readonly ino: number;
}

export interface ClaimText extends Holder {
  readonly ground: SocketPlace;
  /** Of the socket, from the claim, or absolute; null where it has none, for the system gives none. */
  readonly socket: string | null;
}

export interface Claim {
  readonly number: number;
  /** A look of one's own, before what cannot be taken back: a standstill may be over and the next beat still to come. */
  holds(): boolean;
  release(): Promise<void>;
}

export const BEAT_MS = 2000;
/** Of the next beat, until it takes the place of the last. */
const NEXT_BEAT = "beat.next";

// A socket's path fits into 104 bytes on the tightest system.

export class LockFolder {
  readonly path: string;

  /** All members throw the system's errors. */
  constructor(root: string) {
    this.path = join(root, ".factory", "lock");
  }

  pathOf(number: number): string {
    return join(this.path, String(number).padStart(12, "0"));
  }

  /** Zero where there never was a claim. */
  highest(): number {
    return (existsSync(this.path) ? readdirSync(this.path) : [])
      .filter((name) => /^[0-9]{12}$/.test(name))
      .reduce((highest, name) => Math.max(highest, Number(name)), 0);
  }

  ground(): SocketPlace {
    const { dev, ino } = statSync(this.path);
    return { boot: bootId(), dev, ino };
  }

  /** Null where somebody else was faster. `onLost` is called where somebody else takes this claim for dead. */
  async claim(number: number, me: Holder, onLost: () => void): Promise<Claim | null> {
    const cradle = join(this.path, `${randomBytes(6).toString("hex")}.claim`);
    mkdirSync(this.path, { recursive: true });
    mkdirSync(cradle);
    // It listens before it gets its number, so that nobody ever finds the number dead at birth.
    const listening = await listen(cradle, `${JSON.stringify(me)}\n`);
    const text: ClaimText = { ...me, ground: this.ground(), socket: listening?.address ?? null };
    const won =
      furnished(cradle, text) && this.#moved(cradle, this.pathOf(number)) && this.highest() === number;
    if (!won) {
      // Somebody was faster, or far ahead while we slept: our number, if we got one, is below theirs.
      await listening?.close();
      discard(cradle);
      return null;
    }
    this.#clear(number);
    const beating = this.#beat(number, onLost);
    return {
      number,
      holds: () => {
        if (!this.#isLost(number)) return true;
        clearInterval(beating);
        onLost();
        return false;
      },
      release: async () => {
        clearInterval(beating);
        try {
          writeFileSync(join(this.pathOf(number), "released"), "");
          // Some ways to copy a folder stop at a socket.
          rmSync(join(this.pathOf(number), SOCKET), { force: true });
          rmSync(join(this.pathOf(number), NEXT_BEAT), { force: true });
        } catch (error) {
          // Gone with its folder, or no room: the socket says the same.
          systemCode(error);
        }
        await listening?.close();
      },
    };
  }

  /** By a name of its own first: two writes of different lengths must not be seen as one. */
  #beat(number: number, onLost: () => void): NodeJS.Timeout {
    const path = this.pathOf(number);
    let beats = 0;
    const beating = setInterval(() => {
      beats += 1;
      const draft = join(path, NEXT_BEAT);
      void writeFile(draft, String(beats))
        .then(() => rename(draft, join(path, "beat")))
        .catch(() => {
          // No room, or not for us any more: that others see nothing of us is answered by the look below.
          discard(draft);
        })
        .then(() => {
          if (this.#isLost(number)) {
            clearInterval(beating);
            onLost();
          }
        });
    }, BEAT_MS);
    beating.unref();
    return beating;
  }

  /** Also where the state folder is gone, and the next build makes another one: nothing keeps that out. */
  #isLost(number: number): boolean {
    try {
      return this.highest() !== number;
    } catch (error) {
      // Whoever cannot look knows nothing; the next look may tell.
      systemCode(error);
      return false;
    }
  }

  #moved(cradle: string, to: string): boolean {
    try {
      renameSync(cradle, to);
      return true;
    } catch (error) {
      const taken = [
        "EEXIST",
        "ENOTEMPTY",
        "ENOTDIR",
        "ENOENT",
        ...(process.platform === "win32" ? ["EPERM"] : []),
      ];
      if (taken.includes(systemCode(error))) return false;
      throw error;
    }
  }

  /** What others left. What is another user's stays for them. */
  #clear(mine: number): void {
    for (const name of readdirSync(this.path)) {
      if (name.endsWith(".claim")) {
        // By another name first: whoever is about to get a number with it must not get it without its content.
        const away = join(this.path, `${name}.gone`);
        try {
          renameSync(join(this.path, name), away);
        } catch (error) {
          systemCode(error);
          continue;
        }
        discard(away);
      } else if (name.endsWith(".gone") || Number(name) < mine) discard(join(this.path, name));
    }
  }
}

/** False where somebody who got the number took it for a dead one's and cleared it away. */
function furnished(cradle: string, text: ClaimText): boolean {
  try {
    writeFileSync(join(cradle, "holder.json"), `${JSON.stringify(text)}\n`);
    writeFileSync(join(cradle, "beat"), "0");
    // Whoever may enter the state folder may know who builds there, and wait for it.
    chmodSync(cradle, 0o755);
    chmodSync(join(cradle, "holder.json"), 0o644);
    return true;
  } catch (error) {
    if (systemCode(error) === "ENOENT") return false;
    throw error;
  }
}

function discard(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch (error) {
    systemCode(error);
  }
}

/** Null where nothing, or nothing whole, is to be read: then nobody knows who it is. */
export function claimText(path: string): ClaimText | null {
  try {
    const text = JSON.parse(readFileSync(join(path, "holder.json"), "utf8")) as Partial<ClaimText>;
    const isWhole = typeof text.ground?.dev === "number" && holderOf(text) !== null;
    return isWhole ? (text as ClaimText) : null;
  } catch {
    return null;
  }
}

/** Whoever listens, or whoever wrote, may not be a factory at all. */
export function holderOf(value: unknown): Holder | null {
  const { pid, started, command, host = hostname() } = (value ?? {}) as Partial<Holder>;
  if (typeof pid !== "number" || typeof started !== "number" || typeof command !== "string") return null;
  return typeof host === "string" ? { pid, started, command, host } : null;
}
