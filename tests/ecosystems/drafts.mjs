// An agent that does in its worktree what the test wrote down for its task. Called as `node … FOLDER`, where
// `<feature>-<task>.json` holds the shell command that it runs first, and the files that it then writes or removes.

import { execSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const [, , folder] = process.argv;
const name = `${process.env.FACTORY_TASK.replace(":", "-")}.json`;
const { shell, files, delay } = JSON.parse(readFileSync(join(folder, name), "utf8"));
await new Promise((resolve) => setTimeout(resolve, delay));
if (shell !== "") execSync(shell, { stdio: ["ignore", "inherit", "inherit"] });
for (const [path, text] of Object.entries(files)) {
  if (text === null) rmSync(path);
  else {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}
