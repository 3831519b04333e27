// How is `claude -p` called, and what do its events say?
//
// HOME is the user's own, where their login is. With a key in the environment it runs bare: no hooks, plugins, memory or
// CLAUDE.md of the machine gets beside the window. Bare runs ignore logins, so without a key it runs as the user has set
// it up.

import { join } from "node:path";
import * as z from "zod";
import type { CommandCall, CommandCallOrder, Preset, ProgramOutput, TurnEvent } from "./preset.ts";
import { addedByRole, COUNT, plus, withHead } from "./preset.ts";

export const claude: Preset = {
  program: "claude",
  seller: null,
  variables: () => [
    "ANTHROPIC_API_KEY",
    "ANTHROPIC_AUTH_TOKEN",
    "ANTHROPIC_BASE_URL",
    "CLAUDE_CODE_OAUTH_TOKEN",
    "CLAUDE_CONFIG_DIR",
  ],
  roleFile: (role) => `.claude/agents/${role}.md`,
  roleText: ({ description, drafts, name, text }) => {
    const tools = drafts ? "Read, Glob, Grep, Edit, Write, Bash" : "Read, Glob, Grep";
    const head = [`name: ${name}`, `description: ${JSON.stringify(description)}`, `tools: ${tools}`];
    return withHead(head, text);
  },
  ownRoles: true,
  own: ({ CLAUDE_CONFIG_DIR, HOME = "" }) => {
    const folder = CLAUDE_CONFIG_DIR ?? join(HOME, ".claude");
    const state = join(CLAUDE_CONFIG_DIR ?? HOME, ".claude.json");
    return { reads: [folder, state], logins: [join(folder, ".credentials.json")] };
  },
  call,
  read,
  turnEvents,
  countsTurns: true,
  unknownRole: /--agent .* not found/,
};

function call(order: CommandCallOrder): CommandCall {
  const { env, maxTurns, model, purpose, window } = order;
  return {
    args: [
      ...["-p", "--output-format", "stream-json", "--verbose"],
      ...["--no-session-persistence", "--strict-mcp-config"],
      ...(env.ANTHROPIC_API_KEY === undefined ? [] : ["--bare"]),
      ...(model === null ? [] : ["--model", model]),
      ...(maxTurns === null ? [] : ["--max-turns", String(maxTurns)]),
      ...(purpose === "draft"
        ? ["--permission-mode", "acceptEdits", "--allowedTools", "Bash,Edit,Write,NotebookEdit"]
        : ["--tools", "Read,Glob,Grep"]),
      ...roleArguments(order),
    ],
    env: { CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1", DISABLE_AUTOUPDATER: "1" },
    input: window,
    scratchFiles: [],
  };
}

/** A role of the workspace is handed over as text, since claude looks for role files only where it is started. */
function roleArguments({ role, window }: CommandCallOrder): readonly string[] {
  if (role === null) return [];
  if (role.text === null) return ["--agent", role.name];
  const text = addedByRole(role, window);
  return text === null ? [] : ["--append-system-prompt", text];
}

const USAGE = z.object({
  input_tokens: COUNT,
  output_tokens: COUNT,
  cache_read_input_tokens: COUNT,
  cache_creation_input_tokens: COUNT,
});
const EVENT = z.discriminatedUnion("type", [
  z.object({ type: z.literal("system"), subtype: z.literal("init"), model: z.string() }),
  z.object({
    type: z.literal("assistant"),
    message: z.object({
      id: z.string().nullable().catch(null),
      content: z.array(z.object({ type: z.string(), text: z.string().optional() })),
      usage: USAGE,
    }),
  }),
  z.object({
    type: z.literal("result"),
    subtype: z.string(),
    is_error: z.boolean(),
    api_error_status: z.number().nullish(),
    num_turns: COUNT,
    result: z.string().optional(),
    errors: z.array(z.string()).optional(),
    total_cost_usd: z.number().nonnegative(),
    usage: USAGE,
    permission_denials: z.array(z.object({ tool_name: z.string() })).catch([]),
  }),
]);

function read(output: ProgramOutput, line: unknown): ProgramOutput {
  const parsed = EVENT.safeParse(line);
  if (!parsed.success) return output;
  const event = parsed.data;
  switch (event.type) {
    case "system":
      return { ...output, models: [event.model] };
    // The sums come with the result; these count where there is none, because the run was cut short. A message that comes
    // in pieces tells of the same tokens with each.
    case "assistant": {
      const { content, id, usage } = event.message;
      const words = content.flatMap(({ type, text }) => (type === "text" && text ? [text] : []));
      const text = words.length === 0 ? output.text : words.join("\n");
      if (id !== null && id === output.message) return { ...output, text };
      return {
        ...output,
        calls: output.calls + 1,
        tokens: plus(output.tokens, tokensOf(usage)),
        text,
        message: id,
      };
    }
    case "result": {
      const message = [event.result ?? event.subtype, ...(event.errors ?? [])].join("\n");
      return {
        ...output,
        calls: event.num_turns,
        tokens: tokensOf(event.usage),
        usd: event.total_cost_usd,
        text: event.result ?? output.text,
        // `subtype` says success even of a call that the provider refused.
        error: event.is_error ? { status: event.api_error_status ?? null, message } : null,
        refused: event.permission_denials.map(({ tool_name }) => `${tool_name}: permission denied`),
        done: !event.is_error,
        outOfTurns: event.subtype === "error_max_turns",
      };
    }
  }
}

function tokensOf(usage: z.infer<typeof USAGE>): ProgramOutput["tokens"] {
  const cached = usage.cache_read_input_tokens;
  return {
    in: usage.input_tokens + cached + usage.cache_creation_input_tokens,
    out: usage.output_tokens,
    cached,
  };
}

const BLOCK = z.union([
  z.object({ type: z.literal("tool_use"), id: z.string(), name: z.string(), input: z.json() }),
  z.object({
    type: z.literal("tool_result"),
    tool_use_id: z.string(),
    content: z.json().optional(),
    is_error: z.boolean().optional(),
  }),
  z.object({ type: z.string() }),
]);
const STEP = z.object({
  type: z.enum(["assistant", "user"]),
  message: z.object({ id: z.string().nullable().catch(null), content: z.array(BLOCK) }),
  parent_tool_use_id: z.string().nullable().catch(null),
});

function turnEvents(line: unknown): readonly TurnEvent[] {
  const parsed = STEP.safeParse(line);
  if (!parsed.success) return [];
  const { message, parent_tool_use_id: helper, type } = parsed.data;
  const spoke: TurnEvent = { kind: "spoke", message: message.id, helper };
  return [
    ...(type === "assistant" ? [spoke] : []),
    ...message.content.flatMap((block) => turnEventOf(block, helper)),
  ];
}

function turnEventOf(block: z.infer<typeof BLOCK>, helper: string | null): readonly TurnEvent[] {
  if ("tool_use_id" in block) {
    const { content: answer = "", is_error: refused = false, tool_use_id: id } = block;
    return [{ kind: "answered", id, answer, refused }];
  }
  return "name" in block
    ? [{ kind: "called", id: block.id, tool: block.name, input: block.input, helper }]
    : [];
}
