// What does somebody see who leaves `factory watch` running and edits? The real command, real files, real git.

import { cpSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { FactoryRig } from "../rig/factory-rig.ts";
import { ScriptedAgent } from "../rig/scripted-agent.ts";
import { type FeatureText, featureText } from "../rig/specs.ts";
import { Watcher } from "../rig/watcher.ts";

const EDITS = Number(process.env.FACTORY_RUNS ?? 24);
const SEED = Number(process.env.FACTORY_SEED ?? 1);
const FEATURES = ["alpha", "beta", "gamma"];
const SENTINEL = "specs/sentinel/feature.md";

function feature(id: string, says: string): FeatureText {
  return {
    id,
    requirements: { R1: `${id} says ${says}`, R2: `${id} says nothing else` },
    tasks: [
      { id: "T01", requirements: ["R1"] },
      { id: "T02", requirements: ["R2"], dependsOn: ["T01"] },
    ],
  };
}

/** Small and the same for everybody: the next number of a sequence that looks like chance. */
function chance(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

class Editor {
  readonly #rig: FactoryRig;
  readonly #pick: (below: number) => number;
  #count = 0;

  constructor(rig: FactoryRig, pick: (below: number) => number) {
    this.#rig = rig;
    this.#pick = pick;
  }

  /** Always another text, so that whoever sees it has seen all that came before it. */
  sentinel(): void {
    this.#rig.write({ [SENTINEL]: featureText(feature("sentinel", `edit ${++this.#count}`)) });
  }

  async edit(): Promise<void> {
    const id = FEATURES[this.#pick(FEATURES.length)] as string;
    const path = `specs/${id}/feature.md`;
    const text = featureText(feature(id, `word ${this.#pick(6)}`));
    switch (this.#pick(12)) {
      case 0:
      case 1:
        return this.#rig.feature(feature(id, `word ${this.#pick(6)}`));
      case 2:
      case 3:
      case 4: {
        // As editors save: the file that was watched is another one each time.
        this.#rig.feature(feature(id, "old"));
        for (let times = 0; times < 3; times++) {
          this.#rig.write({ [`specs/${id}/.feature.md.swp`]: text });
          renameSync(this.#rig.path(`specs/${id}/.feature.md.swp`), this.#rig.path(path));
        }
        return;
      }
      case 5:
        // A commit says it before anybody sees it, so nobody has to be asked.
        await this.#commit("Before a removal");
        await this.#git("rm", "-r", "--quiet", "--cached", "--ignore-unmatch", `specs/${id}`);
        await this.#git("commit", "--quiet", "--allow-empty", "--message", `Remove ${id}`);
        return rmSync(this.#rig.path(`specs/${id}`), { recursive: true, force: true });
      case 6: {
        this.#rig.feature(feature(id, "whole"));
        const backlog = this.#rig.read(`specs/${id}/BACKLOG.yaml`);
        this.#rig.write({
          [`specs/${id}/BACKLOG.yaml`]: backlog.slice(0, 40 + this.#pick(backlog.length - 60)),
        });
        await breath(this.#pick(500));
        return this.#rig.write({ [`specs/${id}/BACKLOG.yaml`]: backlog });
      }
      case 7:
        this.#rig.feature(
          feature(id, `word ${this.#pick(6)}`),
          `{{#each requirements}}{{text}} ${this.#pick(3)}\n{{/each}}`,
        );
        return;
      case 8:
        await this.#commit("Before a switch");
        await this.#git("checkout", "--quiet", this.#pick(2) === 0 ? "main" : "other");
        return;
      case 9:
        this.#rig.feature(feature(id, "stashed"));
        await this.#git("stash", "--quiet");
        await breath(this.#pick(400));
        // Where it clashes with what a build wrote meanwhile, a person goes back to the last commit.
        if (this.#pick(2) === 0 && !(await this.#git("stash", "pop", "--quiet")))
          await this.#git("reset", "--hard", "--quiet");
        return;
      case 10:
        // The same once more is no edit.
        return this.#rig.write({ [SENTINEL]: this.#rig.read(SENTINEL) });
      default:
        this.#rig.write({ [`specs/${id}/notes.md`]: `not read ${this.#pick(100)}\n` });
    }
  }

  async #commit(message: string): Promise<void> {
    await this.#git("add", "--all");
    await this.#git("commit", "--quiet", "--allow-empty", "--message", message);
  }

  /** False where git did not want to: a stash may be empty, and one that is popped may clash. */
  async #git(...args: readonly string[]): Promise<boolean> {
    const person = ["-c", "user.name=Pat", "-c", "user.email=pat@example.com"];
    return (await this.#rig.launch(".", ["git", ...person, ...args]).done).code === 0;
  }

  burst(folder: string, files: number): void {
    mkdirSync(this.#rig.path(folder), { recursive: true });
    for (let file = 0; file < files; file++) writeFileSync(this.#rig.path(`${folder}/${file}.txt`), "x");
  }
}

/** Between two writes of one edit; nothing is concluded from it. */
function breath(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

test("random edits end in the tree of a clean build, with a build for what changed and for nothing else", async () => {
  await using rig = await FactoryRig.create();
  for (const id of [...FEATURES, "sentinel"]) rig.feature(feature(id, "first"));
  cpSync(rig.path("projects"), rig.path("../untouched"), { recursive: true });
  await rig.commitWorkspace("Start");
  await rig.launch(".", ["git", "branch", "other"]).done;
  await using watcher = new Watcher(rig);
  await watcher.next("idle");
  const memory = watcher.memory();

  const pick = chance(SEED);
  const editor = new Editor(rig, pick);
  for (let edits = 0; edits < EDITS; ) {
    const batch = 2 + pick(8);
    for (let at = 0; at < batch; at++, edits++) await editor.edit();
    editor.sentinel();
    await watcher.idleAfter(SENTINEL);
  }

  editor.burst("templates/notes", 5_000);
  editor.burst("specs/notes", 1_000);
  editor.sentinel();
  const after = await watcher.idleAfter(SENTINEL);
  expect(after.map(({ event }) => event)).toEqual(["changed", "built", "idle"]);
  rmSync(rig.path("templates/notes"), { recursive: true });
  rmSync(rig.path("specs/notes"), { recursive: true });

  // Had it built anything since on its own, that would be told before this.
  editor.sentinel();
  const last = await watcher.idleAfter(SENTINEL);
  expect(last.map(({ event }) => event)).toEqual(["changed", "built", "idle"]);
  if (process.env.FACTORY_RUNS !== undefined)
    console.log(
      `${EDITS} edits: ${memory?.toFixed(0)} MiB at the start, ${watcher.memory()?.toFixed(0)} MiB at the end`,
    );
  expect((await watcher.interrupt()).code).toBe(130);

  expect(await rig.tree("app")).toBe(await cleanTree(rig));
  expect((await rig.build()).document.tasks.every(({ action }) => action === "fresh")).toBe(true);
}, 3_600_000);

/** What a build of these specs gives where nothing was built before. */
async function cleanTree(watched: FactoryRig): Promise<string> {
  await using rig = await FactoryRig.create();
  for (const folder of ["specs", "templates"]) {
    rmSync(rig.path(folder), { recursive: true, force: true });
    cpSync(watched.path(folder), rig.path(folder), { recursive: true });
  }
  for (const id of readdirSync(rig.path("specs"))) rig.remove(`specs/${id}/factory.lock`);
  rig.remove("projects");
  cpSync(watched.path("../untouched"), rig.path("projects"), { recursive: true });
  expect((await rig.build()).code).toBe(0);
  // The rig goes with this function.
  return await rig.tree("app");
}

test("a half-written file is told once, and what was watched goes on when it is whole", async () => {
  await using rig = await FactoryRig.create();
  rig.feature(feature("alpha", "first"));
  await using watcher = new Watcher(rig);
  await watcher.next("idle");

  const whole = rig.read("specs/alpha/BACKLOG.yaml");
  rig.write({ "specs/alpha/BACKLOG.yaml": `${whole}  - id: [` });
  const { diagnostics } = await watcher.next("unsound");
  expect(diagnostics[0]?.file).toBe("specs/alpha/BACKLOG.yaml");
  await watcher.next("idle");
  rig.write({ "specs/alpha/BACKLOG.yaml": whole });
  expect(await watcher.next("idle")).toMatchObject({ mended: true });
  rig.write({ "specs/alpha/BACKLOG.yaml": whole.replace("Write T01", "Write down T01") });
  const { stale } = await watcher.next("changed");
  expect(stale).toEqual(["alpha:T01"]);
  expect((await watcher.next("built")).ok).toBe(true);
});

test("a build by hand takes its turn, and what it leaves is not built again", async () => {
  await using rig = await FactoryRig.create();
  rig.feature(feature("alpha", "first"));
  await using watcher = new Watcher(rig);
  await watcher.next("idle");
  expect((await rig.build("--force")).actions).toEqual({
    "alpha:T01": "regenerated",
    "alpha:T02": "regenerated",
  });
  rig.write({ "specs/alpha/feature.md": featureText(feature("alpha", "second")) });
  await watcher.next("changed");
  const { tasks } = await watcher.next("built");
  expect(tasks.map(({ id, action }) => [id, action])).toContainEqual(["alpha:T01", "regenerated"]);
});

test("a person's commit is built on, and so is a product that waited for uncommitted work", async () => {
  await using rig = await FactoryRig.create();
  rig.feature(feature("alpha", "first"));
  await using watcher = new Watcher(rig);
  await watcher.next("idle");
  rig.write({ "projects/app/README.md": "mine\n" });
  await rig.commit("app", "Mine");
  expect(await watcher.next("changed")).toMatchObject({ files: ["app/"], stale: [], paid: false });
  expect(await watcher.next("built")).toMatchObject({ ok: true, projects: [{ merged: true }] });

  rig.write({ "projects/app/README.md": "not committed\n" });
  rig.write({ "specs/alpha/feature.md": featureText(feature("alpha", "second")) });
  expect((await watcher.next("built")).projects).toMatchObject([{ merged: false }]);
  await watcher.next("idle");
  await rig.commit("app", "Mine again");
  expect((await watcher.next("changed")).files).toEqual(["app/"]);
  expect((await watcher.next("built")).projects).toMatchObject([{ merged: true }]);
  await watcher.next("idle");
  expect(await rig.git("app", "show", "main:src/alpha/T01.txt")).toContain("second");
});

test("an edit during a build keeps agents from what it reaches, and from nothing else", async () => {
  await using agent = await ScriptedAgent.listen();
  await using rig = await FactoryRig.create({
    agents: { coder: { kind: "command", run: agent.run } },
    implementer: "coder",
    limits: { agents: 1, attempts: 1, rebases: 0 },
  });
  const ids = ["alpha", "beta", "gamma"];
  for (const id of ids)
    rig.feature({ id, requirements: { R1: `${id} first` }, tasks: [{ id: "T01", generator: null }] });
  await using watcher = new Watcher(rig);
  // Which of three equal tasks is ready first is chance.
  const first = await agent.nextAttempt();
  const [edited = "", other = ""] = ids.filter((id) => first.task !== `${id}:T01`);
  rig.edit(`specs/${edited}/feature.md`, `${edited} first`, `${edited} second`);
  expect((await watcher.next("withdrawn")).files).toEqual([`specs/${edited}/feature.md`]);
  await first.succeed(`src/${first.task.replace(":T01", "")}/T01.txt`, "first\n");
  const failing = await agent.nextAttempt();
  expect(failing.task).toBe(`${other}:T01`);
  await failing.exit(1);
  const built = await watcher.next("built");
  expect(Object.fromEntries(built.tasks.map(({ id, action }) => [id, action]))).toEqual({
    [first.task]: "regenerated",
    [`${edited}:T01`]: "skipped",
    [failing.task]: "failed",
  });

  // What failed at this very window is not paid for again; what was edited is, once.
  const changed = await watcher.next("changed");
  expect(changed).toMatchObject({ stale: [`${edited}:T01`], failed_before: [failing.task], paid: true });
  const next = await agent.nextAttempt();
  expect([next.task, next.window.includes(`${edited} second`)]).toEqual([`${edited}:T01`, true]);
  await next.succeed(`src/${edited}/T01.txt`, "second\n");
  expect((await watcher.next("built")).tasks.map(({ action }) => action)).toContain("regenerated");
  await watcher.next("idle");
  expect(agent.pending).toBe(0);
});

test("who watches without a terminal cannot be asked", async () => {
  await using rig = await FactoryRig.create();
  for (const args of [
    ["watch", "--confirm"],
    ["build", "--confirm"],
    ["build", "--watch", "--dry-run"],
    ["build", "--watch", "--no-wait"],
  ])
    expect((await rig.factory(...args)).code).toBe(2);
});
