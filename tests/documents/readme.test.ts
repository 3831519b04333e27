// Do the tutorial and the README tell the truth? A reader follows them to the letter, in a copy of this checkout: every
// command is run, every edit is made, and what the pages show is compared with what the screen shows. Then the sample is
// built, and the examples of the help are tried in it.

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SECTIONS } from "../../src/cli/commands.ts";
import { blocksOf } from "./blocks.ts";
import { Reader } from "./reader.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const README = readFileSync(join(ROOT, "README.md"), "utf8");
const TUTORIAL = readFileSync(join(ROOT, "docs/tutorial.md"), "utf8");
const PICTURE = readFileSync(join(ROOT, "docs/pictures/one-line-edit.svg"), "utf8");

/** Commands that show what is so; of all others, the examples with `--dry-run`. */
const LOOKING =
  /^(status|explain|graph|blame|cost|metrics|audit|validate|diff|log|check|verify|doctor|help|template (list|check))\b/;
/** Of what the sample does not have: specs of other tools, folders of another layout, and a fleet. */
const ELSEWHERE = /^(import|adopt)\b|--fleet\b/;

/** Costs another installation, and is what runs this very test. */
const NEVER_RUN = "npm ci && npm test\n";
const INSTALL = /^npm ci && /gm;

let reader: Reader;

beforeAll(async () => {
  reader = await Reader.sitDown("spec-factory");
  layCheckout(reader.folder);
  await reader.type("git init -q -b main . && git add . && git commit -q -m Sample");
});

afterAll(() => reader[Symbol.asyncDispose]());

test("the two commands of the set-up stand in blocks of their own", () => {
  const commands = blocksOf(README).map(({ text }) => text);
  expect(commands).toContain("npm ci && npx factory build\n");
  expect(commands).toContain(NEVER_RUN);
});

test("what the tutorial says is what happens, and its first build leaves git with nothing to tell", {
  timeout: 1_200_000,
}, async () => {
  const [first = "", rest = ""] = TUTORIAL.replace(INSTALL, "").split(
    /^(?=The tasks and what they depend on)/m,
  );
  await reader.follow({ name: "docs/tutorial.md", text: first });
  expect(await reader.type("git status --porcelain")).toEqual({ code: 0, printed: "" });
  // Line numbers of what follows are those of the page.
  const before = first.replace(/[^\n]/g, "");
  await reader.follow({ name: "docs/tutorial.md", text: `${before}${rest}` });
});

test("what the README says is what happens", { timeout: 300_000 }, async () => {
  const text = README.replace(INSTALL, "");
  await reader.follow({ name: "README.md", text }, [NEVER_RUN.replace(INSTALL, "")]);
});

test("the README can be read in five minutes", () => {
  expect(README.split("\n").length).toBeLessThanOrEqual(180);
});

test("the picture of the one-line edit shows what the tutorial's first edit does", () => {
  const drawn = [...PICTURE.matchAll(/data-task="([^"]+)" data-action="([^"]+)"/g)];
  const done = drawn.flatMap(([, task, action]) => (action === "fresh" ? [] : [`${task} ${action}`]));
  const screens = blocksOf(TUTORIAL).filter(({ language }) => language === "text");
  const screen = screens.find(({ text }) => text.includes("1 regenerated, 4 reverified"))?.text ?? "";
  const told = [...screen.matchAll(/^✓ (\S+:T\d+) +(regenerated|reverified)/gm)];
  expect(done.sort()).toEqual(told.map(([, task, action]) => `${task} ${action}`).sort());
  expect(drawn.length).toBe(16);
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
  const pictures = blocksOf(TUTORIAL).filter(({ language }) => language === "mermaid");
  const drawn = execFileSync(process.execPath, ["bin/factory.js", "graph", "--format", "mermaid"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  expect(pictures.map(({ text }) => text)).toEqual([drawn]);
});

test("the examples that change nothing work in the sample as it is built", { timeout: 600_000 }, async () => {
  const examples = SECTIONS.flatMap(({ commands }) => commands)
    .flatMap((entry) => ("commands" in entry ? entry.commands : [entry]))
    .flatMap(({ examples }) => examples.map(({ run }) => run))
    .filter((run) => (LOOKING.test(run) || run.includes("--dry-run")) && !ELSEWHERE.test(run));
  expect(examples.length).toBeGreaterThan(30);
  await reader.type("git add . && git commit -q -m Edited");
  for (const run of examples) {
    const { code, printed } = await reader.type(`node bin/factory.js ${run}`);
    // Criteria that nothing proves are work for `check --strict`.
    expect([0, 3], `factory ${run}\n${printed}`).toContain(code);
    if (code === 3) expect(run).toMatch(/^check\b/);
  }
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
  // git ignores the folder, and this is a link.
  mkdirSync(join(to, ".git/info"), { recursive: true });
  writeFileSync(join(to, ".git/info/exclude"), "/node_modules\n");
  symlinkSync(realpathSync(join(ROOT, "node_modules")), join(to, "node_modules"));
}
