// A gate passes in a person's folder and fails on the untouched tree: what does the factory say of the difference? And
// what does the screen say while gates are tried?

import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { expect, test } from "vitest";
import { FactoryRig, type ProjectText } from "../rig/factory-rig.ts";

async function notes(project: Partial<ProjectText>): Promise<FactoryRig> {
  const rig = await FactoryRig.create({
    projects: [{ id: "app", ...project }],
    agents: { writer: { kind: "command", run: "mkdir -p src/notes && echo text > src/notes/T01.txt" } },
    implementer: "writer",
  });
  rig.feature({
    id: "notes",
    requirements: { R1: "A note has a text." },
    tasks: [{ id: "T01", generator: null }],
  });
  return rig;
}

const FAILING: Partial<ProjectText> = { gates: [{ id: "test", run: "echo no luck; exit 1" }] };

/** What a build says, on the screen and in its document. */
async function told(rig: FactoryRig): Promise<readonly [screen: string, message: string]> {
  const screen = await rig.factory("build");
  expect(screen.code).not.toBe(0);
  const { diagnostics } = JSON.parse((await rig.factory("build", "--json")).stdout);
  const broken = diagnostics.find(({ code }: { code: string }) => code === "gate-broken");
  return [screen.stdout + screen.stderr, broken.message];
}

test("files that the copy lacks are named, by why it lacks them", async () => {
  await using rig = await notes({
    ...FAILING,
    files: { ".gitignore": ".env\nnode_modules/\ndist/\n", "src/kept.ts": "export {};\n" },
  });
  rig.write({
    "projects/app/.env": "TOKEN=1\n",
    "projects/app/node_modules/left-pad/index.js": "",
    "projects/app/packages/a/node_modules/b/index.js": "",
    "projects/app/dist/out.js": "",
    "projects/app/src/mine.ts": "export {};\n",
    "projects/app/src/kept.ts": "export const edited = 1;\n",
  });
  for (const text of await told(rig)) {
    expect(text).toMatch(/not committed[^:]*: "src\/kept\.ts", .*"src\/mine\.ts"/);
    expect(text).toContain('ignored by git, so not in the copy: ".env", "dist/", "node_modules/"');
    expect(text).toMatch(/declares no `setup`, and your checkout has "node_modules\/"/);
  }
  // They were looked at, and nothing more.
  expect(await rig.git("app", "status", "--porcelain")).toBe(" M src/kept.ts\n?? src/mine.ts");
});

test("a checkout that shows another branch is told", async () => {
  await using rig = await notes(FAILING);
  await rig.git("app", "checkout", "--quiet", "-b", "mended");
  for (const text of await told(rig)) expect(text).toContain('your checkout shows the branch "mended"');
  await rig.git("app", "checkout", "--quiet", "--detach");
  for (const text of await told(rig)) expect(text).toContain("your checkout shows no branch");
});

test("a file under a filter, and what setup brings into the copy, are told as they are", async () => {
  await using rig = await notes({
    ...FAILING,
    setup: "mkdir node_modules",
    files: {
      ".gitattributes": "*.big filter=pointer\n",
      ".gitignore": "node_modules/\n",
      "a.big": "pointer\n",
    },
  });
  await rig.git("app", "config", "filter.pointer.clean", "echo pointer");
  rig.write({ "projects/app/a.big": "what the pointer leads to\n", "projects/app/node_modules/x.js": "" });
  for (const text of await told(rig)) {
    expect(text).toContain('files under a git filter, with different content in the copy: "a.big"');
    expect(text).not.toContain("ignored by git");
    expect(text).not.toContain("declares no `setup`");
  }
});

test("a submodule that is empty in the copy is told", async () => {
  await using rig = await notes(FAILING);
  const library = rig.path("library");
  mkdirSync(library);
  const git = (...words: string[]) => execFileSync("git", ["-C", library, ...words], { stdio: "ignore" });
  git("init", "--quiet");
  git("-c", "user.name=a", "-c", "user.email=a@localhost", "commit", "--allow-empty", "-m", "one");
  await rig.git("app", "-c", "protocol.file.allow=always", "submodule", "add", "--quiet", library, "lib");
  await rig.commit("app", "Take the library in");
  rig.write({ "projects/app/lib/code.ts": "export {};\n" });
  for (const text of await told(rig)) expect(text).toContain('submodules that are empty in the copy: "lib"');
});

test("where nothing differs, that is said, too", async () => {
  await using rig = await notes(FAILING);
  for (const text of await told(rig))
    expect(text).toContain("No file of the copy that it ran in differs from your checkout");
});

test("the screen says which gates are tried, and how long each took", async () => {
  await using rig = await notes({
    gates: [
      { id: "lint", run: "! grep -rn BAD .", canary: { "bad.txt": "BAD\n" } },
      { id: "test", run: "true" },
    ],
  });
  const { stdout, stderr, code } = await rig.factory("build");
  expect(code).toBe(0);
  const screen = stdout + stderr;
  for (const line of [
    /app\/ {2}tries gate lint\n/,
    /app\/ {2}gate lint passes on the untouched tree · \S+ \w+\n/,
    /app\/ {2}gate lint refuses its canary · /,
    /app\/ {2}tries gate test\n/,
    /app\/ {2}gate test passes on the untouched tree · /,
  ])
    expect(screen).toMatch(line);
  // Nobody is told again what is known.
  rig.edit("specs/notes/feature.md", "A note has a text.", "A note has a long text.");
  const again = await rig.factory("build");
  expect(again.stdout + again.stderr).not.toContain("tries gate");
});

test("a task that waits for its project's gates says so", async () => {
  await using rig = await notes({
    gates: [
      {
        id: "look",
        run: `d=$PWD; until [ -d $d/.factory/tasks ]; do d=$(dirname $d); done; grep phase $d/.factory/tasks/notes/T01.status.json; exit 1`,
      },
    ],
  });
  const [screen] = await told(rig);
  expect(screen).toContain('"phase": "preparing"');
});
