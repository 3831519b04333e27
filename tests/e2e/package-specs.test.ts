// Are features that lie beside their package read, built, watched and told like those in specs/?

import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { FactoryRig, madeOnce } from "../rig/factory-rig.ts";
import { backlogText, type FeatureText, featureText, templateFiles } from "../rig/specs.ts";
import { Watcher } from "../rig/watcher.ts";

const A = "packages/a/specs/search";
const B = "packages/b/specs/prices";

const PROJECTS = `version: 1
projects:
  - {id: a, path: ./, root: packages/a, specs: specs, gates: [{id: check, run: sh ../../check.sh}]}
  - {id: b, path: ./, root: packages/b, specs: specs, gates: [{id: check, run: sh ../../check.sh}]}
agents: {local: {kind: generator}}
routing: {implementer: local}
`;

const asked = (id: string, project: string, says = `Notes of ${id}.`): FeatureText => ({
  ...{ id, projects: [project], requirements: { R1: says } },
  tasks: [{ id: "T01" }],
});

const documents = (folder: string, feature: FeatureText) => ({
  [`${folder}/feature.md`]: featureText(feature),
  [`${folder}/BACKLOG.yaml`]: backlogText(feature),
  ...templateFiles(feature),
});

/** A workspace of packages in one repository, with a feature beside each of two and one for all in specs/. */
const packages = madeOnce(async () => {
  const rig = await FactoryRig.create({ projects: [] });
  rig.write({
    "projects.yaml": PROJECTS,
    ".gitignore": ".factory/\nnode_modules/\n",
    "package.json": '{"name": "shop", "private": true}\n',
    "pnpm-workspace.yaml": "packages:\n  - packages/*\n",
    "packages/a/package.json": '{"name": "@shop/a"}\n',
    "packages/b/package.json": '{"name": "@shop/b"}\n',
    "check.sh": "test -d src || exit 0\nif grep -rl BROKEN src; then exit 1; fi\n",
    ...documents(A, asked("search", "a")),
    ...documents(B, asked("prices", "b")),
    ...documents("specs/notes", asked("notes", "a")),
  });
  await rig.commitWorkspace("Start");
  const build = await rig.build();
  if (build.code !== 0) throw new Error(build.stdout + build.stderr);
  await rig.commitWorkspace("Keep the locks");
  return rig;
});

const FRESH = { "notes:T01": "fresh", "prices:T01": "fresh", "search:T01": "fresh" };

test("an edit beside a package makes its task stale and no other, and a build merges it", async () => {
  await using rig = await packages();
  for (const folder of [A, B, "specs/notes"])
    expect(existsSync(rig.path(`${folder}/factory.lock`))).toBe(true);
  expect(rig.list("specs").filter((path) => !path.startsWith("specs/notes/"))).toEqual([]);
  expect(await rig.status()).toEqual(FRESH);
  rig.edit(`${A}/feature.md`, "Notes of search.", "Words of search.");
  const explained = await rig.factory("explain", "search:T01");
  expect(explained.stdout).toContain(`${A}/feature.md:`);
  expect(await rig.status()).toEqual({ ...FRESH, "search:T01": "stale" });
  const build = await rig.build();
  expect(build.code, build.stdout + build.stderr).toBe(0);
  expect(build.actions).toEqual({ ...FRESH, "search:T01": "regenerated" });
  expect(build.document.projects).toMatchObject([{ id: "a", merged: true }, { id: "b" }]);
  expect(rig.read("packages/a/src/search/T01.txt")).toContain("Words of search.");
  // The head of the index tells it: no lock and no folder is looked for elsewhere.
  const again = await rig.build();
  expect(again.actions).toEqual(FRESH);
  await rig.commitWorkspace("Search finds words");

  const clone = await rig.launch(".", ["git", "clone", "--quiet", rig.root, rig.path(".factory/clone")]).done;
  expect(clone.code, clone.stderr).toBe(0);
  const check = await rig.factory("-C", ".factory/clone", "check");
  expect(check.code, check.stdout + check.stderr).toBe(0);
});

test("its versions are told, compared and restored where it lies, also from before it moved there", async () => {
  await using rig = await packages();
  const moved = await rig.launch(".", ["git", "mv", "specs/notes", "packages/b/specs/notes"]).done;
  expect(moved.code, moved.stderr).toBe(0);
  await rig.commitWorkspace("Move the notes to b");
  expect(await rig.status("notes")).toEqual({ "notes:T01": "fresh" });
  rig.edit("packages/b/specs/notes/feature.md", "Notes of notes.", "More notes.");
  await rig.commitWorkspace("Ask for more");
  expect((await rig.build()).code).toBe(0);
  await rig.commitWorkspace("Build it");
  const log = await rig.factory("log", "notes", "--json");
  expect(JSON.parse(log.stdout).versions).toHaveLength(2);
  expect((await rig.factory("diff", "notes@1", "notes@2")).stdout).toContain("More notes.");
  rig.edit(`${A}/feature.md`, "Notes of search.", "Words of search.");
  expect((await rig.factory("diff")).stdout).toContain("search");
  const refused = await rig.factory("revert", "search@1");
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain(`${A}/feature.md`);
  const reverted = await rig.factory("revert", "search@1", "--yes");
  expect(reverted.code, reverted.stdout + reverted.stderr).toBe(0);
  expect(rig.read(`${A}/feature.md`)).toContain("Notes of search.");
  expect(await rig.status("search")).toEqual({ "search:T01": "fresh" });
});

test("watch sees an edit beside a package, and a feature that comes there", async () => {
  await using rig = await packages();
  await using watcher = new Watcher(rig);
  await watcher.next("idle");
  rig.edit(`${B}/feature.md`, "Notes of prices.", "Sums of prices.");
  const edited = await watcher.next("changed");
  expect(edited).toMatchObject({ files: [`${B}/feature.md`], stale: ["prices:T01"] });
  expect(await watcher.next("built")).toMatchObject({ ok: true });
  await watcher.next("idle");
  rig.write(templateFiles(asked("totals", "b")));
  await watcher.idleAfter("templates/features/totals/template.yaml");
  rig.write(documents("packages/b/specs/totals", asked("totals", "b")));
  const told = await watcher.idleAfter("packages/b/specs/totals/feature.md");
  expect(told.filter(({ event }) => event === "built")).not.toEqual([]);
  await watcher.interrupt();
  expect(await rig.status()).toEqual({ ...FRESH, "totals:T01": "fresh" });
});

test("what goes there is not taken for one that is gone, and what is gone is asked about by its place", async () => {
  await using rig = await packages();
  rig.remove(A);
  const asks = await rig.factory("build");
  expect(asks.code).toBe(5);
  expect(asks.stderr).toContain(`${A}/feature.md is missing`);
  expect(existsSync(rig.path("packages/a/src/search/T01.txt"))).toBe(true);

  // Whoever has no memory of a build asks git, by what it declares.
  rig.remove(".factory");
  const again = await rig.factory("build");
  expect(again.stderr).toContain(`${A}/feature.md is missing`);

  // A folder that is not there is no folder without features.
  rig.remove("packages/a/specs");
  const missing = await rig.factory("validate");
  expect(missing.code).toBe(2);
  expect(missing.stdout + missing.stderr).toContain(
    "packages/a/specs, which a names for its features, is not there",
  );

  await rig.launch(".", ["git", "checkout", "--quiet", "--", "packages/a/specs"]).done;
  const removed = await rig.launch(".", ["git", "rm", "-r", "--quiet", A]).done;
  expect(removed.code, removed.stderr).toBe(0);
  rig.write({ "packages/a/specs/.gitkeep": "" });
  await rig.commitWorkspace("Search is not wanted");
  const build = await rig.build();
  expect(build.code, build.stdout + build.stderr).toBe(0);
  expect(existsSync(rig.path("packages/a/src/search/T01.txt"))).toBe(false);
});

test("two features of one name are told, wherever they lie", async () => {
  await using rig = await packages();
  rig.write(documents("specs/prices", asked("prices", "b")));
  const twice = await rig.factory("validate", "--json");
  expect(twice.code).toBe(2);
  expect(JSON.parse(twice.stdout).diagnostics).toMatchObject([
    { code: "duplicate-feature", file: `${B}/feature.md`, target: "prices" },
  ]);
});

test("a new feature of such a project begins beside its package, and its name is looked for everywhere", async () => {
  await using rig = await packages();
  const begun = await rig.factory("new", "labels", "--project", "b");
  expect(begun.stdout).toContain("made  packages/b/specs/labels/feature.md");
  const taken = await rig.factory("new", "search", "--project", "b");
  expect(taken.code).toBe(2);
  expect(taken.stderr).toContain(`${A} already exists`);
  const added = await rig.factory(
    ...["add", "--title", "Tags", "--requirement", "A tag is shown in src/tag.js.", "--project", "a"],
  );
  expect(added.stdout).toContain("made  packages/a/specs/tags/feature.md");
  rig.write({ "old/spec.md": "# Colours\n\n## Requirements\n\n- A colour is shown in src/colour.js.\n" });
  const imported = await rig.factory("import", "old", "--project", "b");
  expect(imported.stdout + imported.stderr).toContain("packages/b/specs/");
  const completed = await rig.factory("__complete", "build", "se");
  expect(completed.stdout).toContain("search");
});

test("features whose `specs:` line is gone are told as there and unread, whoever commits that", async () => {
  await using rig = await packages();
  rig.edit("projects.yaml", "root: packages/b, specs: specs", "root: packages/b");
  const told = expect.stringMatching(
    /packages\/b\/specs\/prices\/feature\.md is there, and no `specs:` of projects\.yaml names packages\/b\/specs\n.*Restore the `specs:` line of projects\.yaml; or, if the removal is intended, run `factory build --yes`/,
  );
  const ask = async () => {
    const { code, stderr } = await rig.factory("build");
    return [code, stderr];
  };
  expect(await ask()).toEqual([5, told]);
  const status = await rig.factory("status");
  expect(status.stdout).toContain(`${B}/feature.md is no longer among the specs`);
  expect(status.stdout).not.toContain("missing");
  await rig.commitWorkspace("Read it no longer");
  expect(await ask()).toEqual([5, told]);
  rig.edit("projects.yaml", "root: packages/b", "root: packages/b, specs: specs");
  expect((await rig.build()).code).toBe(0);
  expect(await rig.status()).toEqual(FRESH);
});
