// Is what a person wrote in a project safe, and can every clash be settled?

import { chmodSync } from "node:fs";
import { expect, test } from "vitest";
import type { BuildDocument } from "../rig/documents.ts";
import { documentOf, FactoryRig, madeOnce } from "../rig/factory-rig.ts";
import type { FeatureText } from "../rig/specs.ts";
import { firstCommit, squash } from "../rig/squashed-fares.ts";

const GUIDE: FeatureText = {
  id: "guide",
  requirements: { R1: "Doors open at nine." },
  tasks: [{ id: "T01" }],
};

const HOURS: FeatureText = {
  id: "hours",
  projects: ["client"],
  requirements: { R1: "A day has hours." },
  tasks: [{ id: "T01" }],
};

/** Far enough apart for git to merge an edit of the head with one of the foot. */
const SOURCE = [
  "head: {{#each requirements}}{{text}}{{/each}}",
  ...Array.from({ length: 12 }, (_, index) => `line ${index + 1}`),
  "foot: ask at the desk",
  "",
].join("\n");

const FILE = "src/guide/T01.txt";

const guide = madeOnce(async () => {
  const rig = await FactoryRig.create();
  rig.feature(GUIDE, SOURCE);
  const build = await rig.build();
  expect(build.code).toBe(0);
  return rig;
});

async function editAndCommit(rig: FactoryRig, before: string, after: string): Promise<void> {
  rig.edit(`projects/app/${FILE}`, before, after);
  await rig.commit("app", "By hand");
}

/** A person and a spec that both changed the head. */
async function clash(): Promise<{ readonly rig: FactoryRig; readonly tip: string }> {
  const rig = await guide();
  await editAndCommit(rig, "Doors open at nine.", "Doors open at ten, by order of Pat.");
  rig.edit("specs/guide/feature.md", "at nine", "at eight");
  return { rig, tip: await rig.git("app", "rev-parse", "main") };
}

/** After the build that found it. */
const clashed = madeOnce(async () => {
  const { rig } = await clash();
  expect((await rig.build()).code).toBe(5);
  return rig;
});

test("a person's commit to a generated file is kept and called modified", async () => {
  await using rig = await guide();
  await editAndCommit(rig, "ask at the desk", "ask Pat");
  expect(await rig.status()).toEqual({ "guide:T01": "modified" });
  const build = await rig.build();
  expect(build.code).toBe(0);
  expect(rig.read(`projects/app/${FILE}`)).toContain("foot: ask Pat");
  expect(await rig.git("app", "log", "-1", "--format=%s", "main")).toBe("By hand");
  expect((await rig.factory("status")).stdout).toContain(`output ${FILE} was edited by a person`);
});

test("a person's edit survives a regeneration elsewhere in the same file", async () => {
  await using rig = await guide();
  await editAndCommit(rig, "ask at the desk", "ask Pat");
  rig.edit("specs/guide/feature.md", "at nine", "at eight");
  const build = await rig.build();
  expect([build.code, build.actions]).toEqual([0, { "guide:T01": "regenerated" }]);
  const text = await rig.git("app", "show", `main:${FILE}`);
  expect(text).toContain("head: Doors open at eight.");
  expect(text).toContain("foot: ask Pat");
  expect(await rig.git("app", "show", `refs/factory/main:${FILE}`)).toContain("foot: ask at the desk");
  expect(rig.read(`projects/app/${FILE}`)).toBe(`${text}\n`);
});

test.each([["in the history of the products"], ["after a squash"]])(
  "what a person makes executable stays so, %s",
  async (how) => {
    await using rig = await guide();
    chmodSync(rig.path(`projects/app/${FILE}`), 0o755);
    await rig.commit("app", "Run it");
    if (how === "after a squash") {
      await squash(rig, await firstCommit(rig), "All in one");
      await rig.git("app", "update-ref", "-d", "refs/factory/main");
    }
    expect(await rig.status()).toEqual({ "guide:T01": "modified" });
    rig.edit("specs/guide/feature.md", "at nine", "at eight");
    expect((await rig.build()).code).toBe(0);
    expect(await rig.git("app", "ls-tree", "main", FILE)).toMatch(/^100755 /);
    expect(await rig.git("app", "show", `main:${FILE}`)).toContain("at eight");
  },
);

test("a person's own files are never touched and survive every build", async () => {
  await using rig = await guide();
  rig.write({ "projects/app/src/by-hand.txt": "mine\n" });
  await rig.commit("app", "Mine");
  rig.edit("specs/guide/feature.md", "at nine", "at eight");
  expect((await rig.build()).code).toBe(0);
  expect(await rig.git("app", "show", "main:src/by-hand.txt")).toBe("mine");
});

test("a clash leaves the branch untouched, exits 5 and says what to do", async () => {
  const { rig: made, tip } = await clash();
  await using rig = made;
  const text = rig.read(`projects/app/${FILE}`);
  const build = await rig.build();
  expect(build.code).toBe(5);
  expect(build.document.projects).toMatchObject([{ id: "app", commit: tip, merged: false }]);
  expect(await rig.git("app", "rev-parse", "main")).toBe(tip);
  expect(await rig.git("app", "status", "--porcelain")).toBe("");
  expect(rig.read(`projects/app/${FILE}`)).toBe(text);
  expect(await rig.status()).toEqual({ "guide:T01": "conflict" });
  const told = await rig.factory("build");
  for (const way of ["factory absorb", "factory accept", "factory discard"]) {
    expect(told.stdout + told.stderr).toContain(way);
  }
});

test("discard settles a clash in favour of the spec", async () => {
  await using rig = await clashed();
  expect((await rig.factory("discard", "guide:T01")).code).toBe(0);
  expect((await rig.build()).code).toBe(0);
  expect(await rig.git("app", "show", `main:${FILE}`)).toContain("head: Doors open at eight.");
  expect(await rig.git("app", "log", "--format=%s", "main")).toContain("By hand");
  expect(await rig.status()).toEqual({ "guide:T01": "fresh" });
});

test("accept settles a clash in favour of the person, whose file it is from then on", async () => {
  await using rig = await clashed();
  expect((await rig.factory("accept", "guide:T01")).code).toBe(0);
  expect((await rig.build()).code).toBe(0);
  rig.edit("specs/guide/feature.md", "at eight", "at seven");
  expect((await rig.build()).code).toBe(0);
  expect(await rig.git("app", "show", `main:${FILE}`)).toContain("by order of Pat");
});

test("absorb turns the edit into a constraint of the spec", async () => {
  await using rig = await clashed();
  const specs = () => rig.read("specs/guide/feature.md") + rig.read("specs/guide/BACKLOG.yaml");
  const before = specs();
  expect((await rig.factory("absorb", "guide:T01")).code).toBe(0);
  expect(specs()).not.toBe(before);
  expect(specs()).toContain("by order of Pat");
  const build = await rig.build();
  expect([build.code, build.actions]).toEqual([0, { "guide:T01": "regenerated" }]);
  expect(await rig.status()).toEqual({ "guide:T01": "fresh" });
});

test("uncommitted work is neither lost nor touched", async () => {
  await using rig = await guide();
  rig.edit(`projects/app/${FILE}`, "ask at the desk", "ask at the desk, or call");
  rig.write({ "projects/app/scratch.txt": "untracked\n", "projects/app/staged.txt": "staged\n" });
  await rig.git("app", "add", "staged.txt");
  const text = rig.read(`projects/app/${FILE}`);
  rig.edit("specs/guide/feature.md", "at nine", "at eight");

  await rig.build();
  expect(rig.read(`projects/app/${FILE}`)).toBe(text);
  expect(rig.read("projects/app/scratch.txt")).toBe("untracked\n");
  expect(rig.read("projects/app/staged.txt")).toBe("staged\n");
  expect(await rig.git("app", "diff", "--cached", "--name-only", "--diff-filter=A")).toBe("staged.txt");
});

test("an untracked file in the way of an output is never overwritten", async () => {
  await using rig = await FactoryRig.create();
  rig.feature(GUIDE, SOURCE);
  rig.write({ [`projects/app/${FILE}`]: "written by hand, not committed\n" });
  await rig.build();
  expect(rig.read(`projects/app/${FILE}`)).toBe("written by hand, not committed\n");
});

test("a person's revert of a generated file is an edit like any other", async () => {
  await using rig = await guide();
  await rig.git("app", "rm", "--quiet", FILE);
  await rig.git("app", "commit", "--quiet", "--message", "Not wanted");
  const tip = await rig.git("app", "rev-parse", "main");
  rig.edit("specs/guide/feature.md", "at nine", "at eight");
  const build = await rig.build();
  expect(build.code).toBe(5);
  expect(await rig.git("app", "rev-parse", "main")).toBe(tip);
});

test("a product that waits behind uncommitted work is told by status, and fails the check until it is merged", async () => {
  await using rig = await FactoryRig.create({ projects: [{ id: "app" }, { id: "client" }] });
  rig.feature(GUIDE, SOURCE);
  rig.feature(HOURS);
  expect((await rig.build()).code).toBe(0);
  rig.edit("specs/guide/feature.md", "at nine", "at eight");
  rig.edit(`projects/app/${FILE}`, "ask at the desk", "ask at the desk, or call");
  expect((await rig.build()).code).toBe(5);

  const check = async (...args: string[]) => {
    const run = await rig.factory("check", "--json", ...args);
    const { ok, diagnostics } = documentOf<BuildDocument>(run);
    const told = diagnostics.filter(({ code }) => code !== "criteria-unproven");
    return [run.code, ok, told.map(({ code, target }) => `${code} ${target}`)];
  };
  const waits = [3, false, ["unmerged-product app/"]];
  expect(await check()).toEqual(waits);
  expect(await check("guide")).toEqual(waits);
  expect(await check("client/")).toEqual([0, true, []]);
  const status = await rig.factory("status");
  expect([status.code, status.stdout]).toEqual([0, expect.not.stringContaining("up to date")]);
  expect(status.stderr).toContain("The newest product is on refs/factory/main, and not on main.");

  // A build of something else does not forget it.
  expect((await rig.build("client/")).code).toBe(0);
  expect(await check()).toEqual(waits);
  await rig.git("app", "checkout", "--quiet", "--", FILE);
  expect((await rig.build()).code).toBe(0);
  expect(await check()).toEqual([0, true, []]);
});

test("a product that failed its gates as a whole is no green check", async () => {
  await using rig = await guide();
  rig.write({ "projects/app/src/mine.txt": "BROKEN\n" });
  await rig.commit("app", "By hand");
  expect((await rig.build()).code).toBe(1);
  const check = await rig.factory("check");
  expect([check.code, check.stderr]).toEqual([3, expect.stringContaining("pass its gates as a whole")]);
  rig.remove("projects/app/src/mine.txt");
  await rig.commit("app", "Mended");
  expect((await rig.build()).code).toBe(0);
  expect((await rig.factory("check")).code).toBe(0);
});
