// Which keys and values may an entry of `agents:` have? Its `kind` is one of two of ours, or names a provider of models;
// which providers and coding programs there are is told from outside.

import * as z from "zod";
import type { AgentCatalogue } from "../../model/agent-declaration.ts";
import { COMPAT_PRESETS, type CompatPreset } from "../../model/compat.ts";
import {
  anything,
  count,
  duration,
  HEADERS,
  NETWORK,
  name,
  SANDBOX,
  text,
  variable,
  variables,
} from "./schema-words.ts";

const compatPreset = z.enum(Object.keys(COMPAT_PRESETS) as [CompatPreset, ...CompatPreset[]]);

const compat = z.strictObject({
  preset: compatPreset
    .optional()
    .describe("A server that the factory knows; what stands beside it goes before"),
  api: z
    .enum(["chat", "responses"])
    .optional()
    .describe("Which of OpenAI's APIs it speaks: chat completions, or responses"),
  max_tokens: z
    .enum(["max_tokens", "max_completion_tokens"])
    .optional()
    .describe("Name of the limit of output"),
  stream_options: z.boolean().optional().describe("Whether it is asked to count the tokens of a stream"),
  include: z
    .boolean()
    .optional()
    .describe("Whether it is asked for its encrypted reasoning, by the API responses"),
  stream: z.boolean().optional().describe("Whether it answers piece by piece"),
  temperature: z.boolean().optional().describe("Whether it takes a temperature"),
  system: z.enum(["system", "developer", "user"]).optional().describe("As whom instructions are given"),
  tools: z.boolean().optional().describe("Whether it takes tools; without them an agent drafts nothing"),
  key_header: z
    .string()
    .regex(/^[A-Za-z0-9-]+$/, "must be the name of a header")
    .optional()
    .describe("Header that holds the key, in place of authorization"),
});

const hosted = (kind: string) =>
  z.strictObject({
    kind: z.literal(kind).describe("Who answers"),
    model: text("Id of the model, as the provider spells it"),
    base_url: z
      .string()
      .regex(/^https?:\/\/\S+$/, "must be an http or https address")
      .optional()
      .describe("Address of a compatible provider"),
    api_key_env: variable("Environment variable that holds the key; default by kind").optional(),
    max_turns: count(1, "Most turns of one attempt; default 30").optional(),
    max_output_tokens: count(1, "Most tokens of one answer; default as the provider says").optional(),
    temperature: z.number().min(0).max(2).optional().describe("Temperature, where the model takes one"),
    silence: duration("Longest silence before a call is given up; default 120s").optional(),
    headers: HEADERS.optional(),
    extra_body: z
      .record(
        z.string().regex(/^(?!(model|messages|contents|input|tools)$)/, "is the factory's own, and no extra"),
        anything,
      )
      .optional()
      .describe("Fields that are added to the body of every request, such as reasoning_effort"),
    compat: z
      .union([compatPreset, compat], "must be the name of a server, or what it takes")
      .optional()
      .describe("What its server takes, and how it names it"),
  });

export const agentSchema = ({ presets, providers }: AgentCatalogue) =>
  z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("generator").describe("Renders templates, without a model") }),
    z.strictObject({
      kind: z.literal("command").describe("A program that works in the worktree"),
      run: text(
        "Shell command; {{window}} in it is the path of the window, {{workspace}} the root of the workspace",
      ).optional(),
      preset: z.enum(presets).optional().describe("A program that the factory knows how to call"),
      agent: name("Role file that the preset's program acts as").optional(),
      model: text("Model that the preset's program is asked for").optional(),
      timeout: duration("Longest attempt; default 15m").optional(),
      silence: duration(
        "Longest silence before it is ended; default 5m for presets, none for commands",
      ).optional(),
      max_turns: count(1, "Most turns of the preset's program in one attempt; default no limit").optional(),
      reads: z
        .enum(["all", "declared"])
        .optional()
        .describe(
          "Which changes of its dependencies reach it: of interfaces (`declared`, the default), or of whole outputs (`all`)",
        ),
      env: variables("Names of environment variables that it may see").optional(),
      sandbox: SANDBOX.optional().describe("Whether it is kept to its folder; beats the workspace"),
      network: NETWORK.optional().describe("Whether it has the network in a sandbox; default true"),
    }),
    ...Object.keys(providers).map(hosted),
  ]);

export type AgentShape = z.infer<ReturnType<typeof agentSchema>>;
export type HostedShape = z.infer<ReturnType<typeof hosted>>;
