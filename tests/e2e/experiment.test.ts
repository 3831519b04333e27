// Does the experiment measure what it says? A repository of one file and one feature, with a model that meets one of two
// acceptance tests, which no session sees.

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { type Asked, ModelServer } from "../rig/model-server.ts";
import { start } from "../rig/program.ts";
import { KEYS, smallWorker } from "../rig/small-work.ts";

const EXPERIMENT = fileURLToPath(new URL("../../bench/experiment.mjs", import.meta.url));
const SECRET = "nobody-may-read-this";

const FEATURE = `---
title: Say it
project: tiny
tasks:
  - {id: T01, title: Say it, requirements: [R1], scope: {files_hint: [src/T01.txt]}, acceptance: [says T01]}
---

## Requirements

- R1: The file says its own name.
`;

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

test("a feature is built in a repository of others and judged by what no session saw, in one table", async () => {
  const folder = mkdtempSync(join(tmpdir(), "factory-experiment-test-"));
  const git = (...words: string[]) =>
    execFileSync("git", ["-c", "user.name=P", "-c", "user.email=p@example.com", ...words], {
      cwd: join(folder, "clones/tiny"),
      encoding: "utf8",
    }).trim();
  write(folder, { "clones/tiny/old.txt": "old\n" });
  git("init", "--quiet", "--initial-branch=trunk");
  git("add", ".");
  git("commit", "--quiet", "--message", "Old");
  write(folder, {
    "experiments/tiny/experiment.yaml": `repository: https://example.com/tiny
commit: ${git("rev-parse", "HEAD")}
gates: [{id: check, run: "true"}]
acceptance:
  - {name: says its name, run: sh acceptance/says.sh T01}
  - {name: says more, run: sh acceptance/says.sh ${SECRET}}
`,
    "experiments/tiny/feature.md": FEATURE,
    "experiments/tiny/acceptance/says.sh": 'grep -q "$1" src/T01.txt\n',
  });
  await using models = await ModelServer.listen(smallWorker());
  const words = [
    ...[EXPERIMENT, "--url", models.openai, "--model", "house-model"],
    ...["--experiments", join(folder, "experiments"), join(folder, "clones")],
  ];
  const run = await start(process.execPath, words, { cwd: folder, home: folder, env: KEYS }).done;
  expect([run.code, run.stderr]).toEqual([0, expect.stringContaining("✗ says more")]);
  const row = (title: string) => run.stdout.split("\n").find((line) => line.startsWith(`| ${title} |`));
  expect(row("built")).toBe("| built | yes |");
  expect(row("acceptance")).toBe("| acceptance | 1 of 2 |");
  expect(row("tasks")).toBe("| tasks | 1 of 1 |");
  expect(row("first attempts")).toBe("| first attempts | 100 % |");
  expect(row("reviewers asked for changes")).toBe("| reviewers asked for changes | 0 of 1 |");
  expect(row("window, mean and most")).toMatch(/0\.\d KB, 0\.\d KB/);
  const seen = models.asked.map(({ system, messages, declared }: Asked) =>
    JSON.stringify({ system, messages, declared }),
  );
  expect(seen.some((text) => text.includes("says its own name"))).toBe(true);
  expect(seen.filter((text) => text.includes(SECRET) || text.includes("says more"))).toEqual([]);
});

test("repositories that are not there are named with what brings them", async () => {
  const folder = mkdtempSync(join(tmpdir(), "factory-experiment-test-"));
  const words = [EXPERIMENT, "--url", "http://127.0.0.1:9/v1", "--model", "m", folder];
  const run = await start(process.execPath, words, { cwd: folder, home: folder, env: {} }).done;
  expect(run.code).toBe(2);
  for (const name of ["p-limit", "uuid", "boltons"])
    expect(run.stderr).toMatch(new RegExp(`git clone https://.*/${name} `));
});
