// Did a request leave this machine, and what broke it? Whether it may be sent again for nothing hangs on that, and
// fetch does not tell it reliably; Node's diagnostics channels do. It knows no provider.

import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe, unsubscribe } from "node:diagnostics_channel";

export interface Trace {
  /** Whether fetch got as far as to look for a connection. */
  begun: boolean;
  /** Whether the first byte of the request was written to one. */
  sent: boolean;
  /** What the connection itself failed with. */
  error: (Error & { code?: unknown }) | null;
}

const context = new AsyncLocalStorage<Trace>();

const CREATED = "undici:request:create";
const SENT = "undici:client:sendHeaders";
const FAILED = "undici:request:error";

/** Runs what makes a request with fetch, and notes what becomes of it; of other requests made meanwhile it notes nothing. */
export async function traced<T>(work: (trace: Trace) => Promise<T>): Promise<T> {
  const trace: Trace = { begun: false, sent: false, error: null };
  const requests = new WeakSet<object>();
  const created = (message: unknown) => {
    // A request is made in the context of its caller; its connection may belong to another one's.
    if (context.getStore() !== trace) return;
    // What opens a tunnel through a proxy holds nothing of the request.
    if (requestOf(message).method === "CONNECT") return;
    requests.add(requestOf(message));
    trace.begun = true;
  };
  const sent = (message: unknown) => {
    if (requests.has(requestOf(message))) trace.sent = true;
  };
  const broke = (message: unknown) => {
    if (requests.has(requestOf(message))) trace.error = (message as { error: Error }).error;
  };
  subscribe(CREATED, created);
  subscribe(SENT, sent);
  subscribe(FAILED, broke);
  try {
    return await context.run(trace, () => work(trace));
  } finally {
    unsubscribe(CREATED, created);
    unsubscribe(SENT, sent);
    unsubscribe(FAILED, broke);
  }
}

function requestOf(message: unknown): { readonly method?: unknown } {
  return (message as { request: { readonly method?: unknown } }).request;
}
