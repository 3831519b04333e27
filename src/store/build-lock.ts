// May this process build here? One build at a time per workspace, whoever shares its folder: other users, containers and
// machines, too. Nobody has to delete what a dead one left.

import { mkdirSync, realpathSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { failed, type Result, success } from "../model/result.ts";
import { monotonic, now } from "../platform/clock.ts";
import { fileFailure } from "../platform/file-failure.ts";
import { type Holder, LockFolder } from "./lock-claim.ts";
import { LockWatch } from "./lock-watch.ts";

export interface BuildLock {
  /** False where another machine took us for dead and has the lock now; then `onLost` is called, too. */
  holds(): boolean;
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
  /** Another machine took us for dead, after a standstill, and has the lock now: nothing may be written any more. */
  readonly onLost: () => void;
  /** Ends the waiting with `cancelled`. */
  readonly signal: AbortSignal;
}

/** Between two looks at a holder that cannot be asked. */
const RETRY_MS = 100;
/** Until what changed under a look has changed. */
const SOON_MS = 5;

export async function acquireBuildLock(root: string, request: LockRequest): Promise<Result<BuildLock>> {
  const { wait, signal, onWait, onLost } = request;
  const me: Holder = { pid: process.pid, started: now(), command: request.command, host: hostname() };
  let told: number | null = null;
  const tell = (number: number, holder: Holder | null) => {
    if (told !== number) onWait(holder);
    told = number;
  };
  try {
    mkdirSync(join(realpathSync(root), ".factory"), { recursive: true });
    const folder = new LockFolder(root);
    const watch = new LockWatch(folder);
    for (;;) {
      if (signal.aborted) return failed({ reason: "cancelled" });
      const number = folder.highest();
      const met = await watch.meet(number, monotonic);
      if (met.state === "free") {
        const claim = await folder.claim(number + 1, me, onLost);
        if (claim !== null) return success({ holds: claim.holds, release: claim.release });
        continue;
      }
      if (met.state === "again") {
        await sleep(SOON_MS);
        continue;
      }
      const refuses = !wait && (met.state === "held" || met.recent);
      if (met.state === "held" && refuses) met.leave();
      if (refuses) return failed({ reason: "locked", holder: holderText(met.holder) });
      if (wait) tell(number, met.holder);
      if (met.state === "held") await untilGone(met, signal);
      else await sleep(RETRY_MS);
    }
  } catch (error) {
    return fileFailure(root, "lock", error);
  }
}

/** Whether a build holds the workspace, or may: one on another machine cannot be asked. Takes nothing, and waits for nobody. */
export async function isBuildHeld(root: string): Promise<Result<boolean>> {
  try {
    const folder = new LockFolder(root);
    const watch = new LockWatch(folder);
    for (;;) {
      const met = await watch.meet(folder.highest(), monotonic);
      if (met.state === "held") met.leave();
      if (met.state !== "again") return success(met.state !== "free");
      await sleep(SOON_MS);
    }
  } catch (error) {
    return fileFailure(root, "look at the lock of", error);
  }
}

async function untilGone(
  { gone, leave }: { readonly gone: Promise<void>; leave(): void },
  signal: AbortSignal,
): Promise<void> {
  signal.addEventListener("abort", leave);
  if (signal.aborted) leave();
  await gone;
  signal.removeEventListener("abort", leave);
}

function holderText(holder: Holder | null): string {
  if (holder === null) return "another build";
  const where = holder.host === hostname() ? "" : ` on ${holder.host}`;
  return `${holder.command} (pid ${holder.pid}${where})`;
}
