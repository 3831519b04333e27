// Does a gate judge the draft, and nothing that anybody else left? Setups, agents and gates do here what they do in real
// projects: they install, generate, patch, build and forget.

import { existsSync } from "node:fs";
import { expect, test, vi } from "vitest";
import { FactoryRig, type ProjectText, type RigOptions } from "../rig/factory-rig.ts";

/** Counts its runs where no slot can hide them, and installs a package that says its own version. */
const INSTALLS =
  'echo run >> "$HOME/setups"; mkdir -p node_modules/dep; cat dep.lock > node_modules/dep/index.js';
const IGNORES = { ".gitignore": "node_modules/\ngen/\ndist/\n" };

async function oneTask(project: ProjectText, agent: string, more: RigOptions = {}, files = ["src/**"]) {
  const rig = await FactoryRig.create({
    projects: [project],
    agents: { hand: { kind: "command", run: agent, timeout: "60s" } },
    implementer: "hand",
    limits: { attempts: 1, rebases: 0 },
    ...more,
  });
  rig.feature({
    id: "notes",
    requirements: { R1: "A note has a text." },
    tasks: [{ id: "T01", generator: null, files }],
  });
  return rig;
}

function setups(rig: FactoryRig): number {
  return rig.read("../home/setups").trim().split("\n").length;
}

test("a setup runs once for the same files, in this build and the next", async () => {
  // As tools do that make a version of the repository's state, for which git looks at every file.
  const setup = `git status --porcelain && git describe --always --dirty && ${INSTALLS}`;
  const files = { ...IGNORES, "package-lock.json": "{}", "dep.lock": "1", "src/notes/seed.txt": "seed" };
  await using rig = await FactoryRig.create({ projects: [{ id: "app", setup, files }] });
  const tasks = ["T01", "T02", "T03", "T04"].map((id) => ({ id }));
  rig.feature({ id: "notes", requirements: { R1: "A note has a text." }, tasks });
  expect((await rig.build()).code).toBe(0);
  expect(setups(rig)).toBe(1);
  rig.feature({ id: "notes", requirements: { R1: "A note has a title." }, tasks });
  expect((await rig.build()).code).toBe(0);
  expect(setups(rig)).toBe(1);
});

test("a task that changes what is installed is judged with it, by the last inspection too", async () => {
  const gates = [{ id: "dep", run: "test ! -e src || test $(cat node_modules/dep/index.js) = 2" }];
  const app = {
    ...{ id: "app", setup: INSTALLS, gates },
    files: { ...IGNORES, "package-lock.json": "{}", "dep.lock": "1" },
  };
  const agent = "mkdir -p src; echo x > src/a.txt; echo 2 > dep.lock";
  await using rig = await oneTask(app, agent, {}, ["src/a.txt", "dep.lock"]);
  const build = await rig.build();
  expect([build.code, build.actions]).toEqual([0, { "notes:T01": "regenerated" }]);
});

test("a draft on whose files the setup fails is a failed attempt, with the setup's own words", async () => {
  const setup =
    'grep -q good dep.lock || { echo "error: dep.lock is out of step"; exit 1; }; mkdir -p node_modules';
  const files = { ...IGNORES, "package-lock.json": "{}", "dep.lock": "good" };
  const app = { id: "app", setup, gates: [{ id: "any", run: "true" }], files };
  const agent = "mkdir -p src; echo x > src/a.txt; echo bad > dep.lock";
  await using rig = await oneTask(app, agent, { limits: { attempts: 2, rebases: 0 } }, [
    "src/a.txt",
    "dep.lock",
  ]);
  const build = await rig.build();
  expect(build.document.tasks[0]).toMatchObject({ action: "failed", attempts: 2 });
  expect(rig.read(".factory/tasks/notes/T01.notes.md")).toContain("dep.lock is out of step");
});

test("what is generated during the setup follows the file that it is generated from", async () => {
  const generates = "mkdir -p gen; tr a-z A-Z < schema/model.txt > gen/client.txt";
  const gates = [{ id: "client", run: "grep -q WORLD gen/client.txt || test ! -e src" }];
  const files = { ...IGNORES, "package-lock.json": "{}", "schema/model.txt": "hello\n" };
  const agent = "mkdir -p src; echo x > src/a.txt; echo world > schema/model.txt";
  await using rig = await oneTask({ id: "app", setup: generates, gates, files }, agent, {}, [
    "src/a.txt",
    "schema/**",
  ]);
  expect((await rig.build()).code).toBe(0);
});

for (const [what, does] of [
  ["installs a package", "mkdir -p node_modules/extra; echo 1 > node_modules/extra/index.js"],
  ["patches a dependency", "echo patched > node_modules/dep/index.js"],
  ["deletes what was installed", "rm -rf node_modules"],
] as const) {
  test(`an agent that ${what} changes no verdict, and no window of the next`, async () => {
    const pristine = "test ! -e node_modules/extra && test $(cat node_modules/dep/index.js) = 1";
    const files = { ...IGNORES, "package-lock.json": "{}", "dep.lock": "1" };
    const gates = [{ id: "pristine", run: pristine }];
    const agent = `${pristine} || exit 9; ${does}; mkdir -p src; grep -o 'R1: .*' {{window}} > src/a.txt`;
    await using rig = await oneTask({ id: "app", setup: INSTALLS, gates, files }, agent);
    expect((await rig.build()).code).toBe(0);
    rig.feature({
      id: "notes",
      requirements: { R1: "A note has a title." },
      tasks: [{ id: "T01", generator: null, files: ["src/**"] }],
    });
    expect((await rig.build()).code).toBe(0);
  });
}

test("an install that a gate patched is made anew before it judges again, and it is said who was there", async () => {
  // The first draft's gate patches; the second draft would pass only with the patch.
  const run =
    "test ! -e src || { test $(cat node_modules/dep/index.js) = 1 && echo 2 > node_modules/dep/index.js; }";
  const files = { ...IGNORES, "package-lock.json": "{}", "dep.lock": "1" };
  const app = { id: "app", setup: INSTALLS, gates: [{ id: "patch", run }], files };
  const agent = "mkdir -p src; grep -o 'R1: .*' {{window}} > src/a.txt";
  await using rig = await oneTask(app, agent, { limits: { gates: 1, attempts: 1, rebases: 0 } });
  expect((await rig.build()).code).toBe(0);
  rig.feature({
    id: "notes",
    requirements: { R1: "A note has a title." },
    tasks: [{ id: "T01", generator: null, files: ["src/**"] }],
  });
  const again = await rig.factory("build");
  expect(again.code).toBe(0);
  expect(again.stderr + again.stdout).toContain(
    "node_modules/dep/index.js differs from what setup left: notes:T01",
  );
});

test("what a gate of one draft leaves, the gate of another does not find", async () => {
  const run = "test ! -e dist && test ! -e left && mkdir dist && touch dist/built left";
  const app = { id: "app", gates: [{ id: "clean", run }], files: IGNORES };
  await using rig = await FactoryRig.create({ projects: [app], limits: { gates: 1 } });
  const tasks = ["T01", "T02", "T03"].map((id) => ({ id }));
  rig.feature({ id: "notes", requirements: { R1: "A note has a text." }, tasks });
  expect((await rig.build()).code).toBe(0);
});

test("caches that a project keeps stay warm", async () => {
  const run = "mkdir -p warm cold; echo run >> warm/runs; test ! -e cold/runs && touch cold/runs";
  const app = {
    id: "app",
    keep: ["warm"],
    gates: [{ id: "warm", run }],
    files: { ".gitignore": "warm/\ncold/\n" },
  };
  await using rig = await FactoryRig.create({ projects: [app], limits: { gates: 1 } });
  const tasks = ["T01", "T02"].map((id) => ({ id }));
  rig.feature({ id: "notes", requirements: { R1: "A note has a text." }, tasks });
  expect((await rig.build()).code).toBe(0);
  const [slot = ""] = rig.list(".factory/slots").filter((path) => path.endsWith("/warm/runs"));
  expect(rig.read(slot).trim().split("\n").length).toBeGreaterThan(1);
});

test("two lockfiles in turns do not make the setup run each time", async () => {
  const files = { ...IGNORES, "package-lock.json": "{}", "dep.lock": "1" };
  const agent = [
    "mkdir -p src; grep -o 'R1: .*' {{window}} > src/$FACTORY_TASK.txt",
    "case $FACTORY_TASK in *T02) echo '{\"a\": 1}' > package-lock.json;; esac",
  ].join("; ");
  const app = { id: "app", setup: INSTALLS, gates: [{ id: "any", run: "true" }], files };
  await using rig = await oneTask(app, agent, { limits: { gates: 1, attempts: 1, rebases: 0 } });
  const notes = (title: string) =>
    rig.feature({
      id: "notes",
      requirements: { R1: `A note has a ${title}.` },
      tasks: [
        { id: "T01", generator: null, files: ["src/notes:T01.txt"] },
        { id: "T02", generator: null, files: ["src/notes:T02.txt", "package-lock.json"] },
      ],
    });
  for (const title of ["text", "title"]) {
    notes(title);
    expect((await rig.build()).code).toBe(0);
  }
  const first = setups(rig);
  notes("author");
  expect((await rig.build()).code).toBe(0);
  expect(setups(rig)).toBe(first);
});

test("a setup that was killed in the middle is made anew, and what went on of it has ended", async () => {
  const setup = [
    'mkdir -p node_modules/half; echo $$ > "$HOME/pid"',
    'test -e "$HOME/go" || sleep 300; mkdir -p node_modules/whole',
  ].join("; ");
  const gates = [{ id: "whole", run: "test -d node_modules/whole" }];
  await using rig = await oneTask(
    { id: "app", setup, gates, files: IGNORES },
    "mkdir -p src; echo x > src/a.txt",
  );
  const build = rig.start("build");
  const pid = "../home/pid";
  await vi.waitFor(() => expect(existsSync(rig.path(pid)) && rig.read(pid).trim()).toMatch(/\d/), 60_000);
  build.child.kill("SIGKILL");
  await build.done;
  const stray = Number(rig.read(pid));
  rig.write({ "../home/go": "" });
  const again = await rig.build();
  // It has ended; its number is free once the system has taken note of that.
  await expect.poll(() => isThere(-stray), { timeout: 10_000 }).toBe(false);
  expect([again.code, again.actions]).toEqual([0, { "notes:T01": "regenerated" }]);
  expect((await rig.factory("gc")).stdout).toContain("unused slot");
});

test("a draft's own .gitignore hides nothing of the draft", async () => {
  const agent = "mkdir -p src; echo x > src/a.txt; echo y > src/b.txt; echo '*.txt' > src/.gitignore";
  const app = { id: "app", gates: [{ id: "both", run: "test ! -e src || test -e src/b.txt" }] };
  // What git is told to leave out reaches further, so the scope has to name it.
  await using rig = await oneTask(app, agent, {}, ["src/**", "src/.gitignore"]);
  expect((await rig.build()).code).toBe(0);
  expect(await rig.git("app", "ls-tree", "-r", "--name-only", "main", "src")).toContain("src/b.txt");
});

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
