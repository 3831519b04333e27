// How is the model of a hosted agent asked? By one stateless call. It knows no retries, no money and no store: those are
// the line's, so that they are the same for all.

import { type HostedDeclaration, sentHeaders } from "../../model/agent-declaration.ts";
import type { Compat } from "../../model/compat.ts";
import type { ModelAnswer, ModelRequest } from "../../model/conversation.ts";
import { failed, type Result } from "../../model/result.ts";
import type { Transport } from "../../platform/transport.ts";
import { type Lesson, lessonOf } from "./learn-compat.ts";
import type { Exchange } from "./provider.ts";
import { providerOf } from "./provider-kinds.ts";
import { callOnce } from "./wire.ts";

/**
 * Never rejects. Fails with `model-error`, classed, or with `cancelled` soon after the signal aborts. Each call is one
 * request on the wire: nothing is repeated here. A refusal that names a setting may be heeded by the next one: it says so
 * with `taught`.
 */
export interface Model {
  ask(request: ModelRequest, signal: AbortSignal): Promise<Result<ModelAnswer>>;
}

/** A missing key is no error here: the model's first call tells it, where a server needs one. */
export async function makeModel(
  declaration: HostedDeclaration,
  environment: NodeJS.ProcessEnv,
): Promise<Model> {
  return modelOf(await providerOf(declaration).load(), declaration, environment);
}

/** Address of the server that an agent's model is asked at. */
export function baseOf(declaration: HostedDeclaration, variables: NodeJS.ProcessEnv): string {
  return declaration.baseUrl ?? providerOf(declaration).home(variables);
}

/** What the environment holds is the key, and how the network is reached. */
export function modelOf(
  exchange: Exchange,
  declaration: HostedDeclaration,
  variables: NodeJS.ProcessEnv,
): Model {
  const key = variables[declaration.keyEnv]?.trim() ?? "";
  const base = baseOf(declaration, variables);
  const headers = sentHeaders(declaration, variables);
  let opened: Promise<Transport> | null = null;
  const transport: Transport = async (url, init) => {
    opened ??= import("../../platform/transport.ts").then(({ openTransport }) => openTransport(variables));
    return (await opened)(url, init);
  };
  const call = { declaration, key, headers, transport, variables };
  const learnt = new Set<string>();
  // What was learnt of the server goes before what the declaration says of it.
  let compat: Compat = { ...compatAt(base), ...declaration.compat };
  return {
    ask: async (request, signal) => {
      const sent = compat;
      let lesson: Lesson | null = null;
      const result = await callOnce({ ...call, signal }, async (wire, sentKey) => {
        const came = await exchange({
          declaration,
          request,
          base,
          headers,
          compat: sent,
          key: sentKey,
          wire,
        });
        lesson = came.ok ? null : lessonOf(came.failure, sent, declaration);
        return came;
      });
      if (lesson === null || result.ok || result.failure.reason !== "model-error") return result;
      const known = Object.entries(lesson).every(([name, value]) => compat[name as keyof Compat] === value);
      // A server that takes back what it taught is told as it is.
      const isNew = Object.keys(lesson).every(
        (name) => compat[name as keyof Compat] === sent[name as keyof Compat] && !learnt.has(name),
      );
      if (!known && !isNew) return result;
      for (const name of Object.keys(lesson)) learnt.add(name);
      compat = { ...compat, ...(lesson as Lesson) };
      const setting = Object.entries(lesson)
        .map(([name, value]) => `${name}: ${value}`)
        .join(", ");
      return failed({ ...result.failure, taught: { setting, known } });
    },
  };
}

/**
 * OpenAI's reasoning models refuse the old name of the limit, and many compatible servers do not know the new one. Who copies
 * the address of an API means that one.
 */
function compatAt(base: string): Compat {
  const newer = /^https:\/\/[^/]*\b(openai|azure)\.com\b/.test(base);
  return {
    max_tokens: newer ? "max_completion_tokens" : "max_tokens",
    ...(/\/responses\/*(\?|$)/.test(base) ? { api: "responses" } : {}),
  };
}
