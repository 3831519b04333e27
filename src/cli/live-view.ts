// How is a running build drawn on a terminal? As a picture that redraws itself below what was said, and in its place the log of a
// task that somebody looks into. It is the one writer of the screen while it is open.

import type { ReadStream, WriteStream } from "node:tty";
import type { createLogUpdate } from "log-update";
import type { Event } from "../model/event.ts";
import { ownRedactor } from "../platform/redact.ts";
import { eventLine } from "../report/build-text.ts";
import { failureText } from "../report/failure-text.ts";
import { frame } from "../report/live-frame.ts";
import { chosenIn, type Look, lookFrame, NO_LOOK, pressed } from "../report/live-look.ts";
import { BEFORE, fold, type LiveState } from "../report/live-state.ts";
import { type Expectations, NOTHING_EXPECTED, remainingWork } from "../report/remaining-work.ts";
import type { GrowingLog } from "./growing-log.ts";
import { Keyboard } from "./keyboard.ts";

const FRAME_MS = 100;
/** All that is open is gone through for it. */
const ESTIMATE_MS = 1000;
/** Who is done sooner has no use for an estimate, and reading of past builds would hold up the first agents. */
const LONG_BUILD_MS = 3000;
const SIZE_WHERE_UNKNOWN = { columns: 80, rows: 24 };
/** More than any screen is high. */
const KEPT_LINES = 500;

export type Output = Pick<WriteStream, "write"> & Partial<Pick<WriteStream, "isTTY" | "columns" | "rows">>;

/** What a view shows beside the events that it is told. */
export interface Beside {
  /** Asked only of a build that is drawn and takes long. */
  readonly expect: () => Promise<Expectations>;
  /** The log of a task's last session. */
  readonly logOf: (task: string) => GrowingLog;
  /** Where single keys are typed; null where nobody types. */
  readonly input: ReadStream | null;
}

/** A log that somebody looks into, as far as it was read; `lines` null: there is none yet. */
interface OpenLog {
  readonly task: string;
  readonly log: GrowingLog;
  lines: readonly string[] | null;
}

export async function openLiveView(output: Output, color: boolean, beside: Beside): Promise<LiveView> {
  const { createLogUpdate } = await import("log-update");
  return new LiveView(output, color, beside, createLogUpdate(output as WriteStream));
}

type LogUpdate = ReturnType<typeof createLogUpdate>;

export class LiveView {
  readonly #output: Output;
  readonly #color: boolean;
  readonly #beside: Beside;
  readonly #log: LogUpdate;
  readonly #keyboard: Keyboard | null;
  readonly #timer: NodeJS.Timeout;
  readonly #later: NodeJS.Timeout;
  #state: LiveState = BEFORE;
  #expected: Expectations = NOTHING_EXPECTED;
  #estimate = { at: 0, remaining: remainingWork(BEFORE, NOTHING_EXPECTED, 0) };
  #told: string[] = [];
  #chosen: Look = NO_LOOK;
  #opened: OpenLog | null = null;
  #isOpen = true;

  constructor(output: Output, color: boolean, beside: Beside, log: LogUpdate) {
    this.#output = output;
    this.#color = color;
    this.#beside = beside;
    this.#log = log;
    this.#keyboard = beside.input === null ? null : new Keyboard(beside.input, this.#press);
    this.#timer = setInterval(() => this.#draw(), FRAME_MS);
    this.#later = setTimeout(async () => {
      this.#expected = await beside.expect();
    }, LONG_BUILD_MS);
    // A build that is over must not be kept alive by its own picture.
    this.#timer.unref();
    this.#later.unref();
    process.on("SIGTSTP", this.#stop);
  }

  tell(event: Event): void {
    if (!this.#isOpen) return;
    this.#state = fold(this.#state, event);
    const line = isLasting(event) ? eventLine(event, this.#color) : null;
    if (line !== null) this.#told.push(line);
  }

  /** Above the picture, at once. */
  say(text: string): void {
    this.#told.push(text.replace(/\n$/, ""));
    this.#draw();
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    process.off("SIGTSTP", this.#stop);
    clearInterval(this.#timer);
    clearTimeout(this.#later);
    this.#keyboard?.release();
    this.#log.clear();
    this.#log.done();
    if (this.#told.length > 0) this.#output.write(`${this.#told.join("\n")}\n`);
  }

  #draw(): void {
    // Not `persist`: it cuts what is taller than the screen.
    if (this.#told.length > 0) {
      this.#log.clear();
      this.#output.write(`${this.#told.join("\n")}\n`);
      this.#told = [];
    }
    const { columns, rows } = { ...SIZE_WHERE_UNKNOWN, ...sizeOf(this.#output) };
    const now = Date.now();
    if (now - this.#estimate.at >= ESTIMATE_MS)
      this.#estimate = { at: now, remaining: remainingWork(this.#state, this.#expected, now) };
    const { remaining } = this.#estimate;
    const chosen = this.#keyboard?.attend() === true ? chosenIn(this.#chosen, this.#state) : null;
    // The last row stays free: writing into it would scroll the screen.
    const screen = { width: columns, height: rows - 1, now, color: this.#color, remaining, chosen };
    const looked = this.#readOn();
    const picture = looked === null ? frame(this.#state, screen) : lookFrame(this.#state, screen, looked);
    this.#log(picture.join("\n"));
  }

  /** What stands in the log that is looked into; null where nobody looks. */
  #readOn(): OpenLog | null {
    const { chosen: task, isOpen } = this.#chosen;
    if (!isOpen || task === null) {
      this.#opened = null;
      return null;
    }
    if (this.#opened?.task !== task) this.#opened = { task, log: this.#beside.logOf(task), lines: null };
    const opened = this.#opened;
    const read = opened.log.read();
    if (!read.ok) opened.lines = [failureText(read.failure, task).message];
    else if (read.value !== null) {
      const redact = ownRedactor();
      opened.lines = [...(opened.lines ?? []), ...read.value.map(redact)].slice(-KEPT_LINES);
    }
    return opened;
  }

  readonly #press = (key: string): void => {
    if (!this.#isOpen) return;
    this.#chosen = pressed(this.#chosen, key, this.#state);
    this.#draw();
  };

  /** A shell gets its terminal back as it was. Stopped by the system's own way, which knows where nobody could go on. */
  readonly #stop = (): void => {
    this.#keyboard?.release();
    this.#log.clear();
    this.#log.done();
    process.off("SIGTSTP", this.#stop);
    process.kill(process.pid, "SIGTSTP");
    setImmediate(() => {
      if (!this.#isOpen) return;
      process.on("SIGTSTP", this.#stop);
      this.#draw();
    });
  };
}

/** What stays above the live view: results. Who is busy shows in the view itself. */
function isLasting(event: Event): boolean {
  return event.type === "task-settled" || event.type === "project-settled" || event.type === "diagnostic";
}

function sizeOf({ columns, rows }: Output): { columns?: number; rows?: number } {
  return { ...(columns ? { columns } : {}), ...(rows ? { rows } : {}) };
}
