// What has to be known of a provider to have agents with its models? Where its key is, whose prices its models have, and
// how one request is exchanged for an answer. All else (tools, money, retries, limits of time) is the same for all.

import type { HostedDeclaration } from "../../model/agent-declaration.ts";
import type { Compat } from "../../model/compat.ts";
import type { ModelAnswer, ModelRequest } from "../../model/conversation.ts";
import type { Result } from "../../model/result.ts";
import type { Fault } from "./model-error.ts";
import type { Wire } from "./wire.ts";

export interface Provider {
  /** Environment variable that holds the key, where an agent names no other. */
  readonly keyEnv: string;
  /** Where it is, for agents that name no address. */
  readonly home: (variables: NodeJS.ProcessEnv) => string;
  /** Its name in the table of prices. */
  readonly seller: string;
  /** Its name in the conventions of OpenTelemetry. */
  readonly telemetryName: string;
  /** Loaded by the first request alone. */
  readonly load: () => Promise<Exchange>;
}

/** One request on the wire, and what came of it. May reject with what is no refusal of the provider's. */
export type Exchange = (exchange: ExchangeOrder) => Promise<Result<ModelAnswer, Fault>>;

export interface ExchangeOrder {
  readonly declaration: HostedDeclaration;
  readonly request: ModelRequest;
  /** Address of the server, as a person writes it. */
  readonly base: string;
  /** Those that the agent declares, as they are sent, with small letters. */
  readonly headers: Readonly<Record<string, string>>;
  readonly compat: Compat;
  /** Never empty: servers that ask for no key are sent a word that is none. */
  readonly key: string;
  readonly wire: Wire;
}
