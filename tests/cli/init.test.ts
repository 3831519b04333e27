// Does `factory init` make a workspace that works, and leave alone what it finds?

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { FactoryRig } from "../rig/factory-rig.ts";
import { converse, SIZED } from "./terminal.ts";

const FACTORY = fileURLToPath(new URL("../../bin/factory.js", import.meta.url));

async function emptyFolder(): Promise<FactoryRig> {
  const rig = await FactoryRig.create({ projects: [] });
  rig.remove("projects.yaml", ".gitignore", ".git");
  return rig;
}

test("a workspace has its declarations, a folder of specs, a repository, and ignores what is built", async () => {
  await using rig = await emptyFolder();
  const init = await rig.factory("init", "shop");
  expect(init.stdout).toBe(
    "made      projects.yaml\nmade      specs/\nmade      .gitignore\nmade      .git/\n",
  );
  const [, schema = ""] = /^# yaml-language-server: \$schema=(.*)\n/.exec(rig.read("projects.yaml")) ?? [];
  expect(JSON.parse(rig.read(schema))).toMatchObject({ properties: { projects: {} } });
  expect(rig.read(".gitignore")).toBe(".factory/\n/projects/\n");
  expect((await rig.factory("validate")).code).toBe(0);
});

test("without a project, the declarations are sound and show what one looks like", async () => {
  await using rig = await emptyFolder();
  expect((await rig.factory("init")).code).toBe(0);
  const validate = await rig.factory("validate", "--json");
  expect(JSON.parse(validate.stdout)).toMatchObject({ ok: true, diagnostics: [] });
  const [head = "", below = ""] = rig.read("projects.yaml").split(/^projects: \[\].*\n/m);
  const [example = "", tail = ""] = below.split(/^(?=agents:)/m);
  rig.write({ "projects.yaml": `${head}${example.replace(/^# ?/gm, "")}${tail}` });
  expect((await rig.factory("validate")).code).toBe(0);
  expect(rig.read("projects.yaml")).toContain("\n  - id: my-project\n");
});

test("nothing that exists is overwritten, and a second run changes no byte", async () => {
  await using rig = await emptyFolder();
  rig.write({ ".gitignore": "dist", "specs/notes.txt": "mine" });
  const first = await rig.factory("init", "shop");
  expect(first.stdout).toContain("kept      specs/\nextended  .gitignore\n");
  expect(rig.read(".gitignore")).toBe("dist\n.factory/\n/projects/\n");
  const before = rig.read("projects.yaml");
  const second = await rig.factory("init", "shop");
  expect([second.code, second.stdout]).toEqual([
    0,
    "kept      projects.yaml\nkept      specs/\nkept      .gitignore\n",
  ]);
  expect([rig.read("projects.yaml"), rig.read(".gitignore")]).toEqual([
    before,
    "dist\n.factory/\n/projects/\n",
  ]);
});

test("a project that an existing projects.yaml does not declare is not slipped in", async () => {
  await using rig = await emptyFolder();
  await rig.factory("init", "shop");
  const before = rig.read("projects.yaml");
  const init = await rig.factory("init", "client");
  expect([init.code, rig.read("projects.yaml")]).toEqual([2, before]);
  expect(init.stderr).toContain("declares no project client");
});

test("a scaffold is for a project that is named, and is one of those that there are", async () => {
  await using rig = await emptyFolder();
  const nameless = await rig.factory("init", "--scaffold", "python");
  expect([nameless.code, nameless.stderr]).toEqual([2, expect.stringContaining("no project is named")]);
  const unknown = await rig.factory("init", "shop", "--scaffold", "cobol");
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining("node-ts, python, go")]);
  expect(existsSync(rig.path("projects.yaml"))).toBe(false);
});

test("a project that is declared already does not change its scaffold unseen", async () => {
  await using rig = await emptyFolder();
  await rig.factory("init", "shop", "--scaffold", "go");
  const before = rig.read("projects.yaml");
  expect((await rig.factory("init", "shop", "--scaffold", "go")).code).toBe(0);
  const init = await rig.factory("init", "shop", "--scaffold", "python");
  expect([init.code, rig.read("projects.yaml")]).toEqual([2, before]);
  expect(init.stderr).toContain("with the scaffold go");
});

const ASKED = "What does the project begin as?";
const DOWN = "\x1b[B";

describe.skipIf(spawnSync("script", ["--version"]).status !== 0)("on a terminal", () => {
  test.each([
    ["by arrow keys", "TERM=xterm", [[ASKED, DOWN]]],
    ["by its number", "TERM=xterm", [[ASKED, "2"]]],
    [
      "by its number on a plain line, until the answer is one of them",
      "TERM=dumb",
      [
        ["1-3 [1]:", "java"],
        ["1-3 [1]:", "2"],
      ],
    ],
    ["by its name where the size is not known", "stty rows 0 cols 0;", [["1-3 [1]:", "Python"]]],
  ] as const)("a person chooses what a new project begins as %s", async (_how, variable, dialogue) => {
    await using rig = await emptyFolder();
    const code = await converse(
      rig.root,
      `${SIZED} ${variable} '${process.execPath}' '${FACTORY}' init shop`,
      dialogue,
    );
    expect(code).toBe(0);
    expect(rig.read("projects.yaml")).toContain("scaffold: python ");
  });

  test("who gives up declares nothing", async () => {
    await using rig = await emptyFolder();
    const code = await converse(rig.root, `${SIZED} '${process.execPath}' '${FACTORY}' init shop`, [
      [ASKED, "\x03"],
    ]);
    expect([code, existsSync(rig.path("projects.yaml"))]).toEqual([130, false]);
  });
});

test.each(["../x", "a b", "", "-x", ".git", "x\ny: z"])("a project cannot be called %j", async (name) => {
  await using rig = await emptyFolder();
  expect((await rig.factory("init", "--", name)).code).toBe(2);
  expect(existsSync(rig.path("projects.yaml"))).toBe(false);
});

test.each(["true", "null", "123", "1e3"])(
  "a project may be called %s, although YAML would not read it as text",
  async (name) => {
    await using rig = await emptyFolder();
    expect((await rig.factory("init", name)).code).toBe(0);
    expect((await rig.factory("validate")).code).toBe(0);
  },
);

test("inside a workspace there is no second one", async () => {
  await using rig = await emptyFolder();
  await rig.factory("init", "shop");
  const init = await rig.factory("-C", rig.path("specs"), "init");
  expect([init.code, existsSync(rig.path("specs/projects.yaml"))]).toEqual([2, false]);
});

test("a role file is made for each role that an agent names, and crowds nobody's list otherwise", async () => {
  await using rig = await emptyFolder();
  await rig.factory("init", "shop");
  const agents = ["opencode", "claude", "codex", "gemini"].map(
    (name) => `  ${name}: {kind: command, preset: ${name}, agent: poet}\n`,
  );
  const declared = rig.read("projects.yaml").replace(/^agents:\n/m, `agents:\n${agents.join("")}`);
  rig.write({
    "projects.yaml": declared,
    ".claude/agents/poet.md": "mine",
    "templates/prompts/poet.hbs": "You write a verse. It rhymes.\n",
  });
  const init = await rig.factory("init", "--with", "opencode,claude", "--with", "codex,gemini");
  expect([init.code, init.stderr, rig.read("projects.yaml")]).toEqual([0, "", declared]);
  expect(init.stdout).toContain("kept      .claude/agents/poet.md\n");
  expect(rig.read(".claude/agents/poet.md")).toBe("mine");
  expect(rig.read(".opencode/agent/poet.md")).toBe(
    '---\ndescription: "You write a verse."\nmode: primary\nhidden: true\npermission:\n  edit: allow\n  bash: allow\n---\n\nYou write a verse. It rhymes.\n',
  );
  expect(rig.read(".codex/agents/poet.toml")).toBe(
    'name = "poet"\ndescription = "You write a verse."\ndeveloper_instructions = """\nYou write a verse. It rhymes.\n"""\n',
  );
  expect(rig.read(".gemini/agents/poet.md")).toContain("You write a verse. It rhymes.");
  const roles = rig.list(".").filter((path) => /^\.[a-z]+\/agents?\//.test(path) && !path.includes("skills"));
  expect(roles).toHaveLength(4);
});

test("an existing workspace is told only of agents that it does not declare", async () => {
  await using rig = await emptyFolder();
  await rig.factory("init", "shop");
  const before = rig
    .read("projects.yaml")
    .replace(/^agents:$/m, "agents:\n  pair: {kind: command, preset: claude}");
  rig.write({ "projects.yaml": before });
  const init = await rig.factory("init", "--with", "claude,codex,cursor");
  expect([init.code, rig.read("projects.yaml")]).toEqual([0, before]);
  expect(init.stderr).toContain("\n  codex: {");
  expect(init.stderr).not.toMatch(/ {2}(?:claude|cursor): \{/);
});

test("a program that is not known is refused before anything is made", async () => {
  await using rig = await emptyFolder();
  const init = await rig.factory("init", "--with", "opencode,vim");
  expect([init.code, existsSync(rig.path("projects.yaml"))]).toEqual([2, false]);
  expect(init.stderr).toContain("claude, opencode, codex, cursor, gemini, copilot");
});
