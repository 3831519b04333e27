// How are programs served that reach us by HTTP? On loopback alone, and only those that know the token: another user of
// the machine does not, and no page in a browser, whatever name it gives to this address, gets further than the first look.

import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { type Result, success } from "../model/result.ts";
import { type Address, isOwn, isSecret, LOOPBACK, listen } from "../platform/loopback.ts";
import { Connection, type Serving } from "./mcp-server.ts";

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
  let address: Address = { host: LOOPBACK, port };
  const server = createServer((request, response) => {
    const status = refusal(request, address, token);
    if (status !== null) return end(response, status);
    sessions.answer(request, response).catch((error: Error) => {
      process.stderr.write(`factory: ${error.stack ?? error.message}\n`);
      if (!response.headersSent) end(response, 500);
      else response.destroy();
    });
  });
  server.keepAliveTimeout = KEPT_ALIVE_MS;
  const listening = await listen(server, address);
  if (!listening.ok) return listening;
  address = listening.value;
  return success({
    url: `http://${LOOPBACK}:${address.port}${PATH}`,
    async close() {
      server.close();
      await sessions.close();
      server.closeAllConnections();
    },
  });
}

/** The status of those who get nothing; null for whoever may come in. */
function refusal({ headers, url }: IncomingMessage, address: Address, token: string): number | null {
  if (!isOwn(headers, address)) return 403;
  if (!isSecret(/^Bearer (.+)$/i.exec(headers.authorization ?? "")?.[1], token)) return 401;
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

function end(response: ServerResponse, status: number): void {
  response.writeHead(status, status === 401 ? { "www-authenticate": "Bearer" } : {}).end();
}
