// What happens in a clone that left files on its server? It is said before anybody is paid, with what brings them.

import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { FactoryRig } from "../rig/factory-rig.ts";

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
