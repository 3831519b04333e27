// Does whoever made a claim still hold it? The kernel answers where one and the same kernel has the claim's socket: it
// refuses for a dead process, and for nothing else. Where it cannot be asked, because the claim was made on another
// machine, before a restart, or on a file system that is mounted twice, the claim's beat is watched with our own clock.

import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { hostname } from "node:os";
import { isAbsolute, join } from "node:path";
import { systemCode } from "../platform/file-failure.ts";
import { BEAT_MS, type ClaimText, claimText, type Holder, holderOf, type LockFolder } from "./lock-claim.ts";
import { throughFolder } from "./lock-socket.ts";

export type LockState =
  | { readonly state: "free" }
  /** It changed under the look. */
  | { readonly state: "again" }
  /** `gone` resolves when the holder lets go or dies, or at `leave`. */
  | { readonly state: "held"; readonly holder: Holder | null; readonly gone: Promise<void>; leave(): void }
  /** It may live and cannot be asked. `recent`: it wrote a moment ago, by the clock of the file system. */
  | { readonly state: "silent"; readonly holder: Holder | null; readonly recent: boolean };

/** How long a holder may take to say who it is, before it is waited for without a name. */
const GREETING_MS = 500;
/** A holder that does not write for so long is dead; so is one that does not write for a moment, and did not before. */
const DEAD_MS = 15 * BEAT_MS;
const MOMENT_MS = 2.5 * BEAT_MS;

export class LockWatch {
  readonly #folder: LockFolder;
  /** The last beat that was seen, and since when by our clock. */
  #seen: { readonly number: number; readonly beat: string; readonly since: number } | null = null;

  constructor(folder: LockFolder) {
    this.#folder = folder;
  }

  async meet(number: number, clock: () => number): Promise<LockState> {
    const path = this.#folder.pathOf(number);
    if (number === 0 || existsSync(join(path, "released"))) return { state: "free" };
    const text = claimText(path);
    const name = text === null ? "socket" : text.socket;
    const answer = name === null ? "unreachable" : await ask(path, name);
    // One that is stopped says nothing, and holds.
    if (typeof answer === "object") return { state: "held", ...answer, holder: answer.holder ?? text };
    if (answer === "closed" || this.#folder.highest() !== number) return { state: "again" };
    const isNear = this.#isNear(text);
    if (isNear && answer === "refused") return { state: "free" };
    if (isNear && answer === "unreachable" && text?.ground.ino !== this.#folder.ground().ino)
      return { state: "free" };
    // Somebody else's: neither their silence nor their age says anything about them.
    if (answer === "forbidden") return { state: "silent", holder: text, recent: true };
    return this.#byBeat(number, text, clock());
  }

  /** Whether one kernel has its socket and ours, under one name. */
  #isNear(text: ClaimText | null): boolean {
    const here = this.#folder.ground();
    if (text === null || text.ground.boot !== here.boot || text.ground.dev !== here.dev) return false;
    return here.boot !== null || text.host === hostname();
  }

  #byBeat(number: number, holder: Holder | null, now: number): LockState {
    const path = join(this.#folder.pathOf(number), "beat");
    const beat = textOf(path);
    if (this.#seen?.number !== number || this.#seen.beat !== beat) this.#seen = { number, beat, since: now };
    const quiet = now - this.#seen.since;
    const isOld = this.#age(path) >= DEAD_MS;
    if (quiet >= DEAD_MS || (isOld && quiet >= MOMENT_MS)) return { state: "free" };
    return { state: "silent", holder, recent: !isOld };
  }

  /** By the clock that stamps both files, whosever it is. Nothing that was never written is old. */
  #age(path: string): number {
    const probe = join(this.#folder.path, `${randomBytes(6).toString("hex")}.gone`);
    try {
      writeFileSync(probe, "");
      return statSync(probe).mtimeMs - statSync(path).mtimeMs;
    } catch (error) {
      systemCode(error);
      return 0;
    } finally {
      rmSync(probe, { force: true });
    }
  }
}

type Answer =
  | { readonly holder: Holder | null; readonly gone: Promise<void>; leave(): void }
  | "closed"
  | "refused"
  | "forbidden"
  | "unreachable";

/** Connects to the holder, which keeps the line open as long as it holds. */
async function ask(path: string, name: string): Promise<Answer> {
  try {
    return isAbsolute(name) || name.startsWith("\\\\")
      ? await greet(connect(name))
      : await throughFolder(path, name, (address) => greet(connect(address)));
  } catch (error) {
    return refusal(systemCode(error));
  }
}

function refusal(code: string): Answer {
  if (code === "ECONNREFUSED") return "refused";
  return code === "EACCES" || code === "EPERM" ? "forbidden" : "unreachable";
}

async function greet(line: Socket): Promise<Answer> {
  const leave = () => line.destroy();
  const gone = new Promise<void>((resolve) => line.on("close", () => resolve()));
  return new Promise((resolve) => {
    let text = "";
    let isConnected = false;
    const held = () => resolve({ holder: greeting(text), gone, leave });
    const late = setTimeout(held, GREETING_MS);
    line.on("connect", () => {
      isConnected = true;
    });
    line.on("error", (error) => {
      clearTimeout(late);
      if (isConnected) resolve("closed");
      else resolve(refusal(systemCode(error)));
    });
    line.on("close", () => {
      clearTimeout(late);
      resolve("closed");
    });
    line.on("data", (chunk) => {
      text += chunk.toString();
      if (!text.endsWith("\n")) return;
      clearTimeout(late);
      held();
    });
  });
}

function greeting(text: string): Holder | null {
  try {
    return holderOf(JSON.parse(text));
  } catch {
    return null;
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
