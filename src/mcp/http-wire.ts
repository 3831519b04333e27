// How are programs served that reach us by HTTP? On loopback alone, and only those that know the token: another user of
// the machine does not, and no page in a browser, whatever name it gives to this address, gets further than the first look.

import { createHash, randomUUID, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { type Result, success } from "../model/result.ts";
import { fileFailure } from "../platform/file-failure.ts";
import { Connection, type Serving } from "./mcp-server.ts";

const LOOPBACK = "127.0.0.1";
const PATH = "/mcp";
const SESSION = "mcp-session-id";
/** Of programs that went without a word; the one that was idle for longest makes room. */
const MOST_SESSIONS = 32;

/** Longer than a program thinks between two requests: it must not find that its wire was cut. */
const KEPT_ALIVE_MS = 600_000;

export interface HttpWire {
  readonly url: string;
  /** Ends in order what runs. */
  close(): Promise<void>;
}

interface Session {
  readonly transport: StreamableHTTPServerTransport;
  readonly connection: Connection;
}

/** `port` 0: any that is free. Fails with `io` where it is not. */
export async function serveHttp(
  serving: Serving,
  { port, token }: { readonly port: number; readonly token: string },
): Promise<Result<HttpWire>> {
  const sessions = new Sessions(serving);
  const server = createServer((request, response) => {
    const status = refusal(request, server, token);
    if (status !== null) return end(response, status);
    sessions.answer(request, response).catch((error: Error) => {
      process.stderr.write(`factory: ${error.stack ?? error.message}\n`);
      if (!response.headersSent) end(response, 500);
      else response.destroy();
    });
  });
  server.keepAliveTimeout = KEPT_ALIVE_MS;
  const listening = await listen(server, port);
  if (!listening.ok) return listening;
  return success({
    url: `http://${LOOPBACK}:${portOf(server)}${PATH}`,
    async close() {
      server.close();
      await sessions.close();
      server.closeAllConnections();
    },
  });
}

/** The status of those who get nothing; null for whoever may come in. */
function refusal({ headers, url }: IncomingMessage, server: Server, token: string): number | null {
  const own = [LOOPBACK, "localhost"].map((name) => `${name}:${portOf(server)}`);
  // A name that was made to mean this address is not ours; neither is a page of another one.
  if (!own.includes(headers.host ?? "")) return 403;
  if (headers.origin !== undefined && !own.some((host) => headers.origin === `http://${host}`)) return 403;
  const given = /^Bearer (.+)$/i.exec(headers.authorization ?? "")?.[1];
  if (given === undefined || !timingSafeEqual(digest(given), digest(token))) return 401;
  return new URL(url ?? "", "http://factory").pathname === PATH ? null : 404;
}

class Sessions {
  readonly #serving: Serving;
  /** By id, the one that was used last at the end. */
  readonly #open = new Map<string, Session>();

  constructor(serving: Serving) {
    this.#serving = serving;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const id = request.headers[SESSION];
    if (id === undefined) return (await this.#begin()).handleRequest(request, response);
    const session = this.#open.get(String(id));
    if (session === undefined) return end(response, 404);
    this.#open.delete(String(id));
    this.#open.set(String(id), session);
    await session.transport.handleRequest(request, response);
  }

  /** It counts from its first word on: what does not begin a session is refused by the library, and forgotten. */
  async #begin(): Promise<StreamableHTTPServerTransport> {
    await this.#makeRoom();
    const transport: StreamableHTTPServerTransport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => {
        this.#open.set(id, { transport, connection });
      },
      onsessionclosed: async (id) => {
        this.#open.delete(id);
        await connection.close();
      },
    });
    const connection = await Connection.open(this.#serving, transport as never);
    return transport;
  }

  async #makeRoom(): Promise<void> {
    if (this.#open.size < MOST_SESSIONS) return;
    const idle = [...this.#open].find(([, { connection }]) => !connection.isBusy);
    if (idle === undefined) return;
    this.#open.delete(idle[0]);
    await idle[1].connection.close();
  }

  async close(): Promise<void> {
    const open = [...this.#open.values()];
    this.#open.clear();
    await Promise.all(open.map(({ connection }) => connection.close()));
  }
}

function listen(server: Server, port: number): Promise<Result<void>> {
  return new Promise((resolve) => {
    server.once("error", (error) => resolve(fileFailure(`${LOOPBACK}:${port}`, "listen", error)));
    server.listen(port, LOOPBACK, () => resolve(success(undefined)));
  });
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo | null)?.port ?? 0;
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

function end(response: ServerResponse, status: number): void {
  response.writeHead(status, status === 401 ? { "www-authenticate": "Bearer" } : {}).end();
}
