// An agent that plants programs in the git of its worktree: `node … WINDOW MARK`. Each of them, if git ever
// runs it on the host, makes the file MARK.

import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import "./faithful.mjs";

const mark = process.argv[3];
const payload = `touch ${mark}`;
const git = (...args) => execFileSync("git", args);
const folder = execFileSync("git", ["rev-parse", "--git-dir"], { encoding: "utf8" }).trim();
mkdirSync(`${folder}/hooks`, { recursive: true });
for (const hook of [
  "pre-commit",
  "post-commit",
  "post-checkout",
  "reference-transaction",
  "post-index-change",
]) {
  writeFileSync(`${folder}/hooks/${hook}`, `#!/bin/sh\n${payload}\n`);
  chmodSync(`${folder}/hooks/${hook}`, 0o755);
}
git("config", "core.fsmonitor", payload);
git("config", "core.hooksPath", `${folder}/hooks`);
git("config", "diff.external", payload);
git("config", "filter.mark.clean", payload);
git("config", "filter.mark.smudge", payload);
mkdirSync(`${folder}/info`, { recursive: true });
writeFileSync(`${folder}/info/attributes`, "* filter=mark\n");
