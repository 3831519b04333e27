// By which connections do requests leave? Node's own fetch gives up after five minutes, knows no proxy, and reads no
// SSL_CERT_FILE; this one has no limit of time of its own, since the wire has. It knows no provider.

import { Agent, type Dispatcher, fetch as fetchBy, Pool, ProxyAgent } from "undici";
import {
  type ChosenProxy,
  proxyFor,
  proxyToken,
  trusted,
  type Variables,
  WrongNetwork,
} from "./network-route.ts";

/** Rejects as fetch does, and with `WrongNetwork`. */
export type Transport = (url: URL, init: RequestInit) => Promise<Response>;

/** Idle connections keep no process alive. */
export function openTransport(variables: Variables): Transport {
  const ways = new Map<string, Dispatcher>();
  return async (url, init) => {
    const proxy = proxyFor(url, variables);
    if (!proxy.ok) throw new WrongNetwork(proxy.failure);
    const name = proxy.value?.url.href ?? "";
    const way = ways.get(name) ?? wayBy(proxy.value, variables);
    ways.set(name, way);
    const order = { ...init, dispatcher: way } as unknown as Parameters<typeof fetchBy>[1];
    return (await fetchBy(url, order)) as unknown as Response;
  };
}

function wayBy(proxy: ChosenProxy | null, variables: Variables): Dispatcher {
  const authorities = trusted(variables);
  if (!authorities.ok) throw new WrongNetwork(authorities.failure);
  const tls = { timeout: 0, ...(authorities.value === null ? {} : { ca: [...authorities.value] }) };
  const limits = { headersTimeout: 0, bodyTimeout: 0 };
  if (proxy === null) return new Agent({ ...limits, connect: tls });
  // What goes through without a tunnel has connections of its own, to which a ProxyAgent does not hand its limits on.
  const unlimited = (origin: URL, options: object) => new Pool(origin, { ...options, ...limits });
  const token = proxyToken(proxy);
  const uri = new URL(proxy.url);
  uri.username = "";
  uri.password = "";
  return new ProxyAgent({
    ...limits,
    factory: unlimited,
    clientFactory: unlimited,
    uri: uri.href,
    ...(token === null ? {} : { token }),
    // Many proxies open tunnels to port 443 alone.
    proxyTunnel: false,
    requestTls: tls,
    proxyTls: tls,
  });
}
