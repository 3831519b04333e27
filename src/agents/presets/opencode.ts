// How is `opencode run` called, and what do its events say?
//
// A user's logins and settings stay in force: HOME, XDG_CONFIG_HOME and the download cache are their own, and so are
// OPENCODE_CONFIG and OPENCODE_CONFIG_CONTENT. Only the folder with opencode's database belongs to the run, for two that
// start at once would race to migrate it; the login in it is a link, so that a refreshed token is not lost. The
// workspace's opencode.json and `.opencode/` count as if it were run there: they are copied, because opencode writes into
// folders that it takes settings from.

import { join, resolve } from "node:path";
import * as z from "zod";
import type { Call, Laid, Order, Preset, Told } from "./preset.ts";
import { plus } from "./preset.ts";

const KEYS: Readonly<Record<string, readonly string[]>> = {
  anthropic: ["ANTHROPIC_API_KEY"],
  openai: ["OPENAI_API_KEY"],
  google: ["GEMINI_API_KEY", "GOOGLE_API_KEY", "GOOGLE_GENERATIVE_AI_API_KEY"],
  openrouter: ["OPENROUTER_API_KEY"],
  opencode: ["OPENCODE_API_KEY"],
};
const SETTINGS = [
  "OPENCODE_CONFIG",
  "OPENCODE_CONFIG_CONTENT",
  "OPENCODE_CONFIG_DIR",
  "OPENCODE_PERMISSION",
  "OPENCODE_MODELS_URL",
  "OPENCODE_MODELS_PATH",
  "OPENCODE_DISABLE_MODELS_FETCH",
  "OPENCODE_DISABLE_LSP_DOWNLOAD",
];

export const opencode: Preset = {
  program: "opencode",
  variables: (model) => [...SETTINGS, ...(model === null ? Object.values(KEYS).flat() : keysOf(model))],
  roleFiles: (role) => [`.opencode/agent/${role}.md`, `.opencode/agents/${role}.md`],
  ownRoles: true,
  call,
  read,
  unknownRole: /agent ".*" (?:not found|is a subagent)/,
};

function keysOf(model: string): readonly string[] {
  const provider = model.slice(0, model.indexOf("/"));
  return Object.hasOwn(KEYS, provider) ? (KEYS[provider] ?? []) : [];
}

function call(order: Order): Call {
  const { dir, env, model, role, root, scratch, title, window } = order;
  const config = join(scratch, "config");
  const data = join(scratch, "data");
  const usersData = env.XDG_DATA_HOME ?? join(env.HOME ?? "", ".local", "share");
  return {
    args: [
      ...["run", "--dir", dir, "--format", "json", "--title", title],
      // Its events say no more of some errors than that they are in the log.
      ...["--print-logs", "--log-level", "ERROR"],
      ...(role === null ? [] : ["--agent", role.name]),
      ...(model === null ? [] : ["-m", model]),
    ],
    env: {
      XDG_DATA_HOME: data,
      XDG_STATE_HOME: join(scratch, "state"),
      OPENCODE_CONFIG_DIR: config,
      OPENCODE_CONFIG: resolve(root, env.OPENCODE_CONFIG ?? "opencode.json"),
      OPENCODE_CONFIG_CONTENT: overlaid(env.OPENCODE_CONFIG_CONTENT, additions(order)),
      OPENCODE_DISABLE_AUTOUPDATE: "1",
    },
    input: window,
    lay: [
      { kind: "folder", to: config },
      ...settings(order).map((from): Laid => ({ kind: "copy", from, to: config })),
      // What is in force through OPENCODE_CONFIG need not be said twice; from there, its relative paths lead somewhere.
      ...["opencode.jsonc", ...(env.OPENCODE_CONFIG === undefined ? [] : ["opencode.json"])].map(
        (name): Laid => ({ kind: "copy", from: join(root, name), to: join(config, name) }),
      ),
      { kind: "folder", to: join(data, "opencode") },
      ...["auth.json", "mcp-auth.json"].map(
        (name): Laid => ({
          kind: "link",
          from: join(usersData, "opencode", name),
          to: join(data, "opencode", name),
        }),
      ),
    ],
  };
}

function settings({ env, root }: Order): readonly string[] {
  const users = env.OPENCODE_CONFIG_DIR === undefined ? [] : [resolve(root, env.OPENCODE_CONFIG_DIR)];
  return [...users, join(root, ".opencode")];
}

/**
 * What a run without a person needs. Rules in the form of patterns, so that a user's own exceptions stay. A question for
 * permission would end the run, since nobody answers; a refusal is told to the model, which can go on.
 */
function additions({ purpose, role }: Order): Settings {
  const rule = purpose === "draft" ? { "*": "allow" } : "deny";
  return {
    autoupdate: false,
    share: "disabled",
    snapshot: false,
    permission: { edit: rule, bash: rule, external_directory: "deny", doom_loop: "deny" },
    // An unknown --agent only makes it fall back to the default, with a warning: then let that be unknown too.
    ...(role === null ? {} : { default_agent: role.name }),
  };
}

type Settings = { readonly [name: string]: unknown };

/** Text that is not JSON is left as it is: opencode says best what is wrong with it. */
function overlaid(users: string | undefined, ours: Settings): string {
  if (users === undefined || users.trim() === "") return JSON.stringify(ours);
  try {
    const value: unknown = JSON.parse(withoutComments(users));
    return isSettings(value) ? JSON.stringify(merged(value, ours)) : users;
  } catch {
    return users;
  }
}

function withoutComments(text: string): string {
  const strings = '"(?:\\\\.|[^"\\\\])*"';
  const keep = (_match: string, string?: string) => string ?? "";
  return text
    .replace(new RegExp(`(${strings})|//[^\\n]*|/\\*[\\s\\S]*?\\*/`, "g"), keep)
    .replace(new RegExp(`(${strings})|,(?=\\s*[}\\]])`, "g"), keep);
}

function merged(users: Settings, ours: Settings): Settings {
  const entries = Object.entries(ours).map(([name, value]) => {
    const own = users[name];
    return [name, isSettings(own) && isSettings(value) ? merged(own, value) : value] as const;
  });
  return { ...users, ...Object.fromEntries(entries) };
}

function isSettings(value: unknown): value is Settings {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const COUNT = z.number().nonnegative().catch(0);
const EVENT = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("step_finish"),
    part: z.object({
      reason: z.string(),
      cost: COUNT,
      tokens: z.object({
        input: COUNT,
        output: COUNT,
        reasoning: COUNT,
        cache: z.object({ read: COUNT, write: COUNT }),
      }),
    }),
  }),
  z.object({ type: z.literal("text"), part: z.object({ text: z.string() }) }),
  z.object({ type: z.literal("step_start") }),
  z.object({
    type: z.literal("tool_use"),
    part: z.object({
      tool: z.string(),
      state: z.object({ status: z.string(), error: z.string().optional() }),
    }),
  }),
  z.object({
    type: z.literal("error"),
    error: z.object({
      name: z.string().catch("Error"),
      data: z.object({ message: z.string().optional(), statusCode: z.number().optional() }).catch({}),
    }),
  }),
]);

function read(told: Told, line: unknown): Told {
  const parsed = EVENT.safeParse(line);
  if (!parsed.success) return told;
  const event = parsed.data;
  switch (event.type) {
    case "step_start":
      return { ...told, text: "", done: false };
    case "text":
      return { ...told, text: told.text === "" ? event.part.text : `${told.text}\n${event.part.text}` };
    case "tool_use": {
      const { tool, state } = event.part;
      if (state.status !== "error" || !/permission|rule which prevents/.test(state.error ?? "")) return told;
      return { ...told, refused: [...told.refused, `${tool}: ${state.error}`] };
    }
    case "step_finish": {
      const { cost, reason, tokens } = event.part;
      const { read: cached, write } = tokens.cache;
      const spent = {
        in: tokens.input + cached + write,
        out: tokens.output + tokens.reasoning,
        cached,
      };
      // A model whose price it does not know costs nothing in its eyes.
      const usd = cost > 0 || told.usd !== null ? (told.usd ?? 0) + cost : null;
      const calls = told.calls + 1;
      return { ...told, calls, tokens: plus(told.tokens, spent), usd, done: reason !== "tool-calls" };
    }
    case "error": {
      const { data, name } = event.error;
      const message = data.message === undefined ? name : `${name}: ${data.message}`;
      return { ...told, error: { status: data.statusCode ?? null, message } };
    }
  }
}
