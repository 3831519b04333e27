// Can somebody use the factory from the coding program that they work with, without losing a byte of their own files?

import { chmodSync, readlinkSync, symlinkSync } from "node:fs";
import { delimiter } from "node:path";
import { afterAll, expect, test } from "vitest";
import { parse } from "yaml";
import { digestOfBytes } from "../../src/model/digest.ts";
import { Model } from "../agents/presets/workshop.ts";
import { folderOf } from "../rig/coding-cli.ts";
import { FACTORY, FactoryRig } from "../rig/factory-rig.ts";
import { McpClient } from "../rig/mcp-client.ts";
import { environment, start } from "../rig/program.ts";

const ALL = "claude,opencode,codex,cursor,gemini,copilot";

const THEIRS = {
  "AGENTS.md": "# Ours\r\n\r\nBe brief.\r\n",
  "opencode.jsonc":
    '// mine\n{\n\t"model": "a/b", // the good one\n\t"mcp": {"other": {"type": "local"}},\n}\n',
  ".codex/config.toml": '# mine\nmodel = "x"\n\n[mcp_servers.other]\ncommand = "o"',
  ".gemini/settings.json": '{"theme": 1.0}',
  ".vscode/mcp.json": '{"servers": ',
};

test("init adds what each program reads, renews only what is ours, and update follows it", async () => {
  await using rig = await FactoryRig.create();
  rig.write(THEIRS);
  symlinkSync("AGENTS.md", rig.path("CLAUDE.md"));
  const init = await rig.factory("init", "--with", ALL);
  expect(init.code).toBe(0);
  expect(init.stderr).toContain(".vscode/mcp.json: what is there is yours or cannot be read");
  expect(rig.read(".vscode/mcp.json")).toBe(THEIRS[".vscode/mcp.json"]);
  expect(readlinkSync(rig.path("CLAUDE.md"))).toBe("AGENTS.md");

  const guide = rig.read("AGENTS.md");
  expect(guide.startsWith(THEIRS["AGENTS.md"])).toBe(true);
  expect(guide.replaceAll("\r\n", "")).not.toContain("\n");
  expect(guide.match(/factory:begin/g)).toHaveLength(1);
  for (const path of ["GEMINI.md", ".github/copilot-instructions.md"]) {
    expect(rig.read(path)).toContain("## Code that the factory writes");
  }
  for (const path of [".claude/skills/factory/SKILL.md", ".agents/skills/factory/SKILL.md"]) {
    const [, head = ""] = /^---\n([\s\S]*?)\n---\n/.exec(rig.read(path)) ?? [];
    expect(parse(head)).toEqual({ name: "factory", description: expect.stringContaining("requirement") });
  }
  const opencode = rig.read("opencode.jsonc");
  expect(opencode).toContain(
    '// mine\n{\n\t"model": "a/b", // the good one\n\t"mcp": {"other": {"type": "local"}, "factory": {',
  );
  expect(rig.list(".").filter((path) => path === "opencode.json")).toEqual([]);
  const toml = rig.read(".codex/config.toml");
  expect(toml.startsWith(`${THEIRS[".codex/config.toml"]}\n`)).toBe(true);
  expect(toml).toContain('\n[mcp_servers.factory]\ncommand = "factory"\nargs = ["mcp", "--write"]\n');
  expect(rig.read(".gemini/settings.json")).toMatch(/^\{"theme": 1\.0, ?"mcpServers":/);
  const registered = JSON.parse(rig.read(".mcp.json")).mcpServers.factory;
  expect(JSON.parse(rig.read(".cursor/mcp.json")).mcpServers.factory).toEqual(registered);
  expect(registered).toEqual({ command: "factory", args: ["mcp", "--write"] });
  await using mcp = await McpClient.over(rig, registered.args.slice(1));
  expect(await mcp.toolNames()).toContain("build");
  const asAgent = await rig.factoryWith({ FACTORY_TASK: "notes:T01" }, "mcp", "--write");
  expect([asAgent.code, asAgent.stderr]).toEqual([2, expect.stringContaining("agent of notes:T01")]);

  const all = () =>
    rig
      .list(".")
      .filter((path) => !path.startsWith(".factory/"))
      .map((path) => rig.read(path));
  const before = all();
  const again = await rig.factory("init", "--with", ALL);
  expect(again.stdout).not.toMatch(/^(?:made|extended|renewed)/m);
  const none = await rig.factory("update");
  expect([none.code, none.stdout, all()]).toEqual([0, "all is as this version writes it\n", before]);

  // What an earlier version wrote in GEMINI.md, and what somebody made of it in the skill.
  const old = "An earlier text.";
  const mark = `<!-- factory:begin ${digestOfBytes(old).slice(-12)} -->`;
  rig.write({ "GEMINI.md": `Mine above.\n${mark}\n${old}\n<!-- factory:end -->\nMine below.\n` });
  const skill = ".claude/skills/factory/SKILL.md";
  const theirs = rig
    .read(skill)
    .replace("# Work with the factory", "# My way")
    .replace(/whole \w+/, "whole 0123456789ab");
  rig.write({ [skill]: theirs, ".mcp.json": '{"mcpServers": {"factory": {"command": "mine"}}}\n' });
  const dry = await rig.factory("update", "--dry-run");
  expect(dry.stdout).toContain(`renewed   GEMINI.md\n    `);
  expect(dry.stdout).toContain(`- ${old}\n`);
  expect(rig.read("GEMINI.md")).toContain(old);
  const update = await rig.factory("update", "--json");
  expect([update.code, JSON.parse(update.stdout).files]).toEqual([
    5,
    [
      { path: skill, done: "kept", kept: "edited" },
      { path: "GEMINI.md", done: "renewed", kept: null },
    ],
  ]);
  const renewed = rig.read("GEMINI.md");
  expect(renewed).toMatch(/^Mine above\.\n<!-- factory:begin [\s\S]*<!-- factory:end -->\nMine below\.\n$/);
  expect(renewed).toContain("## Code that the factory writes");
  expect([rig.read(skill), rig.read(".mcp.json")]).toEqual([theirs, expect.stringContaining("mine")]);
  expect((await rig.factory("update", "--force")).code).toBe(0);
  expect(rig.read(skill)).toContain("# Work with the factory");
  expect(JSON.parse(rig.read(".mcp.json")).mcpServers.factory).toEqual(registered);
});

test("what is no file where a program reads one is a person's, and the rest is written", async () => {
  await using rig = await FactoryRig.create();
  rig.write({ "AGENTS.md/README.md": "Agents of ours.\n" });
  const init = await rig.factory("init", "--with", "codex");
  expect([init.code, init.stderr]).toEqual([0, expect.stringContaining("AGENTS.md: what is there is yours")]);
  expect(rig.list("AGENTS.md")).toEqual(["AGENTS.md/README.md"]);
  expect(rig.read(".codex/config.toml")).toContain("[mcp_servers.factory]");
  expect((await rig.factory("update")).code).toBe(0);
});

test("a file that lies outside of the workspace is left to whom it serves", async () => {
  await using rig = await FactoryRig.create();
  rig.write({ "../home/CLAUDE.md": "For all of my projects.\n" });
  symlinkSync("../home/CLAUDE.md", rig.path("CLAUDE.md"));
  const init = await rig.factory("init", "--with", "claude");
  expect([init.code, init.stderr]).toEqual([
    0,
    expect.stringContaining("CLAUDE.md: it leads out of this folder"),
  ]);
  expect(rig.read("../home/CLAUDE.md")).toBe("For all of my projects.\n");
});

/** A workspace with one built task, a `factory` on the PATH, and what opencode reads. */
async function openedInOpencode(): Promise<{ rig: FactoryRig; path: string }> {
  const rig = await FactoryRig.create();
  rig.feature({ id: "notes", requirements: { R1: "A note has a text." }, tasks: [{ id: "T01" }] });
  expect((await rig.factory("build")).code).toBe(0);
  expect((await rig.factory("init", "--with", "opencode")).code).toBe(0);
  rig.write({ "../bin/factory": `#!/bin/sh\nexec '${process.execPath}' '${FACTORY}' "$@"\n` });
  chmodSync(rig.path("../bin/factory"), 0o755);
  return { rig, path: rig.path("../bin") };
}

test("an agent's opencode is set up with a person's plugins, and not with ours, for which it would fetch packages", async () => {
  await using rig = await FactoryRig.create({
    agents: { coder: { kind: "command", preset: "opencode", model: "house/plain" } },
    implementer: "coder",
    limits: { attempts: 1, rebases: 0 },
  });
  rig.feature({ id: "notes", requirements: { R1: "A note has a text." }, tasks: [{ id: "T01" }] });
  expect((await rig.factory("init", "--with", "opencode")).code).toBe(0);
  rig.write({
    ".opencode/plugins/mine.js": "export const Mine = async () => ({});\n",
    "../bin/opencode": '#!/bin/sh\nls "$OPENCODE_CONFIG_DIR/plugins" > "$HOME/plugins"\nexit 1\n',
  });
  chmodSync(rig.path("../bin/opencode"), 0o755);
  const build = await rig.factoryWith(
    { PATH: `${rig.path("../bin")}${delimiter}${process.env.PATH}` },
    "build",
  );
  expect(build.code).toBe(1);
  expect(rig.read("../home/plugins")).toBe("mine.js\n");
});

/** What opencode does with a plugin, as far as ours goes: each line is what came of one hook. */
const HOST = `
const { Factory } = await import(process.argv[2]);
const toasts = [];
const hooks = await Factory({ client: { tui: { showToast: async ({ body }) => toasts.push(body) } } });
const edited = async (args) => {
  const output = { title: "", output: "Wrote file.", metadata: {} };
  await hooks["tool.execute.after"]({ tool: "edit", sessionID: "s", callID: "c", args }, output);
  return output.output;
};
const said = [];
if (hooks["tool.execute.after"]) {
  for (const args of JSON.parse(process.argv[3])) said.push(await edited(args));
  const properties = { file: "specs/notes/feature.md", event: "change" };
  await hooks.event({ event: { type: "file.watcher.updated", properties } });
}
console.log(JSON.stringify({ said, toasts }));
`;

test("the plugin of opencode tells what an edit makes stale and what that costs, and an agent of a build nothing", async () => {
  const { rig, path } = await openedInOpencode();
  await using _ = rig;
  rig.write({ "../host.mjs": HOST });
  const host = async (edits: readonly object[], env: Readonly<Record<string, string>> = {}) => {
    const PATH = `${path}${delimiter}${process.env.PATH}`;
    const words = [rig.path("../host.mjs"), rig.path(".opencode/plugins/factory.js"), JSON.stringify(edits)];
    const where = { cwd: rig.root, home: rig.path("../home"), env: { PATH, ...env } };
    const run = await start(process.execPath, words, where).done;
    expect(run.stderr).toBe("");
    return JSON.parse(run.stdout);
  };
  rig.edit("specs/notes/feature.md", "has a text", "has one text");
  const patch = "*** Begin Patch\n*** Update File: specs/notes/feature.md\n@@\n-a\n+b\n*** End Patch";
  const edits = [
    { filePath: rig.path("README.md") },
    { filePath: rig.path("specs/notes/feature.md") },
    { patchText: patch },
  ];
  const { said, toasts } = await host(edits);
  const told = "1 stale, free:\nnotes:T01: requirement-changed R1\n`factory build` builds it.";
  expect(said[0]).toBe("Wrote file.");
  expect(said[1]).toMatch(/^Wrote file\.\n\n\[factory\] 1 stale/);
  expect(said[1]).toContain(`${told}\nTell the person what it costs, and ask whether to build.`);
  expect(said[2]).toBe(said[1]);
  expect(toasts).toEqual([{ title: "factory", message: told, variant: "info" }]);
  expect(await host(edits, { FACTORY_TASK: "notes:T01" })).toEqual({ said: [], toasts: [] });

  rig.edit("specs/notes/feature.md", "R1: ", "R2: ");
  const [broken] = (await host([edits[1] as object])).said;
  expect(broken).toContain("the specs have errors:\nspecs/notes/BACKLOG.yaml:");
  expect(broken).not.toContain("ask whether to build");
  expect((await host([edits[1] as object], { PATH: "/nowhere" })).said[0]).toContain(
    "factory could not look: ",
  );
});

// Its start takes most of a minute on a slow machine.
const opencode = process.env.FACTORY_TEST_CLIS === undefined ? null : await folderOf("opencode");
const model = await Model.start();
afterAll(() => model.server.stop());

test.skipIf(opencode === null)(
  "opencode itself shows its model what an edit of a spec comes to",
  { timeout: 400_000 },
  async () => {
    const { rig, path } = await openedInOpencode();
    await using _ = rig;
    const options = { baseURL: `${model.server.url}/v1`, apiKey: "sk-mock" };
    const mock = { npm: "@ai-sdk/openai-compatible", options, models: { plain: { tool_call: true } } };
    const settings = {
      ...JSON.parse(rig.read("opencode.json")),
      provider: { mock },
      permission: { edit: "allow" },
    };
    rig.write({ "opencode.json": JSON.stringify(settings) });
    const content = rig.read("specs/notes/feature.md").replace("has a text", "has one text");
    model.calls("REWORD-IT", "write", { filePath: rig.path("specs/notes/feature.md"), content });
    const home = rig.path("../home");
    const PATH = [opencode, path, environment({ cwd: rig.root, home }).PATH].join(delimiter);
    const env = { PATH, OPENCODE_DISABLE_MODELS_FETCH: "1", OPENCODE_DISABLE_AUTOUPDATE: "1" };
    const words = ["run", "--format", "json", "-m", "mock/plain", "REWORD-IT"];
    const run = await start(`${opencode}/opencode`, words, { cwd: rig.root, home, env }).done;
    expect([run.code, rig.read("specs/notes/feature.md")]).toEqual([0, content]);
    const [asked, answered] = model.asked("REWORD-IT").filter((body) => body.includes('"tools"'));
    expect(answered).toContain("[factory] 1 stale, free:\\nnotes:T01: requirement-changed R1");
    // The server was started, the skill found, and the guide read.
    expect(asked).toContain("factory_try_requirement");
    expect(asked).toContain("Code that the factory writes");
    expect(asked).toContain("Use this to write or reword a requirement");
  },
);
