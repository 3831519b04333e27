// What is the identity of a piece of content? A digest is SHA-256 over bytes, or over the canonical
// encoding of a value. It knows nothing of files or of what the content means.

import { createHash } from "node:crypto";

/** Lower-case hexadecimal SHA-256, 64 characters. */
export type Digest = string & { readonly brand: "Digest" };

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const DIGEST = /^[0-9a-f]{64}$/;

export function isDigest(text: string): text is Digest {
  return DIGEST.test(text);
}

export function digestOfBytes(bytes: Uint8Array | string): Digest {
  return createHash("sha256").update(bytes).digest("hex") as Digest;
}

/**
 * Digest of a structured value. `kind` separates the uses (a key of one kind never equals one of another),
 * and keys of objects are sorted by code unit, so neither locale nor insertion order matters.
 */
export function digestOf(kind: string, value: Json): Digest {
  return digestOfBytes(`${kind}\0${canonical(value)}`);
}

/** JSON with sorted keys and no white space. `undefined` members are refused by the type. */
export function canonical(value: Json): string {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  const object = value as { readonly [key: string]: Json };
  const members = Object.keys(object)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(object[key] as Json)}`);
  return `{${members.join(",")}}`;
}
