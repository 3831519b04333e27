// Does what docs/coding-programs.md tells people to write start a server? The commands of its blocks are run, and its tools are counted.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { CODING_PROGRAMS } from "../../src/pipeline/programs/coding-programs.ts";
import { FactoryRig } from "../rig/factory-rig.ts";
import { McpClient } from "../rig/mcp-client.ts";

const PAGE = readFileSync(fileURLToPath(new URL("../../docs/coding-programs.md", import.meta.url)), "utf8");

function blocks(language: string): readonly string[] {
  return [...PAGE.matchAll(new RegExp(`^\`\`\`${language}\n((?:.*\n)*?)\`\`\`$`, "gm"))].map(
    ([, text]) => text as string,
  );
}

/** The words with which each program starts the server. */
function registered(): readonly (readonly string[])[] {
  const [mcpServers, opencode] = blocks("json").map((text) => JSON.parse(text));
  const { command, args } = mcpServers.mcpServers.factory;
  const [toml = ""] = blocks("toml");
  const words = (key: string) => JSON.parse(new RegExp(`^${key} = (.+)$`, "m").exec(toml)?.[1] ?? "null");
  const onLines = [...PAGE.matchAll(/`(?:claude|codex) mcp add factory.*? -- (.+?)`/g)].map(
    ([, line]) => line as string,
  );
  return [
    [command, ...args],
    opencode.mcp.factory.command,
    [words("command"), ...words("args")],
    ...onLines.map((line) => line.split(" ")),
  ];
}

test("each way to register the server starts it, and the table of tools is that of the server", async () => {
  await using rig = await FactoryRig.create();
  const ways = registered();
  expect(ways).toHaveLength(5);
  expect(new Set(ways.map((words) => words.join(" ")))).toEqual(new Set(["factory mcp --write"]));
  const [, , ...args] = ways[0] as readonly string[];
  await using mcp = await McpClient.over(rig, args);
  const tools = PAGE.slice(PAGE.indexOf("## Tools"));
  const told = [...tools.matchAll(/^\| ((?:`[a-z_]+`(?:, )?)+) +\|/gm)].flatMap(([, cell = ""]) =>
    [...cell.matchAll(/[a-z_]+/g)].map(([name]) => name),
  );
  expect(told.sort()).toEqual([...(await mcp.toolNames())].sort());
});

test("the table of what init writes names each program with its files", () => {
  const rows = [...PAGE.matchAll(/^\| `([a-z]+)` +\| `([^`]+)` +\| ([^|]+?) +\| `([^`]+)`/gm)];
  const told = rows.map(([, program, guide, skill, server]) => {
    return [
      program,
      guide,
      skill === "the same" ? ".agents/skills/factory/SKILL.md" : skill?.replaceAll("`", ""),
      server,
    ];
  });
  const declared = Object.entries(CODING_PROGRAMS).map(([program, files]) => [
    program,
    ...files.slice(0, 3).map(({ paths: [path] }) => path),
  ]);
  expect(told).toEqual(declared);
});
