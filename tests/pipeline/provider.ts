// A provider of models on a real loopback socket: it answers as each test says, counts what it was sent, and can hold an
// answer back or break the connection.

import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Model } from "../../src/agents/providers/model.ts";
import type { ModelAnswer, ModelRequest } from "../../src/model/conversation.ts";
import type { ModelErrorCause } from "../../src/model/model-error.ts";
import { failed, success } from "../../src/model/result.ts";

export type Behaviour = (response: ServerResponse, request: IncomingMessage) => void | Promise<void>;

export interface Provider extends AsyncDisposable {
  readonly url: string;
  /** Texts of the requests, in the order of their coming. */
  readonly seen: string[];
  /** Resolves when as many requests have come. */
  arrived(count: number): Promise<void>;
}

/** Answers the first request as the first behaviour says, and so on; the last one serves all that follow. */
export async function provider(...behaviours: Behaviour[]): Promise<Provider> {
  const seen: string[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    seen.push(body);
    for (const { count, resolve } of waiting) if (seen.length >= count) resolve();
    const behaviour = behaviours[Math.min(seen.length, behaviours.length) - 1] as Behaviour;
    await behaviour(response, request);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    arrived: (count) =>
      new Promise((resolve) => {
        if (seen.length >= count) resolve();
        else waiting.push({ count, resolve });
      }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function answerOf(text: string, part: Partial<ModelAnswer> = {}): ModelAnswer {
  const tokens = { in: 1_000, out: 100, cached: 0 };
  return { text, toolCalls: [], verbatim: null, end: "stop", tokens, model: null, ...part };
}

export function answers(text: string, part: Partial<ModelAnswer> = {}): Behaviour {
  return (response) => void response.end(JSON.stringify(answerOf(text, part)));
}

export function refuses(status: number, headers: Record<string, string> = {}): Behaviour {
  return (response) => void response.writeHead(status, headers).end();
}

/** The request has arrived, and the connection breaks: nobody knows whether it will be billed. */
export const breaks: Behaviour = (response) => void response.destroy();

const CAUSES: Record<number, ModelErrorCause> = { 401: "auth", 402: "quota", 429: "rate", 503: "overloaded" };

/** A model behind that provider, as an adapter would speak to it. */
export function modelAt(url: string): Model {
  return {
    async ask(request: ModelRequest, signal: AbortSignal) {
      let response: Response;
      try {
        response = await fetch(url, { method: "POST", body: JSON.stringify(request), signal });
        if (response.ok) return success((await response.json()) as ModelAnswer);
      } catch (error) {
        const refused = (error as { cause?: { code?: string } }).cause?.code === "ECONNREFUSED";
        return failed(modelError("network", null, refused ? "no-answer" : "unknown"));
      }
      const seconds = response.headers.get("retry-after");
      const cause = CAUSES[response.status] ?? "refused";
      return failed({
        ...modelError(cause, response.status, "no-answer"),
        retryAt: seconds === null ? null : Date.now() + Number(seconds) * 1_000,
      });
    },
  };
}

function modelError(cause: ModelErrorCause, status: number | null, outcome: "no-answer" | "unknown") {
  return {
    reason: "model-error",
    agent: "coder",
    cause,
    status,
    detail: "",
    retryAt: null,
    outcome,
  } as const;
}
