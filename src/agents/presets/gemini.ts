// How is `gemini` called without a person, and what do its events say?
//
// HOME is the user's own, where login and settings are. That a key is the way to log in is said among the defaults, so
// that it counts only for a user who has chosen no other.

import { join } from "node:path";
import * as z from "zod";
import type { CommandCall, CommandCallOrder, Preset, ProgramOutput, TurnEvent } from "./preset.ts";
import { COUNT, plus, underRole, withHead } from "./preset.ts";

export const gemini: Preset = {
  program: "gemini",
  seller: "google",
  variables: () => [
    "GEMINI_API_KEY",
    "GOOGLE_API_KEY",
    "GOOGLE_GEMINI_BASE_URL",
    "GOOGLE_CLOUD_PROJECT",
    "GOOGLE_CLOUD_LOCATION",
    "GOOGLE_APPLICATION_CREDENTIALS",
    "GOOGLE_GENAI_USE_VERTEXAI",
  ],
  roleFile: (role) => `.gemini/agents/${role}.md`,
  roleText: ({ description, drafts, name, text }) => {
    const tools = ["read_file", "list_directory", "glob", "grep_search"];
    if (drafts) tools.push("write_file", "replace", "run_shell_command");
    const head = [`name: ${name}`, `description: ${JSON.stringify(description)}`, "tools:"];
    return withHead([...head, ...tools.map((tool) => `  - ${tool}`)], text);
  },
  ownRoles: false,
  own: ({ GOOGLE_APPLICATION_CREDENTIALS, HOME = "" }) => {
    const folder = join(HOME, ".gemini");
    const key = GOOGLE_APPLICATION_CREDENTIALS === undefined ? [] : [GOOGLE_APPLICATION_CREDENTIALS];
    return { reads: [folder, ...key], logins: [join(folder, "oauth_creds.json")] };
  },
  call,
  read,
  turnEvents,
  countsTurns: false,
  unknownRole: null,
};

function call(order: CommandCallOrder): CommandCall {
  const { env, model, purpose, scratch } = order;
  const defaults = join(scratch, "defaults.json");
  const keyed = env.GEMINI_API_KEY !== undefined;
  return {
    args: [
      ...["--output-format", "stream-json", "--skip-trust"],
      // In its default mode the tools that change anything are absent, since nobody could approve of them.
      ...["--approval-mode", purpose === "draft" ? "yolo" : "default"],
      ...(model === null ? [] : ["-m", model]),
    ],
    env: {
      // It would start itself a second time, and the second one holds the pipes of the first.
      GEMINI_CLI_NO_RELAUNCH: "true",
      GEMINI_CLI_TRUST_WORKSPACE: "true",
      GEMINI_CLI_SYSTEM_DEFAULTS_PATH: defaults,
    },
    input: underRole(order),
    scratchFiles: [
      {
        kind: "file",
        to: defaults,
        text: JSON.stringify({
          ...(keyed ? { security: { auth: { selectedType: "gemini-api-key" } } } : {}),
          general: { enableAutoUpdate: false },
          privacy: { usageStatisticsEnabled: false },
        }),
      },
    ],
  };
}

const EVENT = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("message"),
    role: z.literal("assistant"),
    content: z.string(),
  }),
  z.object({ type: z.literal("tool_use") }),
  z.object({
    type: z.literal("result"),
    status: z.string(),
    error: z.object({ message: z.string() }).optional(),
    stats: z.object({
      total_tokens: COUNT,
      input_tokens: COUNT,
      output_tokens: COUNT,
      cached: COUNT,
      models: z.record(z.string(), z.unknown()).catch({}),
    }),
  }),
]);

function read(output: ProgramOutput, line: unknown): ProgramOutput {
  const parsed = EVENT.safeParse(line);
  if (!parsed.success) return output;
  const event = parsed.data;
  switch (event.type) {
    case "message":
      return { ...output, text: output.text + event.content };
    // What was said before a tool was used is not the answer.
    case "tool_use":
      return { ...output, text: "" };
    case "result": {
      const { cached, input_tokens, models, output_tokens, total_tokens } = event.stats;
      // Thoughts are paid for as output, and counted in the total alone.
      const out = Math.max(output_tokens, total_tokens - input_tokens);
      const failed = event.status !== "success";
      return {
        ...output,
        calls: output.calls + (total_tokens > 0 ? 1 : 0),
        tokens: plus(output.tokens, { in: input_tokens, out, cached }),
        models: Object.keys(models),
        error: failed ? errorOf(event.error?.message ?? event.status) : null,
        done: !failed,
      };
    }
  }
}

function errorOf(message: string): ProgramOutput["error"] {
  const status = /"code":\s*(\d{3})\b/.exec(message)?.[1];
  return { status: status === undefined ? null : Number(status), message };
}

const STEP = z.discriminatedUnion("type", [
  z.object({ type: z.literal("message"), role: z.literal("assistant") }),
  z.object({
    type: z.literal("tool_use"),
    tool_name: z.string(),
    tool_id: z.string(),
    parameters: z.json().catch(null),
  }),
  z.object({
    type: z.literal("tool_result"),
    tool_id: z.string(),
    status: z.string(),
    output: z.json().optional(),
    error: z.json().optional(),
  }),
]);

function turnEvents(line: unknown): readonly TurnEvent[] {
  const parsed = STEP.safeParse(line);
  if (!parsed.success) return [];
  const event = parsed.data;
  const spoke: TurnEvent = { kind: "spoke", message: null, helper: null };
  switch (event.type) {
    case "message":
      return [spoke];
    case "tool_use": {
      const { parameters: input, tool_id: id, tool_name: tool } = event;
      return [spoke, { kind: "called", id, tool, input, helper: null }];
    }
    case "tool_result": {
      const { error, output = "", status, tool_id: id } = event;
      return [{ kind: "answered", id, answer: error ?? output, refused: status !== "success" }];
    }
  }
}
