// Who can be asked for a draft, and by what is it recognised in a key?

import type { Compat } from "./compat.ts";
import type { Json } from "./digest.ts";
import type { Network } from "./network.ts";
import type { Place } from "./place.ts";
import type { SandboxMode } from "./reach.ts";

/**
 * Whom projects.yaml may name by a word of ours, and what a reader of it has to know of them. The one that counts is made
 * where agents are (agents/agent-kinds.ts).
 */
export interface AgentCatalogue {
  /** Providers of models by their `kind`, each with the variable that holds its key where an agent names no other. */
  readonly providers: Readonly<Record<string, { readonly keyEnv: string }>>;
  /** Coding programs whose call is known. */
  readonly presets: readonly string[];
}

/** An entry of `agents:` in projects.yaml. */
export type AgentDeclaration = { readonly id: string; readonly place: Place } & (
  | { readonly kind: "generator" }
  | {
      readonly kind: "command";
      /**
       * Shell command; `{{window}}` in it is the path of the window file, `{{workspace}}` the workspace's root. Null where a
       * preset knows the call.
       */
      readonly run: string | null;
      /** A word of the catalogue. */
      readonly preset: string | null;
      /** Role file that a preset's program is asked to act as. */
      readonly role: string | null;
      readonly model: string | null;
      readonly timeoutMs: number;
      /** Longest silence, in ms, before the program is ended; null: it may think for as long as it likes. */
      readonly silenceMs: number | null;
      /** Most turns of one session; null: as many as it takes. */
      readonly maxTurns: number | null;
      /** `declared`: of dependencies, interfaces alone are in the manifest; `all`: their whole outputs, too. */
      readonly reads: "all" | "declared";
      /** Names of environment variables that the program may see beyond the built-in allow-list. */
      readonly env: readonly string[];
      /** Absent: as the workspace says. */
      readonly sandbox?: SandboxMode;
      /** Absent: all of it. */
      readonly network?: Network;
    }
  | {
      /** We hold its conversation ourselves, call by call. */
      readonly kind: "hosted";
      /** Whose API is spoken: a word of the catalogue, and the `kind` in projects.yaml. */
      readonly provider: string;
      readonly model: string;
      /** Address of a compatible server; null: the provider's own. */
      readonly baseUrl: string | null;
      /** Name of the environment variable that holds the key. */
      readonly keyEnv: string;
      /** Most turns of one attempt. */
      readonly maxTurns: number;
      /** Most tokens of one answer; null: as the provider says. */
      readonly maxOutputTokens: number | null;
      readonly temperature: number | null;
      /** Longest silence, in ms, before a call is given up; its length is not limited. */
      readonly silenceMs: number;
      /** Sent with every request, and beating ours; `$NAME` in one is a variable of the environment. */
      readonly headers?: Readonly<Record<string, string>>;
      /** Fields that are added to the body of every request. */
      readonly extraBody?: { readonly [name: string]: Json };
      /** What its server takes, where that is said. */
      readonly compat?: Compat;
    }
);

const VARIABLE = /\$(?:\{(\w+)\}|([A-Za-z_]\w*))/g;

type Headed = Pick<HostedDeclaration, "headers">;

/** Names of variables that declared headers hold. */
export function headerVariables({ headers = {} }: Headed): readonly string[] {
  const found = Object.values(headers).flatMap((value) => [...value.matchAll(VARIABLE)]);
  return found.map(([, braced, bare]) => braced ?? bare ?? "");
}

/** Headers as they are sent; a variable that is not set leaves nothing. */
export function sentHeaders(
  { headers = {} }: Headed,
  variables: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const value = (_: string, braced?: string, bare?: string) => variables[braced ?? bare ?? ""]?.trim() ?? "";
  const pairs = Object.entries(headers).map(([name, text]) => [
    name.toLowerCase(),
    text.replace(VARIABLE, value),
  ]);
  return Object.fromEntries(pairs);
}

export type GeneratorDeclaration = Extract<AgentDeclaration, { kind: "generator" }>;
export type HostedDeclaration = Extract<AgentDeclaration, { kind: "hosted" }>;
export type CommandDeclaration = Extract<AgentDeclaration, { kind: "command" }>;

/** What of an agent can change its answers; enters the action key whole. */
export interface AgentIdentity {
  readonly id: string;
  /** As projects.yaml says it. */
  readonly kind: string;
  readonly parameters: Json;
}
