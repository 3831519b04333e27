// Do projects keep out of each other's way? Some come from an address, some are broken, one feature goes into several.

import { existsSync, symlinkSync } from "node:fs";
import { expect, test } from "vitest";
import { FactoryRig, type ProjectText } from "../rig/factory-rig.ts";
import type { FeatureText } from "../rig/specs.ts";

const note = (id: string): FeatureText => ({
  id: `${id}-notes`,
  projects: [id],
  requirements: { R1: `Notes of ${id}.` },
  tasks: [{ id: "T01" }],
});

/** A workspace in which `origin` is a repository of another team, and `away` is cloned from it. */
async function withOrigin(more: readonly ProjectText[] = []): Promise<FactoryRig> {
  const origin: ProjectText = { id: "origin", gates: [] };
  const rig = await FactoryRig.create({ projects: [origin, ...more] });
  const away = { id: "away", git: `file://${rig.path("projects/origin")}`, repository: "absent" as const };
  await rig.declare({ projects: [...more, away] });
  return rig;
}

test("a project is cloned when it is needed first, and from then on neither pulled nor pushed", async () => {
  await using rig = await withOrigin();
  rig.feature(note("away"));
  const offline = await rig.factory("build", "--offline", "--json");
  expect(offline.code).toBe(6);
  expect(JSON.parse(offline.stdout).diagnostics[0]).toMatchObject({ code: "project-not-cloned" });
  expect(await rig.status()).toEqual({ "away-notes:T01": "missing" });
  expect(existsSync(rig.path("projects/away"))).toBe(false);
  expect((await rig.factory("doctor")).stdout).toContain("will be cloned from file://");

  const build = await rig.factory("build");
  expect(build.code, build.stderr).toBe(0);
  expect(build.stdout + build.stderr).toContain("cloned from file://");
  expect(rig.read("projects/away/src/away-notes/T01.txt")).toContain("Notes of away.");
  expect(await rig.git("away", "status", "--porcelain")).toBe("");
  expect(await rig.git("origin", "branch", "--list")).toBe("* main");
  rig.write({ "projects/origin/later.txt": "later\n" });
  await rig.commit("origin", "Later");
  expect((await rig.build("--offline")).actions).toEqual({ "away-notes:T01": "fresh" });
  expect(existsSync(rig.path("projects/away/later.txt"))).toBe(false);
  await rig.git("away", "pull", "--quiet", "--no-rebase");
  expect((await rig.build()).document.projects[0]).toMatchObject({ id: "away", merged: true });

  await rig.git("away", "remote", "set-url", "origin", "https://git.example.com/moved.git");
  expect((await rig.factory("doctor")).stdout).toContain("its origin is https://git.example.com/moved.git");
});

test("projects that cannot be cloned, set up, tried or gated stop no other project, and no half of one stays", async () => {
  const check = { id: "check", run: "sh check.sh" };
  await using rig = await withOrigin([
    { id: "blind", gates: [{ ...check, canary: { "src/canary.txt": "nobody minds\n" } }] },
    { id: "bare", setup: "exit 3" },
    { id: "red", files: { "src/old.txt": "BROKEN\n" } },
    { id: "sound" },
    { id: "gone", git: "file:///nonexistent/gone.git", repository: "absent" },
    { id: "twin", repository: "absent" },
  ]);
  symlinkSync("sound", rig.path("projects/twin"));
  for (const id of ["blind", "bare", "red", "sound", "gone", "away", "twin"]) rig.feature(note(id));
  const build = await rig.build("-j1");
  expect(build.code).toBe(2);
  expect(build.actions).toEqual({
    "away-notes:T01": "regenerated",
    "bare-notes:T01": "blocked",
    "blind-notes:T01": "blocked",
    "gone-notes:T01": "blocked",
    "red-notes:T01": "blocked",
    "sound-notes:T01": "regenerated",
    "twin-notes:T01": "blocked",
  });
  const told = build.document.diagnostics.map(({ message }) => message).join("\n");
  expect(told).toContain("it is the repository of the project sound by another name");
  expect(told).toContain("'/nonexistent/gone.git' does not appear to be a git repository");
  const merged = build.document.projects.filter((project) => project.merged).map(({ id }) => id);
  expect(merged).toContain("sound");
  expect(merged).toContain("away");
  expect(existsSync(rig.path("projects/gone"))).toBe(false);
  expect(rig.list("projects").filter((path) => path.includes(".factory-"))).toEqual([]);
  // A filter looks at one project alone, and is not disturbed by the others.
  const alone = await rig.build("sound/");
  expect([alone.code, alone.actions]).toEqual([0, { "sound-notes:T01": "fresh" }]);
});

test("one feature goes into several projects: what the contract's project makes comes before what relies on it", async () => {
  await using rig = await FactoryRig.create({ projects: [{ id: "api" }, { id: "client", priority: 9 }] });
  const shared: FeatureText = {
    id: "shared",
    projects: ["api", "client"],
    requirements: { R1: "A price is a number of cents." },
    tasks: [
      { id: "T01", title: "Contract" },
      { id: "T02", title: "Client", project: "client", dependsOn: ["T01"] },
    ],
  };
  rig.feature(shared);
  const build = await rig.build();
  expect([build.code, build.actions]).toEqual([
    0,
    { "shared:T01": "regenerated", "shared:T02": "regenerated" },
  ]);
  expect(rig.read("projects/api/src/shared/T01.txt")).toContain("cents");
  expect(rig.read("projects/client/src/shared/T02.txt")).toContain("cents");
  expect(existsSync(rig.path("projects/client/src/shared/T01.txt"))).toBe(false);
  rig.edit("specs/shared/feature.md", "number of cents", "number of mills");
  // A filter brings along what its tasks need.
  const one = await rig.build("client/");
  expect(one.actions).toEqual({ "shared:T01": "regenerated", "shared:T02": "regenerated" });
  expect(rig.read("projects/api/src/shared/T01.txt")).toContain("mills");
});
