// Do two people who share one remote lose nothing, whatever they do in git? Random steps of editing, building, pulling and
// merging requests, with the real command and the real git, until both are quiet again.

import { rmSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, onTestFailed, test } from "vitest";
import { parse } from "yaml";
import { beginning, filesOf, TASKS, taskText } from "../rig/fares.ts";
import { backlogText, type FeatureText } from "../rig/specs.ts";
import { type Button, type Depth, type Layout, type Person, Team } from "../rig/team.ts";

const PEOPLE = ["anna", "ben"] as const;

const STEPS = 20;

const EDITS = ["append", "change", "head", "delete", "rename"] as const;

const step = fc.oneof(
  { weight: 9, arbitrary: record("build", {}) },
  { weight: 5, arbitrary: record("edit", { file: fc.nat(9), how: fc.constantFrom(...EDITS) }) },
  { weight: 1, arbitrary: record("own", { file: fc.nat(1) }) },
  { weight: 4, arbitrary: record("spec", { requirement: fc.nat(1) }) },
  { weight: 1, arbitrary: record("task", { task: fc.nat(2) }) },
  { weight: 1, arbitrary: record("feature", {}) },
  { weight: 4, arbitrary: record("pull", { how: fc.constantFrom("merge" as const, "rebase" as const) }) },
  { weight: 3, arbitrary: record("push", {}) },
  {
    weight: 3,
    arbitrary: record("request", {
      button: fc.constantFrom<Button>("merge", "squash", "squash-title", "rebase"),
    }),
  },
  { weight: 1, arbitrary: record("topic", {}) },
  { weight: 1, arbitrary: record("pick", {}) },
  { weight: 1, arbitrary: record("revert", { back: fc.nat(3) }) },
  { weight: 1, arbitrary: record("forget", { what: fc.constantFrom("refs" as const, "all" as const) }) },
  { weight: 1, arbitrary: record("clone", { depth: fc.constantFrom<Depth>("full", "shallow", "partial") }) },
);

/** Every step has somebody who does it, and a number by which they answer what git or the factory asks. */
function record<const D extends string, R extends object>(
  name: D,
  more: { [K in keyof R]: fc.Arbitrary<R[K]> },
): fc.Arbitrary<{ do: D; who: Person; answer: number } & R> {
  const all = { do: fc.constant(name), who: fc.constantFrom<Person>(...PEOPLE), answer: fc.nat(5), ...more };
  return fc.record(all) as unknown as fc.Arbitrary<{ do: D; who: Person; answer: number } & R>;
}

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
type Of<D extends Step["do"]> = Extract<Step, { readonly do: D }>;

class Story {
  readonly team: Team;
  /** Words that somebody took away on purpose, or gave up by the command that a message named. */
  readonly #given = new Set<string>();
  /** Code of which no commit of the factory alone decides any more. */
  readonly #touched = new Set<string>();

  constructor(team: Team) {
    this.team = team;
  }

  /** Both have what one of them built. */
  async begin(): Promise<void> {
    await this.build("anna", 0);
    await this.#push("anna", 0);
    await this.#pull("ben", "merge", 0);
  }

  async take(step: Step): Promise<void> {
    const code = this.team.code(step.who);
    this.team.note(`\n##### ${JSON.stringify(step)}`);
    const before = await this.team.words(code);
    await this.#do(step);
    if (step.do === "build") return;
    const after = await this.team.words(code);
    const lost = gone(before, after);
    if (step.do === "revert" || (step.do === "edit" && step.how === "delete")) {
      for (const word of lost) this.#given.add(word);
    }
    this.#expectKept(before, after);
  }

  #expectKept(before: ReadonlySet<string>, after: ReadonlySet<string>): void {
    expect(gone(before, after).filter((word) => !this.#given.has(word))).toEqual([]);
  }

  #do(step: Step): Promise<unknown> {
    const { who } = step;
    switch (step.do) {
      case "edit":
        return this.#edit(step);
      case "own":
        return this.#own(step);
      case "spec":
        return this.#spec(step);
      case "task":
        return this.#task(step);
      case "feature":
        return this.#feature(step);
      case "pull":
        return this.#pull(who, step.how, step.answer);
      case "push":
        return this.#push(who, step.answer);
      case "request":
        return this.#request(who, step.button);
      case "topic":
        return this.#topic(step);
      case "pick":
        return this.#pick(who);
      case "revert":
        return this.#revert(step);
      case "forget":
        return this.#forget(step);
      case "clone":
        return this.#clone(step);
      default:
        return this.build(who, step.answer);
    }
  }

  async #edit({ who, file, how }: Of<"edit">): Promise<void> {
    const { team } = this;
    const code = team.code(who);
    const files = await team.files(code, "src");
    const path = files[file % Math.max(1, files.length)];
    if (path === undefined) return;
    this.#touched.add(path);
    if (how === "delete") await team.git(code, "rm", "--quiet", "--", path);
    else if (how === "rename") {
      const to = `kept/${team.next()}.txt`;
      team.write(code, to, team.read(code, path));
      await team.git(code, "rm", "--quiet", "--", path);
    } else {
      const word = `<${who}-${team.next()}>`;
      const text = team.read(code, path);
      const place = { append: /$/, change: /^line 3\b/m, head: /^R\d: .*$/m }[how];
      team.write(
        code,
        path,
        how === "append" ? `${text}${word}\n` : text.replace(place, (line) => `${line} ${word}`),
      );
    }
    await team.commit(code, `${how} ${path}`);
  }

  async #own({ who, file }: Of<"own">): Promise<void> {
    const { team } = this;
    const code = team.code(who);
    const path = `own/${file}.txt`;
    team.write(code, path, `${team.read(code, path)}<${who}-${team.next()}>\n`);
    await team.commit(code, "Notes");
  }

  async #spec({ who, requirement }: Of<"spec">): Promise<void> {
    const { team } = this;
    const folder = team.workspace(who);
    const path = "specs/fares/feature.md";
    const text = team.read(folder, path);
    const line = new RegExp(`^- R${requirement + 1}: .*$`, "m");
    team.write(folder, path, text.replace(line, `- R${requirement + 1}: It costs ${team.next()}.`));
    await team.commit(folder, "Prices");
  }

  async #task({ who, task }: Of<"task">): Promise<void> {
    const { team } = this;
    const folder = team.workspace(who);
    const chosen = TASKS[task] ?? "T01";
    const has = this.#tasksOf(folder, "fares");
    const ids = has.includes(chosen) ? has.filter((id) => id !== chosen) : [...has, chosen].sort();
    if (ids.length === 0) return;
    const feature: FeatureText = { id: "fares", requirements: { R1: "", R2: "" }, tasks: ids.map(taskText) };
    team.write(folder, "specs/fares/BACKLOG.yaml", backlogText(feature));
    await team.commit(folder, `Tasks ${ids.join()}`);
  }

  #tasksOf(folder: string, feature: string): readonly string[] {
    const backlog = parse(this.team.read(folder, `specs/${feature}/BACKLOG.yaml`)) as {
      tasks: { id: string }[];
    };
    return backlog.tasks.map(({ id }) => id);
  }

  /** Everybody has one of their own, which comes and goes. */
  async #feature({ who }: Of<"feature">): Promise<void> {
    const { team } = this;
    const folder = team.workspace(who);
    const there = await team.git(folder, "ls-files", "--", `specs/${who}`);
    if (there !== "")
      await team.git(folder, "rm", "-r", "--quiet", "--", `specs/${who}`, `templates/features/${who}`);
    else {
      const requirements = { R1: `A word costs ${team.next()}.` };
      const tasks = [{ ...taskText("T01"), requirements: ["R1"] }];
      for (const [path, text] of Object.entries(filesOf({ id: who, requirements, tasks })))
        team.write(folder, path, text);
    }
    await team.commit(folder, "A feature comes or goes");
  }

  async #pull(who: Person, how: "merge" | "rebase", answer: number): Promise<void> {
    const { team } = this;
    const side = answer % 2 === 0 ? 2 : 3;
    const theirs = await this.#wordsThere(who);
    for (const folder of team.clones(who)) await team.pull(folder, how, side);
    this.#expectKept(theirs, await team.words(team.code(who)));
  }

  async #wordsThere(who: Person): Promise<ReadonlySet<string>> {
    const code = this.team.code(who);
    await this.team.git(code, "fetch", "--quiet", "origin");
    return this.team.words(code, "origin/main");
  }

  async #push(who: Person, answer: number): Promise<void> {
    const { team } = this;
    for (const folder of team.clones(who)) await team.push(folder, answer % 2 === 0 ? 2 : 3);
  }

  async #request(who: Person, button: Button): Promise<void> {
    const { team } = this;
    const theirs = await this.#wordsThere(who);
    for (const folder of team.clones(who)) await team.request(who, folder, button);
    this.#expectKept(theirs, await team.words(team.code(who)));
    if (button === "squash-title") await this.#disown(who);
  }

  /** What a squash under a title brings of a feature that came and went within it is in no record that anybody has. */
  async #disown(who: Person): Promise<void> {
    const { team } = this;
    const [code, folder] = [team.code(who), team.workspace(who)];
    for (const path of await team.files(code, "src")) {
      const [, feature = ""] = path.split("/");
      const isThere = await team.tries(folder, "cat-file", "-e", `HEAD:specs/${feature}/feature.md`);
      if (!isThere) this.#touched.add(path);
    }
  }

  /** Work of one's own goes on beside the branch that all share. */
  async #topic({ who }: Of<"topic">): Promise<void> {
    const { team } = this;
    const code = team.code(who);
    if (team.layout === "apart" || (await team.branch(code)) !== "main") return;
    await team.git(code, "checkout", "--quiet", "-b", `topic-${team.next()}`);
    await team.git(code, "branch", "--quiet", "-f", "main", "origin/main");
  }

  async #pick(who: Person): Promise<void> {
    const { team } = this;
    const code = team.code(who);
    await team.git(code, "fetch", "--quiet", "origin");
    if ((await team.git(code, "rev-list", "HEAD..origin/main")) === "") return;
    const isMerge = await team.tries(code, "rev-parse", "--quiet", "--verify", "origin/main^2");
    const before = await team.git(code, "rev-parse", "HEAD");
    await team.triesOrAborts(code, "cherry-pick", ...(isMerge ? ["-m", "1"] : []), "origin/main");
    // Code that comes alone, under a title alone and ahead of the locks in the specs, is in no record that the picker has.
    const isOnRecord =
      team.layout === "together" || (await team.git(code, "log", "-1", "--format=%B")).includes("Factory-");
    // A removal has no bytes by which it is known as the factory's on another line: whoever picks it removes.
    await this.#touch(code, before, ...(isOnRecord ? ["--diff-filter=D"] : []));
  }

  async #revert({ who, back }: Of<"revert">): Promise<void> {
    const { team } = this;
    const code = team.code(who);
    const commit = `HEAD~${back}`;
    // Of the end of a shallow history git knows no change.
    if (!(await team.tries(code, "rev-parse", "--quiet", "--verify", `${commit}^`))) return;
    const isMerge = await team.tries(code, "rev-parse", "--quiet", "--verify", `${commit}^2`);
    const before = await team.git(code, "rev-parse", "HEAD");
    await team.triesOrAborts(code, "revert", "--no-edit", ...(isMerge ? ["-m", "1"] : []), commit);
    await this.#touch(code, before);
  }

  async #touch(code: string, before: string, ...which: readonly string[]): Promise<void> {
    const changed = await this.team.git(code, "diff", "--name-only", ...which, before, "HEAD", "--", "src");
    for (const path of changed.split("\n").filter(Boolean)) this.#touched.add(path);
  }

  #isTouched(path: string): boolean {
    return this.#touched.has(path) || this.team.moved.has(path);
  }

  async #forget({ who, what }: Of<"forget">): Promise<void> {
    const { team } = this;
    if (what === "all") {
      rmSync(join(team.workspace(who), ".factory"), { recursive: true, force: true });
      return;
    }
    const code = team.code(who);
    for (const ref of (await team.git(code, "for-each-ref", "--format=%(refname)", "refs/factory")).split(
      "\n",
    )) {
      if (ref !== "") await team.git(code, "update-ref", "-d", ref);
    }
  }

  async #clone({ who, depth, answer }: Of<"clone">): Promise<void> {
    const { team } = this;
    if ((await team.branch(team.code(who))) !== "main") await this.#request(who, "merge");
    await this.#push(who, answer);
    await team.clone(who, depth);
  }

  /** Builds, settles what the factory asks by the very command that it names, and commits specs and locks. */
  async build(who: Person, answer: number): Promise<void> {
    const { team } = this;
    const code = team.code(who);
    const before = await team.words(code);
    const built = await team.factory(who, "build");
    const isLeftOnServer =
      built.code === 2 && /it is a partial clone|The history of this clone ends/i.test(built.stderr);
    if (built.code === 5 || isLeftOnServer) await this.#settle(who, built.stdout + built.stderr, answer);
    else expect([built.code, built.stderr]).toEqual([0, expect.anything()]);
    await team.commit(team.workspace(who), "Lock what was built");
    this.#expectKept(before, await team.words(code));
    expect(await team.git(code, "status", "--porcelain")).toBe("");
  }

  async #settle(who: Person, message: string, answer: number, fetched = false): Promise<void> {
    const { team } = this;
    const code = team.code(who);
    const tasks = [...new Set([...message.matchAll(/\((\w+:T\d+)\)/g)].map(([, task = ""]) => task))];
    const paths = [...message.matchAll(/"([^" ]+)" \(\w+:T\d+\)/g)].map(([, path = ""]) => path);
    const missing = fetched ? null : await this.#bringing(code);
    const canBring = missing !== null && message.includes(`\`git ${missing.join(" ")}\``);
    expect([message, canBring || tasks.length > 0]).toEqual([message, true]);
    if (canBring) {
      await team.git(code, ...missing);
      const again = await team.factory(who, "build");
      if (again.code === 5) return this.#settle(who, again.stdout + again.stderr, answer, true);
      return expect([again.code, again.stderr]).toEqual([0, expect.anything()]);
    }
    // Whoever edited nothing is asked nothing, where nothing is missing that would tell.
    expect(paths.filter((path) => !this.#isTouched(path))).toEqual([]);
    const command = ["accept", "discard", "absorb"][answer % 3] ?? "";
    expect(message).toContain(`\`factory ${command} ${tasks[0]}\``);
    const before = await team.words(code);
    for (const task of tasks) {
      const settled = await team.factory(who, command, task);
      // What one of them settles may leave another one open, which the same message names.
      const isLast = task === tasks.at(-1);
      expect([settled.code, settled.stderr]).toEqual([
        isLast ? 0 : expect.toBeOneOf([0, 5]),
        expect.anything(),
      ]);
    }
    await team.commit(team.workspace(who), `Settle by ${command}`);
    const again = await team.factory(who, "build");
    expect([again.code, again.stderr]).toEqual([0, expect.anything()]);
    if (command === "accept") return;
    for (const word of gone(before, await team.words(code))) this.#given.add(word);
  }

  /** What brings to a clone all that its remote has; null where nothing is missing. */
  async #bringing(code: string): Promise<readonly string[] | null> {
    const { team } = this;
    const shallow = await team.git(code, "rev-parse", "--is-shallow-repository");
    if (shallow === "true") return ["fetch", "--unshallow"];
    const isPartial = await team.tries(code, "config", "--get", "remote.origin.promisor");
    return isPartial ? ["fetch", "--refetch", "--no-filter"] : null;
  }

  /** Both pull, build and push until neither has anything to do, and the edits that still stand have an owner. */
  async end(): Promise<void> {
    const { team } = this;
    for (const who of PEOPLE) {
      if ((await team.branch(team.code(who))) !== "main") await this.#request(who, "merge");
    }
    await this.#untilQuiet();
    if (await this.#accept("anna")) await this.#untilQuiet();
    for (const at of team.clones("anna").keys()) {
      const trees = PEOPLE.map((who) => team.git(team.clones(who)[at] ?? "", "rev-parse", "HEAD^{tree}"));
      const [anna, ben] = await Promise.all(trees);
      expect(anna).toBe(ben);
    }
    for (const who of PEOPLE) {
      const check = await team.factory(who, "check");
      expect([check.code, check.stdout]).toEqual([0, expect.anything()]);
    }
    await this.#expectProducts();
  }

  async #untilQuiet(): Promise<void> {
    const { team } = this;
    const heads = async () => {
      const clones = PEOPLE.flatMap((who) => team.clones(who));
      return Promise.all(clones.map((clone) => team.git(clone, "rev-parse", "HEAD")));
    };
    let last: readonly string[] = [];
    let rounds = 0;
    const unlike = (now: readonly string[]) => new Set(now).size > team.clones("anna").length;
    for (let now = await heads(); `${now}` !== `${last}` || unlike(now); rounds += 1) {
      expect(rounds).toBeLessThan(6);
      last = now;
      for (const who of PEOPLE) {
        team.note(`\n##### round ${rounds} of ${who}`);
        await this.#pull(who, "merge", 1);
        await this.build(who, 0);
        await this.#push(who, 1);
      }
      now = await heads();
    }
  }

  /** False where no generated file is edited. */
  async #accept(who: Person): Promise<boolean> {
    const { team } = this;
    const status = await team.factory(who, "status");
    const edited = [...status.stdout.matchAll(/output (\S+) was/g)].map(([, path = ""]) => path);
    expect(edited.filter((path) => !this.#isTouched(path))).toEqual([]);
    for (const path of edited) {
      const [, feature = "", task = ""] = /^src\/(\w+)\/(\w+)\.txt$/.exec(path) ?? [];
      const accepted = await team.factory(who, "accept", `${feature}:${task}`, path);
      expect([accepted.code, accepted.stderr]).toEqual([0, expect.anything()]);
      await team.commit(team.workspace(who), `Keep ${path}`);
    }
    return edited.length > 0;
  }

  /** Where nobody touched it, a file is what its template says of the requirements as they are now. */
  async #expectProducts(): Promise<void> {
    const { team } = this;
    const folder = team.workspace("anna");
    const code = team.code("anna");
    const files = await team.files(code, "src");
    const wanted: string[] = [];
    for (const feature of ["fares", ...PEOPLE]) {
      if (!(await team.tries(folder, "cat-file", "-e", `HEAD:specs/${feature}/feature.md`))) continue;
      const spec = team.read(folder, `specs/${feature}/feature.md`);
      for (const id of this.#tasksOf(folder, feature)) {
        const path = `src/${feature}/${id}.txt`;
        wanted.push(path);
        if (this.#isTouched(path)) continue;
        expect([path, files.includes(path)]).toEqual([path, true]);
        const own = feature === "fares" ? ["R1", "R2"] : ["R1"];
        const said = own.map((name) => new RegExp(`^- (${name}: .*)$`, "m").exec(spec)?.[1]);
        const lines = team.read(code, path).split("\n");
        expect([path, lines.filter((line) => /^R\d: /.test(line))]).toEqual([path, said]);
      }
    }
    const more = files.filter((path) => !wanted.includes(path) && !this.#isTouched(path));
    expect(more.filter((path) => !team.kept.has(path))).toEqual([]);
  }
}

function gone(before: ReadonlySet<string>, after: ReadonlySet<string>): readonly string[] {
  return [...before].filter((word) => !after.has(word));
}

/** A story by its number alone: the same number is the same story. */
async function tell(layout: Layout, seed: number): Promise<void> {
  const [steps = []] = fc.sample(fc.array(step, { minLength: STEPS, maxLength: STEPS }), {
    seed,
    numRuns: 1,
  });
  using team = await Team.create(layout, beginning(layout));
  onTestFailed(() => console.error(`seed ${seed}\n${team.log}`));
  const story = new Story(team);
  await story.begin();
  for (const one of steps) await story.take(one);
  await story.end();
}

const RUNS = Number(process.env.FACTORY_RUNS ?? 0);
const chance = Array.from({ length: RUNS }, () => Math.floor(Math.random() * 2 ** 31));
const seeds = process.env.FACTORY_SEED?.split(",").map(Number) ?? (RUNS > 0 ? chance : [11]);

test.each(
  seeds.flatMap((seed) => [{ seed, layout: "together" } as const, { seed, layout: "apart" } as const]),
)(
  "two people lose nothing and end alike, with specs and code $layout (seed $seed)",
  async ({ layout, seed }) => {
    await tell(layout, seed);
  },
  300_000,
);
