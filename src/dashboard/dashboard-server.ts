// How is a page served that looks into a workspace and steers it? On loopback, to the one browser that came by the link:
// its token works once and becomes a cookie, so that no address in a history opens anything.

import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { extname, join } from "node:path";
import type { Json } from "../model/digest.ts";
import { type Result, success } from "../model/result.ts";
import type { Place } from "../pipeline/commands/caller.ts";
import { fileFailure } from "../platform/file-failure.ts";
import { type Address, isOwn, isSecret, listen } from "../platform/loopback.ts";
import { ownRedactor, redactValue } from "../platform/redact.ts";
import { Live, type Message } from "./live.ts";
import { OperationRunner } from "./operation-runner.ts";

export interface Dashboard {
  /** With a token that works once. */
  readonly link: string;
  /** Ends in order what was begun from the page. */
  close(): Promise<void>;
}

const PAGES = ["index.html", "page.js", "page.css", "layout.js"] as const;
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
};
const HEADERS = {
  "cache-control": "no-store",
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; worker-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};
const MOST_BYTES = 1024 * 1024;
/** Of silence on a wire of events, before a comment shows that both ends are there. */
const BEAT_MS = 20_000;

/** Fails with `io` where the port is taken, or the package lacks its pages. */
export async function serveDashboard(place: Place, wanted: Address): Promise<Result<Dashboard>> {
  const pages = readPages(place.packageRoot);
  if (!pages.ok) return pages;
  const live = await Live.open(place);
  if (!live.ok) return live;
  const runner = new OperationRunner(place, () => live.value.overview());
  let address = wanted;
  const door = new Door(() => address);
  const server = createServer((request, response) => {
    serve(request, response, { door, runner, live: live.value, pages: pages.value }).catch((error: Error) => {
      process.stderr.write(`factory: ${error.stack ?? error.message}\n`);
      if (!response.headersSent) end(response, 500);
      else response.destroy();
    });
  });
  const listening = await listen(server, wanted);
  if (!listening.ok) {
    await live.value.close();
    return listening;
  }
  address = listening.value;
  return success({
    link: `http://${address.host}:${address.port}/?token=${door.token}`,
    async close() {
      server.close();
      await runner.close();
      await live.value.close();
      server.closeAllConnections();
    },
  });
}

/** Who comes in: whoever spends the token, and then whoever has the cookie. */
class Door {
  readonly token = randomBytes(24).toString("base64url");
  readonly #cookie = randomBytes(24).toString("base64url");
  readonly #address: () => Address;
  #isSpent = false;

  constructor(address: () => Address) {
    this.#address = address;
  }

  isOwn({ headers }: IncomingMessage): boolean {
    return isOwn(headers, this.#address());
  }

  /** The cookie to set; null where this token opens nothing, or nothing any more. */
  spend(token: string): string | null {
    if (this.#isSpent || !isSecret(token, this.token)) return null;
    this.#isSpent = true;
    return `${this.#name()}=${this.#cookie}; HttpOnly; SameSite=Strict; Path=/`;
  }

  isKnown({ headers }: IncomingMessage): boolean {
    const cookies = (headers.cookie ?? "").split(/; */).map((cookie) => cookie.split("="));
    return isSecret(cookies.find(([name]) => name === this.#name())?.[1], this.#cookie);
  }

  /** Cookies know no ports, and two workspaces may be open at once. */
  #name(): string {
    return `factory-${this.#address().port}`;
  }
}

interface House {
  readonly door: Door;
  readonly runner: OperationRunner;
  readonly live: Live;
  readonly pages: ReadonlyMap<string, Buffer>;
}

async function serve(request: IncomingMessage, response: ServerResponse, house: House): Promise<void> {
  const { door, runner, live, pages } = house;
  if (!door.isOwn(request)) return end(response, 403);
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://factory");
  const token = searchParams.get("token");
  if (request.method === "GET" && pathname === "/" && token !== null) {
    const cookie = door.spend(token);
    if (cookie === null) return end(response, 403, "This link was used, or is not of this server.\n");
    response.writeHead(303, { ...HEADERS, location: "/", "set-cookie": cookie }).end();
    return;
  }
  if (!door.isKnown(request)) return end(response, 401, "Open the link that `factory ui` printed.\n");
  if (request.method === "GET") {
    if (pathname === "/api/live") return follow(response, live);
    const name = pathname === "/" ? "index.html" : pathname.slice(1);
    const page = pages.get(name);
    if (page === undefined) return end(response, 404);
    response.writeHead(200, { ...HEADERS, "content-type": TYPES[extname(name)] }).end(page);
    return;
  }
  if (request.method !== "POST") return end(response, 405);
  // A form of another page can send no JSON, and says where it comes from.
  if (request.headers.origin === undefined) return end(response, 403);
  if (!/^application\/json\b/.test(request.headers["content-type"] ?? "")) return end(response, 415);
  const body = await bodyOf(request);
  if (body === null) return end(response, 413);
  const answer = await runner.answer(/^\/api\/([a-z_]+)$/.exec(pathname)?.[1] ?? "", body);
  const text = JSON.stringify(redactValue(answer.body, ownRedactor()));
  response.writeHead(answer.status, { ...HEADERS, "content-type": "application/json" }).end(text);
}

/** Until whoever listens is gone. */
function follow(response: ServerResponse, live: Live): void {
  response.writeHead(200, { ...HEADERS, "content-type": "text/event-stream" });
  response.write("retry: 1000\n\n");
  const redact = ownRedactor();
  const send = ({ event, data }: Message) => {
    const told = redactValue(data as unknown as Json, redact);
    response.write(`event: ${event}\ndata: ${JSON.stringify(told)}\n\n`);
  };
  const beat = setInterval(() => response.write(":\n\n"), BEAT_MS);
  const away = live.listen(send);
  response.on("close", () => {
    clearInterval(beat);
    away();
  });
}

/** Null where it is too long. */
async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    bytes += piece.length;
    // Read to its end all the same: whoever still writes would not hear the answer.
    if (bytes <= MOST_BYTES) pieces.push(piece);
  }
  if (bytes > MOST_BYTES) return null;
  return Buffer.concat(pieces).toString("utf8");
}

function readPages(packageRoot: string): Result<ReadonlyMap<string, Buffer>> {
  const pages = new Map<string, Buffer>();
  for (const name of PAGES) {
    const path = join(packageRoot, "dist", "page", name);
    try {
      pages.set(name, readFileSync(path));
    } catch (error) {
      return fileFailure(path, "read", error);
    }
  }
  return success(pages);
}

function end(response: ServerResponse, status: number, words = ""): void {
  response.writeHead(status, { ...HEADERS, "content-type": "text/plain; charset=utf-8" }).end(words);
}
