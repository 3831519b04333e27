// What is said to a model, and what comes back? In no provider's words: each adapter in agents/ translates.

import type { Json } from "./digest.ts";
import type { Tokens, Usage } from "./output.ts";

export interface ToolDeclaration {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of an object. */
  readonly parameters: { readonly [key: string]: Json };
}

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** JSON text as the model wrote it: it may be malformed. */
  readonly arguments: string;
}

export interface ToolAnswer {
  readonly id: string;
  readonly name: string;
  readonly text: string;
}

export type Message =
  | { readonly role: "user"; readonly text: string }
  | {
      readonly role: "model";
      readonly text: string;
      readonly toolCalls: readonly ToolCall[];
      /** The provider's own form of this message, sent back as it came; null where there is none to keep. */
      readonly verbatim: Json;
    }
  | { readonly role: "tools"; readonly answers: readonly ToolAnswer[] };

/** One stateless call: all that the model is shown. Its digest names the call. */
export interface ModelRequest {
  readonly system: string;
  readonly messages: readonly Message[];
  readonly tools: readonly ToolDeclaration[];
}

export interface ModelAnswer {
  readonly text: string;
  readonly toolCalls: readonly ToolCall[];
  readonly verbatim: Json;
  /**
   * `length`: cut off at the output limit. `filtered`: refused by the provider's own rules. `overlong`: it had no end in
   * sight, and nothing of it is kept.
   */
  readonly end: "stop" | "tools" | "length" | "filtered" | "overlong";
  /** Bytes that came beside text and calls, such as thinking: they are paid for, too. Absent where there were none. */
  readonly unseen?: number;
  /** It came in one piece, and not as a stream. */
  readonly document?: true;
  /** As the provider counted; null where it did not tell. `in` includes `cached`; `out` includes thinking. */
  readonly tokens: CountedTokens | null;
  /** Model as the provider reports it; null where it does not. */
  readonly model: string | null;
}

export interface CountedTokens extends Tokens {
  /** Of `in`: what the provider put into its cache, where that has a price of its own. */
  readonly written?: number;
}

/** An answer with what this build paid for it: NO_USAGE where it was paid for before and only read again. */
export interface PaidAnswer {
  readonly answer: ModelAnswer;
  readonly usage: Usage;
  /** Read again from the store, or shared with another session that asked the very same. */
  readonly replayed?: true;
}
