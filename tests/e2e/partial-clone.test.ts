// What happens in a clone that left files on its server? It is said before anybody is paid, with what brings them.

import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { FactoryRig } from "../rig/factory-rig.ts";

const BODY = "1\n2\n3\n4\n5\n";
const SOURCE = `{{#each requirements}}{{text}}\n{{/each}}${BODY}`;

test("a partial clone without files of its branch is named by doctor and build, and mended as they say", async () => {
  await using rig = await FactoryRig.create({
    projects: [{ id: "app", files: { "src/y.txt": "y\n", "big/b.bin": "b\n" } }],
    agents: { writer: { kind: "command", run: "touch {{workspace}}/ran && echo x > src/a.txt" } },
    implementer: "writer",
  });
  const origin = rig.path("../home/origin");
  await rig.git("app", "clone", "--quiet", "--bare", ".", origin);
  rig.remove("projects/app");
  rig.write({ "projects/.keep": "" });
  const git = async (folder: string, ...args: string[]) =>
    expect((await rig.launch(folder, ["git", ...args]).done).stderr).not.toContain("fatal");
  await git("projects", "--git-dir", origin, "config", "uploadpack.allowFilter", "true");
  await git("projects", "--git-dir", origin, "config", "uploadpack.allowAnySHA1InWant", "true");
  await git("projects", "clone", "--quiet", "--filter=blob:none", "--sparse", `file://${origin}`, "app");
  await git("projects/app", "sparse-checkout", "set", "src");
  rig.feature({ id: "notes", requirements: { R1: "Notes." }, tasks: [{ id: "T01", files: ["src/a.txt"] }] });
  expect((await rig.factory("doctor")).stdout).toContain("git fetch --refetch --no-filter");
  const refused = await rig.build();
  expect(refused.code).not.toBe(0);
  expect(refused.document.diagnostics[0]?.message).toContain("does not have big/b.bin");
  expect(existsSync(rig.path("ran"))).toBe(false);

  await git("projects/app", "fetch", "--refetch", "--no-filter", "--quiet");
  expect((await rig.build()).code).toBe(0);
  expect(rig.read("projects/app/src/a.txt")).toBe("x\n");
  // What the person left out of their folder stays out of it.
  expect(existsSync(rig.path("projects/app/big"))).toBe(false);
  expect(await rig.git("app", "status", "--porcelain")).toBe("");
});

test("a partial clone whose edit has no base here is brought it by what the message names", async () => {
  await using rig = await FactoryRig.create({
    projects: [{ id: "app", files: { "own.txt": "1\n" } }],
  });
  rig.feature({ id: "notes", requirements: { R1: "Notes." }, tasks: [{ id: "T01" }] }, SOURCE);
  await rig.build();
  // In one commit with another file: git would have to look at that one, too, to go on from the commit before.
  const path = "projects/app/src/notes/T01.txt";
  rig.write({ "projects/app/own.txt": "2\n", [path]: `${rig.read(path)}by hand\n` });
  await rig.commit("app", "By hand");
  const origin = rig.path("../home/origin");
  await rig.git("app", "clone", "--quiet", "--bare", ".", origin);
  await rig.git("..", "--git-dir", origin, "config", "uploadpack.allowFilter", "true");
  rig.remove("projects/app", ".factory");
  await rig.git("..", "clone", "--quiet", "--filter=blob:none", `file://${origin}`, "projects/app");

  // The edit stays one when a product that has nothing to do with it is merged beside it.
  rig.feature({ id: "extra", requirements: { R1: "Else." }, tasks: [{ id: "T01" }] }, SOURCE);
  expect((await rig.build()).actions).toMatchObject({ "extra:T01": "regenerated" });
  expect(await rig.status()).toEqual({ "extra:T01": "fresh", "notes:T01": "modified" });

  rig.edit("specs/notes/feature.md", "Notes.", "More notes.");
  const build = await rig.factory("build");
  expect([build.code, build.stderr]).toEqual([5, expect.stringContaining("git fetch --refetch --no-filter")]);
  await using other = rig.twin();
  await rig.git("app", "fetch", "--quiet", "--refetch", "--no-filter");
  expect((await rig.build()).code).toBe(0);
  expect(rig.read(path)).toBe(`More notes.\n${BODY}by hand\n`);

  // What a person took away needs no base, and the product goes on from files that only the server has.
  await other.git("app", "rm", "--quiet", "src/notes/T01.txt");
  await other.commit("app", "Away");
  expect((await other.build()).code).toBe(5);
  expect((await other.factory("discard", "notes:T01")).code).toBe(0);
  expect(other.read(path)).toBe(`More notes.\n${BODY}`);
});

test("an edit whose product only the server has, and no lock tells of, waits for what the message names", async () => {
  await using rig = await FactoryRig.create();
  const costs = (price: number) =>
    rig.feature({ id: "notes", requirements: { R1: `It costs ${price}.` }, tasks: [{ id: "T01" }] }, SOURCE);
  costs(1);
  await rig.build();
  const path = "projects/app/src/notes/T01.txt";
  rig.write({ [path]: `${rig.read(path)}by hand\n` });
  await rig.commit("app", "By hand");
  const origin = rig.path("../home/origin");
  await rig.git("app", "clone", "--quiet", "--bare", ".", origin);
  await rig.git("..", "--git-dir", origin, "config", "uploadpack.allowFilter", "true");
  rig.remove("projects/app", ".factory", "specs/notes/factory.lock");
  await rig.git("..", "clone", "--quiet", "--filter=blob:none", `file://${origin}`, "projects/app");

  costs(2);
  const refused = await rig.factory("build");
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain("run `git fetch --refetch --no-filter` in the project, and build again.");
  await rig.git("app", "fetch", "--quiet", "--refetch", "--no-filter");
  expect((await rig.build()).code).toBe(0);
  expect(rig.read(path)).toBe(`It costs 2.\n${BODY}by hand\n`);
});

test("what is given back where a task left, in a clone whose history ends before it began, stays people's", async () => {
  await using rig = await FactoryRig.create();
  const source = `{{#each requirements}}{{text}}\n{{/each}}${BODY}`;
  const tasks = [{ id: "T01" }, { id: "T02" }];
  const ask = (price: number, ids = tasks) =>
    rig.feature({ id: "fares", requirements: { R1: `It costs ${price}.` }, tasks: ids }, source);
  ask(1);
  expect((await rig.build()).code).toBe(0);
  const origin = rig.path("../home/origin");
  await rig.git("app", "clone", "--quiet", "--bare", ".", origin);
  await rig.git("app", "remote", "add", "origin", origin);
  await using other = rig.twin();
  other.remove(".factory", "projects/app");
  await other.git("..", "clone", "--quiet", "--depth=1", `file://${origin}`, "projects/app");

  ask(2);
  expect((await rig.build()).code).toBe(0);
  const path = "projects/app/src/fares/T02.txt";
  rig.write({ [path]: `${rig.read(path)}by hand\n` });
  await rig.commit("app", "By hand");
  await rig.git("app", "push", "--quiet", "origin", "main");

  // The task leaves the backlog, and each builds after the other.
  for (const one of [rig, other, rig, other]) {
    await one.git("app", "pull", "--quiet", "--no-rebase", "origin", "main");
    one.feature({ id: "fares", requirements: { R1: "It costs 2." }, tasks: [{ id: "T01" }] }, source);
    const build = await one.build();
    expect([build.code, build.stderr]).toEqual([0, expect.anything()]);
    expect(one.read(path)).toContain("by hand");
    // Whoever reads that a product put it there takes it away with the next one.
    const put = await one.git("app", "log", "--format=%B", "--grep=Remove what no task owns");
    expect(put).not.toContain("Factory-Output");
    await one.git("app", "push", "--quiet", "origin", "main");
  }
});

test("what left with its task does not come back where the history ends after that task began", async () => {
  await using rig = await FactoryRig.create();
  const ask = (...ids: readonly string[]) =>
    rig.feature(
      { id: "fares", requirements: { R1: "It costs 1." }, tasks: ids.map((id) => ({ id })) },
      SOURCE,
    );
  ask("T01", "T02");
  expect((await rig.build()).code).toBe(0);
  const origin = rig.path("../home/origin");
  await rig.git("app", "clone", "--quiet", "--bare", ".", origin);
  await rig.git("app", "remote", "add", "origin", origin);
  const shallow = async (one: FactoryRig) => {
    one.remove(".factory", "projects/app");
    await one.git("..", "clone", "--quiet", "--depth=1", `file://${origin}`, "projects/app");
  };
  await using other = rig.twin();
  await shallow(other);

  ask("T02");
  expect((await rig.build()).code).toBe(0);
  await rig.git("app", "push", "--quiet", "origin", "main");
  await other.git("app", "pull", "--quiet", "origin", "main");
  for (const file of ["BACKLOG.yaml", "feature.md", "factory.lock"])
    other.write({ [`specs/fares/${file}`]: rig.read(`specs/fares/${file}`) });
  const before = await other.git("app", "rev-parse", "HEAD");
  expect((await other.build()).code).toBe(0);
  expect(await other.git("app", "rev-parse", "HEAD")).toBe(before);
  expect(other.list("projects/app/src")).toEqual(["projects/app/src/fares/T02.txt"]);
});
