// Do hosts of code get findings and results in their own formats, of a workspace that is anywhere in its repository?

import { existsSync } from "node:fs";
import { XMLValidator } from "fast-xml-parser";
import { expect, test } from "vitest";
import { builtShop, shop } from "../rig/shop.ts";

interface Sarif {
  readonly runs: readonly [
    {
      readonly invocations: readonly [{ readonly executionSuccessful: boolean }];
      readonly results: readonly {
        readonly ruleId: string;
        readonly level: string;
        readonly locations: readonly [
          {
            readonly physicalLocation: {
              readonly artifactLocation: { readonly uri: string };
              readonly region?: { readonly startLine: number; readonly startColumn?: number };
            };
          },
        ];
      }[];
    },
  ];
}

const BACKLOG = "specs/products/BACKLOG.yaml";

test("validate --sarif tells findings with their places, beside what it prints", async () => {
  await using rig = await shop();
  rig.edit(BACKLOG, "    title: Write T01\n", "    title: Write T01\n    colour: red\n");
  const line = rig.read(BACKLOG).split("\n").indexOf("    colour: red") + 1;
  const run = await rig.factory("validate", "--sarif", "reports/factory.sarif");
  expect(run.code).toBe(2);
  expect(run.stdout).toContain(`error ${BACKLOG}:${line}:5:`);
  const { runs } = JSON.parse(rig.read("reports/factory.sarif")) as Sarif;
  expect(runs[0].invocations[0].executionSuccessful).toBe(true);
  expect(runs[0].results).toContainEqual(
    expect.objectContaining({
      ruleId: "unknown-key",
      level: "error",
      locations: [
        expect.objectContaining({
          physicalLocation: {
            artifactLocation: { uri: BACKLOG, uriBaseId: "%SRCROOT%" },
            region: { startLine: line, startColumn: 5 },
          },
        }),
      ],
    }),
  );
});

test("check --sarif also tells what is stale, from the root of the repository", async () => {
  await using rig = await builtShop();
  rig.edit("specs/products/feature.md", "R1: A product has a name.", "R1: A product has a long name.");
  rig.remove(".git");
  const top = await rig.launch("..", ["git", "init", "--quiet", "."]).done;
  expect(top.code).toBe(0);
  const run = await rig.factory("check", "--json", "--sarif", "check.sarif");
  expect(run.code).toBe(3);
  expect(JSON.parse(run.stdout)).toMatchObject({ ok: false });
  const { results } = (JSON.parse(rig.read("check.sarif")) as Sarif).runs[0];
  const stale = results.filter(({ ruleId }) => ruleId === "task-stale");
  expect(stale).toHaveLength(1);
  expect(stale[0]?.locations[0].physicalLocation.artifactLocation.uri).toBe(
    "workspace/specs/products/feature.md",
  );
});

test("a workspace that cannot be read is told as a run that failed", async () => {
  await using rig = await shop();
  rig.remove("projects.yaml");
  const run = await rig.factory("check", "--sarif", "check.sarif");
  expect(run.code).toBe(2);
  const { runs } = JSON.parse(rig.read("check.sarif")) as Sarif;
  expect(runs[0].invocations[0].executionSuccessful).toBe(false);
  expect(runs[0].results.map(({ level }) => level)).toEqual(["error"]);
});

test("build --junit tells every task, of a build that fails and of one with nothing to do", async () => {
  await using rig = await builtShop();
  const idle = await rig.factory("build", "--junit", "junit.xml");
  expect(idle.code).toBe(0);
  expect(rig.read("junit.xml")).toContain('tests="9" failures="0" errors="0" skipped="0"');
  expect(XMLValidator.validate(rig.read("junit.xml"))).toBe(true);

  rig.edit("specs/money/feature.md", "R1: An amount has a currency.", "R1: An amount is BROKEN.");
  const red = await rig.factory("build", "--json", "--junit", "junit.xml");
  expect(red.code).toBe(1);
  const xml = rig.read("junit.xml");
  expect(XMLValidator.validate(xml)).toBe(true);
  expect(xml).toMatch(/name="money:T01"[^>]*><failure type="gates-failed" message="gate check: [^"]*BROKEN/);
  expect(xml).toMatch(/name="orders:T01"[^>]*><skipped message="[^"]+"/);

  rig.edit(BACKLOG, "version: 1", "version: 7");
  const refused = await rig.factory("build", "--junit", "junit.xml");
  expect(refused.code).toBe(2);
  expect(rig.read("junit.xml")).toMatch(/<error type="[a-z-]+"/);
});

test("a report that cannot be written fails a command that would have succeeded, and no other way of building makes one", async () => {
  await using rig = await builtShop();
  const run = await rig.factory("validate", "--sarif", "projects.yaml/factory.sarif");
  expect(run.code).toBe(1);
  expect(run.stderr).toContain("projects.yaml/factory.sarif");
  for (const flag of ["--dry-run", "--watch"]) {
    const both = await rig.factory("build", flag, "--junit", "junit.xml");
    expect(both.code).toBe(2);
    expect(both.stderr).toContain("--junit");
  }
  expect(existsSync(rig.path("junit.xml"))).toBe(false);
});
