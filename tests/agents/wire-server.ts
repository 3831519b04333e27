// A server whose every byte the test decides, and which keeps every byte that it was sent.

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

export interface Seen {
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  // biome-ignore lint/suspicious/noExplicitAny: a JSON document of the wire, which tests look into
  readonly body: any;
}

export interface WireServer extends AsyncDisposable {
  readonly url: string;
  readonly seen: Seen[];
}

/** What a request is answered with; it may end the response, or leave it open. */
type Script = (response: ServerResponse, seen: Seen) => unknown;

export async function wireServer(script: Script): Promise<WireServer> {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    const bytes: Buffer[] = [];
    for await (const chunk of request) bytes.push(chunk);
    const body = JSON.parse(Buffer.concat(bytes).toString() || "null");
    const one = { url: request.url ?? "", headers: request.headers, body };
    seen.push(one);
    await script(response, one);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

/** An address of this machine where nobody listens. */
export async function deadAddress(): Promise<string> {
  const server = await wireServer(() => {});
  await server[Symbol.asyncDispose]();
  return server.url;
}

/** One event of a stream. A text is sent as it is. */
function event(data: unknown): string {
  return `data: ${typeof data === "string" ? data : JSON.stringify(data)}\r\n\r\n`;
}

interface Manner {
  /** Pause before each event, in ms. */
  readonly pause?: number;
  /** What becomes of the connection after the last event. */
  readonly close?: "end" | "cut" | "hang";
}

export function streaming(events: readonly unknown[], { pause = 0, close = "end" }: Manner = {}): Script {
  return async (response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.flushHeaders();
    for (const data of events) {
      if (pause > 0) await sleep(pause);
      await new Promise((resolve) => {
        response.write(event(data), resolve);
      });
    }
    if (close === "end") response.end();
    // What was written is let through before the connection goes.
    if (close === "cut") setTimeout(() => response.socket?.destroy(), 100);
  };
}

export function document(status: number, body: unknown, headers: Record<string, string> = {}): Script {
  return (response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  };
}
