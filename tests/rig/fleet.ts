// How does a test have workers? Folders of their own with nothing but the addresses of store and queue, as other machines have them,
// and the real command in each.

import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { FACTORY } from "./factory-rig.ts";
import { type Program, type Run, start } from "./program.ts";
import type { Machine } from "./wires.ts";

export interface WorkerOptions {
  readonly name: string;
  readonly slots?: number;
  /** How many drafts at once; default: none. */
  readonly drafts?: number;
  readonly store: string;
  readonly fleet: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Where it runs; default: here. */
  readonly machine?: Machine;
}

export class FleetWorker implements AsyncDisposable {
  readonly root: string;
  readonly #base: string;
  readonly #program: Program;
  #said = "";

  private constructor(
    base: string,
    { name, slots = 1, drafts = 0, store, fleet, env = {}, machine }: WorkerOptions,
  ) {
    this.#base = base;
    this.root = join(base, "worker");
    const home = join(base, "home");
    mkdirSync(this.root);
    mkdirSync(home);
    const declared = { version: 1, projects: [], store: { url: store }, fleet: { url: fleet } };
    writeFileSync(join(this.root, "projects.yaml"), stringify(declared));
    const command = [process.execPath, FACTORY, "worker", "--slots", String(slots), "--name", name];
    if (drafts > 0) command.push("--drafts", String(drafts));
    const [program, ...args] = [...(machine?.inside ?? []), ...command] as [string, ...string[]];
    this.#program = start(program, args, { cwd: this.root, home, env });
    this.#program.child.stderr?.on("data", (bytes: Buffer) => {
      this.#said += bytes.toString();
    });
  }

  /** Once it takes orders. */
  static async start(options: WorkerOptions): Promise<FleetWorker> {
    const base = realpathSync(mkdtempSync(join(tmpdir(), "factory-worker-")));
    const worker = new FleetWorker(base, options);
    await worker.says(/works for/);
    return worker;
  }

  get said(): string {
    return this.#said;
  }

  /** Settles once it has said that, and throws where it ends before. */
  async says(what: RegExp): Promise<void> {
    while (!what.test(this.#said)) {
      if (this.#program.child.exitCode !== null) throw new Error(`the worker ended: ${this.#said}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Leaves a file in its home, for gates to find. */
  leave(name: string): void {
    writeFileSync(this.#home(name), "");
  }

  take(name: string): void {
    rmSync(this.#home(name));
  }

  /** Settles once a gate has left a file there. */
  async finds(name: string): Promise<void> {
    while (!existsSync(this.#home(name))) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  #home(name: string): string {
    return join(this.#base, "home", name);
  }

  /** As a machine that goes down, with all that runs there. */
  async kill(): Promise<Run> {
    this.#program.child.kill("SIGKILL");
    return this.#program.done;
  }

  async interrupt(): Promise<Run> {
    this.#program.child.kill("SIGTERM");
    return this.#program.done;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    rmSync(this.#base, { recursive: true, force: true, maxRetries: 5 });
  }
}
