// Which lines of a failed setup tell why?

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { tellingLines } from "../../src/gates/setup-evidence.ts";

const recorded = (name: string) =>
  readFile(join(import.meta.dirname, `../fixtures/gate-output/${name}.txt`), "utf8");

it("The cause goes first, and what a program says of its own use is left out", async () => {
  expect(tellingLines(await recorded("npm-ci/out-of-step"))).toEqual([
    "Missing: ms@2.1.3 from lock file",
    "`npm ci` can only install packages when your package.json and package-lock.json or npm-shrinkwrap.json are in sync. Please update your lock file with `npm install` before continuing.",
    "Clean install a project",
  ]);
  expect((await recorded("npm-install/postinstall")).split("\n").length).toBeGreaterThan(10);
  expect(tellingLines(await recorded("npm-install/postinstall"))[0]).toBe("Error: no compiler");
  expect(tellingLines("usage: prog [-h]\n  --x  do x\nprog: error: no argument --y\n")).toEqual([
    "prog: error: no argument --y",
  ]);
});

it("Both ends stand for an output in which nothing looks like an error", () => {
  const lines = Array.from({ length: 99 }, (_, index) => `step ${index + 1}`);
  expect(tellingLines(["we like blue", ...lines].join("\r\n"))).toEqual([
    "we like blue … step 99",
    "we like blue",
    "step 1",
    "step 97",
    "step 98",
  ]);
  expect(tellingLines("0 errors\n")).toEqual(["0 errors"]);
  expect(tellingLines(" \n")).toEqual([]);
});
