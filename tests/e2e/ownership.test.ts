// Whose is a file after what teams do in git? A build knows what products put there, whoever built, merged or squashed.

import { expect, test } from "vitest";
import { FactoryRig, madeOnce } from "../rig/factory-rig.ts";
import { costs, FARES, firstCommit, loseProducts, squash } from "../rig/squashed-fares.ts";

async function fares(): Promise<FactoryRig> {
  const rig = await FactoryRig.create();
  rig.feature({ id: "fares", requirements: { R1: "A ride costs 5." }, tasks: [{ id: "T01" }] });
  return rig;
}

const builtFares = madeOnce(async () => {
  const rig = await fares();
  expect((await rig.build()).code).toBe(0);
  return rig;
});

test("absorb speaks of one edit, and a later one at the same path is asked about", async () => {
  await using rig = await builtFares();
  const path = `projects/app/${FARES}`;
  const edit = async (to: string) => {
    rig.edit(path, /costs .*/.exec(rig.read(path))?.[0] ?? "", to);
    await rig.commit("app", to);
  };
  await edit("costs nothing on Mondays.");
  expect((await costs(rig, 5, 6)).code).toBe(5);
  expect((await rig.factory("absorb", "fares:T01")).code).toBe(0);
  const given = rig.read("specs/fares/factory.lock");
  await edit("costs nothing on Sundays.");
  expect((await rig.build()).code).toBe(5);
  expect(rig.read(path)).toContain("Sundays");

  // Where the lock that said so comes back, as by a revert, nothing that was edited since gives way.
  expect((await rig.factory("absorb", "fares:T01")).code).toBe(0);
  expect((await rig.build()).code).toBe(0);
  expect(rig.read(path)).toContain("costs 6.");
  await edit("costs nothing on Fridays.");
  rig.write({ "specs/fares/factory.lock": given });
  await rig.build();
  expect(rig.read(path)).toContain("Fridays");
});

test("after a squash that keeps only a title, the next edit is built as ever, also in a new clone", async () => {
  await using rig = await builtFares();
  const base = await firstCommit(rig);
  await squash(rig, base, "Fares (#1)");
  expect((await rig.build()).code).toBe(0);
  const next = await costs(rig, 5, 6);
  expect([next.code, next.actions]).toEqual([0, { "fares:T01": "regenerated" }]);
  expect(rig.read(`projects/app/${FARES}`)).toContain("costs 6.");
  await squash(rig, base, "Fares (#2)");

  await using other = rig.twin();
  other.remove(".factory", "projects/app");
  await other.git("..", "clone", "--quiet", rig.path("projects/app"), "projects/app");
  expect(await other.status()).toEqual({ "fares:T01": "fresh" });
  const last = await costs(other, 6, 7);
  expect([last.code, last.actions]).toEqual([0, { "fares:T01": "regenerated" }]);
  expect(other.read(`projects/app/${FARES}`)).toContain("costs 7.");
});

test("after a rebase by a person, who drops our merges, the next edit is built as ever", async () => {
  await using rig = await builtFares();
  const base = await firstCommit(rig);
  await rig.git("app", "branch", "built");
  await rig.git("app", "reset", "--quiet", "--hard", base);
  rig.write({ "projects/app/notes.md": "mine\n" });
  await rig.commit("app", "Mine");
  await rig.git("app", "rebase", "--quiet", "main", "built");
  await rig.git("app", "checkout", "--quiet", "-B", "main", "built");
  const next = await costs(rig, 5, 6);
  expect([next.code, next.actions]).toEqual([0, { "fares:T01": "regenerated" }]);
  expect(await rig.git("app", "log", "--format=%s", "--merges")).toBe(
    "Merge the product of the specs into main",
  );
});

test("a person's edit that came in one squash with the product it edits is kept by the next one", async () => {
  await using rig = await builtFares();
  const base = await firstCommit(rig);
  const path = `projects/app/${FARES}`;
  rig.write({ [path]: `${rig.read(path)}by hand\n` });
  await rig.commit("app", "By hand");
  await squash(rig, base, "Fares (#1)");
  expect(await rig.status()).toEqual({ "fares:T01": "modified" });
  const next = await costs(rig, 5, 6);
  expect(next.code).toBe(0);
  expect(rig.read(path)).toContain("by hand");
  expect(rig.read(path)).toContain("costs 6.");

  // What the task made travels beside what people made of it, so whoever has only the history has a base.
  await rig.commitWorkspace("Built");
  await using other = rig.twin();
  other.remove(".factory", "projects/app");
  await other.git("..", "clone", "--quiet", rig.path("projects/app"), "projects/app");
  const last = await costs(other, 6, 7);
  expect([last.code, last.actions]).toEqual([0, { "fares:T01": "regenerated" }]);
  expect(other.read(path)).toContain("costs 7.");
  expect(other.read(path)).toContain("by hand");
});

test("an edit whose base is nowhere is never overwritten, and what the message names settles it", async () => {
  await using rig = await builtFares();
  const base = await firstCommit(rig);
  const path = `projects/app/${FARES}`;
  rig.write({ [path]: rig.read(path).replace("costs 5.", "costs 5 by hand.") });
  await rig.commit("app", "By hand");
  await squash(rig, base, "Fares (#1)");
  await loseProducts(rig);

  rig.edit("specs/fares/feature.md", "costs 5.", "costs 6.");
  const build = await rig.factory("build");
  expect([build.code, build.stderr]).toEqual([5, expect.stringContaining("git fetch --unshallow")]);
  expect(rig.read(path)).toContain("costs 5 by hand.");
  const accepted = await rig.factory("accept", "fares:T01");
  expect([accepted.code, rig.read(path)]).toEqual([0, expect.stringContaining("costs 5 by hand.")]);
});

test("an edit that came in one squash with its product, in a clone that never had that, is asked about", async () => {
  await using rig = await builtFares();
  const base = await firstCommit(rig);
  const path = `projects/app/${FARES}`;
  rig.write({ [path]: `${rig.read(path)}by hand\n` });
  await rig.commit("app", "By hand");
  await squash(rig, base, `Fares\n\n${await rig.git("app", "log", "--format=* %B", `${base}..main`)}`);
  await rig.git("..", "clone", "--quiet", "--bare", rig.path("projects/app"), rig.path("origin.git"));
  rig.remove(".factory", "projects/app");
  await rig.git("..", "clone", "--quiet", `file://${rig.path("origin.git")}`, "projects/app");

  rig.edit("specs/fares/feature.md", "costs 5.", "costs 6.");
  const build = await rig.factory("build");
  expect([build.code, build.stderr]).toEqual([5, expect.stringContaining("factory discard fares:T01")]);
  expect(rig.read(path)).toContain("by hand");
  expect((await rig.factory("discard", "fares:T01")).code).toBe(0);
  expect(rig.read(path)).toContain("costs 6.");
  expect((await rig.build()).code).toBe(0);
});

test("what people made of a file whose task leaves the backlog stays, and they are told so once", async () => {
  await using rig = await FactoryRig.create();
  const requirements = { R1: "A ride costs 5." };
  rig.feature({ id: "fares", requirements, tasks: [{ id: "T01" }, { id: "T02" }, { id: "T03" }] });
  expect((await rig.build()).code).toBe(0);
  const path = "projects/app/src/fares/T02.txt";
  rig.write({ [path]: `${rig.read(path)}by hand\n` });
  await rig.commit("app", "By hand");
  rig.feature({ id: "fares", requirements, tasks: [{ id: "T01" }] });
  const build = await rig.build();
  const told = build.document.diagnostics.filter(({ code }) => code === "edit-left");
  expect([build.code, told.map(({ message }) => message)]).toEqual([
    0,
    [expect.stringMatching(/^src\/fares\/T02\.txt stays, although fares:T02 has left the backlog/)],
  ]);
  expect(rig.list("projects/app/src")).toEqual(
    [FARES, "src/fares/T02.txt"].map((one) => `projects/app/${one}`),
  );
  expect(rig.read(path)).toContain("by hand");
  rig.edit("specs/fares/feature.md", "costs 5.", "costs 6.");
  const next = await rig.build();
  expect([next.code, next.document.diagnostics.filter(({ code }) => code === "edit-left")]).toEqual([0, []]);
});

test("a file that people deleted stops nothing where a message names what it held, and nobody has that", async () => {
  await using rig = await FactoryRig.create();
  const requirements = { R1: "A ride costs 5." };
  const tasks = [{ id: "T01" }, { id: "T02" }];
  rig.feature({ id: "fares", requirements, tasks });
  const base = await rig.git("app", "rev-parse", "main");
  expect((await rig.build()).code).toBe(0);
  await rig.git("app", "rm", "--quiet", "src/fares/T02.txt");
  await rig.git("app", "commit", "--quiet", "--message", "Without it");
  rig.feature({ id: "fares", requirements, tasks: [{ id: "T01" }] });
  expect((await rig.build()).code).toBe(0);
  await squash(rig, base, `Fares\n\n${await rig.git("app", "log", "--format=* %B", `${base}..main`)}`);
  await loseProducts(rig);

  // The lock does not know the task any more, either. That the file is gone is still their edit, until they say otherwise.
  rig.feature({ id: "fares", requirements, tasks });
  const build = await rig.build();
  expect([build.code, build.actions]).toEqual([0, { "fares:T01": "fresh", "fares:T02": "regenerated" }]);
  expect(await rig.status()).toEqual({ "fares:T01": "fresh", "fares:T02": "modified" });
  expect((await rig.factory("discard", "fares:T02")).code).toBe(0);
  expect(rig.read("projects/app/src/fares/T02.txt")).toContain("costs 5.");
  expect((await rig.factory("check")).code).toBe(0);
});

test("an edit whose base is nowhere costs nothing until its spec changes, and nothing is paid for what cannot be merged", async () => {
  await using rig = await fares();
  rig.write({
    "agent.sh": `echo paid >> ${rig.path("paid")}
name=$(grep -q tolls "$1" && echo tolls || echo fares)
mkdir -p src/$name && sed -n 's/^.*costs/costs/p' "$1" > src/$name/T01.ts
`,
  });
  await rig.declare({
    agents: { coder: { kind: "command", run: `sh ${rig.path("agent.sh")} {{window}}` } },
    implementer: "coder",
    limits: { attempts: 1, rebases: 0 },
  });
  rig.feature({
    id: "fares",
    requirements: { R1: "A ticket costs 5." },
    tasks: [{ id: "T01", generator: null, files: ["src/fares/T01.ts"] }],
  });
  rig.feature({
    id: "tolls",
    requirements: { R1: "A bridge costs 1." },
    tasks: [{ id: "T01", generator: null, files: ["src/tolls/T01.ts"] }],
  });
  const base = await rig.git("app", "rev-parse", "main");
  expect((await rig.build()).code).toBe(0);
  const path = "projects/app/src/fares/T01.ts";
  rig.write({ [path]: `${rig.read(path)}by hand\n` });
  await rig.commit("app", "By hand");
  await squash(rig, base, "Fares (#1)");
  await loseProducts(rig);

  expect(await rig.status()).toEqual({ "fares:T01": "modified", "tolls:T01": "fresh" });
  rig.edit("specs/tolls/feature.md", "costs 1.", "costs 2.");
  const other = await rig.build();
  expect([other.code, other.actions]).toEqual([0, { "fares:T01": "fresh", "tolls:T01": "regenerated" }]);
  expect(rig.read(path)).toContain("by hand");

  rig.edit("specs/fares/feature.md", "costs 5.", "costs 6.");
  expect((await rig.status())["fares:T01"]).toBe("conflict");
  const asked = await rig.factory("build");
  expect([asked.code, asked.stderr]).toEqual([5, expect.stringContaining("git fetch --unshallow")]);
  expect((await rig.factory("discard", "fares:T01")).code).toBe(0);
  expect((await rig.build()).code).toBe(0);
  expect(rig.read(path)).not.toContain("by hand");
  expect((await rig.factory("check")).code).toBe(0);
});

test("a lock that has moved on still tells of what the branch holds, by its own history", async () => {
  await using rig = await builtFares();
  const base = await firstCommit(rig);
  await squash(rig, base, "Fares (#1)");
  await rig.commitWorkspace("Five");
  await using other = rig.twin();
  other.remove(".factory");
  await other.git("app", "update-ref", "-d", "refs/factory/main");
  await costs(rig, 5, 6);
  for (const path of ["specs/fares/feature.md", "specs/fares/factory.lock"])
    other.write({ [path]: rig.read(path) });
  await other.commitWorkspace("Six");
  expect((await other.build()).code).toBe(0);
  expect(other.read(`projects/app/${FARES}`)).toContain("costs 6.");
});

test("what nobody owned and a build took away stays away for whoever has no record that it was generated", async () => {
  await using rig = await builtFares();
  rig.feature({ id: "tolls", requirements: { R1: "A bridge costs 1." }, tasks: [{ id: "T01" }] });
  expect((await rig.build()).code).toBe(0);
  await squash(rig, await firstCommit(rig), "Fares and tolls (#1)");
  rig.remove("specs/tolls", "templates/features/tolls");
  expect((await rig.build("--yes")).code).toBe(0);
  expect(rig.list("projects/app/src")).toEqual([`projects/app/${FARES}`]);
  await using other = rig.twin();
  await loseProducts(other);
  const before = await other.git("app", "rev-parse", "HEAD");
  expect((await other.build()).code).toBe(0);
  expect(other.list("projects/app/src")).toEqual([`projects/app/${FARES}`]);
  expect(await other.git("app", "rev-parse", "HEAD")).toBe(before);
});

test("what two people built at the same time is nobody's edit, once both have it", async () => {
  await using anna = await fares();
  await using ben = anna.twin();
  anna.feature({ id: "tolls", requirements: { R1: "A bridge costs 1." }, tasks: [{ id: "T01" }] });
  ben.feature({ id: "taxes", requirements: { R1: "A tax is 7." }, tasks: [{ id: "T01" }] });
  expect([(await anna.build()).code, (await ben.build()).code]).toEqual([0, 0]);
  await anna.git("app", "pull", "--quiet", "--no-edit", "--no-rebase", ben.path("projects/app"), "main");
  anna.feature({ id: "taxes", requirements: { R1: "A tax is 8." }, tasks: [{ id: "T01" }] });
  anna.write({ "specs/taxes/factory.lock": ben.read("specs/taxes/factory.lock") });
  const build = await anna.build();
  expect([build.code, build.actions["taxes:T01"]]).toEqual([0, "regenerated"]);
  expect(anna.read("projects/app/src/taxes/T01.txt")).toContain("A tax is 8.");
  expect((await anna.factory("check")).code).toBe(0);
});

test("an older product that a merge takes from another line is nobody's edit", async () => {
  await using anna = await builtFares();
  await using ben = anna.twin();
  await costs(anna, 5, 6);
  await costs(anna, 6, 5);
  await costs(ben, 5, 6);
  await anna.git("app", "pull", "--quiet", "--no-rebase", "--no-edit", ben.path("projects/app"), "main");
  expect(anna.read(`projects/app/${FARES}`)).toContain("costs 6.");
  expect((await anna.build()).code).toBe(0);
  expect(anna.read(`projects/app/${FARES}`)).toContain("costs 5.");
  expect(await anna.status()).toEqual({ "fares:T01": "fresh" });
});

test.each(["with its lock", "without it"])(
  "an edit that a merge brings back after its task was away is an edit of the product, %s",
  async (how) => {
    await using rig = await FactoryRig.create();
    const requirements = { R1: "A ride costs 5." };
    const tasks = [{ id: "T01" }, { id: "T02" }];
    const source = "{{#each requirements}}{{text}}{{/each}}\n-\n-\n-\nfoot\n[fares:T01.A1] [fares:T02.A1]\n";
    const declare = (price: number, ids: readonly { readonly id: string }[]) =>
      rig.feature(
        { id: "fares", requirements: { ...requirements, R1: `A ride costs ${price}.` }, tasks: ids },
        source,
      );
    declare(5, tasks);
    await rig.build();
    const lock = rig.read("specs/fares/factory.lock");
    const path = "projects/app/src/fares/T02.txt";
    await rig.git("app", "checkout", "--quiet", "-b", "own");
    rig.write({ [path]: rig.read(path).replace("foot", "foot of a person") });
    await rig.commit("app", "By a person");
    await rig.git("app", "checkout", "--quiet", "main");
    declare(5, tasks.slice(0, 1));
    expect((await rig.build()).code).toBe(0);
    await rig.git("app", "merge", "--quiet", "own").catch(() => null);
    await rig.git("app", "add", "--all");
    await rig.git("app", "commit", "--quiet", "--message", "Keep it");

    declare(6, tasks);
    if (how === "with its lock") rig.write({ "specs/fares/factory.lock": lock });
    const build = await rig.build();
    expect([build.code, build.stderr]).toEqual([0, expect.anything()]);
    expect(rig.read(path)).toMatch(/^A ride costs 6\.\n-\n-\n-\nfoot of a person\n/);
    expect(await rig.status()).toEqual({ "fares:T01": "fresh", "fares:T02": "modified" });
  },
);

test("a lock that comes back lays nothing over what a person wrote while its task was away", async () => {
  await using rig = await FactoryRig.create();
  const declare = (...ids: readonly string[]) =>
    rig.feature({ id: "fares", requirements: { R1: "A ride costs 5." }, tasks: ids.map((id) => ({ id })) });
  declare("T01", "T02");
  await rig.build();
  const lock = rig.read("specs/fares/factory.lock");
  declare("T01");
  expect((await rig.build()).code).toBe(0);
  rig.write({ "projects/app/src/fares/T02.txt": "mine\n" });
  await rig.commit("app", "By hand");
  declare("T01", "T02");
  rig.write({ "specs/fares/factory.lock": lock });
  await rig.build();
  expect(await rig.git("app", "show", "main:src/fares/T02.txt")).toBe("mine");
});

test("a branch `factory` of a person stays, and the history of people holds our tasks and merges alone", async () => {
  await using rig = await fares();
  await rig.git("app", "branch", "factory");
  await rig.git("app", "branch", "factories/experiment");
  const mine = await rig.git("app", "rev-parse", "factory");
  await rig.build();
  await costs(rig, 5, 6);
  expect(await rig.git("app", "rev-parse", "factory")).toBe(mine);
  expect((await rig.git("app", "log", "--topo-order", "--format=%s", "main")).split("\n")).toEqual([
    ...["Merge the product of the specs into main", expect.any(String)],
    ...["Merge the product of the specs into main", expect.any(String)],
    "Start",
  ]);
});

/** Specs and code in one repository. */
async function together(): Promise<FactoryRig> {
  const rig = await fares();
  rig.remove("projects");
  rig.write({
    "projects.yaml":
      "version: 1\nprojects:\n  - {id: app, path: ./, gates: [{id: count, run: echo x >> $COUNT}], env: [COUNT]}\nagents: {local: {kind: generator}}\nrouting: {implementer: local}\n",
    ".gitignore": ".factory/\n",
  });
  await rig.commitWorkspace("Begin");
  return rig;
}

test("in one repository the code goes to the branch that is checked out, as its spec does", async () => {
  await using rig = await together();
  const COUNT = rig.path(".factory/count");
  const build = (...args: string[]) => rig.factoryWith({ COUNT }, "build", ...args);
  expect((await build()).code).toBe(0);
  await rig.commitWorkspace("Locks");
  const gates = rig.read(".factory/count").length;
  expect((await build()).code).toBe(0);
  expect(rig.read(".factory/count")).toHaveLength(gates);

  await rig.git("..", "checkout", "--quiet", "-b", "dearer");
  rig.edit("specs/fares/feature.md", "costs 5.", "costs 6.");
  expect((await build()).code).toBe(0);
  await rig.commitWorkspace("Dearer");
  expect(rig.read(FARES)).toContain("costs 6.");
  expect(await rig.git("..", "show", `main:${FARES}`)).toContain("costs 5.");

  // What a checkout in CI gives: the commit, and no branch.
  await rig.git("..", "checkout", "--quiet", "--detach");
  rig.remove(".factory/index");
  const env = { COUNT };
  expect((await rig.factoryWith(env, "check")).code).toBe(0);
  expect((await rig.factoryWith(env, "verify")).code).toBe(0);
  rig.edit("specs/fares/feature.md", "costs 6.", "costs 7.");
  const refused = await build();
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("No branch is checked out")]);
  expect((await build("--branch", "dearer")).code).toBe(0);
  expect(await rig.git("..", "show", `dearer:${FARES}`)).toContain("costs 7.");
});

test("a project that is cloned is built into the branch that its remote calls its default", async () => {
  await using rig = await fares();
  await rig.git("app", "branch", "--move", "main", "trunk");
  await rig.git("..", "clone", "--quiet", "--bare", rig.path("projects/app"), rig.path("origin.git"));
  rig.remove("projects");
  rig.write({
    "projects.yaml": `version: 1\nprojects:\n  - {id: app, git: "file://${rig.path("origin.git")}", gates: [{id: check, run: sh check.sh}]}\nagents: {local: {kind: generator}}\nrouting: {implementer: local}\n`,
  });
  const build = await rig.build();
  expect([build.code, build.document.projects[0]?.branch]).toEqual([0, "trunk"]);
  expect(await rig.git("app", "show", `trunk:${FARES}`)).toContain("costs 5.");

  await rig.git("app", "checkout", "--quiet", "-b", "side");
  const next = await costs(rig, 5, 6);
  expect([next.code, next.document.projects[0]?.branch]).toEqual([0, "trunk"]);
  expect(next.stderr).toContain("another branch is checked out");
  expect(await rig.git("app", "show", `trunk:${FARES}`)).toContain("costs 6.");
  expect(await rig.git("app", "show", `side:${FARES}`)).toContain("costs 5.");
});

test("who is behind the remote is told, by what was fetched last", async () => {
  await using rig = await fares();
  await rig.git("..", "clone", "--quiet", "--bare", rig.path("projects/app"), rig.path("origin.git"));
  await rig.git("app", "remote", "add", "origin", rig.path("origin.git"));
  rig.write({ "projects/app/news.md": "news\n" });
  await rig.commit("app", "News");
  await rig.git("app", "push", "--quiet", "--set-upstream", "origin", "main");
  await rig.git("app", "reset", "--quiet", "--hard", "HEAD^");
  const build = await rig.factory("build");
  expect([build.code, build.stderr]).toEqual([0, expect.stringContaining("1 commit behind its remote")]);
});

test("who is on another branch than the one that is built is told", async () => {
  await using rig = await fares();
  await rig.git("app", "checkout", "--quiet", "-b", "side");
  const build = await rig.factory("build");
  expect([build.code, build.stderr]).toEqual([0, expect.stringContaining("another branch is checked out")]);
});
