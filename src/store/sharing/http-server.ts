// How does an http server keep objects? By GET and PUT of plain paths, as caches of Bazel and servers of WebDAV do. Those of
// WebDAV may also list a folder and remove what is in it.

import { failed, type Result, success } from "../../model/result.ts";
import { type Exchange, statusFault } from "./exchange.ts";
import type { ObjectServer, ServerFault, StoredObject } from "./object-server.ts";
import { elementsIn, textIn } from "./xml-elements.ts";

/** A server of Bazel's kind stores what is below `ac/` as a message that it also reads and writes as JSON. */
const JSON_TYPE = "application/json";
const BYTES_TYPE = "application/octet-stream";

/** What servers answer to PUT where the folder is not there: the word of WebDAV, and those of rclone and nginx. */
const NO_FOLDER: readonly number[] = [409, 404, 500];

/** What servers answer to PROPFIND that have no such method, or no such path. */
const NO_LISTS: readonly number[] = [400, 405, 501];

export class HttpServer implements ObjectServer {
  readonly #base: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #exchange: Exchange;

  constructor(base: URL, headers: Readonly<Record<string, string>>, exchange: Exchange) {
    this.#base = base.href.replace(/\/+$/, "");
    this.#headers = headers;
    this.#exchange = exchange;
  }

  async get(path: string): Promise<Result<Uint8Array | null, ServerFault>> {
    const headers = isMessage(path) ? { accept: JSON_TYPE } : {};
    const reply = await this.#ask("GET", path, { headers });
    if (!reply.ok) return reply;
    if (reply.value.status === 404) return success(null);
    return reply.value.status === 200 ? success(reply.value.body) : failed(statusFault("GET", reply.value));
  }

  async put(path: string, bytes: Uint8Array): Promise<Result<void, ServerFault>> {
    const order = { headers: { "content-type": isMessage(path) ? JSON_TYPE : BYTES_TYPE }, body: bytes };
    let reply = await this.#ask("PUT", path, order);
    if (reply.ok && NO_FOLDER.includes(reply.value.status)) {
      const made = await this.#makeFolders(path);
      if (!made.ok) return made;
      reply = await this.#ask("PUT", path, order);
    }
    if (!reply.ok) return reply;
    const { status } = reply.value;
    return status >= 200 && status < 300 ? success(undefined) : failed(statusFault("PUT", reply.value));
  }

  async list(folder: string): Promise<Result<readonly StoredObject[] | null, ServerFault>> {
    const reply = await this.#ask("PROPFIND", `${folder}/`, { headers: { depth: "1" } });
    if (!reply.ok) return reply;
    if (reply.value.status === 404) {
      // One that lists its root has no such folder; any other knows no such question.
      const root = await this.#ask("PROPFIND", "", { headers: { depth: "0" } });
      return root.ok ? success(root.value.status === 207 ? [] : null) : root;
    }
    if (NO_LISTS.includes(reply.value.status)) return success(null);
    if (reply.value.status !== 207) return failed(statusFault("PROPFIND", reply.value));
    const answer = await elementsIn(reply.value.body, "multistatus");
    if (answer === null) return failed({ detail: "answered PROPFIND with something else" });
    return success(
      answer.all("response").flatMap((one) => {
        const name = /([0-9a-f]{64})\/*$/.exec(textIn(one, "href") ?? "")?.[1];
        const at = Date.parse(textIn(one, "getlastmodified") ?? "");
        const bytes = Number(textIn(one, "getcontentlength") ?? 0);
        return name === undefined ? [] : [{ path: `${folder}/${name}`, bytes, at }];
      }),
    );
  }

  async remove(path: string): Promise<Result<void, ServerFault>> {
    const reply = await this.#ask("DELETE", path);
    if (!reply.ok) return reply;
    const isGone = [200, 202, 204, 404].includes(reply.value.status);
    return isGone ? success(undefined) : failed(statusFault("DELETE", reply.value));
  }

  async #makeFolders(path: string): Promise<Result<void, ServerFault>> {
    const names = path.split("/").slice(0, -1);
    // The store's own first.
    for (let depth = 0; depth <= names.length; depth += 1) {
      const reply = await this.#ask(
        "MKCOL",
        names
          .slice(0, depth)
          .map((name) => `${name}/`)
          .join(""),
      );
      if (!reply.ok) return reply;
      // 405 is what is said of one that is there; whether it helped the next PUT says.
    }
    return success(undefined);
  }

  #ask(
    method: string,
    path: string,
    {
      headers = {},
      body,
    }: { readonly headers?: Readonly<Record<string, string>>; readonly body?: Uint8Array } = {},
  ) {
    return this.#exchange({
      method,
      url: new URL(`${this.#base}/${path}`),
      headers: { ...headers, ...this.#headers },
      ...(body === undefined ? {} : { body }),
    });
  }
}

function isMessage(path: string): boolean {
  return /(?:^|\/)ac\//.test(path);
}
