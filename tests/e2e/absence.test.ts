// Is what is not there, or cannot be looked at, ever taken for a wish to remove code?

import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { expect, test } from "vitest";
import { FactoryRig, madeOnce } from "../rig/factory-rig.ts";
import { Watcher } from "../rig/watcher.ts";

const built = madeOnce(async () => {
  const rig = await FactoryRig.create({ projects: [{ id: "app" }] });
  for (const id of ["notes", "tags"])
    rig.feature({ id, requirements: { R1: `All ${id} have a name.` }, tasks: [{ id: "T01" }] });
  expect((await rig.factory("build")).code).toBe(0);
  return rig;
});

async function files(rig: FactoryRig): Promise<readonly string[]> {
  return (await rig.git("app", "ls-tree", "-r", "--name-only", "main", "src")).split("\n").filter(Boolean);
}

const BOTH = ["src/notes/T01.txt", "src/tags/T01.txt"];

test("features that are all gone keep their code until they are back", async () => {
  await using rig = await built();
  renameSync(rig.path("specs"), rig.path("away"));
  for (const empty of [false, true]) {
    if (empty) mkdirSync(rig.path("specs"));
    const build = await rig.factory("build");
    expect([build.code, build.stderr]).toEqual([5, expect.stringContaining("--yes")]);
    expect(build.stderr).toContain("specs/notes/feature.md");
    const validate = await rig.factory("validate");
    expect([validate.code, validate.stdout]).toEqual([2, expect.stringContaining("notes")]);
    expect(await files(rig)).toEqual(BOTH);
  }
  // Nothing remembered is no reason either.
  rig.remove(".factory/index");
  expect((await rig.factory("build")).code).toBe(5);
  expect(await files(rig)).toEqual(BOTH);
  rmSync(rig.path("specs"), { recursive: true });
  renameSync(rig.path("away"), rig.path("specs"));
  expect((await rig.factory("build")).code).toBe(0);
  expect(await files(rig)).toEqual(BOTH);
});

test("features that are all gone leave with `--yes`, or where their removal is committed", async () => {
  await using said = await built();
  said.remove("specs");
  expect((await said.factory("build", "--yes")).code).toBe(0);
  expect(await files(said)).toEqual([]);
  expect((await said.factory("build")).code).toBe(0);

  await using committed = await built();
  await committed.commitWorkspace("Specs");
  committed.remove("specs");
  expect((await committed.factory("build")).code).toBe(5);
  await committed.commitWorkspace("No more of it");
  expect((await committed.factory("build")).code).toBe(0);
  expect(await files(committed)).toEqual([]);
});

test("one feature of several asks before its code leaves, and whoever only looks is told", async () => {
  await using rig = await built();
  const away = rig.path("away");
  for (const kept of [false, true]) {
    if (kept) await rig.commitWorkspace("Specs");
    renameSync(rig.path("specs/tags"), away);
    for (const [command, code] of [
      [["build"], 5],
      [["build", "--dry-run"], 5],
      [["check"], 3],
      [["status"], 0],
    ] as const) {
      const run = await rig.factory(...command);
      expect([run.code, run.stderr]).toEqual([code, expect.stringMatching(/"tags".*\(1 task\)[\s\S]*--yes/)]);
    }
    expect(await rig.status()).toEqual({ "notes:T01": "fresh", "tags:T01": "blocked" });
    if (!kept) renameSync(away, rig.path("specs/tags"));
  }
  expect(await files(rig)).toEqual(BOTH);
  await rig.commitWorkspace("Tags are over");
  expect((await rig.factory("build")).code).toBe(0);
  expect(await files(rig)).toEqual(["src/notes/T01.txt"]);
});

test("a feature that another line of the specs' history has leaves without a question", async () => {
  await using rig = await built();
  const git = (...words: readonly string[]) => rig.launch(".", ["git", ...words]).done;
  await rig.commitWorkspace("Specs");
  rig.remove("specs/tags");
  await rig.commitWorkspace("Tags are over");
  expect((await git("branch", "without")).code).toBe(0);
  expect((await git("reset", "--quiet", "--hard", "HEAD^")).code).toBe(0);
  expect((await rig.factory("build")).code).toBe(0);
  expect((await git("switch", "--quiet", "without")).code).toBe(0);
  expect((await rig.factory("build")).code).toBe(0);
  expect(await files(rig)).toEqual(["src/notes/T01.txt"]);
});

test("what was said of a feature that git still has holds for later builds, and no longer than it is away", async () => {
  await using rig = await built();
  await rig.commitWorkspace("Specs");
  rig.remove("specs/tags");
  expect((await rig.factory("build", "--yes")).code).toBe(0);
  mkdirSync(rig.path("specs/empty"));
  expect((await rig.factory("build")).code).toBe(0);
  expect((await rig.launch(".", ["git", "checkout", "--quiet", "--", "specs/tags"]).done).code).toBe(0);
  expect((await rig.factory("build")).code).toBe(0);
  expect(await files(rig)).toEqual(BOTH);
  rig.remove("specs/tags");
  expect((await rig.factory("build")).code).toBe(5);
});

test("without anything remembered, committed locks tell what is gone", async () => {
  await using rig = await built();
  await rig.commitWorkspace("Specs");
  for (const gone of ["specs/tags", "specs"]) {
    rig.remove(gone, ".factory");
    expect((await rig.factory("check")).code).toBe(3);
    const build = await rig.factory("build");
    expect([build.code, build.stderr]).toEqual([5, expect.stringContaining('"tags"')]);
    expect(await files(rig)).toEqual(BOTH);
  }
});

test("a project that projects.yaml no longer declares is asked about, told, and left as it is", async () => {
  await using rig = await FactoryRig.create({ projects: [{ id: "app" }, { id: "lib" }] });
  const tags = { id: "tags", requirements: { R1: "All tags have a name." } };
  rig.feature({ ...tags, tasks: [{ id: "T01", project: "lib" }] });
  expect((await rig.factory("build")).code).toBe(0);
  await rig.declare({ projects: [{ id: "app" }] });
  rig.feature({ ...tags, tasks: [{ id: "T01", project: "app" }] });
  for (const [command, code] of [
    [["build"], 5],
    [["check"], 3],
    [["build", "--dry-run"], 5],
  ] as const) {
    const run = await rig.factory(...command);
    expect([run.code, run.stderr]).toEqual([code, expect.stringContaining('"lib"')]);
  }
  const build = await rig.factory("build", "--yes");
  expect([build.code, build.stderr]).toEqual([0, expect.stringContaining("[project-left]")]);
  expect(await rig.git("lib", "show", "main:src/tags/T01.txt")).toContain("have a name");
  const again = await rig.factory("build");
  expect([again.code, again.stderr]).toEqual([0, expect.not.stringContaining("lib")]);
});

test("a feature behind a link is built, and a link that leads nowhere is a finding", async () => {
  await using rig = await built();
  renameSync(rig.path("specs/notes"), rig.path("notes"));
  symlinkSync("../notes", rig.path("specs/notes"));
  expect((await rig.factory("build")).code).toBe(0);
  expect(await files(rig)).toEqual(BOTH);
  rig.edit("notes/feature.md", "have a name", "have a long name");
  expect((await rig.factory("build")).code).toBe(0);
  expect(await rig.git("app", "show", "main:src/notes/T01.txt")).toContain("a long name");
  renameSync(rig.path("notes"), rig.path("away"));
  for (const leads of ["../notes", "notes"]) {
    rmSync(rig.path("specs/notes"));
    symlinkSync(leads, rig.path("specs/notes"));
    for (const command of ["validate", "build"]) {
      const run = await rig.factory(command);
      expect([run.code, run.stdout + run.stderr]).toEqual([2, expect.stringContaining("specs/notes")]);
    }
    expect(await files(rig)).toEqual(BOTH);
  }
});

test("whoever watches removes nothing while specs are away, and goes on when they are back", async () => {
  await using rig = await built();
  const head = await rig.git("app", "rev-parse", "main");
  await using watcher = new Watcher(rig);
  await watcher.next("idle");
  renameSync(rig.path("specs"), rig.path("away"));
  await watcher.next("unsound");
  await watcher.next("idle");
  expect(await rig.git("app", "rev-parse", "main")).toBe(head);
  renameSync(rig.path("away"), rig.path("specs"));
  await watcher.next("idle");
  expect(await rig.git("app", "rev-parse", "main")).toBe(head);
  rig.edit("specs/tags/feature.md", "have a name", "have a long name");
  expect((await watcher.next("built")).ok).toBe(true);
  expect(await files(rig)).toEqual(BOTH);
});

test("whoever is asked while they watch answers by a commit", async () => {
  await using rig = await built();
  await rig.commitWorkspace("Two features");
  await using watcher = new Watcher(rig);
  await watcher.next("idle");
  rig.remove("specs/tags");
  await watcher.next("unsound");
  await watcher.next("idle");
  expect(await files(rig)).toEqual(BOTH);
  await rig.commitWorkspace("No tags any more");
  expect((await watcher.next("built")).ok).toBe(true);
  expect(await files(rig)).toEqual(["src/notes/T01.txt"]);
});

test("whoever says yes before they watch says it of what is gone by then", async () => {
  await using rig = await built();
  rig.remove("specs/tags");
  await using watcher = new Watcher(rig, "build", "--watch", "--yes");
  expect((await watcher.next("built")).ok).toBe(true);
  await watcher.next("idle");
  expect(await files(rig)).toEqual(["src/notes/T01.txt"]);
  rig.remove("specs/notes");
  await watcher.next("unsound");
  await watcher.next("idle");
  expect(await files(rig)).toEqual(["src/notes/T01.txt"]);
});

test("init hides nothing of people's, and its own edit keeps no product waiting", async () => {
  await using rig = await FactoryRig.create();
  rig.remove("projects.yaml", "specs", ".gitignore", "projects");
  rig.write({ ".gitignore": "dist/\n", "projects/lib/a.ts": "" });
  await rig.commitWorkspace("Mine");
  // Also where what git tracks is not checked out.
  for (const gone of [false, true]) {
    if (gone) rig.remove("projects", ".gitignore");
    expect((await rig.factory("init")).code).toBe(0);
    expect(rig.read(".gitignore")).toContain(".factory/");
    expect(rig.read(".gitignore")).not.toContain("projects");
  }
  await rig.declare({ projects: [{ id: "app", gates: [{ id: "true", run: "true" }] }] });
  rig.edit("projects.yaml", "path: projects/app", "path: ./");
  rig.write({ ".gitignore": "dist/\n.factory/\n", "projects/lib/a.ts": "" });
  rig.feature({ id: "notes", requirements: { R1: "A note has a text." }, tasks: [{ id: "T01" }] });
  expect((await rig.factory("build")).code).toBe(0);
  expect(rig.read("src/notes/T01.txt")).toContain("A note has a text.");
  expect(rig.read(".gitignore")).toBe("dist/\n.factory/\n");
});

test("a template never replaces a file that people wrote", async () => {
  await using rig = await FactoryRig.create({
    projects: [{ id: "app", files: { "src/notes/T01.txt": "mine\n" } }],
  });
  rig.feature({ id: "notes", requirements: { R1: "A note has a text." }, tasks: [{ id: "T01" }] });
  for (const [command, code] of [
    [["status"], 0],
    [["check"], 3],
    [["doctor"], 1],
    [["build", "--dry-run"], 0],
    [["build"], 2],
  ] as const) {
    const { code: was, stdout, stderr } = await rig.factory(...command);
    expect([was, stdout + stderr]).toEqual([code, expect.stringContaining("src/notes/T01.txt")]);
    expect(stdout + stderr).toMatch(/factory adopt|--dry-run|a build would refuse it/);
  }
  expect(await rig.git("app", "show", "main:src/notes/T01.txt")).toBe("mine");
});

test("a result that is remembered replaces no file of people's either", async () => {
  await using rig = await FactoryRig.create();
  const feature = (...ids: readonly string[]) =>
    rig.feature({
      id: "notes",
      requirements: { R1: "A note has a text." },
      tasks: ids.map((id) => ({ id })),
    });
  feature("T01", "T02");
  expect((await rig.build()).code).toBe(0);
  feature("T02");
  expect((await rig.build("--yes")).code).toBe(0);
  rig.write({ "projects/app/src/notes/T01.txt": "mine\n" });
  await rig.commit("app", "By hand");
  feature("T01", "T02");
  expect((await rig.factory("status")).stdout).toContain("would replace what people wrote");
  const { code, stdout, stderr } = await rig.factory("build");
  expect([code, stdout + stderr]).toEqual([2, expect.stringContaining("src/notes/T01.txt is not a file of")]);
  expect(await rig.git("app", "show", "main:src/notes/T01.txt")).toBe("mine");
  // What they took away again is in nobody's way, and the result is still there.
  await rig.git("app", "rm", "--quiet", "src/notes/T01.txt");
  await rig.commit("app", "Not by hand");
  expect((await rig.build()).actions["notes:T01"]).toBe("restored");
});

const noteOf = (rig: FactoryRig, text: string) =>
  rig.feature({ id: "notes", requirements: { R1: text }, tasks: [{ id: "T01" }] });

const builtNote = madeOnce(async () => {
  const rig = await FactoryRig.create();
  noteOf(rig, "A note has a text.");
  expect((await rig.build()).code).toBe(0);
  return rig;
});

/** A project that has what a task of its spec writes, as in a clone of depth 1 whose locks are lost: nothing says who wrote it. */
async function alreadyThere(): Promise<{ rig: FactoryRig; says: (text: string) => void }> {
  await using made = await builtNote();
  const written = `${await made.git("app", "show", "main:src/notes/T01.txt")}\n`;
  const rig = await FactoryRig.create({
    projects: [{ id: "app", files: { "src/notes/T01.txt": written } }],
  });
  noteOf(rig, "A note has a text.");
  return { rig, says: (text) => noteOf(rig, text) };
}

test("a file that is there to the byte as the generator writes it is what it put there, and follows its spec", async () => {
  const { rig, says } = await alreadyThere();
  await using _ = rig;
  expect([(await rig.build()).code, await rig.status()]).toEqual([0, { "notes:T01": "fresh" }]);
  says("A note has a title.");
  expect((await rig.build()).code).toBe(0);
  expect(rig.read("projects/app/src/notes/T01.txt")).toContain("A note has a title.");
});

test("a file whose mode a person set is not as the generator writes it, whatever its bytes", async () => {
  const { rig } = await alreadyThere();
  await using _ = rig;
  chmodSync(rig.path("projects/app/src/notes/T01.txt"), 0o755);
  await rig.commit("app", "Executable");
  const { code, stdout, stderr } = await rig.factory("build");
  expect([code, stdout + stderr]).toEqual([2, expect.stringContaining("factory adopt")]);
  expect(await rig.git("app", "ls-tree", "main", "src/notes/T01.txt")).toMatch(/^100755/);
});

test("a result that is remembered takes no line from a file that people went on with", async () => {
  await using rig = await FactoryRig.create({
    projects: [{ id: "app", files: { "src/money.txt": "cents\n" } }],
    agents: { worker: { kind: "command", run: "node {{workspace}}/agent.mjs {{window}}" } },
    implementer: "worker",
  });
  rig.write({
    "agent.mjs":
      `import { readFileSync, writeFileSync } from "node:fs";\n` +
      `const [said] = /of \\w+ money/.exec(readFileSync(process.argv[2], "utf8"));\n` +
      `writeFileSync("src/money.txt", readFileSync("src/money.txt", "utf8") + "1\\n2\\n3\\n4\\n" + said + "\\n");\n`,
  });
  const feature = (text: string) =>
    rig.feature({
      id: "money",
      requirements: { R1: text },
      tasks: [{ id: "T01", files: ["src/money.txt"] }],
    });
  const text = () => rig.git("app", "show", "main:src/money.txt");
  feature("Speak of old money.");
  expect((await rig.build()).code).toBe(0);
  feature("Speak of new money.");
  expect((await rig.build()).code).toBe(0);
  rig.edit("projects/app/src/money.txt", "cents", "cents, and mills");
  await rig.commit("app", "By hand");
  expect((await rig.build()).code).toBe(0);
  feature("Speak of old money.");
  expect((await rig.build()).code).toBe(0);
  expect(await text()).toBe("cents, and mills\n1\n2\n3\n4\nof old money");
});
