// How does a product reach a branch that nobody pushes to? As a branch of its own, which people merge where they please.

import { chmodSync } from "node:fs";
import { expect, test } from "vitest";
import { FactoryRig } from "../rig/factory-rig.ts";

const FILE = "src/fares/T01.txt";
const HEAD = "factory/main";

async function team(): Promise<FactoryRig> {
  const rig = await FactoryRig.create();
  rig.feature({ id: "fares", requirements: { R1: "A ride costs 5." }, tasks: [{ id: "T01" }] });
  rig.write({ "projects.yaml": `${rig.read("projects.yaml")}checkpoints: {merge: pull-request}\n` });
  await rig.git("..", "clone", "--quiet", "--bare", rig.path("projects/app"), rig.path("origin.git"));
  await rig.git("app", "remote", "add", "origin", rig.path("origin.git"));
  await rig.git("app", "fetch", "--quiet", "origin");
  return rig;
}

/** In a clone of somebody else's, as a host's button does it. */
async function merge(rig: FactoryRig, how: "merge" | "squash" | "rebase"): Promise<void> {
  rig.remove("projects/host");
  await rig.git("..", "clone", "--quiet", rig.path("origin.git"), "projects/host");
  if (how === "rebase") {
    await rig.git("host", "checkout", "--quiet", "-B", "topic", `origin/${HEAD}`);
    await rig.git("host", "rebase", "--quiet", "--force-rebase", "origin/main");
    await rig.git("host", "checkout", "--quiet", "main");
    await rig.git("host", "merge", "--quiet", "--ff-only", "topic");
  } else if (how === "squash") {
    await rig.git("host", "merge", "--quiet", "--squash", `origin/${HEAD}`);
    await rig.git("host", "commit", "--quiet", "--message", "Fares (#1)");
  } else await rig.git("host", "merge", "--quiet", "--no-ff", "--no-edit", `origin/${HEAD}`);
  await rig.git("host", "push", "--quiet", "origin", "main");
  await rig.git("app", "pull", "--quiet", "--ff-only", "origin", "main");
}

test.each(["merge", "squash", "rebase"] as const)(
  "a product that was merged by %s is followed by the next one",
  async (how) => {
    await using rig = await team();
    const tip = await rig.git("app", "rev-parse", "main");
    const build = await rig.factory("build");
    expect([build.code, build.stderr]).toEqual([5, expect.stringContaining(HEAD)]);
    expect(await rig.git("app", "rev-parse", "main")).toBe(tip);
    expect(await rig.git("app", "ls-remote", "origin", HEAD)).toContain(
      await rig.git("app", "rev-parse", `refs/heads/${HEAD}`),
    );
    const text = rig.read(".factory/pull-requests/app.md");
    expect(text).toContain("**fares:T01**");
    expect(text).toContain("`check` passes");

    // Nothing new: nothing is made anew.
    const offered = await rig.git("app", "rev-parse", `refs/heads/${HEAD}`);
    expect((await rig.factory("build")).code).toBe(5);
    expect(await rig.git("app", "rev-parse", `refs/heads/${HEAD}`)).toBe(offered);

    await merge(rig, how);
    expect((await rig.build()).code).toBe(0);
    rig.write({ [`projects/app/${FILE}`]: `${rig.read(`projects/app/${FILE}`)}by hand\n` });
    await rig.commit("app", "By hand");
    await rig.git("app", "push", "--quiet", "origin", "main");
    rig.edit("specs/fares/feature.md", "costs 5.", "costs 6.");
    expect((await rig.build()).code).toBe(5);
    await merge(rig, how);
    expect((await rig.build()).code).toBe(0);
    expect(rig.read(`projects/app/${FILE}`)).toContain("costs 6.");
    expect(rig.read(`projects/app/${FILE}`)).toContain("by hand");
    expect(await rig.status()).toEqual({ "fares:T01": "modified" });

    // The product came together with an edit of it, so the branch never showed it as it was made.
    rig.write({ [`projects/app/${FILE}`]: `${rig.read(`projects/app/${FILE}`)}and again\n` });
    await rig.commit("app", "By hand again");
    await rig.git("app", "push", "--quiet", "origin", "main");
    rig.edit("specs/fares/feature.md", "costs 6.", "costs 7.");
    expect((await rig.factory("build")).stderr).toContain("is on the branch");
    await merge(rig, how);
    expect((await rig.build()).code).toBe(0);
    expect(rig.read(`projects/app/${FILE}`)).toContain("costs 7.");
    expect(rig.read(`projects/app/${FILE}`)).toContain("by hand\nand again");
  },
);

test("a push that is refused is told in the words of the remote, and nothing is lost", async () => {
  await using rig = await team();
  rig.write({ "origin.git/hooks/pre-receive": "#!/bin/sh\necho this branch is protected >&2\nexit 1\n" });
  chmodSync(rig.path("origin.git/hooks/pre-receive"), 0o755);
  const build = await rig.factory("build");
  expect([build.code, build.stderr]).toEqual([5, expect.stringContaining("this branch is protected")]);
  expect(await rig.git("app", "show", `refs/heads/${HEAD}:${FILE}`)).toContain("costs 5.");
  rig.remove("origin.git/hooks/pre-receive");
  expect((await rig.factory("build")).stderr).not.toContain("protected");
  expect(await rig.git("app", "ls-remote", "origin", HEAD)).not.toBe("");
});

test("what a person commits to the branch of a request is not overwritten", async () => {
  await using rig = await team();
  await rig.factory("build");
  await rig.git("app", "checkout", "--quiet", HEAD);
  rig.write({ "projects/app/review.md": "looks good\n" });
  await rig.commit("app", "Of the review");
  await rig.git("app", "checkout", "--quiet", "main");
  const mine = await rig.git("app", "rev-parse", `refs/heads/${HEAD}`);
  rig.edit("specs/fares/feature.md", "costs 5.", "costs 6.");
  const build = await rig.factory("build");
  expect([build.code, build.stderr]).toEqual([5, expect.stringContaining('"Of the review"')]);
  expect(await rig.git("app", "rev-parse", `refs/heads/${HEAD}`)).toBe(mine);
});

test("a file that a reviewer takes out of a request stays out of it until somebody decides", async () => {
  await using rig = await team();
  rig.feature({ id: "tolls", requirements: { R1: "A toll costs 1." }, tasks: [{ id: "T01" }] });
  await rig.factory("build");
  await atTheRequest(rig);
  await rig.git("host", "rm", "--quiet", "src/tolls/T01.txt");
  await rig.git("host", "commit", "--quiet", "--message", "Not this one");
  await rig.git("host", "push", "--quiet");
  rig.edit("specs/fares/feature.md", "costs 5.", "costs 6.");
  const build = await rig.factory("build");
  expect([build.code, build.stderr]).toEqual([5, expect.stringContaining('"Not this one"')]);
  expect(await rig.git("../origin.git", "ls-tree", "-r", "--name-only", HEAD)).not.toContain("tolls");
  await merge(rig, "squash");
  expect((await rig.factory("build")).stderr).toContain('here and in "origin"');
  expect(await rig.git("../origin.git", "show", `${HEAD}:${FILE}`)).toContain("costs 6.");
});

/** In a clone of a colleague's, on the branch of the request. */
async function atTheRequest(rig: FactoryRig): Promise<void> {
  rig.remove("projects/host");
  await rig.git("..", "clone", "--quiet", "--branch", HEAD, rig.path("origin.git"), "projects/host");
}

async function suggest(rig: FactoryRig): Promise<void> {
  await atTheRequest(rig);
  rig.write({ [`projects/host/${FILE}`]: `${rig.read(`projects/host/${FILE}`)}suggested\n` });
}

test.each([
  ["as a commit", []],
  ["in our own commit", ["--amend"]],
])(
  "what a reviewer pushes to the request, %s, is not overwritten, and the command that is named settles it",
  async (_, how) => {
    await using rig = await team();
    await rig.factory("build");
    await suggest(rig);
    const words = how.length === 0 ? ["--message", "Apply suggestions"] : ["--no-edit"];
    await rig.git("host", "commit", "--quiet", "--all", ...how, ...words);
    await rig.git("host", "push", "--quiet", "--force");
    const theirs = await rig.git("host", "rev-parse", "HEAD");
    rig.edit("specs/fares/feature.md", "costs 5.", "costs 6.");
    for (const fetches of [false, true]) {
      if (fetches) await rig.git("app", "fetch", "--quiet", "origin");
      const build = await rig.factory("build");
      expect([build.code, build.stderr]).toEqual([5, expect.stringContaining(theirs.slice(0, 10))]);
      expect(build.stderr).toContain(`\`git merge ${theirs.slice(0, 10)}\``);
      expect(await rig.git("app", "ls-remote", "origin", HEAD)).toContain(theirs);
    }
    await rig.git("app", "merge", "--quiet", "--no-edit", theirs.slice(0, 10));
    expect((await rig.factory("build")).stderr).toContain("is on the branch");
    const offered = await rig.git("../origin.git", "show", `${HEAD}:${FILE}`);
    expect([offered.includes("costs 6."), offered.includes("suggested")]).toEqual([true, true]);
  },
);

test.each([
  ["squash", "deleted"],
  ["squash", "kept"],
  ["rebase", "deleted"],
  ["rebase", "kept"],
] as const)(
  "after a %s of a request with a suggestion, its branch %s, the next product is offered",
  async (how, branch) => {
    await using rig = await team();
    await rig.commit("..", "Specs");
    await rig.factory("build");
    await suggest(rig);
    await rig.git("host", "commit", "--quiet", "--all", "--message", "Apply suggestions");
    await rig.git("host", "push", "--quiet");
    await merge(rig, how);
    await rig.git("app", "fetch", "--quiet", "origin");
    if (branch === "deleted") await rig.git("host", "push", "--quiet", "origin", "--delete", HEAD);
    rig.edit("specs/fares/feature.md", "costs 5.", "costs 6.");
    const build = await rig.factory("build");
    expect([build.code, build.stderr]).toEqual([5, expect.stringContaining('here and in "origin"')]);
    expect(rig.read(".factory/pull-requests/app.md")).toContain("before: A ride costs 5.");
    const offered = await rig.git("../origin.git", "show", `${HEAD}:${FILE}`);
    expect([offered.includes("costs 6."), offered.includes("suggested")]).toEqual([true, true]);
  },
);

test("a host that brings the request up to date commits nothing of people's", async () => {
  await using rig = await team();
  await rig.factory("build");
  rig.write({ "projects/app/notes.md": "of somebody\n" });
  await rig.commit("app", "Notes");
  await rig.git("app", "push", "--quiet", "origin", "main");
  await atTheRequest(rig);
  await rig.git("host", "merge", "--quiet", "--no-edit", "origin/main");
  await rig.git("host", "push", "--quiet");
  rig.edit("specs/fares/feature.md", "costs 5.", "costs 6.");
  expect((await rig.factory("build")).stderr).toContain('here and in "origin"');
  expect(await rig.git("../origin.git", "show", `${HEAD}:${FILE}`)).toContain("costs 6.");
});
