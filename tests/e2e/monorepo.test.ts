// Does a folder of a repository serve as a project, beside others that share its branch and its product?

import { expect, test } from "vitest";
import { FactoryRig, type ProjectText } from "../rig/factory-rig.ts";
import type { FeatureText } from "../rig/specs.ts";

const note = (id: string, project: string): FeatureText => ({
  id,
  projects: [project],
  requirements: { R1: `Notes of ${id}.` },
  tasks: [{ id: "T01" }],
});

/** Says where it runs, and fails where a file below its src/ says BROKEN. */
const check = () => ({ id: "check", run: "sh ../../check.sh" });

const FILES = {
  "packages/a/readme.txt": "a\n",
  "packages/b/readme.txt": "b\n",
  "packages/b/src/own.txt": "b's own\n",
};

const A: ProjectText = { id: "a", root: "packages/a", gates: [check()], files: FILES };
const B: ProjectText = { id: "b", beside: "a", root: "./packages/b/", gates: [check()] };

test("a folder of a repository is a project: its tasks write, its gates run and its locks speak from there", async () => {
  await using rig = await FactoryRig.create({ projects: [A] });
  rig.feature(note("notes", "a"));
  const build = await rig.build();
  expect(build.code, build.stdout + build.stderr).toBe(0);
  const file = "projects/a/packages/a/src/notes/T01.txt";
  expect(rig.read(file)).toContain("Notes of notes.");
  expect(await rig.git("a", "log", "-1", "--format=%P", "main")).toContain(" ");
  expect(await rig.git("a", "status", "--porcelain")).toBe("");
  const lock = rig.read("specs/notes/factory.lock");
  expect(lock).toContain('"src/notes/T01.txt"');
  expect(lock).not.toContain("packages/a");
  expect((await rig.factory("check")).code).toBe(0);
  const verified = await rig.factory("verify", "--json");
  expect(verified.code, verified.stdout).toBe(0);
  expect((await rig.factory("blame", "a/src/notes/T01.txt")).stdout).toContain("notes:T01");

  // A neighbour's commit costs one inspection of the whole, and drafts nothing.
  rig.write({ "projects/a/packages/b/src/own.txt": "b's own, edited\n" });
  await rig.commit("a", "Edit the neighbour");
  const beside = await rig.build();
  expect(beside.code, beside.stderr).toBe(0);
  expect(beside.actions).toEqual({ "notes:T01": "fresh" });
  expect(rig.read("projects/a/packages/b/src/own.txt")).toBe("b's own, edited\n");

  // Nobody needs the store to know what was generated, nor a merge commit.
  rig.remove(".factory");
  expect(await rig.status()).toEqual({ "notes:T01": "fresh" });

  // A gate speaks from the folder that it runs in, and a script is told the file from the workspace.
  rig.edit("specs/notes/feature.md", "Notes of notes.", "BROKEN notes.");
  const broken = await rig.build();
  expect(broken.code).toBe(1);
  expect(broken.document.diagnostics[0]).toMatchObject({
    code: "gates-failed",
    file: file,
    message: expect.stringContaining("src/notes/T01.txt: says BROKEN"),
  });
});

test("an edit of a generated file is found, kept, handed over and discarded, also by its path in the repository", async () => {
  await using rig = await FactoryRig.create({ projects: [A] });
  rig.feature(note("notes", "a"));
  expect((await rig.build()).code).toBe(0);
  const file = "projects/a/packages/a/src/notes/T01.txt";
  const made = rig.read(file);
  rig.write({ [file]: `${made}and a line of a person\n` });
  await rig.commit("a", "Edit what was generated");
  expect(await rig.status()).toEqual({ "notes:T01": "modified" });
  expect((await rig.factory("discard", "notes:T01", "packages/a/src/notes/T01.txt")).code).toBe(0);
  expect((await rig.build()).code).toBe(0);
  expect(rig.read(file)).toBe(made);

  // Both sides change the same line: the merge speaks of the repository, and its words settle it.
  rig.write({ [file]: made.replace("Notes of notes.", "A person's notes.") });
  await rig.commit("a", "Edit it again");
  rig.edit("specs/notes/feature.md", "Notes of notes.", "Other notes.");
  const clash = await rig.build();
  expect(clash.code).toBe(5);
  const { message, file: at } = clash.document.diagnostics.find(({ code }) => code === "merge-conflict")!;
  expect(message).toContain("packages/a/src/notes/T01.txt");
  expect(at).toBe(file);
  expect((await rig.factory("accept", "notes:T01", "src/notes/T01.txt")).code).toBe(0);
  expect((await rig.build()).code).toBe(0);
  expect(rig.read(file)).toContain("A person's notes.");
});

test("projects of one repository come to its branch in one merge, each judged by its own gates", async () => {
  await using rig = await FactoryRig.create({ projects: [A, B] });
  rig.feature(note("a-notes", "a"));
  rig.feature(note("b-notes", "b"));
  const one = await rig.build("a/");
  expect(one.code, one.stderr).toBe(0);
  expect(one.actions).toEqual({ "a-notes:T01": "regenerated" });
  const build = await rig.build();
  expect(build.code, build.stderr).toBe(0);
  expect(build.actions).toEqual({ "a-notes:T01": "fresh", "b-notes:T01": "regenerated" });
  const [a, b] = build.document.projects;
  expect(a).toMatchObject({ id: "a", merged: true });
  expect(b).toMatchObject({ id: "b", merged: true, commit: a?.commit });
  expect(rig.list("projects/a/packages").filter((path) => path.includes("notes"))).toEqual([
    "projects/a/packages/a/src/a-notes/T01.txt",
    "projects/a/packages/b/src/b-notes/T01.txt",
  ]);
  expect((await rig.build()).actions).toEqual({ "a-notes:T01": "fresh", "b-notes:T01": "fresh" });
  expect((await rig.factory("check")).code).toBe(0);

  // A task that fails keeps nobody's accepted work from the branch.
  rig.edit("specs/a-notes/feature.md", "Notes of a-notes.", "More notes of a.");
  rig.edit("specs/b-notes/feature.md", "Notes of b-notes.", "BROKEN.");
  const half = await rig.build();
  expect(half.code).toBe(1);
  expect(half.actions).toEqual({ "a-notes:T01": "regenerated", "b-notes:T01": "failed" });
  expect(rig.read("projects/a/packages/a/src/a-notes/T01.txt")).toContain("More notes of a.");
  expect(rig.read("projects/a/packages/b/src/b-notes/T01.txt")).toContain("Notes of b-notes.");
  rig.edit("specs/b-notes/feature.md", "BROKEN.", "Notes of b-notes.");
  expect((await rig.build()).code).toBe(0);

  // The gates of a neighbour keep a product back: it is told whose, and what was accepted is merged once they pass.
  rig.write({ "projects/a/packages/b/src/own.txt": "BROKEN by a person\n" });
  await rig.commit("a", "Break the neighbour");
  rig.edit("specs/a-notes/feature.md", "More notes of a.", "Most notes of a.");
  const kept = await rig.build();
  expect(kept.code).toBe(1);
  expect(kept.actions["a-notes:T01"]).toBe("regenerated");
  const told = kept.document.diagnostics.find(({ code }) => code === "product-failed");
  expect(told).toMatchObject({ target: "b/", file: "projects/a/packages/b/src/own.txt" });
  expect(kept.document.projects.map(({ merged }) => merged)).toEqual([false, false]);
  rig.write({ "projects/a/packages/b/src/own.txt": "b's own\n" });
  await rig.commit("a", "Mend the neighbour");
  const mended = await rig.build();
  expect(mended.code, mended.stderr).toBe(0);
  expect(mended.actions).toEqual({ "a-notes:T01": "restored", "b-notes:T01": "fresh" });
  expect(rig.read("projects/a/packages/a/src/a-notes/T01.txt")).toContain("Most notes of a.");
});

test("an edit in any of the folders is seen after a build of all", async () => {
  for (const edited of ["a", "b"]) {
    await using rig = await FactoryRig.create({ projects: [A, B] });
    for (const project of ["a", "b"]) rig.feature(note(`notes-${project}`, project));
    expect((await rig.build()).code).toBe(0);
    const file = `projects/a/packages/${edited}/src/notes-${edited}/T01.txt`;
    rig.write({ [file]: `${rig.read(file)}and a line of a person\n` });
    await rig.commit("a", "Edit what was generated");
    expect((await rig.status())[`notes-${edited}:T01`]).toBe("modified");
    expect((await rig.factory("check")).code).toBe(3);
  }
});

test("what was squashed is recognised in every folder, and a task that leaves takes its file along", async () => {
  await using rig = await FactoryRig.create({ projects: [A, B] });
  rig.feature(note("a-notes", "a"));
  rig.feature(note("b-notes", "b"));
  expect((await rig.build()).code).toBe(0);
  await rig.git("a", "checkout", "--quiet", "--orphan", "squashed");
  await rig.git("a", "commit", "--quiet", "--message", "All of it at once");
  await rig.git("a", "branch", "--quiet", "--force", "main", "squashed");
  await rig.git("a", "checkout", "--quiet", "main");
  rig.remove(".factory");
  expect((await rig.build()).actions).toEqual({ "a-notes:T01": "fresh", "b-notes:T01": "fresh" });
  rig.remove("specs/b-notes", "templates/features/b-notes");
  const left = await rig.build("--yes");
  expect(left.code, left.stderr).toBe(0);
  expect(rig.list("projects/a/packages/b/src")).toEqual(["projects/a/packages/b/src/own.txt"]);
});

/** Writes what lies ready for its task, from the folder that it is started in, and keeps the window beside it. */
const AGENT = `const { cpSync, appendFileSync, copyFileSync, readFileSync } = require("node:fs");
const [workspace, window] = process.argv.slice(2);
const task = process.env.FACTORY_TASK.replace(":", "-");
cpSync(workspace + "/ready/" + task, ".", { recursive: true });
copyFileSync(window, workspace + "/seen-" + task + ".md");
appendFileSync(workspace + "/started.txt", task + " in " + readFileSync("readme.txt", "utf8"));
`;

test("a feature goes across packages: the later one sees the surface of the earlier one, and is judged with its files", async () => {
  await using rig = await FactoryRig.create({
    projects: [
      A,
      { ...B, gates: [{ id: "there", run: "test ! -e src/view.txt || test -e ../a/src/price.ts" }] },
    ],
    agents: {
      scribe: {
        kind: "command",
        run: "node {{workspace}}/agent.cjs {{workspace}} {{window}}",
        reads: "declared",
      },
    },
    implementer: "scribe",
  });
  rig.feature({
    id: "prices",
    projects: ["a", "b"],
    requirements: { R1: "A price has cents.", R2: "A price is shown." },
    tasks: [
      { id: "T01", project: "a", requirements: ["R1"], files: ["src/price.ts"], generator: null },
      {
        id: "T02",
        project: "b",
        requirements: ["R2"],
        files: ["src/view.txt"],
        dependsOn: ["T01"],
        generator: null,
      },
    ],
  });
  rig.write({
    "agent.cjs": AGENT,
    "ready/prices-T01/src/price.ts":
      "export function cents(euros: number): number {\n  return euros * 100;\n}\n",
    "ready/prices-T02/src/view.txt": "view\n",
  });
  const build = await rig.build();
  expect(build.code, build.stdout + build.stderr).toBe(0);
  expect(rig.read("started.txt")).toBe("prices-T01 in a\nprices-T02 in b\n");
  expect(rig.read("seen-prices-T02.md")).toContain("../a/src/price.ts");
  expect(rig.read("seen-prices-T02.md")).toContain("cents(euros: number): number");

  // A body: the gates of the dependent run again, and nobody is asked.
  rig.edit("specs/prices/feature.md", "A price has cents.", "A price has whole cents.");
  rig.write({
    "ready/prices-T01/src/price.ts":
      "export function cents(euros: number): number {\n  return Math.round(euros * 100);\n}\n",
  });
  expect((await rig.build()).actions).toEqual({ "prices:T01": "regenerated", "prices:T02": "reverified" });

  // A surface: it is drafted again.
  rig.edit("specs/prices/feature.md", "A price has whole cents.", "A price has a currency.");
  rig.write({
    "ready/prices-T01/src/price.ts":
      "export function cents(euros: number, currency: string): string {\n  return currency + euros;\n}\n",
    "ready/prices-T02/src/view.txt": "view with a currency\n",
  });
  const again = await rig.build();
  expect(again.code, again.stderr).toBe(0);
  expect(again.actions).toEqual({ "prices:T01": "regenerated", "prices:T02": "regenerated" });
});

test("a draft that leaves its package is refused by the path from there, and the folder need not be there before", async () => {
  await using rig = await FactoryRig.create({
    projects: [A, { ...B, id: "c", root: "packages/c", gates: [{ id: "here", run: "true" }] }],
    agents: { scribe: { kind: "command", run: "node {{workspace}}/agent.cjs" } },
    implementer: "scribe",
    limits: { attempts: 1, rebases: 0 },
  });
  rig.feature({ ...note("c-notes", "c"), tasks: [{ id: "T01", files: ["src/new.txt"], generator: null }] });
  const writes = (more: string) => `const { mkdirSync, writeFileSync } = require("node:fs");
mkdirSync("src", { recursive: true });
writeFileSync("src/new.txt", "new\\n");
${more}
`;
  rig.write({ "agent.cjs": writes('writeFileSync("../b/src/own.txt", "not mine");') });
  const refused = await rig.build();
  expect(refused.code).toBe(1);
  expect(refused.document.diagnostics).toContainEqual(
    expect.objectContaining({ code: "root-missing", target: "c/", file: "projects.yaml" }),
  );
  expect(refused.document.diagnostics.map(({ message }) => message).join("\n")).toContain("../b/src/own.txt");
  rig.write({ "agent.cjs": writes("") });
  const build = await rig.build();
  expect(build.code, build.stdout + build.stderr).toBe(0);
  expect(rig.read("projects/a/packages/c/src/new.txt")).toBe("new\n");
});
