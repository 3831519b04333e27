// How is the reducer of machine.ts carried out? The loop with the timers and the folders. What looking, estimating and
// building are is handed in: it knows no specs and no agents.

import { changedFiles, type SourceSnapshot, snapshotName } from "../model/source-snapshot.ts";
import type { WatchEvent } from "../model/watch-event.ts";
import { monotonic } from "../platform/clock.ts";
import { type Folders, watchFolders } from "./folders.ts";
import {
  begin,
  type Left,
  next,
  type PendingWork,
  type Quiet,
  type WatchInput,
  type WatchOrder,
  type WatchState,
} from "./machine.ts";

/** What the loop is given. Nothing of it may reject but for a bug. */
export interface WatchActions {
  readonly root: string;
  /** Ask before paid work. */
  readonly confirm: boolean;
  /** Aborts when the person wants to leave. */
  readonly signal: AbortSignal;
  readonly look: () => Promise<SourceSnapshot>;
  /** All folders, absolute, in which something is that the last look looked at. */
  readonly folders: () => readonly string[];
  /** What the sources need as they are now; `changed` are the files that differ from the last build's. */
  readonly estimate: (changed: readonly string[]) => Promise<EstimatedEdit>;
  readonly build: (snapshot: SourceSnapshot, mayPay: boolean) => BuildUnderWay;
  /** Aborts where the question is void; then the answer does not count. */
  readonly ask: (signal: AbortSignal) => Promise<boolean>;
  readonly tell: (event: WatchEvent) => void;
}

export interface EstimatedEdit {
  readonly work: PendingWork;
  /** What is told of it, once it is told: a later touch may make it void before that. */
  readonly event: () => WatchEvent;
}

export interface BuildUnderWay {
  /** What it has read and written so far, over the snapshot that it was begun for. */
  readonly stands: () => SourceSnapshot;
  /** Files that differ from that now, in place of what was noted before. Gives those that something is begun with. */
  readonly note: (changed: readonly string[]) => Promise<readonly string[]>;
  readonly done: Promise<BuildEnd>;
}

export interface BuildEnd {
  readonly left: Left;
  /** When what kept it from its end is over, in milliseconds from now; null where nothing of that kind did. */
  readonly dueInMs: number | null;
}

const QUIET_MS: Readonly<Record<Quiet, number>> = { brief: 30, short: 300, long: 2_000 };
const RESCAN_MS = 20_000;
const POLL_MS = 1_000;

/** Ends when the signal aborts, after the build under way. */
export async function watch(actions: WatchActions): Promise<void> {
  let folders: Folders | null = null;
  const followed = async <T>(step: Promise<T>): Promise<T> => {
    const result = await step;
    folders?.also(actions.folders());
    return result;
  };
  const loop = new Loop({
    ...actions,
    look: () => followed(actions.look()),
    // What stands in the way may be away in a folder that nobody looked at before.
    estimate: (files) => followed(actions.estimate(files)),
  });
  let rescan = setInterval(() => loop.touched(), RESCAN_MS);
  let polling = false;
  folders = await watchFolders(
    actions.root,
    () => loop.touched(),
    (cause) => {
      if (polling) return;
      polling = true;
      clearInterval(rescan);
      rescan = setInterval(() => loop.touched(), POLL_MS);
      actions.tell({ type: "polling", cause });
    },
  );
  try {
    actions.tell({ type: "watching", root: actions.root });
    await loop.run();
  } finally {
    clearInterval(rescan);
    await folders.close();
  }
}

class Loop {
  readonly #actions: WatchActions;
  #state: WatchState | null = null;
  #timer: NodeJS.Timeout | undefined;
  #due: NodeJS.Timeout | undefined;
  #lastTouch = Number.NEGATIVE_INFINITY;
  /** The last touch that left something new to be seen. */
  #lastEdit = Number.NEGATIVE_INFINITY;
  /** What was looked at last, and what the last build stands on. */
  #seen: SourceSnapshot = new Map();
  #seenName = "";
  #stands: SourceSnapshot = new Map();
  #weighed: EstimatedEdit | null = null;
  #building: BuildUnderWay | null = null;
  #question: AbortController | null = null;
  #told = false;
  /** The last that was said of the sources is that they cannot be built. */
  #broken = false;
  #end: { readonly resolve: () => void; readonly reject: (error: unknown) => void } | null = null;

  constructor(actions: WatchActions) {
    this.#actions = actions;
  }

  async run(): Promise<void> {
    const { signal, confirm } = this.#actions;
    if (signal.aborted) return;
    const interrupt = () => this.#feed({ type: "interrupt" });
    signal.addEventListener("abort", interrupt);
    try {
      await new Promise<void>((resolve, reject) => {
        this.#end = { resolve, reject };
        const [state, orders] = begin(confirm);
        this.#state = state;
        this.#carryOut(orders);
      });
    } finally {
      signal.removeEventListener("abort", interrupt);
      clearTimeout(this.#timer);
      clearTimeout(this.#due);
    }
  }

  touched(): void {
    this.#lastTouch = monotonic();
    this.#feed({ type: "touched" });
  }

  #feed(input: WatchInput): void {
    if (this.#state === null) return;
    const [state, orders] = next(this.#state, input);
    this.#state = state;
    this.#carryOut(orders);
  }

  #carryOut(orders: readonly WatchOrder[]): void {
    for (const order of orders) {
      this.#perform(order).catch((error: unknown) => this.#end?.reject(error));
    }
  }

  async #perform(order: WatchOrder): Promise<void> {
    switch (order.type) {
      case "wait":
        // Paid work waits for the person, and all else for what writes.
        return this.#wait(
          (order.quiet === "long" ? this.#lastEdit : this.#lastTouch) + QUIET_MS[order.quiet],
        );
      case "look":
        return this.#look();
      case "estimate":
        this.#weighed = await this.#actions.estimate(changedFiles(this.#stands, this.#seen));
        return this.#feed({ type: "estimated", work: this.#weighed.work });
      case "announce":
        return this.#announce(order.paid);
      case "ask":
        return this.#ask();
      case "unask":
        return this.#question?.abort();
      case "build":
        return this.#build(order.mayPay);
      case "withdraw":
        return this.#withdraw();
      case "rest":
        return this.#rest();
      case "leave":
        return this.#end?.resolve();
    }
  }

  #rest(): void {
    const unsound = this.#state !== null && this.#state.snapshot === this.#state.unsound;
    const mended = this.#broken && !unsound;
    if (this.#told || mended) this.#actions.tell({ type: "idle", mended });
    this.#told = false;
    this.#broken = unsound;
  }

  #tell(event: WatchEvent): void {
    this.#told = true;
    this.#actions.tell(event);
  }

  #announce(paid: boolean): void {
    const event = this.#weighed?.event();
    if (event === undefined) return;
    const isHidden = event.type === "changed" && paid && !event.paid;
    this.#tell(isHidden ? { ...event, paid, usd: null } : event);
  }

  /** Counted from what happened: what took its time since need not be waited for again. */
  #wait(until: number): void {
    clearTimeout(this.#timer);
    const ms = Math.max(0, until - monotonic());
    this.#timer = setTimeout(() => this.#feed({ type: "quiet" }), ms);
  }

  async #look(): Promise<void> {
    this.#seen = await this.#actions.look();
    const snapshot = snapshotName(this.#seen);
    if (snapshot !== this.#seenName) this.#lastEdit = this.#lastTouch;
    this.#seenName = snapshot;
    const stands = this.#building?.stands() ?? this.#stands;
    this.#feed({ type: "looked", snapshot, stands: snapshotName(stands) });
  }

  async #ask(): Promise<void> {
    const question = new AbortController();
    this.#question = question;
    const yes = await this.#actions.ask(question.signal);
    if (question.signal.aborted) return;
    if (!yes) this.#tell({ type: "declined" });
    this.#feed({ type: "answered", yes });
  }

  async #build(mayPay: boolean): Promise<void> {
    clearTimeout(this.#due);
    const building = this.#actions.build(this.#seen, mayPay);
    this.#building = building;
    const { left, dueInMs } = await building.done;
    this.#stands = new Map(building.stands());
    this.#building = null;
    this.#told = true;
    this.#broken = false;
    if (dueInMs !== null) this.#due = setTimeout(() => this.#feed({ type: "due" }), dueInMs);
    this.#feed({ type: "ended", left });
  }

  async #withdraw(): Promise<void> {
    const building = this.#building;
    if (building === null) return;
    const files = await building.note(changedFiles(building.stands(), this.#seen));
    if (files.length > 0) this.#tell({ type: "withdrawn", files });
  }
}
