// How does a store of the S3 kind keep objects? In a bucket, under a prefix, each request signed. Buckets are named in the
// path, which every such server understands.

import { failed, type Result, success } from "../../model/result.ts";
import { type Exchange, type Reply, statusFault } from "./exchange.ts";
import type { ObjectServer, ServerFault, StoredObject } from "./object-server.ts";
import { type S3Credentials, signedHeaders } from "./signature-v4.ts";
import { elementsIn, textIn } from "./xml-elements.ts";

export interface S3Place {
  readonly endpoint: URL;
  readonly region: string;
  readonly bucket: string;
  /** Without `/` at its ends; may be empty. */
  readonly prefix: string;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** `s3://bucket/prefix?endpoint=…&region=…`; what is left out is in the variables that other programs read, too. */
export function s3PlaceOf(address: string, variables: Variables): S3Place {
  const url = new URL(address);
  const region =
    url.searchParams.get("region") ?? set(variables.AWS_REGION) ?? set(variables.AWS_DEFAULT_REGION);
  const endpoint =
    url.searchParams.get("endpoint") ?? set(variables.AWS_ENDPOINT_URL_S3) ?? set(variables.AWS_ENDPOINT_URL);
  return {
    endpoint: new URL(endpoint ?? `https://s3.${region ?? DEFAULT_REGION}.amazonaws.com`),
    region: region ?? DEFAULT_REGION,
    bucket: url.hostname,
    prefix: decodeURIComponent(url.pathname).replace(/^\/+|\/+$/g, ""),
  };
}

const DEFAULT_REGION = "us-east-1";

/** Null where the environment holds none. */
export function s3CredentialsOf(variables: Variables): S3Credentials | null {
  const accessKeyId = set(variables.AWS_ACCESS_KEY_ID);
  const secretAccessKey = set(variables.AWS_SECRET_ACCESS_KEY);
  if (accessKeyId === null || secretAccessKey === null) return null;
  return { accessKeyId, secretAccessKey, sessionToken: set(variables.AWS_SESSION_TOKEN) };
}

function set(value: string | undefined): string | null {
  return value?.trim() || null;
}

const NO_BODY = new Uint8Array();

export class S3Server implements ObjectServer {
  readonly #place: S3Place;
  readonly #credentials: S3Credentials;
  readonly #exchange: Exchange;
  readonly #clock: () => number;

  constructor(place: S3Place, credentials: S3Credentials, exchange: Exchange, clock: () => number) {
    this.#place = place;
    this.#credentials = credentials;
    this.#exchange = exchange;
    this.#clock = clock;
  }

  async get(path: string): Promise<Result<Uint8Array | null, ServerFault>> {
    const reply = await this.#ask("GET", this.#urlOf(path));
    if (!reply.ok) return reply;
    if (reply.value.status === 200) return success(reply.value.body);
    // A bucket that is not there is no empty one.
    const isAbsent = reply.value.status === 404 && !isNoBucket(reply.value);
    return isAbsent ? success(null) : failed(statusFault("GET", reply.value));
  }

  async put(path: string, bytes: Uint8Array): Promise<Result<void, ServerFault>> {
    const reply = await this.#ask("PUT", this.#urlOf(path), bytes);
    if (!reply.ok) return reply;
    return reply.value.status === 200 ? success(undefined) : failed(statusFault("PUT", reply.value));
  }

  async list(folder: string): Promise<Result<readonly StoredObject[], ServerFault>> {
    const { bucket, endpoint } = this.#place;
    const root = this.#keyOf("");
    const found: StoredObject[] = [];
    for (let token: string | null = null; ; ) {
      const url = new URL(endpoint);
      url.pathname = `${url.pathname.replace(/\/+$/, "")}/${bucket}`;
      url.searchParams.set("list-type", "2");
      url.searchParams.set("prefix", this.#keyOf(`${folder}/`));
      if (token !== null) url.searchParams.set("continuation-token", token);
      const reply = await this.#ask("GET", url);
      if (!reply.ok) return reply;
      if (reply.value.status !== 200) return failed(statusFault("a list of objects", reply.value));
      const page = await elementsIn(reply.value.body, "ListBucketResult");
      if (page === null) return failed({ detail: "answered a list of objects with something else" });
      for (const one of page.all("Contents")) {
        const path = textIn(one, "Key")?.slice(root.length);
        const at = Date.parse(textIn(one, "LastModified") ?? "");
        if (path !== undefined) found.push({ path, bytes: Number(textIn(one, "Size") ?? 0), at });
      }
      token = page.text("NextContinuationToken");
      if (token === null) return success(found);
    }
  }

  async remove(path: string): Promise<Result<void, ServerFault>> {
    const reply = await this.#ask("DELETE", this.#urlOf(path));
    if (!reply.ok) return reply;
    const isGone = [200, 204, 404].includes(reply.value.status);
    return isGone ? success(undefined) : failed(statusFault("DELETE", reply.value));
  }

  #keyOf(path: string): string {
    return this.#place.prefix === "" ? path : `${this.#place.prefix}/${path}`;
  }

  #urlOf(path: string): URL {
    const { endpoint, bucket } = this.#place;
    const url = new URL(endpoint);
    const key = this.#keyOf(path).split("/").map(encodeURIComponent).join("/");
    url.pathname = `${url.pathname.replace(/\/+$/, "")}/${bucket}/${key}`;
    return url;
  }

  #ask(method: string, url: URL, body?: Uint8Array): Promise<Result<Reply, ServerFault>> {
    const signing = { credentials: this.#credentials, region: this.#place.region, now: this.#clock() };
    const headers = signedHeaders({ method, url, body: body ?? NO_BODY }, signing);
    return this.#exchange({ method, url, headers, ...(body === undefined ? {} : { body }) });
  }
}

function isNoBucket({ body }: Reply): boolean {
  return Buffer.from(body.subarray(0, 2000)).toString().includes("<Code>NoSuchBucket</Code>");
}
