// How does a request show a server of the S3 kind who sends it? By AWS Signature Version 4: a digest of the request, keyed
// with the secret by date, region and service. It sends nothing and knows no clock.

import { createHash, createHmac } from "node:crypto";

export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of a role that was taken for a while; null for keys that stay. */
  readonly sessionToken: string | null;
}

export interface SignedRequest {
  readonly method: string;
  readonly url: URL;
  readonly body: Uint8Array;
  /** Beside those that the signature adds. */
  readonly headers?: Readonly<Record<string, string>>;
}

interface Signing {
  readonly credentials: S3Credentials;
  readonly region: string;
  /** Milliseconds since the epoch. Servers refuse a time that is minutes away from theirs. */
  readonly now: number;
}

const ALGORITHM = "AWS4-HMAC-SHA256";

/** All headers to send, but `host`, which is signed, too, as the address says it. */
export function signedHeaders(
  { method, url, body, headers = {} }: SignedRequest,
  { credentials, region, now }: Signing,
): Readonly<Record<string, string>> {
  const time = new Date(now).toISOString().replace(/[-:]|\.\d+/g, "");
  const scope = `${time.slice(0, 8)}/${region}/s3/aws4_request`;
  const payload = sha256(body);
  const sent: Record<string, string> = {
    ...headers,
    "x-amz-content-sha256": payload,
    "x-amz-date": time,
    ...(credentials.sessionToken === null ? {} : { "x-amz-security-token": credentials.sessionToken }),
  };
  const signed = Object.entries({ ...sent, host: url.host })
    .map(([name, value]) => [name.toLowerCase(), value.trim().replace(/ +/g, " ")] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const names = signed.map(([name]) => name).join(";");
  const canonical = [
    method,
    encodedPath(url.pathname),
    canonicalQuery(url.searchParams),
    ...signed.map(([name, value]) => `${name}:${value}`),
    "",
    names,
    payload,
  ].join("\n");
  const toSign = [ALGORITHM, time, scope, sha256(canonical)].join("\n");
  const key = scope
    .split("/")
    .reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${credentials.secretAccessKey}`);
  const signature = hmac(key, toSign).toString("hex");
  const credential = `${credentials.accessKeyId}/${scope}`;
  return {
    ...sent,
    authorization: `${ALGORITHM} Credential=${credential}, SignedHeaders=${names}, Signature=${signature}`,
  };
}

/** Each segment encoded once, as S3 wants it. */
function encodedPath(pathname: string): string {
  return pathname
    .split("/")
    .map((segment) => encoded(decodeURIComponent(segment)))
    .join("/");
}

function canonicalQuery(parameters: URLSearchParams): string {
  return [...parameters]
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .sort()
    .join("&");
}

/** Also what encodeURIComponent leaves. */
function encoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function sha256(content: Uint8Array | string): string {
  return createHash("sha256").update(content).digest("hex");
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
