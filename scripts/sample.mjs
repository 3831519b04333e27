// Does the sample stand as it is committed? Builds it as a stranger would, in a fresh clone of this checkout with all
// that is edited in it: the first build must leave git with nothing to tell, `check` must pass, and a second build must
// have nothing to do. `npm run sample -- --take` brings the locks of that build home instead of complaining.

import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const checkout = resolve(import.meta.dirname, "..");
const take = process.argv.includes("--take");
const scratch = mkdtempSync(join(tmpdir(), "factory-sample-"));
const clone = join(scratch, "clone");
const identity = ["-c", "user.name=sample", "-c", "user.email=sample@localhost"];

let code = 1;
try {
  code = main();
} catch (error) {
  console.error(`the sample could not be tried: ${error.message}`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
process.exit(code);

function main() {
  if (take && major() !== kept())
    return told(`The locks are kept with Node ${kept()} (.node-version), and this is Node ${major()}.`);
  // Objects of the checkout are read, and what is edited there need not be committed.
  git(checkout, "clone", "--quiet", "--shared", "--no-checkout", checkout, clone);
  git(clone, "checkout", "--quiet", "--detach", standing());
  if (run("npm", ["ci", "--prefer-offline", "--no-audit", "--no-fund"]) !== 0)
    return told("`npm ci` fails in a fresh clone.");
  if (run(process.execPath, ["bin/factory.js", "build"]) !== 0) return told("The sample does not build.");
  const dirty = lines(git(clone, "status", "--porcelain")).filter((line) => !isOfAnotherNode(line));
  if (dirty.length > 0 && take) return taken(dirty);
  if (dirty.length > 0) {
    console.error(git(clone, "--no-pager", "diff", "--stat"));
    return told(
      `The first build of a fresh clone leaves git dirty:\n${dirty.join("\n")}\nBring the locks home with \`npm run sample -- --take\`.`,
    );
  }
  if (run(process.execPath, ["bin/factory.js", "check"]) !== 0)
    return told("`factory check` fails right after a build.");
  const again = JSON.parse(
    execFileSync(process.execPath, ["bin/factory.js", "build", "--json"], {
      cwd: clone,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
    }),
  );
  const redone = again.tasks.filter(({ action }) => action !== "fresh").map(({ id }) => id);
  if (redone.length > 0) return told(`A second build does again: ${redone.join(", ")}.`);
  console.log("the sample stands: a fresh clone builds it, and git has nothing to tell");
  return 0;
}

/** A commit of all that the checkout holds now, ignored files left out; no ref leads to it. */
function standing() {
  const env = { ...process.env, GIT_INDEX_FILE: join(scratch, "index") };
  const asked = (...words) =>
    execFileSync("git", ["-C", checkout, ...words], { encoding: "utf8", env }).trim();
  asked("read-tree", "HEAD");
  asked("add", "--all");
  return asked(
    ...identity,
    "commit-tree",
    asked("write-tree"),
    "-p",
    "HEAD",
    "-m",
    "the sample as it stands",
  );
}

/** A verification key names the major version of Node, so another one's build can say nothing of that line. */
function isOfAnotherNode(line) {
  const path = line.slice(3);
  if (major() === kept() || !line.startsWith(" M") || !isLock(path)) return false;
  const comparable = (text) => text.replace(/^\s*"verification": .*$/gm, "");
  const same =
    comparable(git(clone, "show", `HEAD:${path}`)) ===
    comparable(`${readFileSync(join(clone, path))}`.trim());
  if (same) console.log(`${path}: verified with Node ${major()}, and kept with Node ${kept()}`);
  return same;
}

function major() {
  return process.versions.node.split(".")[0];
}

function kept() {
  return readFileSync(join(checkout, ".node-version"), "utf8").trim();
}

function taken(dirty) {
  const others = dirty.filter((line) => !isLock(line.slice(3)));
  if (others.length > 0) return told(`The build leaves more than locks behind:\n${others.join("\n")}`);
  for (const line of dirty) copyFileSync(join(clone, line.slice(3)), join(checkout, line.slice(3)));
  console.log(`brought home: ${dirty.map((line) => line.slice(3)).join(", ")}`);
  return 0;
}

function isLock(path) {
  return /^specs\/[^/]+\/factory\.lock$/.test(path);
}

function git(dir, ...words) {
  return execFileSync("git", ["-C", dir, ...words], { encoding: "utf8" }).trimEnd();
}

function run(program, words) {
  return spawnSync(program, words, { cwd: clone, stdio: "inherit" }).status;
}

function lines(text) {
  return text.split("\n").filter((line) => line !== "");
}

function told(text) {
  console.error(text);
  return 1;
}
