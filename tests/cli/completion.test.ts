// Does a shell complete what we know: commands, flags and their values, and the names of this workspace? The shells are real,
// and so is the key that completes.

import { spawnSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { COMMANDS } from "../../src/cli/commands.ts";
import type { FactoryRig } from "../rig/factory-rig.ts";
import { builtShop, shop } from "../rig/shop.ts";

const FACTORY = fileURLToPath(new URL("../../bin/factory.js", import.meta.url));
const DRIVER = fileURLToPath(new URL("../rig/on-terminal.py", import.meta.url));

/** The words that are offered where the last one is being typed. */
async function offered(rig: FactoryRig, ...words: readonly string[]): Promise<readonly string[]> {
  const run = await rig.factory("__complete", ...words);
  expect(run).toMatchObject({ code: 0, stderr: "" });
  return run.stdout.split("\n").flatMap((line) => line.split("\t")[0] || []);
}

test("commands, those of a group, flags and their values come from the declarations of the help", async () => {
  await using rig = await shop();
  expect(await offered(rig, "")).toEqual(COMMANDS.map(({ name }) => name));
  expect(await offered(rig, "va")).toEqual(["validate"]);
  expect(await offered(rig, "template", "")).toEqual(["list", "check", "update", "add", "extract"]);
  expect(await offered(rig, "--json", "-C", ".", "graph", "--f")).toEqual(["--format"]);
  expect(await offered(rig, "graph", "--format", "")).toEqual(["text", "mermaid", "dot"]);
  expect(await offered(rig, "graph", "--format=m")).toEqual(["--format=mermaid"]);
  expect(await offered(rig, "completion", "")).toEqual(["bash", "zsh", "fish"]);
  expect(await offered(rig, "import", "--from", "k")).toEqual(["kiro"]);
  expect(await offered(rig, "build", "--junit", "")).toEqual([":files"]);
  expect(await offered(rig, "-C", "")).toEqual([":folders"]);
  expect(await offered(rig, "doctor", "")).toEqual([]);
  expect(await offered(rig, "build", "--budget", "")).toEqual([]);
});

test("names are those of the workspace: features and templates as they lie there, tasks and projects of the last build", async () => {
  await using rig = await builtShop();
  expect(await offered(rig, "build", "")).toEqual(["money", "orders", "products", "app/", "client/"]);
  expect(await offered(rig, "build", "pro")).toEqual([
    "products",
    "products:T01",
    "products:T02",
    "products:T03",
  ]);
  expect(await offered(rig, "explain", "orders:T01", "money:T02")).toEqual(["money:T02"]);
  expect(await offered(rig, "plan", "")).toEqual(["money", "orders", "products"]);
  expect(await offered(rig, "plan", "money", "")).toEqual([]);
  expect(await offered(rig, "new", "--project", "c")).toEqual(["client"]);
  const templates = await offered(rig, "new", "");
  expect(templates).toContain("data-model");
  rig.write({ "templates/features/my-own/template.yaml": "broken: [" });
  expect(await offered(rig, "new", "my")).toEqual(["my-own"]);
  mkdirSync(rig.path("elsewhere"));
  const away = rig.launch("elsewhere", [process.execPath, FACTORY, "__complete", "build", "ord"]);
  expect((await away.done).stdout).toContain("orders\tfeature");
});

test("a workspace that is broken, or none, has no words for it: what is known is offered", async () => {
  await using rig = await shop();
  rig.write({ "projects.yaml": "version: [\n", ".factory/index": "no index" });
  rig.write({ "specs/products/BACKLOG.yaml": "\u0000" });
  expect(await offered(rig, "build", "pr")).toEqual(["products"]);
  expect(await offered(rig, "build", "products:")).toEqual([]);
  rig.remove("projects.yaml", "specs", ".factory");
  expect(await offered(rig, "build", "")).toEqual([]);
  expect(await offered(rig, "check", "--st")).toEqual(["--strict"]);
  expect(await offered(rig, "-C", "/nowhere/at/all", "build", "")).toEqual([]);
});

test("only a shell that there is a script for is taken", async () => {
  await using rig = await shop();
  const run = await rig.factory("completion", "tcsh");
  expect(run.code).toBe(2);
  expect(run.stderr).toMatch(/bash, zsh, fish/);
  const help = await rig.factory("completion", "--help");
  expect(help.stdout.replace(/\s+/g, " ")).toContain("source <(factory completion bash)");
});

interface Shell {
  readonly name: "bash" | "zsh" | "fish";
  readonly command: readonly string[];
  /** Makes the shell ready, with our script. */
  readonly start: string;
}

const SHELLS: readonly Shell[] = [
  {
    name: "bash",
    command: ["bash", "--norc", "--noprofile", "-i"],
    start: "source <(factory completion bash)",
  },
  {
    name: "zsh",
    command: ["zsh", "-f", "-i"],
    start: "autoload -Uz compinit; compinit -u -D; source <(factory completion zsh)",
  },
  {
    name: "fish",
    command: ["fish", "--no-config", "-i"],
    start: "factory completion fish | source",
  },
];

function isThere(program: string): boolean {
  return spawnSync(program, ["-c", "true"]).status === 0;
}

const hasTerminals = spawnSync("python3", ["-c", "import pty"]).status === 0;

describe.each(SHELLS)("$name", ({ name, command, start }) => {
  test.skipIf(!hasTerminals || !isThere(name))(
    `completes a command, a target with a colon and a flag's value (skipped where ${name} is not installed)`,
    async () => {
      await using rig = await builtShop();
      mkdirSync(rig.path("bin"));
      symlinkSync(FACTORY, rig.path("bin/factory"));
      // What the shell made of the keys is run, and only the whole words print these texts.
      const steps = [
        [`${start}; echo is-rea""dy\r`, "is-ready"],
        ["factory vali\t--js\t\r", '"ok"'],
        ["factory status products:T03 --js\t\r", '"products:T03"'],
        ["factory explain money:T0\t3 --js\t\r", '"money:T03"'],
        ["factory graph orders --format me\t\r", "flowchart"],
      ];
      const shell = rig.launch(".", ["python3", DRIVER, JSON.stringify(command), "", JSON.stringify(steps)], {
        PATH: `${rig.path("bin")}:${process.env.PATH}`,
        TERM: "xterm",
      });
      const { stdout } = await shell.done;
      const seen = JSON.parse(stdout) as string[];
      for (const [at, [, wanted]] of steps.entries()) expect(seen[at]).toContain(wanted);
    },
  );
});
