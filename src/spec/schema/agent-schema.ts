// Which keys and values may an entry of `agents:` have? Its `kind` is one of two of ours, or names a provider of models;
// which providers and coding programs there are is told from outside.

import * as z from "zod";
import type { AgentCatalogue } from "../../model/agent-declaration.ts";
import { count, duration, name, SANDBOX, text, variable, variables } from "./schema-words.ts";

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
      network: z.boolean().optional().describe("Whether it has the network in a sandbox; default true"),
    }),
    ...Object.keys(providers).map(hosted),
  ]);

export type AgentShape = z.infer<ReturnType<typeof agentSchema>>;
export type HostedShape = z.infer<ReturnType<typeof hosted>>;
