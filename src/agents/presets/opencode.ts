// How is `opencode run` called, and what do its events say?
//
// A user's logins and settings stay in force: HOME, XDG_CONFIG_HOME and the download cache are their own, and so are
// OPENCODE_CONFIG and OPENCODE_CONFIG_CONTENT. Only the folder with opencode's database belongs to the run, for two that
// start at once would race to migrate it; the login in it is a link, so that a refreshed token is not lost.
// The project's opencode.json and `.opencode/` count, and before them the workspace's. The run reads copies, because
// opencode writes to where it takes settings from: into the draft, or into what another run is reading.

import { dirname, join, resolve } from "node:path";
import * as z from "zod";
import { parseJson, plainJson } from "../../model/json-text.ts";
import type {
  CommandCall,
  CommandCallOrder,
  Preset,
  ProgramOutput,
  RoleSheet,
  ScratchFile,
  TurnEvent,
} from "./preset.ts";
import { COUNT, plus, withHead } from "./preset.ts";

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

const LOGINS = ["auth.json", "mcp-auth.json"];

export const opencode: Preset = {
  program: "opencode",
  seller: null,
  variables: (model) => [...SETTINGS, ...(model === null ? Object.values(KEYS).flat() : keysOf(model))],
  roleFile: (role) => `.opencode/agent/${role}.md`,
  roleText,
  ownRoles: true,
  own: (env) => ({
    reads: [join(env.XDG_CONFIG_HOME ?? join(env.HOME ?? "", ".config"), "opencode")],
    logins: LOGINS.map((name) => join(usersData(env), "opencode", name)),
  }),
  call,
  read,
  turnEvents,
  countsTurns: false,
  unknownRole: /agent ".*" (?:not found|is a subagent)/,
};

function usersData({ HOME = "", XDG_DATA_HOME }: CommandCallOrder["env"]): string {
  return XDG_DATA_HOME ?? join(HOME, ".local", "share");
}

function keysOf(model: string): readonly string[] {
  const provider = model.slice(0, model.indexOf("/"));
  return Object.hasOwn(KEYS, provider) ? (KEYS[provider] ?? []) : [];
}

/**
 * Hidden, because Tab would walk a person who sits at opencode through all of them; no subagents, because one role must
 * not be able to call another.
 */
function roleText({ description, drafts, text }: RoleSheet): string {
  const rule = drafts ? "allow" : "deny";
  const head = [
    `description: ${JSON.stringify(description)}`,
    "mode: primary",
    "hidden: true",
    "permission:",
  ];
  return withHead([...head, `  edit: ${rule}`, `  bash: ${rule}`], text);
}

function call(order: CommandCallOrder): CommandCall {
  const { dir, env, model, role, scratch, title, window } = order;
  const data = join(scratch, "data");
  const settings = settingsOf(order);
  return {
    args: [
      ...["run", "--dir", dir, "--format", "json", "--title", title],
      // Its events say no more of some errors than that they are in the log.
      ...["--print-logs", "--log-level", "ERROR"],
      ...(role === null ? [] : ["--agent", role.name]),
      ...(model === null ? [] : ["-m", model]),
    ],
    env: {
      ...settings.env,
      XDG_DATA_HOME: data,
      XDG_STATE_HOME: join(scratch, "state"),
      OPENCODE_CONFIG_CONTENT: overlaid(env.OPENCODE_CONFIG_CONTENT, additions(order)),
      OPENCODE_DISABLE_PROJECT_CONFIG: "1",
      OPENCODE_DISABLE_AUTOUPDATE: "1",
    },
    input: window,
    scratchFiles: [
      ...settings.scratchFiles,
      { kind: "folder", to: join(data, "opencode") },
      ...LOGINS.map((name): ScratchFile => {
        const path = join("opencode", name);
        return { kind: "link", from: join(usersData(env), path), to: join(data, path) };
      }),
    ],
  };
}

/**
 * What `factory init --with opencode` lays for people: in a task it does nothing, and for the first plugin of a folder
 * opencode installs packages from the network before it begins.
 */
const FACTORY_PLUGIN = join("plugins", "factory.js");

/** What comes later counts more: opencode reads OPENCODE_CONFIG, then the two files of its folder in this order. */
function settingsOf({
  dir,
  env,
  root,
  scratch,
}: CommandCallOrder): Pick<CommandCall, "env" | "scratchFiles"> {
  const folder = join(scratch, "config");
  const usersFile = env.OPENCODE_CONFIG === undefined ? null : resolve(root, env.OPENCODE_CONFIG);
  const usersFolder = env.OPENCODE_CONFIG_DIR === undefined ? null : resolve(root, env.OPENCODE_CONFIG_DIR);
  const users = join(scratch, "users.jsonc");
  const folders = [usersFolder, join(dir, ".opencode"), join(root, ".opencode")];
  return {
    env: { OPENCODE_CONFIG_DIR: folder, ...(usersFile === null ? {} : { OPENCODE_CONFIG: users }) },
    scratchFiles: [
      { kind: "folder", to: folder },
      ...folders.flatMap((from): ScratchFile[] =>
        from === null ? [] : [{ kind: "copy", from, to: folder, without: FACTORY_PLUGIN }],
      ),
      ...(usersFile === null ? [] : [settingsFile(usersFile, users)]),
      ...["opencode.json", "opencode.jsonc"].flatMap((name) => [
        settingsFile(join(dir, name), join(folder, "opencode.json")),
        settingsFile(join(root, name), join(folder, "opencode.jsonc")),
      ]),
    ],
  };
}

/** What it refers to stays where it is. */
function settingsFile(from: string, to: string): ScratchFile {
  const edit = (text: string) =>
    text.replace(/\{file:(?![/~])([^}]+)\}/g, (_mark, path: string) => `{file:${join(dirname(from), path)}}`);
  return { kind: "edited-copy", from, to, edit };
}

/**
 * What a run without a person needs. Rules in the form of patterns, so that a user's own exceptions stay. A question for
 * permission would end the run, since nobody answers; a refusal is told to the model, which can go on.
 */
function additions({ purpose, role }: CommandCallOrder): Settings {
  const rule = purpose === "draft" ? { "*": "allow" } : "deny";
  return {
    autoupdate: false,
    share: "disabled",
    snapshot: false,
    permission: { edit: rule, bash: rule, external_directory: "deny", doom_loop: "deny" },
    // An unknown --agent only makes it fall back to the default, with a warning: then let that be unknown too.
    ...(role === null ? {} : { default_agent: role.name }),
    // What is hidden cannot be the default. One that has no file must not come into being by this.
    ...(role === null || role.text === null ? {} : { agent: { [role.name]: { hidden: false } } }),
  };
}

type Settings = { readonly [name: string]: unknown };

/** Text that is not JSON is left as it is: opencode says best what is wrong with it. */
function overlaid(users: string | undefined, ours: Settings): string {
  if (users === undefined || users.trim() === "") return JSON.stringify(ours);
  const root = parseJson(users)?.root;
  return root?.kind === "map" ? JSON.stringify(merged(plainJson(root) as Settings, ours)) : users;
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

function read(output: ProgramOutput, line: unknown): ProgramOutput {
  const parsed = EVENT.safeParse(line);
  if (!parsed.success) return output;
  const event = parsed.data;
  switch (event.type) {
    case "step_start":
      return { ...output, text: "", done: false };
    case "text":
      return { ...output, text: output.text === "" ? event.part.text : `${output.text}\n${event.part.text}` };
    case "tool_use": {
      const { tool, state } = event.part;
      if (state.status !== "error" || !/permission|rule which prevents/.test(state.error ?? ""))
        return output;
      return { ...output, refused: [...output.refused, `${tool}: ${state.error}`] };
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
      const usd = cost > 0 || output.usd !== null ? (output.usd ?? 0) + cost : null;
      const calls = output.calls + 1;
      return { ...output, calls, tokens: plus(output.tokens, spent), usd, done: reason !== "tool-calls" };
    }
    case "error": {
      const { data, name } = event.error;
      const message = data.message === undefined ? name : `${name}: ${data.message}`;
      return { ...output, error: { status: data.statusCode ?? null, message } };
    }
  }
}

const STEP = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("step_start"),
    part: z.object({ messageID: z.string().nullable().catch(null) }),
  }),
  z.object({
    type: z.literal("tool_use"),
    part: z.object({
      tool: z.string(),
      callID: z.string(),
      state: z.object({
        status: z.string(),
        input: z.json(),
        output: z.json().optional(),
        error: z.json().optional(),
      }),
    }),
  }),
]);

/** A tool is told of once, when it is done. */
function turnEvents(line: unknown): readonly TurnEvent[] {
  const parsed = STEP.safeParse(line);
  if (!parsed.success) return [];
  const { part, type } = parsed.data;
  if (type === "step_start") return [{ kind: "spoke", message: part.messageID, helper: null }];
  const { callID: id, state, tool } = part;
  const { error, input, output = "", status } = state;
  return [
    { kind: "called", id, tool, input, helper: null },
    { kind: "answered", id, answer: error ?? output, refused: status === "error" },
  ];
}
