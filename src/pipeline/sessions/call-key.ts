// By what is a call to a model recognised, and what can it cost at most? It sends nothing.

import type { HostedDeclaration } from "../../model/agent-declaration.ts";
import type { CountedTokens, Message, ModelAnswer, ModelRequest } from "../../model/conversation.ts";
import { canonical, type Digest, digestOf, type Json } from "../../model/digest.ts";
import type { Tokens } from "../../model/output.ts";

/**
 * No tokeniser is worth its second of loading: text and code have three to eight UTF-8 bytes in a token. Only dense
 * encodings such as base64 have fewer; their calls can cost more than was reserved.
 */
const BYTES_PER_TOKEN = 3;

/** A count that leaves more to each of its tokens is none: nothing that people or models write is that dense. */
const MOST_BYTES_PER_TOKEN = 10;

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
  const { provider, model, maxOutputTokens, temperature, extraBody, compat } = declaration;
  return digestOf("model-call", {
    kind: provider,
    model,
    max_output_tokens: maxOutputTokens,
    temperature,
    ...(extraBody === undefined ? {} : { extra_body: extraBody }),
    ...(compat?.tools === false ? { toolless: true } : {}),
    request: request as unknown as Json,
    salt,
  });
}

/** Where limits of a provider are counted. What an answer may cost is among it: some refuse what an account cannot pay. */
export function limitPlace(declaration: HostedDeclaration): Digest {
  const { provider, baseUrl, keyEnv, model, maxOutputTokens } = declaration;
  return digestOf("model-place", [provider, baseUrl, keyEnv, model, maxOutputTokens]);
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

/**
 * What a call came to. What the provider did not count, or counted as nothing or as less than it can have been, is guessed:
 * else it would be free, and no budget would hold.
 */
export function tokensOf(
  request: ModelRequest,
  answer: ModelAnswer,
): { tokens: CountedTokens; estimated: boolean } {
  const { text, toolCalls, unseen = 0, tokens: counted } = answer;
  const said = [text, ...toolCalls.map((call) => call.name + call.arguments)].join("");
  const guessed = tokensGuessed(request, Buffer.byteLength(said) + unseen);
  if (counted === null) return { tokens: guessed, estimated: true };
  const isRight = (count: number, bytes: number) => count * MOST_BYTES_PER_TOKEN >= bytes;
  const isIn = isRight(counted.in, Buffer.byteLength(wordsOf(request)));
  const isOut = isRight(counted.out, Buffer.byteLength(said));
  const tokens: CountedTokens = {
    ...counted,
    in: isIn ? counted.in : guessed.in,
    out: isOut ? counted.out : guessed.out,
    cached: Math.min(counted.cached, counted.in),
  };
  return { tokens, estimated: !isIn || !isOut };
}

/** What a call came to that `said` bytes came of. */
export function tokensGuessed(request: ModelRequest, said: number): Tokens {
  return { in: guess(canonical(request as unknown as Json)), out: tokensIn(said), cached: 0 };
}

/** Without the tools, whose words not every provider counts. */
function wordsOf({ system, messages }: ModelRequest): string {
  return system + messages.map(saidIn).join("");
}

function saidIn(message: Message): string {
  switch (message.role) {
    case "user":
      return message.text;
    case "model":
      return message.text + message.toolCalls.map((call) => call.arguments).join("");
    case "tools":
      return message.answers.map(({ text }) => text).join("");
  }
}

function guess(text: string): number {
  return tokensIn(Buffer.byteLength(text));
}

function tokensIn(bytes: number): number {
  return Math.ceil(bytes / BYTES_PER_TOKEN);
}
