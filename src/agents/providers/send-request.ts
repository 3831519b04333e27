// How does one request leave this machine? The only place that does it, for every provider; what its answer means is read
// elsewhere. The providers' own clients are not used for it: they read a refusal in one shape only, join a long line anew
// for every chunk, and hide how an answer ended.

import type { Json } from "../../model/digest.ts";
import type { Wire } from "./wire.ts";

export interface HttpRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Json;
}

/** A body with fields of the agent's, which go before ours; objects are merged. */
export function withExtra(body: Json, extra: { readonly [name: string]: Json } | undefined): Json {
  if (extra === undefined) return body;
  const ours = body as { readonly [name: string]: Json };
  const merged = Object.entries(extra).map(([name, value]) => {
    const own = ours[name];
    return [name, isFields(own) && isFields(value) ? withExtra(own, value) : value] as const;
  });
  return { ...ours, ...Object.fromEntries(merged) };
}

function isFields(value: Json | undefined): value is { readonly [name: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const MOST_HOPS = 3;

/** Rejects as fetch does. A response that leads elsewhere is returned as it is, where a POST may not follow. */
export async function sendRequest({ url, headers, body }: HttpRequest, wire: Wire): Promise<Response> {
  const init: RequestInit = {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "text/event-stream, application/json",
      ...headers,
    },
    body: JSON.stringify(body),
    redirect: "manual",
    signal: wire.signal,
  };
  let at = new URL(url);
  for (let hops = 0; ; hops++) {
    const response = await wire.fetch(at, init);
    wire.heard();
    const next = placeAfter(response, at);
    // Any other redirection turns a POST into a GET, or would show the key to another host.
    const mayFollow = [307, 308].includes(response.status) && next?.hostname === at.hostname;
    if (next === null || !mayFollow || hops === MOST_HOPS) return response;
    await response.body?.cancel();
    at = next;
  }
}

/** Where a response leads; null where it leads nowhere. */
export function placeAfter(response: Response, from: URL): URL | null {
  const location = response.headers.get("location");
  if (response.status < 300 || response.status >= 400 || location === null) return null;
  return URL.canParse(location, from.href) ? new URL(location, from) : null;
}

/** Without what an address may hold of a secret. */
export function shownAddress({ origin, pathname }: URL): string {
  return `${origin}${pathname}`;
}

/** The base of a server's address with a path below it, where it does not end so already; a query stays at the end. */
export function urlBelow(base: string, path: string): URL {
  const url = new URL(base);
  const before = url.pathname.replace(/\/+$/, "");
  url.pathname = before.endsWith(`/${path}`) ? before : `${before}/${path}`;
  return url;
}
