// How does a test watch whoever watches? Reads the JSON lines of `factory watch --json`, so that it waits for what
// happens and never for time to pass.

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import type { BuildDocument } from "./documents.ts";
import type { FactoryRig } from "./factory-rig.ts";
import type { Program, Run } from "./program.ts";

export type Told =
  | { readonly event: "watching" | "idle" | "declined" | "polling" }
  | {
      readonly event: "changed";
      readonly files: readonly string[];
      readonly requirements: readonly string[];
      readonly stale: readonly string[];
      readonly failed_before: readonly string[];
      readonly paid: boolean;
      readonly usd: number | null;
    }
  | { readonly event: "joined"; readonly files: readonly string[] }
  | { readonly event: "withdrawn"; readonly files: readonly string[] }
  | { readonly event: "waiting"; readonly for: string; readonly until: number }
  | { readonly event: "unsound"; readonly diagnostics: readonly { readonly file: string | null }[] }
  | ({ readonly event: "built" } & BuildDocument);

export class Watcher implements AsyncDisposable {
  readonly #program: Program;
  readonly #told: Told[] = [];
  #taken = 0;
  #wake = () => {};
  #isOver = false;

  /** `args` follow `factory watch`, or are `build --watch` with what follows that. */
  constructor(rig: FactoryRig, ...args: readonly string[]) {
    const words = args[0] === "build" ? args : ["watch", ...args];
    this.#program = rig.start(...words, "--json");
    const { stdout } = this.#program.child;
    if (stdout === null) throw new Error("no stdout to read");
    createInterface({ input: stdout }).on("line", (line) => {
      this.#told.push(JSON.parse(line) as Told);
      this.#wake();
    });
    void this.#program.done.then(() => {
      this.#isOver = true;
      this.#wake();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#program.child.kill("SIGKILL");
    await this.#program.done;
  }

  /** The next event of that kind after the one that was taken last. */
  async next<E extends Told["event"]>(event: E): Promise<Extract<Told, { event: E }>> {
    for (;;) {
      const told = await this.#take();
      if (told.event === event) return told as Extract<Told, { event: E }>;
    }
  }

  /** Takes events until one is told about an edit of that file, and then until watching is idle again. */
  async idleAfter(file: string): Promise<readonly Told[]> {
    const taken: Told[] = [];
    for (let isSeen = false; ; ) {
      const told = await this.#take();
      taken.push(told);
      if ((told.event === "changed" || told.event === "joined") && told.files.includes(file)) isSeen = true;
      if (isSeen && told.event === "idle") return taken;
    }
  }

  /** As Ctrl-C does. */
  async interrupt(): Promise<Run> {
    this.#program.child.kill("SIGINT");
    return this.#program.done;
  }

  /** Resident memory in MiB; null where the system does not tell. */
  memory(): number | null {
    try {
      const status = readFileSync(`/proc/${this.#program.child.pid}/status`, "utf8");
      return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
    } catch {
      return null;
    }
  }

  async #take(): Promise<Told> {
    for (;;) {
      const told = this.#told[this.#taken];
      if (told !== undefined) {
        this.#taken++;
        return told;
      }
      if (this.#isOver) throw new Error("the watching has ended");
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
