// Where does a team of a test share its work? A server on loopback that keeps objects in memory, as plain http, as a cache of
// Bazel that looks at what it is given, or as S3 that checks every signature by the rules, and not by our code. It does what
// a test wants to go wrong, and remembers what it was asked.

import { createHash, createHmac } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type StoreKind = "http" | "bazel" | "s3";

export interface StoreRequest {
  readonly method: string;
  /** From the store's root. */
  readonly path: string;
  readonly status: number;
}

/** In place of an answer: a status, other bytes, an end in the middle, or silence. */
export type StoreTrouble =
  | { readonly status: number }
  | { readonly bytes: string }
  | { readonly cut: true }
  | { readonly silent: true };

interface Kept {
  readonly bytes: Buffer;
  at: Date;
}

/** Of the only user of the S3 kind. */
export const S3_KEYS = {
  AWS_ACCESS_KEY_ID: "AKIDOFTHETEST",
  AWS_SECRET_ACCESS_KEY: "the/secret+of-the=test",
};

const PREFIX = "team/store";

export class TeamStore implements AsyncDisposable {
  readonly objects = new Map<string, Kept>();
  readonly requests: StoreRequest[] = [];
  trouble: (method: string, path: string) => StoreTrouble | null = () => null;
  readonly #authorizations = new Set<string>();
  readonly #kind: StoreKind;
  readonly #server: Server;

  private constructor(kind: StoreKind, server: Server) {
    this.#kind = kind;
    this.#server = server;
  }

  static async open(kind: StoreKind = "http"): Promise<TeamStore> {
    const server = createServer();
    const store = new TeamStore(kind, server);
    server.on("request", (request, response) => void store.#answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return store;
  }

  /** As `store: {url}` says it. */
  get url(): string {
    if (this.#kind !== "s3") return `${this.#origin}/${PREFIX}`;
    return `s3://bucket/${PREFIX}?endpoint=${this.#origin}&region=eu-test-1`;
  }

  get #origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** As whom it was asked, each once. */
  authorizations(): readonly string[] {
    return [...this.#authorizations];
  }

  /** What was asked since the last time. */
  asked(): readonly string[] {
    return this.requests.splice(0).map(({ method, path, status }) => `${method} ${path} ${status}`);
  }

  paths(folder: string): readonly string[] {
    return [...this.objects.keys()].filter((path) => path.startsWith(`${folder}/`)).sort();
  }

  /** As if all of it had been put there so long ago. */
  age(ms: number): void {
    for (const kept of this.objects.values()) kept.at = new Date(kept.at.getTime() - ms);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const body = Buffer.concat(pieces);
    const url = new URL(request.url ?? "", this.#origin);
    const root = this.#kind === "s3" ? `/bucket/${PREFIX}/` : `/${PREFIX}/`;
    const path = url.pathname.startsWith(root) ? url.pathname.slice(root.length) : "";
    const { method = "" } = request;
    const end = (status: number, bytes: Buffer | string = "") => {
      this.requests.push({ method, path, status });
      response.writeHead(status).end(bytes);
    };
    this.#authorizations.add(request.headers.authorization ?? "");
    const trouble = this.trouble(method, path);
    if (trouble !== null) {
      if ("status" in trouble) return end(trouble.status);
      if ("bytes" in trouble) return end(200, trouble.bytes);
      this.requests.push({ method, path, status: 0 });
      if ("silent" in trouble) return;
      response.writeHead(200, { "content-length": "1000" }).write("the beginning");
      response.socket?.end();
      return;
    }
    if (this.#kind === "s3" && !isSigned(request, url, body))
      return end(403, "<Code>SignatureDoesNotMatch</Code>");
    if (this.#kind === "s3" && url.searchParams.has("list-type")) return end(200, this.#page(url));
    if (this.#kind === "bazel" && !/^(?:.*\/)?(?:ac|cas)\/[0-9a-f]{64}$/.test(path)) return end(400);
    switch (method) {
      case "GET": {
        const kept = this.#found(path);
        return kept === null ? end(404) : end(200, kept.bytes);
      }
      case "PUT":
        if (this.#kind === "bazel" && !isBazels(path, request, body)) return end(400);
        this.objects.set(path, { bytes: body, at: new Date() });
        return end(this.#kind === "http" ? 201 : 200);
      case "DELETE":
        return end(this.#kind === "bazel" ? 405 : this.objects.delete(path) ? 204 : 404);
      default:
        return end(405);
    }
  }

  /** A cache of Bazel gives no message of which a document is gone. */
  #found(path: string): Kept | null {
    const kept = this.objects.get(path) ?? null;
    if (kept === null || this.#kind !== "bazel" || !/(?:^|\/)ac\//.test(path)) return kept;
    const { outputFiles } = JSON.parse(kept.bytes.toString()) as {
      outputFiles: readonly { readonly digest: { readonly hash: string } }[];
    };
    const folder = path.replace(/ac\/[0-9a-f]+$/, "cas");
    return outputFiles.every(({ digest }) => this.objects.has(`${folder}/${digest.hash}`)) ? kept : null;
  }

  /** Two objects a page, so that a list is asked for more than once. */
  #page(url: URL): string {
    const prefix = url.searchParams.get("prefix") ?? "";
    const keys = [...this.objects.keys()]
      .map((path) => `${PREFIX}/${path}`)
      .filter((key) => key.startsWith(prefix));
    const from = Number(url.searchParams.get("continuation-token") ?? 0);
    const contents = keys
      .sort()
      .slice(from, from + 2)
      .map((key) => {
        const { at, bytes } = this.objects.get(key.slice(PREFIX.length + 1)) as Kept;
        return `<Contents><Key>${key}</Key><LastModified>${at.toISOString()}</LastModified><Size>${bytes.length}</Size></Contents>`;
      });
    const next = from + 2 < keys.length ? `<NextContinuationToken>${from + 2}</NextContinuationToken>` : "";
    return `<?xml version="1.0"?><ListBucketResult xmlns="urn:s3"><Name>bucket</Name>${contents.join("")}${next}</ListBucketResult>`;
  }
}

/** Content by its digest, and messages that name some. */
function isBazels(path: string, { headers }: IncomingMessage, body: Buffer): boolean {
  const name = path.slice(-64);
  if (/(?:^|\/)cas\//.test(path)) return createHash("sha256").update(body).digest("hex") === name;
  if (headers["content-type"] !== "application/json") return false;
  const { outputFiles } = JSON.parse(body.toString()) as { outputFiles?: readonly Record<string, unknown>[] };
  return (
    Array.isArray(outputFiles) &&
    outputFiles.every(({ path: file, digest }) => {
      const { hash, sizeBytes } = (digest ?? {}) as Record<string, unknown>;
      return file !== "" && /^[0-9a-f]{64}$/.test(String(hash)) && /^\d+$/.test(String(sizeBytes));
    })
  );
}

function isSigned({ method = "", headers }: IncomingMessage, url: URL, body: Buffer): boolean {
  const said = /^AWS4-HMAC-SHA256 Credential=([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
    headers.authorization ?? "",
  );
  const [, credential = "", names = "", signature] = said ?? [];
  const [id, day = "", region = "", service = "", last = ""] = credential.split("/");
  const hash = (content: Buffer | string) => createHash("sha256").update(content).digest("hex");
  const payload = hash(body);
  const time = String(headers["x-amz-date"]);
  const signed = names.split(";");
  const isWhole = ["host", "x-amz-content-sha256", "x-amz-date"].every((name) => signed.includes(name));
  const isOurs = id === S3_KEYS.AWS_ACCESS_KEY_ID && region === "eu-test-1" && time.startsWith(day);
  if (!isWhole || !isOurs || headers["x-amz-content-sha256"] !== payload) return false;
  const lines = [
    method,
    url.pathname,
    [...url.searchParams]
      .map((pair) => pair.map(encodeURIComponent).join("="))
      .sort()
      .join("&"),
    ...signed.map((name) => `${name}:${headers[name]}`),
    "",
    names,
    payload,
  ];
  const toSign = [
    "AWS4-HMAC-SHA256",
    time,
    [day, region, service, last].join("/"),
    hash(lines.join("\n")),
  ].join("\n");
  const mac = (key: Buffer | string, text: string) => createHmac("sha256", key).update(text).digest();
  const key = [day, region, service, last].reduce<Buffer | string>(
    mac,
    `AWS4${S3_KEYS.AWS_SECRET_ACCESS_KEY}`,
  );
  return mac(key, toSign).toString("hex") === signature;
}
