// Random histories of a project that two people share, with all that git lets them do to it. People's lines survive every
// build, products arrive, and nobody is asked where nobody disagrees.

import { rmSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { digestOfBytes } from "../../src/model/digest.ts";
import { Repository } from "../../src/workspaces/repository.ts";
import {
  type BuildOptions,
  build,
  type Files,
  gitIn,
  humanLayer,
  must,
  ProjectRig,
  writeFiles,
} from "./project-rig.ts";

const GENERATED = ["gen/a.ts", "gen/b.ts", "gen/c.ts"];
const SHARED = "shared.json";

/** A product changes the head of a generated file and one key of the shared one; people change other lines. */
function generated(version: number): string {
  return `head ${version}\n\n\nbody\n\n\nfoot\n`;
}

const action = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("build" as const), who: fc.nat(1) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("spec" as const), file: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("claim" as const), file: fc.nat(2) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("edit" as const), who: fc.nat(1), file: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("own" as const), who: fc.nat(1), file: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("pick" as const), who: fc.nat(1) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("sync" as const),
      who: fc.nat(1),
      how: fc.constantFrom("merge", "rebase" as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("squash" as const),
      who: fc.nat(1),
      back: fc.integer({ min: 1, max: 4 }),
      words: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("clone" as const), who: fc.nat(1), depth: fc.nat(2) }),
  },
);

type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;

class Team implements Disposable {
  readonly rig = new ProjectRig({ "own/0": "mine\n", [SHARED]: `{\n  "name": "x",\n  "private": true\n}\n` });
  readonly #versions = [1, 1, 1];
  readonly #claimed = [true, true, false];
  #tokens = 0;
  /** Digests that locks told of, as the history of the specs keeps them. */
  readonly #ever = new Set<string>();
  /** Who knows only what the remote held when they cloned it, which may be a squash without words, or its last commit. */
  readonly #blind = new Set<number>();

  constructor() {
    gitIn(this.rig.root, "clone", "-q", "--bare", this.rig.path, "origin.git");
    for (const who of [0, 1]) this.clone(who, 0);
  }

  [Symbol.dispose](): void {
    this.rig[Symbol.dispose]();
  }

  folder(who: number): string {
    return join(this.rig.root, `clone-${who}`);
  }

  git(who: number, ...args: string[]): string {
    return gitIn(this.folder(who), ...args).trim();
  }

  tries(who: number, ...args: string[]): boolean {
    try {
      this.git(who, ...args);
      return true;
    } catch {
      return false;
    }
  }

  /** A new clone knows nothing but what the remote holds. */
  clone(who: number, depth: number): void {
    rmSync(this.folder(who), { recursive: true, force: true });
    rmSync(join(this.rig.root, `.factory/git/${who}.git`), { recursive: true, force: true });
    const shallow = depth === 0 ? [] : [`--depth=${depth}`];
    gitIn(this.rig.root, "clone", "-q", ...shallow, `file://${this.rig.root}/origin.git`, `clone-${who}`);
  }

  #cloneAnew(who: number, depth: number): void {
    this.clone(who, depth);
    this.#blind.add(who);
  }

  do(step: Action): Promise<void> | void {
    switch (step.do) {
      case "spec":
        this.#versions[step.file] = (this.#versions[step.file] ?? 0) + 1;
        return;
      case "claim":
        this.#claimed[step.file] = this.#claimed[step.file] !== true;
        return;
      case "edit":
        return this.#type(step.who, GENERATED[step.file] ?? "", (text, word) =>
          text.replace("body\n", `body\n${word}\n`),
        );
      case "own":
        return step.file === 3
          ? this.#type(step.who, SHARED, (text, word) =>
              text.replace('"private"', `"${word}": 1,\n  "private"`),
            )
          : this.#type(step.who, `own/${step.file}`, (text, word) => `${text}${word}\n`);
      case "pick":
        return this.#pick(step.who);
      case "sync":
        return this.#sync(step.who, step.how);
      case "squash":
        return this.#squash(step.who, step.back, step.words);
      case "clone":
        return this.#sync(step.who, "merge", () => this.#cloneAnew(step.who, step.depth));
      default:
        return this.#build(step.who);
    }
  }

  #type(who: number, path: string, change: (text: string, word: string) => string): void {
    const folder = this.folder(who);
    const text = this.tries(who, "cat-file", "-e", `HEAD:${path}`)
      ? gitIn(folder, "show", `HEAD:${path}`)
      : "";
    const word = `word-${this.#tokens++}`;
    const changed = change(text, word);
    if (changed === text) return;
    writeFiles(folder, { [path]: changed });
    this.git(who, "add", "-A");
    this.git(who, "commit", "-q", "-m", `Type ${word}`);
  }

  /** What the other one did last, as a commit of one's own. */
  #pick(who: number): void {
    this.git(who, "fetch", "-q", "origin");
    if (!this.tries(who, "cherry-pick", "origin/main")) this.tries(who, "cherry-pick", "--abort");
  }

  /** The button of a host: all since some commit becomes one, and the words of its commits may go. */
  #squash(who: number, back: number, words: boolean): void {
    const commits = this.git(who, "rev-list", "--first-parent", "HEAD").split("\n");
    const base = commits[Math.min(back, commits.length - 1)] ?? "";
    if (!this.tries(who, "merge-base", "--is-ancestor", "origin/main", base)) return;
    const said = this.git(who, "log", "--format=* %B", `${base}..HEAD`);
    this.git(who, "reset", "-q", "--soft", base);
    this.tries(who, "commit", "-q", "-m", words ? `Squash\n\n${said}` : "Squash (#1)");
  }

  #sync(who: number, how: "merge" | "rebase", then: () => void = () => undefined): void {
    this.git(who, "fetch", "-q", "origin");
    const done =
      how === "merge"
        ? this.tries(who, "merge", "-q", "--no-edit", "origin/main")
        : this.tries(who, "rebase", "-q", "origin/main");
    // Who is told of a conflict leaves it for another day.
    if (!done) this.tries(who, how, "--abort");
    else if (this.tries(who, "push", "-q", "origin", "HEAD:main")) then();
  }

  #tokensOn(who: number): Set<string> {
    const found = gitIn(this.folder(who), "grep", "-hoE", "word-[0-9]+|private", "HEAD", "--").split("\n");
    return new Set(found.filter((word) => word.startsWith("word-")));
  }

  async #build(who: number): Promise<void> {
    const place = {
      path: this.folder(who),
      branch: "main",
      clones: join(this.rig.root, `.factory/git/${who}.git`),
    };
    const outputs: Record<string, Files> = {};
    for (const [at, path] of GENERATED.entries()) {
      if (this.#claimed[at]) outputs[`T0${at}`] = { [path]: generated(this.#versions[at] ?? 0) };
    }
    const entries = Object.values(outputs).flatMap((files) =>
      Object.entries(files).map(([path, text]) => {
        const digest = digestOfBytes(Buffer.from(String(text)));
        this.#ever.add(digest);
        return [path, [{ path, mode: "100644", digest, base: null }]] as const;
      }),
    );
    const options: BuildOptions = { ever: this.#ever, recorded: new Map(entries) };
    const before = this.#tokensOn(who);
    const built = await build(must(await Repository.open(place)), outputs, options);
    const isAsked = !built.ok && built.failure.reason === "merge-conflict" && this.#blind.has(who);
    if (!isAsked) must(built);
    const after = this.#tokensOn(who);
    // What a task made is nobody's, so nothing of it may lie below the next product.
    if (!isAsked) {
      const { files } = await humanLayer(must(await Repository.open(place)), [], options);
      const claimed = GENERATED.filter((_, at) => this.#claimed[at]);
      expect(claimed.filter((path) => files[path] !== undefined)).toEqual([]);
    }
    expect([...before].filter((word) => !after.has(word))).toEqual([]);
    for (const [at, path] of isAsked ? [] : GENERATED.entries()) {
      const text = this.tries(who, "cat-file", "-e", `HEAD:${path}`)
        ? this.git(who, "show", `HEAD:${path}`)
        : null;
      if (this.#claimed[at])
        expect([path, text?.split("\n")[0]]).toEqual([path, `head ${this.#versions[at]}`]);
      else if (!this.#blind.has(who))
        expect([path, text === null || text.includes("word-")]).toEqual([path, true]);
    }
    expect(this.git(who, "status", "--porcelain")).toBe("");
  }
}

test("whatever people do in git, a build keeps their lines, brings the product and asks nobody", async () => {
  const runs = process.env.FACTORY_RUNS;
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 8, maxLength: 20 }), async (steps) => {
      using team = new Team();
      for (const step of steps) await team.do(step);
      for (const who of [0, 1]) await team.do({ do: "build", who });
    }),
    runs === undefined ? { numRuns: 6, seed: 11 } : { numRuns: Number(runs) },
  );
}, 1_200_000);
