// How does a command run a build? Behind the build lock, with a journal, in view of its caller, and interruptible.

import { randomBytes } from "node:crypto";
import { setMaxListeners } from "node:events";
import { existsSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import type { Json } from "../../model/digest.ts";
import type { Event } from "../../model/event.ts";
import { type Result, success } from "../../model/result.ts";
import { now } from "../../platform/clock.ts";
import { hasLivingFamilies } from "../../platform/living-families.ts";
import { endOrphans } from "../../platform/orphans.ts";
import { ownRedactor, redactValue } from "../../platform/redact.ts";
import { dropMarks, keepMarks } from "../../platform/run-marks.ts";
import { sweepTemporaryFolders } from "../../platform/temporary-folders.ts";
import { failureText } from "../../report/failure-text.ts";
import { acquireBuildLock } from "../../store/build-lock.ts";
import { Journal } from "../../store/journal.ts";
import type { Holder } from "../../store/lock-claim.ts";
import { BuildHistory } from "../history/build-history.ts";
import type { BuildEnvironment } from "../run/build-environment.ts";
import { sweepAfterKill } from "../upkeep/sweep-after-kill.ts";
import type { Caller, Place } from "./caller.ts";
import { namesCollector } from "./collector.ts";
import { makeStateFolder } from "./state-folder.ts";

/** BuildEnvironment for a command that only reads: nobody listens, and there is no lock to wait for. */
export function quietEnvironment({ root, packageRoot, writer }: Place): BuildEnvironment {
  // What cannot be written can still be read: without the folder a command remembers nothing, and whatever it needs
  // from there says so itself.
  if (existsSync(join(root, "projects.yaml"))) makeStateFolder(root, packageRoot);
  return { root, packageRoot, writer, signal: new AbortController().signal, clock: now, tell: () => {} };
}

/** Runs `work` as the one build of the workspace, with a journal and in view of its caller. */
export function asBuild<T>(
  caller: Caller,
  work: (environment: BuildEnvironment & Turn) => Promise<Result<T>>,
): Promise<Result<T>> {
  return withLock(caller, (station) => recorded(caller, station, work));
}

/** Where a command works, and what interrupts it. */
type Station = Omit<BuildEnvironment, "clock" | "tell"> & Turn;

interface Turn {
  /** Another build held the workspace first, and may have left other locks than there were. */
  readonly waited: boolean;
}

/**
 * Keeps builds out while `work` runs, once what a killed one left has ended. An interrupt ends it in order; nothing that it
 * started outlives it.
 */
export async function withLock<T>(
  caller: Caller,
  work: (station: Station) => Promise<Result<T>>,
): Promise<Result<T>> {
  const { root, packageRoot, writer } = caller;
  const interrupt = new AbortController();
  // Every process and every call listens to it while it runs.
  setMaxListeners(0, interrupt.signal);
  let waited = false;
  const away = caller.onInterrupt(interrupt);
  try {
    const made = makeStateFolder(root, packageRoot);
    if (!made.ok) return made;
    const lock = await acquireBuildLock(root, {
      command: caller.command,
      wait: caller.waits,
      onWait: (holder) => {
        waited = true;
        caller.say(
          holder === null
            ? "waiting for another build of this workspace to end"
            : `waiting for \`${holder.command}\` (process ${holder.pid}${placeOf(holder)}) to end`,
        );
      },
      onLost: () => {
        if (interrupt.signal.aborted) return;
        caller.warn(
          "this build was suspended for so long that another one took over the workspace; it stops",
        );
        interrupt.abort();
      },
      signal: interrupt.signal,
    });
    if (!lock.ok) return lock;
    try {
      const alone = await endLeftBehind(caller);
      if (!alone.ok) return alone;
      const { holds } = lock.value;
      const done = await work({ root, packageRoot, writer, signal: interrupt.signal, waited, holds });
      if (!hasLivingFamilies()) dropMarks();
      return done;
    } finally {
      await lock.value.release();
    }
  } finally {
    away();
  }
}

function placeOf({ host }: Holder): string {
  return host === hostname() ? "" : ` on ${host}`;
}

/** What a killed build left is ended and removed before anything starts, and what starts from here is marked for the next one. */
async function endLeftBehind(caller: Caller): Promise<Result<void>> {
  const folder = join(caller.root, ".factory", "processes");
  const left = await endOrphans(folder);
  if (!left.ok) return left;
  const { wasKilled, ended, alive, unseen } = left.value;
  const processes = ended === 1 ? "1 process" : `${ended} processes`;
  if (ended > 0) caller.say(`ended ${processes} that an earlier build left`);
  if (alive.length > 0) {
    const pids = alive.join(", ");
    caller.warn(`an earlier build left processes that cannot be ended from here: ${pids}`);
  }
  for (const host of new Set(unseen)) {
    caller.warn(`a build on ${host} was killed; what it may have left there cannot be seen from here`);
  }
  const swept = [sweepTemporaryFolders(), ...(wasKilled ? [await sweepAfterKill(caller.root)] : [])];
  for (const sweep of swept) {
    // It takes room, and is in nobody's way.
    if (!sweep.ok)
      caller.warn(`not all that an earlier build left goes: ${failureText(sweep.failure).message}`);
  }
  keepMarks(folder);
  return success(undefined);
}

async function recorded<T>(
  caller: Caller,
  station: Station,
  work: (environment: BuildEnvironment & Turn) => Promise<Result<T>>,
): Promise<Result<T>> {
  const id = `${new Date(now()).toISOString().replace(/[:.]/g, "-")}-${randomBytes(3).toString("hex")}`;
  const journal = await Journal.create(join(station.root, ".factory", "journal"), id);
  if (!journal.ok) return journal;
  const view = await caller.openView();
  const history = new BuildHistory(station.root, id);
  const redact = ownRedactor();
  const tell = (happened: Event) => {
    const event = redactValue(happened as unknown as Json, redact) as unknown as Event;
    journal.value.append(event);
    history.tell(event);
    view.tell(event);
  };
  try {
    const result = await work({ ...station, clock: now, tell });
    const kept = await history.keep();
    const closed = await journal.value.close();
    if (!kept.ok) return kept;
    return closed.ok ? result : closed;
  } finally {
    view.close();
    if (namesCollector(process.env)) {
      const { sendTelemetry } = await import("./send-telemetry.ts");
      // In the background: whoever waits for the build does not wait for a collector.
      void sendTelemetry(caller, { id, journal: journal.value.path });
    }
  }
}
