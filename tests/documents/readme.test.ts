// Does the README tell the truth? A reader follows it to the letter, in a copy of this checkout: every command is run,
// every edit is made, and what the page shows is compared with what the screen shows.

import { execFileSync } from "node:child_process";
import { cpSync, readFileSync, realpathSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { blocksOf } from "./blocks.ts";
import { Reader } from "./reader.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const README = readFileSync(join(ROOT, "README.md"), "utf8");

/** Costs another installation, and is what runs this very test. */
const NEVER_RUN = "npm ci && npm test\n";
const INSTALL = /^npm ci && /gm;

let reader: Reader;

beforeAll(async () => {
  reader = await Reader.sitDown("spec-factory");
  layCheckout(reader.folder);
});

afterAll(() => reader[Symbol.asyncDispose]());

test("the two commands of the set-up stand in blocks of their own", () => {
  const commands = blocksOf(README).map(({ text }) => text);
  expect(commands).toContain("npm ci && npx factory build\n");
  expect(commands).toContain(NEVER_RUN);
});

test("what the README says is what happens", { timeout: 600_000 }, async () => {
  const text = README.replace(INSTALL, "");
  await reader.follow({ name: "README.md", text }, [NEVER_RUN.replace(INSTALL, "")]);
});

test("the projects that the page leaves behind are clean, and pass their own commands", {
  timeout: 300_000,
}, async () => {
  for (const id of ["shop-api", "shop-cli"]) {
    const cwd = join(reader.folder, "projects", id);
    for (const command of ["git status --porcelain", "npm run typecheck", "npm run lint", "npm test"]) {
      const { code, printed } = await reader.type(command, cwd);
      expect(code, `${id}: ${command}\n${printed}`).toBe(0);
      if (command.startsWith("git")) expect(printed).toBe("");
    }
  }
});

test("the picture of the sample is the one that the command draws", () => {
  const pictures = blocksOf(README).filter(({ language }) => language === "mermaid");
  const drawn = execFileSync(process.execPath, ["bin/factory.js", "graph", "--format", "mermaid"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  expect(pictures.map(({ text }) => text)).toEqual([drawn]);
});

/** What `git clone` and `npm ci` would lay down, without a second installation. */
function layCheckout(to: string): void {
  const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  const files = listed.split("\0").filter((path) => path !== "" && path !== "node_modules");
  for (const path of files) cpSync(join(ROOT, path), join(to, path));
  cpSync(join(ROOT, "dist"), join(to, "dist"), { recursive: true });
  symlinkSync(realpathSync(join(ROOT, "node_modules")), join(to, "node_modules"));
}
