// How does a property build a sketch? The real line, in this process, on real files and real git in a temporary folder.

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { BuildOptions } from "../../src/model/build-options.ts";
import { build } from "../../src/pipeline/line/build.ts";
import { nothingToDo } from "../../src/pipeline/reading/build-index.ts";
import type { BuildEnvironment } from "../../src/pipeline/run/build-environment.ts";
import type { Outcome } from "../../src/pipeline/run/recorder.ts";
import { filesOf, PLAIN, type Writing } from "./files.ts";
import { addressesOf, PROJECTS, type Sketch } from "./sketch.ts";

const WRITER = "properties";

export const GENERATED: Writing = { style: PLAIN, agent: { kind: "generator" } };

export interface Built {
  /** Action by address; a task that the build did not even look at is fresh. */
  readonly actions: Readonly<Record<string, string>>;
  /** Tree id by project. */
  readonly trees: Readonly<Record<string, string>>;
}

/**
 * Runs of a property. The usual ones are the same every time, so that a suite says something of the change under test;
 * FACTORY_RUNS asks for more, and for others. Nothing is shrunk: every step of that would be a build, and the seed that
 * a failure prints leads back to it.
 */
export function runs(usual: number): { numRuns: number; endOnFailure: boolean; seed?: number } {
  const asked = process.env.FACTORY_RUNS;
  if (asked !== undefined) return { numRuns: Number(asked), endOnFailure: true };
  return { numRuns: usual, endOnFailure: true, seed: 20_261_129 };
}

/** Limit of one property in milliseconds; longer runs are for those who wait for them. */
export const PATIENCE = process.env.FACTORY_RUNS === undefined ? 120_000 : 3_600_000;

export class Field implements Disposable {
  readonly root: string;
  #written = new Map<string, string>();
  #addresses: readonly string[] = [];

  constructor() {
    this.root = realpathSync(mkdtempSync(join(tmpdir(), "factory-field-")));
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  /** Touches only files whose text changes, as an editor does. */
  write(sketch: Sketch, writing: Writing = GENERATED): void {
    const files = filesOf(sketch, writing);
    for (const path of this.#written.keys()) if (!files.has(path)) rmSync(join(this.root, path));
    for (const [path, text] of files) {
      if (this.#written.get(path) === text) continue;
      mkdirSync(dirname(join(this.root, path)), { recursive: true });
      writeFileSync(join(this.root, path), text);
    }
    this.#written = files;
    this.#addresses = addressesOf(sketch);
  }

  /** For workspaces that no sketch can draw. */
  lay(files: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.root, path)), { recursive: true });
      writeFileSync(join(this.root, path), text);
    }
  }

  /** Saves a file again as it is. */
  touch(path: string): void {
    writeFileSync(join(this.root, path), readFileSync(join(this.root, path)));
  }

  get environment(): BuildEnvironment {
    return {
      root: this.root,
      packageRoot: join(this.root, "package"),
      writer: WRITER,
      signal: new AbortController().signal,
      clock: Date.now,
      tell: () => {},
    };
  }

  options(options: Partial<BuildOptions>): BuildOptions {
    const usual = {
      targets: [],
      agents: null,
      force: false,
      failFast: false,
      budgetUsd: null,
      perHourUsd: null,
    } as const;
    return { ...usual, modelCalls: "allowed", ...options };
  }

  /** Whatever comes of it. */
  async outcome(options: Partial<BuildOptions> = {}): Promise<Outcome> {
    const outcome = await build(this.environment, this.options(options));
    if (!outcome.ok) throw new Error(JSON.stringify(outcome.failure, null, 2));
    return outcome.value;
  }

  async build(options: Partial<BuildOptions> = {}): Promise<Built> {
    const { result } = await this.outcome(options);
    if (!result.ok) throw new Error(JSON.stringify(result, null, 2));
    return {
      actions: {
        ...Object.fromEntries(this.#addresses.map((address) => [address, "fresh"])),
        ...Object.fromEntries(result.tasks.map(({ id, action }) => [id, action])),
      },
      trees: this.#written.size === 0 ? {} : this.trees(),
    };
  }

  async buildSketch(sketch: Sketch, writing: Writing = GENERATED): Promise<Built> {
    this.write(sketch, writing);
    return this.build();
  }

  /** As git tells them, not as the build does. */
  trees(): Record<string, string> {
    return this.#ask("main^{tree}");
  }

  commits(): Record<string, string> {
    return this.#ask("main");
  }

  /** A committed file. */
  show(project: string, path: string): string {
    return git(join(this.root, "projects", project), "show", `main:${path}`);
  }

  #ask(revision: string): Record<string, string> {
    return Object.fromEntries(
      PROJECTS.map((id) => [id, git(join(this.root, "projects", id), "rev-parse", revision).trim()]),
    );
  }

  /** Whether the next build would take the short way. */
  get hasNothingToDo(): boolean {
    return nothingToDo(this.root, WRITER) !== null;
  }

  remove(...paths: readonly string[]): void {
    for (const path of paths) rmSync(join(this.root, path), { recursive: true, force: true });
  }
}

function git(folder: string, ...args: readonly string[]): string {
  return execFileSync("git", ["-C", folder, ...args], { encoding: "utf8" });
}

/** What a build from nothing makes of a sketch. */
export async function cleanTrees(sketch: Sketch, writing: Writing = GENERATED): Promise<Built["trees"]> {
  using field = new Field();
  return (await field.buildSketch(sketch, writing)).trees;
}
