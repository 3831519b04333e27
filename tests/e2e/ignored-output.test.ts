// Is somebody who has a task write an ignored file told by which rule it is lost? What git ignores is no part of a draft,
// and a draft without it looks as if the agent had done nothing.

import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { type Build, FactoryRig } from "../rig/factory-rig.ts";

interface Case {
  readonly ignore: string;
  readonly hint: string;
  readonly file: string;
  readonly options?: { readonly agent?: "generator" };
}

async function built({ ignore, hint, file, options = {} }: Case): Promise<{ rig: FactoryRig; build: Build }> {
  const run = `echo . >> {{workspace}}/ran && mkdir -p "$(dirname ${file})" && echo total > ${file}`;
  const rig = await FactoryRig.create({
    projects: [{ id: "app", files: { ".gitignore": ignore, "lib/kept.txt": "kept\n" } }],
    agents: { writer: { kind: "command", run } },
    implementer: options.agent === "generator" ? "local" : "writer",
    limits: { attempts: 2 },
  });
  await rig.git("app", "add", "--force", "lib/kept.txt");
  await rig.git("app", "commit", "--quiet", "--amend", "--no-edit");
  rig.feature({
    id: "sums",
    requirements: { R1: "Sums have a total." },
    tasks: [{ id: "T01", files: [hint] }],
  });
  return { rig, build: await rig.build() };
}

const runs = (rig: FactoryRig) =>
  existsSync(rig.path("ran")) ? rig.read("ran").trim().split("\n").length : 0;

test.each([
  ["a file", { ignore: "# built\nlib/\n", hint: "lib/a.txt", file: "lib/a.txt" }, ".gitignore", 2],
  ["all that a pattern means", { ignore: "out/\n", hint: "out/**", file: "out/x/a.txt" }, ".gitignore", 1],
] as const)("%s that is ignored is named before an agent starts", async (_, one, source, line) => {
  const { rig, build } = await built(one);
  await using _rig = rig;
  expect(build.code).toBe(1);
  expect(build.document.diagnostics[0]).toMatchObject({
    code: "ignored-path",
    message: `${one.hint} is ignored by ${source}:${line}, so a draft cannot contain it.`,
    file: `projects/app/${source}`,
    line,
  });
  const told = new RegExp(`${source.replace(".", "[.]")}:${line}\\b`);
  for (const command of [["status"], ["doctor"], ["build", "--dry-run"]]) {
    const { stdout, stderr } = await rig.factory(...command);
    expect(stdout + stderr).toMatch(told);
  }
  expect(await rig.status()).toEqual({ "sums:T01": "blocked" });
  expect(runs(rig)).toBe(0);
});

test("an ignored file that an agent wrote in its scope is no empty draft, and is not paid for again", async () => {
  const { rig, build } = await built({ ignore: "*.log\n", hint: "src/**", file: "src/deep/a.log" });
  await using _rig = rig;
  expect(build.code).toBe(1);
  expect(build.document.diagnostics[0]).toMatchObject({
    code: "ignored-path",
    file: "projects/app/.gitignore",
  });
  expect(build.document.diagnostics[0]?.message).toContain("src/deep/a.log is ignored by .gitignore:1");
  expect(runs(rig)).toBe(1);
});

test.each([
  ["taken back in by a later rule", { ignore: "*.txt\n!a.txt\n", hint: "src/a.txt", file: "src/a.txt" }],
  ["tracked although it is ignored", { ignore: "lib/\n", hint: "lib/kept.txt", file: "lib/kept.txt" }],
] as const)("a file that is %s is built", async (_, one) => {
  const { rig, build } = await built(one);
  await using _rig = rig;
  expect(build.code).toBe(0);
  expect(rig.read(`projects/app/${one.file}`)).toBe("total\n");
});

test("what is handed in as text is written where it is ignored, too", async () => {
  const { rig, build } = await built({
    ignore: "lib/\n",
    hint: "lib/a.txt",
    file: "lib/a.txt",
    options: { agent: "generator" },
  });
  await using _rig = rig;
  expect(build.code).toBe(0);
  expect(await rig.git("app", "show", "main:lib/a.txt")).toContain("Sums have a total.");
});
