// By what is a call to a model recognised, and what can it cost at most? It sends nothing.

import type { HostedDeclaration } from "../../model/agent-declaration.ts";
import type { ModelAnswer, ModelRequest } from "../../model/conversation.ts";
import { canonical, type Digest, digestOf, type Json } from "../../model/digest.ts";
import type { Tokens } from "../../model/output.ts";

/**
 * No tokeniser is worth its second of loading: text and code have three to eight UTF-8 bytes in a token. Only dense
 * encodings such as base64 have fewer; their calls can cost more than was reserved.
 */
const BYTES_PER_TOKEN = 3;

/** Where an agent declares no `max_output_tokens`. */
const USUAL_OUTPUT_TOKENS = 8192;

/** Of an answer as it is kept: the longest tokens, twice where a provider wants its own words back. */
const BYTES_PER_ANSWERED_TOKEN = 16;

const LEAST_ROOM = 256 * 1024;

/**
 * Digest of all that can change the answer. The server's address is not among it: a model that moved is the same. `salt`
 * makes the same question a new call: a person's `retry`.
 */
export function callKey(declaration: HostedDeclaration, request: ModelRequest, salt: string): Digest {
  const { provider, model, maxOutputTokens, temperature } = declaration;
  return digestOf("model-call", {
    kind: provider,
    model,
    max_output_tokens: maxOutputTokens,
    temperature,
    request: request as unknown as Json,
    salt,
  });
}

/** The most that a call will normally come to. */
export function tokensAtMost(declaration: HostedDeclaration, request: ModelRequest): Tokens {
  const out = declaration.maxOutputTokens ?? USUAL_OUTPUT_TOKENS;
  return { in: guess(canonical(request as unknown as Json)), out, cached: 0 };
}

/** What an answer may well come to on the disk, in bytes. */
export function roomFor({ maxOutputTokens }: HostedDeclaration): number {
  return Math.max(LEAST_ROOM, (maxOutputTokens ?? USUAL_OUTPUT_TOKENS) * BYTES_PER_ANSWERED_TOKEN);
}

/** What a call came to where the provider did not count. */
export function tokensGuessed(request: ModelRequest, answer: ModelAnswer): Tokens {
  const said = [answer.text, ...answer.toolCalls.map((call) => call.name + call.arguments)].join("");
  return { in: guess(canonical(request as unknown as Json)), out: guess(said), cached: 0 };
}

function guess(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN);
}
