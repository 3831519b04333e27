// May this process build here? One build at a time per workspace, and the kernel lets go of a dead one's lock at once.
// The lease file beside it tells people who builds, also across containers; nobody decides anything by it.

import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { failed, type Result, success } from "../model/result.ts";
import { now } from "../platform/clock.ts";
import { fileFailure } from "../platform/file-failure.ts";
import { removeDurably, writeDurably } from "./durable.ts";
import { type Claim, type LockSocket, lockSocket } from "./lock-socket.ts";

/** Who has the lock. `started` is milliseconds since the epoch. */
export interface Holder {
  readonly pid: number;
  readonly started: number;
  readonly command: string;
}

export interface BuildLock {
  /** Lets the next build in. The end of the process does the same. */
  release(): Promise<void>;
}

export interface LockRequest {
  /** What this process is, for those who wait for it, such as `factory build`. */
  readonly command: string;
  /** False: fail with `locked` rather than wait. */
  readonly wait: boolean;
  /** Called once per holder that is waited for; null where it does not say who it is. */
  readonly onWait: (holder: Holder | null) => void;
  /** Ends the waiting with `cancelled`. */
  readonly signal: AbortSignal;
}

// How long a holder may take to say who it is, before it is waited for without a name.
const GREETING_MS = 500;
// Between two looks at a holder that cannot be reached: about to listen, or about to be gone.
const RETRY_MS = 50;
// How often that may happen to somebody who would not wait.
const MISSES = 10;

export async function acquireBuildLock(
  root: string,
  request: LockRequest,
  platform: NodeJS.Platform = process.platform,
): Promise<Result<BuildLock>> {
  const me: Holder = { pid: process.pid, started: now(), command: request.command };
  const lease = join(root, ".factory", "lock.json");
  let told: number | null = null;
  let misses = 0;
  try {
    const socket = lockSocket(root, platform);
    for (;;) {
      if (request.signal.aborted) return failed({ reason: "cancelled" });
      const claim = await socket.claim(JSON.stringify(me));
      if (claim !== null) return await hold(claim, me, lease);
      const met = await meet(socket, request.signal);
      if (met === null) {
        misses += 1;
        if (!request.wait && misses > MISSES) {
          return failed({ reason: "locked", holder: holderText(leaseHolder(lease)) });
        }
        await sleep(RETRY_MS);
        continue;
      }
      const holder = met.holder ?? leaseHolder(lease);
      if (!request.wait) {
        met.leave();
        return failed({ reason: "locked", holder: holderText(holder) });
      }
      if (told !== (holder?.pid ?? 0)) request.onWait(holder);
      told = holder?.pid ?? 0;
      await met.gone;
    }
  } catch (error) {
    return fileFailure(root, "lock", error);
  }
}

async function hold(claim: Claim, me: Holder, lease: string): Promise<Result<BuildLock>> {
  const nonce = randomBytes(8).toString("hex");
  const text = JSON.stringify({ ...me, host: hostname(), boot: bootId(), nonce });
  const written = await writeDurably(lease, `${text}\n`, { derived: true });
  if (!written.ok) {
    await claim.release();
    return written;
  }
  return success({
    async release() {
      // Information for people, and by now perhaps no longer ours: if it stays, it only names a build that ended.
      if (leaseText(lease).includes(nonce)) await removeDurably(lease, { derived: true });
      await claim.release();
    },
  });
}

interface Meeting {
  readonly holder: Holder | null;
  /** Resolves when the holder lets go or dies, or when the waiting is cancelled. */
  readonly gone: Promise<void>;
  leave(): void;
}

/** Connects to the holder, which keeps the line open as long as it holds. Null where nobody answers. */
async function meet(socket: LockSocket, signal: AbortSignal): Promise<Meeting | null> {
  const address = socket.address();
  if (address === null) return null;
  const line = connect(address);
  const leave = () => line.destroy();
  const gone = new Promise<void>((resolve) => {
    line.on("close", () => {
      signal.removeEventListener("abort", leave);
      resolve();
    });
  });
  signal.addEventListener("abort", leave);
  if (signal.aborted) leave();
  const greeting = await new Promise<string | null>((resolve) => {
    let text = "";
    const late = setTimeout(() => resolve(""), GREETING_MS);
    const end = (heard: string | null) => {
      clearTimeout(late);
      resolve(heard);
    };
    line.on("error", () => end(null));
    line.on("close", () => end(text.endsWith("\n") ? text : null));
    line.on("data", (chunk) => {
      text += chunk.toString();
      if (text.endsWith("\n")) end(text);
    });
  });
  return greeting === null ? null : { holder: parseHolder(greeting), gone, leave };
}

/** Whoever listens on the name may not be a factory at all. */
function parseHolder(text: string): Holder | null {
  try {
    const { pid, started, command } = JSON.parse(text) as Partial<Holder>;
    if (typeof pid !== "number" || typeof started !== "number" || typeof command !== "string") return null;
    return { pid, started, command };
  } catch {
    return null;
  }
}

function leaseHolder(lease: string): Holder | null {
  return parseHolder(leaseText(lease));
}

function leaseText(lease: string): string {
  try {
    return readFileSync(lease, "utf8");
  } catch {
    return "";
  }
}

function holderText(holder: Holder | null): string {
  return holder === null ? "another build" : `${holder.command} (pid ${holder.pid})`;
}

/** Tells a pid of before a restart of the machine from one of after; null where the system has none. */
function bootId(): string | null {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return null;
  }
}
