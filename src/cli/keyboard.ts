// How does a view hear single keys? It has the terminal's keys while it is drawn and its job is in the foreground, and hands the
// terminal back as it was. Keys that interrupt or stop a job do so still.

import type { ReadStream } from "node:tty";
import { isForegroundJob } from "../platform/foreground-job.ts";

/** What a terminal that is read key by key leaves to whoever reads. */
const SIGNALS: Readonly<Record<string, NodeJS.Signals>> = {
  "\u0003": "SIGINT",
  "\u001a": "SIGTSTP",
  "\u001c": "SIGQUIT",
};
/** An arrow is three characters. */
const KEY = /\u001b[[O][A-Z]|./gs;

export class Keyboard {
  readonly #input: ReadStream;
  readonly #pressed: (key: string) => void;
  #isHeld = false;

  constructor(input: ReadStream, pressed: (key: string) => void) {
    this.#input = input;
    this.#pressed = pressed;
  }

  /** Whether keys are heard. To be called again and again: jobs come to the foreground without a word. */
  attend(): boolean {
    if (isForegroundJob()) this.#hold();
    else this.release();
    return this.#isHeld;
  }

  release(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    this.#input.off("data", this.#heard);
    this.#input.pause();
    // In the background the shell has set it already, and the system would stop whoever sets it.
    if (isForegroundJob()) this.#input.setRawMode(false);
  }

  #hold(): void {
    if (this.#isHeld) return;
    this.#isHeld = true;
    this.#input.setRawMode(true);
    this.#input.on("data", this.#heard);
    // A terminal that is closed ends the build by a signal.
    this.#input.on("error", ignored);
    this.#input.resume();
    // Nobody has to press a key for the build to end.
    this.#input.unref();
  }

  readonly #heard = (bytes: Buffer | string): void => {
    for (const key of String(bytes).match(KEY) ?? []) {
      const signal = SIGNALS[key];
      // To all of the job, as the terminal would.
      if (signal !== undefined) process.kill(0, signal);
      else this.#pressed(key);
    }
  };
}

function ignored(): void {}
