// What can go wrong between us and a provider, and what was delivered all the same? It stands on the wire before a model
// server, passes requests on, spoils what the test wants spoilt, and keeps the account that a provider would keep:
// which request bodies were answered whole, and how often. It knows no protocol.

import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** What becomes of one request instead of its answer, or of its answer. */
export type Trouble =
  /** Answered by the gate itself; the model never hears of it. */
  | {
      readonly kind: "instead";
      readonly status: number;
      readonly body: string;
      readonly headers?: Record<string, string>;
    }
  | { readonly kind: "late"; readonly ms: number }
  /** The first half of the answer, and then the connection is gone. */
  | { readonly kind: "cut" }
  /** The connection is gone before a byte of the answer. */
  | { readonly kind: "dropped" }
  /** Nobody is there any more: all connections are cut and none is taken, for so long. */
  | { readonly kind: "down"; readonly ms: number };

/** A request, and what was delivered for it. */
export interface Exchange {
  /** From 1, in the order in which they came. */
  readonly number: number;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  delivered: "nothing" | "part" | "whole";
}

export interface Plan {
  /** Asked before the model is; null: nothing goes wrong. */
  readonly before?: (exchange: Exchange) => Trouble | null | Promise<Trouble | null>;
  /** Told once the last byte of an answer has gone out. */
  readonly after?: (exchange: Exchange) => void;
}

export class WireGate implements AsyncDisposable {
  readonly exchanges: Exchange[] = [];
  plan: Plan = {};
  readonly #upstream: string;
  readonly #port: number;
  #server: Server;

  private constructor(upstream: string, server: Server, port: number) {
    this.#upstream = upstream;
    this.#server = server;
    this.#port = port;
  }

  /** `upstream` is the address of the server behind, without a path. */
  static async open(upstream: string, plan: Plan = {}): Promise<WireGate> {
    const server = createServer();
    await listening(server, 0);
    const gate = new WireGate(upstream, server, (server.address() as AddressInfo).port);
    gate.plan = plan;
    gate.#attend();
    return gate;
  }

  /** Base URL of the OpenAI protocol. */
  get openai(): string {
    return `${this.gemini}/v1`;
  }

  /** Base URL of the Gemini protocol. */
  get gemini(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** How often each request body was answered whole: what a provider would write on its bill. */
  get bill(): ReadonlyMap<string, number> {
    const bill = new Map<string, number>();
    for (const { body, delivered } of this.exchanges) {
      if (delivered === "whole") bill.set(body, (bill.get(body) ?? 0) + 1);
    }
    return bill;
  }

  /** Request bodies that came and were never answered whole. */
  get unanswered(): readonly string[] {
    const { bill } = this;
    return [...new Set(this.exchanges.map(({ body }) => body))].filter((body) => !bill.has(body));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => {
      this.#server.close(resolve);
    });
  }

  /** At the same address as before. */
  async restart(): Promise<void> {
    this.#server = createServer();
    await listening(this.#server, this.#port);
    this.#attend();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#server.listening) await this.stop();
  }

  #attend(): void {
    this.#server.on("request", (incoming, response) => {
      this.#take(incoming, response).catch(() => response.destroy());
    });
  }

  async #take(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = (await bytesOf(incoming)).toString();
    const { url = "", headers } = incoming;
    const exchange: Exchange = {
      number: this.exchanges.length + 1,
      url,
      headers,
      body,
      at: Date.now(),
      delivered: "nothing",
    };
    this.exchanges.push(exchange);
    const trouble = (await this.plan.before?.(exchange)) ?? null;
    if (trouble?.kind === "instead") {
      response.writeHead(trouble.status, { "content-type": "application/json", ...trouble.headers });
      response.end(trouble.body);
      return;
    }
    if (trouble?.kind === "dropped") return void response.destroy();
    if (trouble?.kind === "down") {
      await this.stop();
      setTimeout(() => this.restart(), trouble.ms);
      return;
    }
    if (trouble?.kind === "late") await sleep(trouble.ms);
    const { status, type, bytes } = await this.#pass(exchange);
    response.writeHead(status, { "content-type": type });
    if (trouble?.kind === "cut") {
      exchange.delivered = "part";
      response.write(bytes.subarray(0, bytes.length / 2), () =>
        setTimeout(() => response.socket?.destroy(), 50),
      );
      return;
    }
    response.end(bytes, () => {
      if (status !== 200) return;
      exchange.delivered = "whole";
      this.plan.after?.(exchange);
    });
  }

  async #pass({ url, headers, body }: Exchange) {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const options = {
        method: "POST",
        headers: { ...headers, "content-length": String(Buffer.byteLength(body)) },
      };
      request(`${this.#upstream}${url}`, options, resolve).on("error", reject).end(body);
    });
    const bytes = await bytesOf(answer);
    return { status: answer.statusCode ?? 500, type: answer.headers["content-type"] ?? "", bytes };
  }
}

function listening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve());
  });
}

async function bytesOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
