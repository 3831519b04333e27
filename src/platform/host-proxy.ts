// How does a program without a network reach the hosts that it may? By a proxy of ours outside of its sandbox, which it finds
// on its own loopback: what leads there is a socket in the file system. Names are resolved here, so it needs no name server.
//
// CONNECT and absolute addresses, as RFC 9110 (9.3.6) and RFC 9112 (3.2.2) have them.

import { mkdtemp } from "node:fs/promises";
import { request as ask, createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { request as askSecurely } from "node:https";
import { connect } from "node:net";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { allowsHost } from "../model/network.ts";
import { failed, type Result, success } from "../model/result.ts";
import { type ChosenProxy, proxyFor, proxyToken, shownProxy } from "./network-route.ts";
import { dropTemporary, temporaryPath } from "./temporary-folders.ts";

export interface HostProxy {
  /** The folder of its socket, which is in nobody else's way. */
  readonly folder: string;
  readonly socket: string;
  /** Of the loopback, where programs have none of their own; else null. */
  readonly port: number | null;
  /** Hosts that were asked for and are not on the list, as `host:port`. */
  readonly refused: ReadonlySet<string>;
  close(): Promise<void>;
}

const CONNECT_MS = 30_000;
const MOST_TOLD = 20;

/** Rejects where the system has no place for a socket. */
export async function openHostProxy(
  hosts: readonly string[],
  { onLoopback }: { readonly onLoopback: boolean },
): Promise<HostProxy> {
  const folder = await mkdtemp(temporaryPath("hosts"));
  const socket = join(folder, "socket");
  const refused = new Set<string>();
  const open = new Set<Duplex>();
  const isAllowed = (host: string, port: number) => {
    if (allowsHost(hosts, host, port)) return true;
    if (refused.size < MOST_TOLD) refused.add(`${host}:${port}`);
    return false;
  };
  const server = createServer((request, response) => forward(request, response, isAllowed));
  server.on("connection", (near) => keep(open, near));
  server.on("connect", (request: IncomingMessage, near: Duplex, head: Buffer) => {
    const [host, port] = hostOf(request.url ?? "");
    near.on("error", () => near.destroy());
    if (host === null) return near.end("HTTP/1.1 400 Bad Request\r\n\r\n");
    if (!isAllowed(host, port)) return near.end(`HTTP/1.1 403 Forbidden\r\n\r\n${refusalLine(host)}`);
    void tunnelTo(host, port).then(
      (far) => {
        keep(open, far);
        near.write("HTTP/1.1 200 Connection Established\r\n\r\n");
        far.write(head);
        far.on("error", () => near.destroy());
        near.on("close", () => far.destroy());
        near.pipe(far).pipe(near);
      },
      (error: Error) => near.end(`HTTP/1.1 502 Bad Gateway\r\n\r\n${error.message}\n`),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    if (onLoopback) server.listen(0, "127.0.0.1", resolve);
    else server.listen(socket, resolve);
  });
  const address = server.address();
  return {
    folder,
    socket,
    port: address === null || typeof address === "string" ? null : address.port,
    refused,
    close: async () => {
      for (const one of open) one.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      dropTemporary(folder);
    },
  };
}

/** Those that name a proxy on the loopback to programs. */
export function proxyVariables(port: number): readonly string[] {
  const names = ["http_proxy", "https_proxy", "all_proxy"].flatMap((name) => [name, name.toUpperCase()]);
  const own = "localhost,127.0.0.1,::1";
  return [
    ...names.map((name) => `${name}=http://127.0.0.1:${port}`),
    ...[`NO_PROXY=${own}`, `no_proxy=${own}`, "NODE_USE_ENV_PROXY=1"],
  ];
}

/** How it stands in the output of a program. */
export function refusalLine(host: string): string {
  return `factory: no way to ${host}, which \`network\` does not list\n`;
}

/** What such lines of an output name. */
export function refusedHosts(output: string): readonly string[] {
  return [...output.matchAll(/^factory: no way to (\S+), which `network` does not list$/gm)].map(
    ([, host]) => host as string,
  );
}

function keep(open: Set<Duplex>, one: Duplex): void {
  open.add(one);
  one.once("close", () => open.delete(one));
}

/** Of `host:port`; a null host: it is none. */
function hostOf(authority: string): readonly [string | null, number] {
  const [, host, port] = /^(\[[^\]]+\]|[^:/]+):(\d{1,5})$/.exec(authority) ?? [];
  return host === undefined ? [null, 0] : [host.replace(/^\[|\]$/g, ""), Number(port)];
}

interface Refusal {
  readonly status: 400 | 403 | 502;
  readonly text: string;
}

type IsAllowed = (host: string, port: number) => boolean;

/** A request without TLS, which names its whole address. */
function forward(request: IncomingMessage, response: ServerResponse, isAllowed: IsAllowed): void {
  const way = wayOf(request.url ?? "", isAllowed);
  if (way.ok) pass(request, response, way.value);
  else refuse(response, way.failure);
}

interface Way {
  readonly url: URL;
  readonly proxy: ChosenProxy | null;
}

function wayOf(address: string, isAllowed: IsAllowed): Result<Way, Refusal> {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url?.protocol !== "http:")
    return failed({ status: 400, text: "factory: a proxy takes whole addresses of http, and CONNECT\n" });
  if (!isAllowed(url.hostname, portOf(url))) return failed({ status: 403, text: refusalLine(url.host) });
  const proxy = proxyFor(url, process.env);
  return proxy.ok
    ? success({ url, proxy: proxy.value })
    : failed({ status: 502, text: `${proxy.failure.detail}\n` });
}

function pass(request: IncomingMessage, response: ServerResponse, { url, proxy }: Way): void {
  const { "proxy-connection": _, "proxy-authorization": __, ...headers } = request.headers;
  const token = proxy === null ? null : proxyToken(proxy);
  const askBy = proxy?.url.protocol === "https:" ? askSecurely : ask;
  const sent = askBy({
    host: proxy?.url.hostname ?? url.hostname.replace(/^\[|\]$/g, ""),
    port: portOf(proxy?.url ?? url),
    method: request.method,
    path: proxy === null ? url.pathname + url.search : url.href,
    headers: { ...headers, host: url.host, ...(token === null ? {} : { "proxy-authorization": token }) },
  });
  sent.on("response", (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  sent.on("error", ({ message }) => {
    if (response.headersSent) response.destroy();
    else refuse(response, { status: 502, text: `${message}\n` });
  });
  response.on("close", () => sent.destroy());
  request.pipe(sent);
}

function refuse(response: ServerResponse, { status, text }: Refusal): void {
  response.writeHead(status, { "content-type": "text/plain" }).end(text);
}

/** A connection to there, by the person's own proxy where they have one. */
async function tunnelTo(host: string, port: number): Promise<Duplex> {
  const authority = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  const proxy = proxyFor(new URL(`https://${authority}`), process.env);
  if (!proxy.ok) throw new Error(proxy.failure.detail);
  return proxy.value === null ? connectTo(host, port) : tunnelBy(proxy.value, authority);
}

function connectTo(host: string, port: number): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, timeout: CONNECT_MS }, () => {
      socket.setTimeout(0);
      resolve(socket);
    });
    socket.once("timeout", () => socket.destroy(new Error(`${host}:${port} does not answer`)));
    socket.once("error", reject);
  });
}

function tunnelBy(proxy: ChosenProxy, authority: string): Promise<Duplex> {
  const { protocol, hostname: host } = proxy.url;
  const token = proxyToken(proxy);
  const askBy = protocol === "https:" ? askSecurely : ask;
  return new Promise((resolve, reject) => {
    const asked = askBy({
      ...{ host, port: portOf(proxy.url), method: "CONNECT", path: authority, timeout: CONNECT_MS },
      headers: { host: authority, ...(token === null ? {} : { "proxy-authorization": token }) },
    });
    const refused = (answer: IncomingMessage) =>
      reject(new Error(`${shownProxy(proxy)} answers ${answer.statusCode} for ${authority}`));
    asked.once("connect", (answer, socket) =>
      answer.statusCode === 200 ? resolve(socket) : refused(answer),
    );
    asked.once("response", refused);
    asked.once("timeout", () => asked.destroy(new Error(`${shownProxy(proxy)} does not answer`)));
    asked.once("error", reject);
    asked.end();
  });
}

function portOf({ port, protocol }: URL): number {
  return Number(port || (protocol === "https:" ? 443 : 80));
}
