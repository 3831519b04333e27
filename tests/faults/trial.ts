// What do faults happen to? A small workspace with all that can be lost: a task whose model is paid for three answers, one
// that a program writes, a gate, a lock, a person's repository, a key of a provider, and something beside it all. The
// provider keeps a ledger of its own.

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { FactoryRig } from "../rig/factory-rig.ts";
import { ModelServer } from "../rig/model-server.ts";
import type { Run } from "../rig/program.ts";
import { KEYS, smallWork, smallWorker } from "../rig/small-work.ts";
import { WireGate } from "../rig/wire-gate.ts";

/** What a build that nobody disturbed came to. */
export interface Golden {
  readonly tree: string;
  readonly config: string;
  readonly hooks: readonly string[];
}

/** Beside the workspace; nothing of a build may touch it. */
export const OUTSIDE = { path: "beside/keep.txt", text: "mine\n" };

const WRITER = { kind: "command", run: "mkdir -p src && echo T02 > src/T02.txt" };

export class Trial implements AsyncDisposable {
  readonly rig: FactoryRig;
  readonly wire: WireGate;
  readonly #server: ModelServer;
  /** What was paid before a twin began, and how many requests there had been. */
  readonly #before: { readonly bill: ReadonlyMap<string, number>; readonly asked: number };

  private constructor(
    rig: FactoryRig,
    wire: WireGate,
    server: ModelServer,
    before: { bill: ReadonlyMap<string, number>; asked: number } = { bill: new Map(), asked: 0 },
  ) {
    this.rig = rig;
    this.wire = wire;
    this.#server = server;
    this.#before = before;
    mkdirSync(dirname(this.outside), { recursive: true });
    writeFileSync(this.outside, OUTSIDE.text);
  }

  static async begin(): Promise<Trial> {
    const server = await ModelServer.listen(smallWorker());
    const wire = await WireGate.open(server.url);
    const rig = await smallWork(wire, { tasks: 2, agents: { writer: WRITER } });
    rig.edit("specs/work/BACKLOG.yaml", "  - id: T02\n", "  - id: T02\n    agent: writer\n");
    const trial = new Trial(rig, wire, server);
    await rig.commitWorkspace("Specs");
    return trial;
  }

  /** A workspace of its own that begins as this one is now; the provider and its ledger are shared, so one at a time. */
  twin(): Trial {
    const before = { bill: this.bill, asked: this.wire.exchanges.length };
    return new Trial(this.rig.twin(), this.wire, this.#server, before);
  }

  /** How often the provider answered each request of this workspace whole. */
  get bill(): ReadonlyMap<string, number> {
    const bill = new Map(this.#before.bill);
    for (const { body, delivered } of this.wire.exchanges.slice(this.#before.asked)) {
      if (delivered === "whole") bill.set(body, (bill.get(body) ?? 0) + 1);
    }
    return bill;
  }

  /** Holds the workspace, the home of its person, temporary files, and what is none of a build's business. */
  get base(): string {
    return dirname(this.rig.root);
  }

  get outside(): string {
    return join(this.base, OUTSIDE.path);
  }

  async factory(...args: readonly string[]): Promise<Run> {
    return this.rig.factoryWith(KEYS, ...args);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.rig[Symbol.asyncDispose]();
    if (this.#before.asked > 0) return;
    await this.wire[Symbol.asyncDispose]();
    await this.#server[Symbol.asyncDispose]();
  }
}
