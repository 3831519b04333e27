// How is `codex exec` called, and what do its events say?
//
// HOME and CODEX_HOME are the user's own, where login and providers are. The sandbox is codex's own too: the worktree
// for a draft, nothing for a reply.

import { join } from "node:path";
import * as z from "zod";
import type { Json } from "../../model/digest.ts";
import type { CommandCall, CommandCallOrder, Preset, ProgramOutput, RoleSheet, TurnEvent } from "./preset.ts";
import { addedByRole, COUNT, plus } from "./preset.ts";

export const codex: Preset = {
  program: "codex",
  seller: "openai",
  variables: () => ["OPENAI_API_KEY", "CODEX_API_KEY", "CODEX_HOME"],
  roleFile: (role) => `.codex/agents/${role}.toml`,
  roleText,
  ownRoles: false,
  own: ({ CODEX_HOME, HOME = "" }) => {
    const folder = CODEX_HOME ?? join(HOME, ".codex");
    return { reads: [folder], logins: [join(folder, "auth.json")] };
  },
  call,
  read,
  turnEvents,
  countsTurns: false,
  unknownRole: null,
};

/** As codex reads its own agents, so that a person finds them there. A JSON text is a TOML text as well. */
function roleText({ name, description, text }: RoleSheet): string {
  const lines = text.replaceAll("\\", "\\\\").replaceAll('"""', '""\\"');
  return (
    `name = ${JSON.stringify(name)}\ndescription = ${JSON.stringify(description)}\n` +
    `developer_instructions = """\n${lines}\n"""\n`
  );
}

const INSTRUCTIONS =
  /^developer_instructions[ \t]*=[ \t]*(?:"""\r?\n?([\s\S]*?[^\\](?:\\\\)*|)"""|'''\r?\n?([\s\S]*?)'''|"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)')/m;

/** What such a file says to whoever has the role; a file that is none of codex's says all that it holds. */
function instructionsIn(file: string): string {
  const found = INSTRUCTIONS.exec(file);
  if (found === null) return file;
  const [, lines, literalLines, text, literal] = found;
  const escaped = lines ?? text;
  return escaped === undefined ? (literalLines ?? literal ?? "") : unescaped(escaped);
}

function unescaped(text: string): string {
  const joined = text.replace(/\\[ \t]*\r?\n\s*/g, "");
  return joined.replace(/\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))/g, (_all, short, long, sign) => {
    const code = short ?? long;
    const point = code === undefined ? null : Number.parseInt(code, 16);
    if (point !== null) return point > 0x10ffff ? "\ufffd" : String.fromCodePoint(point);
    return SIGNS[sign as string] ?? sign;
  });
}

const SIGNS: Readonly<Record<string, string>> = { b: "\b", t: "\t", n: "\n", f: "\f", r: "\r" };

function call({ dir, model, purpose, role, window }: CommandCallOrder): CommandCall {
  const told = role === null || role.text === null ? role : { ...role, text: instructionsIn(role.text) };
  const text = addedByRole(told, window);
  return {
    args: [
      ...["exec", "--json", "--ephemeral", "--skip-git-repo-check", "-C", dir],
      ...["-s", purpose === "draft" ? "workspace-write" : "read-only"],
      // Without this, it waits five seconds for an address that a closed network does not have.
      ...["-c", "analytics.enabled=false"],
      ...(model === null ? [] : ["-m", model]),
      // A JSON text is a TOML text as well.
      ...(text === null ? [] : ["-c", `developer_instructions=${JSON.stringify(text)}`]),
      "-",
    ],
    env: {},
    input: window,
    scratchFiles: [],
  };
}

const EVENT = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("item.completed"),
    item: z.object({ type: z.literal("agent_message"), text: z.string() }),
  }),
  z.object({
    type: z.literal("turn.completed"),
    usage: z.object({ input_tokens: COUNT, cached_input_tokens: COUNT, output_tokens: COUNT }),
  }),
  z.object({ type: z.literal("turn.failed"), error: z.object({ message: z.string() }) }),
]);

function read(output: ProgramOutput, line: unknown): ProgramOutput {
  const parsed = EVENT.safeParse(line);
  if (!parsed.success) return output;
  const event = parsed.data;
  switch (event.type) {
    case "item.completed":
      return { ...output, text: event.item.text };
    case "turn.completed": {
      const { cached_input_tokens: cached, input_tokens, output_tokens: out } = event.usage;
      const tokens = plus(output.tokens, { in: input_tokens, out, cached });
      return { ...output, calls: output.calls + 1, tokens, done: true };
    }
    case "turn.failed": {
      const { message } = event.error;
      const status = /\bunexpected status (\d{3})\b/.exec(message)?.[1];
      return { ...output, error: { status: status === undefined ? null : Number(status), message } };
    }
  }
}

const ITEM = z.object({
  type: z.literal("item.completed"),
  item: z.discriminatedUnion("type", [
    z.object({
      type: z.literal("command_execution"),
      id: z.string(),
      command: z.string(),
      aggregated_output: z.string().catch(""),
      exit_code: z.number().nullable().catch(null),
    }),
    z.object({
      type: z.literal("mcp_tool_call"),
      id: z.string(),
      server: z.string(),
      tool: z.string(),
      arguments: z.json().catch(null),
      result: z.json().catch(null),
      error: z.json().catch(null),
    }),
    z.object({ type: z.literal("web_search"), id: z.string(), query: z.string() }),
    z.object({ type: z.literal("file_change"), id: z.string(), changes: z.json() }),
  ]),
});

/** It does not tell where a message of its model begins: every use of a tool counts as a turn. */
function turnEvents(line: unknown): readonly TurnEvent[] {
  const parsed = ITEM.safeParse(line);
  if (!parsed.success) return [];
  const { item } = parsed.data;
  const used = (tool: string, input: Json, answer: Json, refused = false): readonly TurnEvent[] => [
    { kind: "spoke", message: item.id, helper: null },
    { kind: "called", id: item.id, tool, input, helper: null },
    { kind: "answered", id: item.id, answer, refused },
  ];
  switch (item.type) {
    case "command_execution":
      return used("shell", item.command, [item.exit_code, item.aggregated_output]);
    case "mcp_tool_call":
      return used(
        `${item.server}.${item.tool}`,
        item.arguments,
        [item.result, item.error],
        item.error !== null,
      );
    case "web_search":
      return used("web_search", item.query, "");
    // It says which files, and not what is in them now.
    case "file_change":
      return used("file_change", item.changes, null);
  }
}
