// How do models look from within a company? Behind a forward proxy, and behind certificates that the company signed itself.
// Names of `models.corp.test` exist for the proxy alone, so that what goes past it fails.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, connect, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const HOST = "models.corp.test";

export interface CompanyNetwork extends AsyncDisposable {
  /** Address of the proxy. */
  readonly proxy: string;
  /** Port on loopback where the model is served by https, without the proxy. */
  readonly tlsPort: number;
  /** File with the certificate, in PEM. */
  readonly certificate: string;
  /** First lines of what the proxy was asked, with whose name. */
  readonly asked: string[];
}

/** `upstream`: address of the server of models. `credentials`: what the proxy wants, as `name:password`. */
export async function companyNetwork(
  upstream: string,
  credentials: string | null = null,
): Promise<CompanyNetwork> {
  const folder = mkdtempSync(join(tmpdir(), "company-"));
  const [key, certificate] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const subject = [
    "-subj",
    `/CN=${HOST}`,
    "-addext",
    `subjectAltName=DNS:${HOST},IP:127.0.0.1`,
    "-days",
    "2",
  ];
  const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  execFileSync("openssl", ["req", "-x509", ...kind, ...subject, "-keyout", key, "-out", certificate], {
    stdio: "pipe",
  });
  const pass = (from: IncomingMessage, to: ServerResponse) => {
    const url = new URL(from.url ?? "/", upstream);
    const target = `${upstream}${url.pathname}${url.search}`;
    const onward = request(target, { method: from.method ?? "GET", headers: from.headers }, (answer) => {
      to.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(to);
    });
    onward.on("error", () => to.destroy());
    from.pipe(onward);
  };
  const tls = createTlsServer({ key: readFileSync(key), cert: readFileSync(certificate) }, pass);
  const tlsPort = await listening(tls);
  const asked: string[] = [];
  const wanted = credentials === null ? undefined : `Basic ${Buffer.from(credentials).toString("base64")}`;
  const proxy = createServer((from, to) => {
    asked.push(`${from.method} ${from.url}`);
    if (from.headers["proxy-authorization"] === wanted) return pass(from, to);
    to.writeHead(407).end("who are you?");
  });
  proxy.on("connect", (from: IncomingMessage, socket) => {
    asked.push(`CONNECT ${from.url}`);
    socket.on("error", () => socket.destroy());
    if (from.headers["proxy-authorization"] !== wanted) {
      socket.end("HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n");
      return;
    }
    const onward = connect(tlsPort, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      onward.pipe(socket).pipe(onward);
    });
    onward.on("error", () => socket.destroy());
    socket.on("close", () => onward.destroy());
  });
  const port = await listening(proxy);
  return {
    proxy: `http://127.0.0.1:${port}`,
    tlsPort,
    certificate,
    asked,
    [Symbol.asyncDispose]: async () => {
      for (const server of [proxy, tls]) {
        server.closeAllConnections();
        server.close();
      }
      rmSync(folder, { recursive: true });
    },
  };
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return (server.address() as AddressInfo).port;
}
