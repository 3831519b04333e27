// Did a request leave this machine, and what broke it? Whether it may be sent again for nothing hangs on that, and
// neither fetch nor both SDKs over it tell reliably; Node's diagnostics channels do. It knows no provider.

import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe, unsubscribe } from "node:diagnostics_channel";

export interface Trace {
  /** Whether fetch got as far as to look for a connection. */
  begun: boolean;
  /** Whether the first byte of the request was written to one. */
  sent: boolean;
  /** Headers of the response; null while there is none. */
  headers: Headers | null;
  /** What the connection itself failed with. */
  error: (Error & { code?: unknown }) | null;
}

const context = new AsyncLocalStorage<Trace>();

const CREATED = "undici:request:create";
const SENT = "undici:client:sendHeaders";
const ANSWERED = "undici:request:headers";
const FAILED = "undici:request:error";

/** Runs what makes a request with fetch, and notes what becomes of it; of other requests made meanwhile it notes nothing. */
export async function traced<T>(work: (trace: Trace) => Promise<T>): Promise<T> {
  const trace: Trace = { begun: false, sent: false, headers: null, error: null };
  const requests = new WeakSet<object>();
  const created = (message: unknown) => {
    // A request is made in the context of its caller; its connection may belong to another one's.
    if (context.getStore() !== trace) return;
    requests.add(requestOf(message));
    trace.begun = true;
  };
  const sent = (message: unknown) => {
    if (requests.has(requestOf(message))) trace.sent = true;
  };
  const answered = (message: unknown) => {
    if (requests.has(requestOf(message))) trace.headers = headersOf(message);
  };
  const broke = (message: unknown) => {
    if (requests.has(requestOf(message))) trace.error = (message as { error: Error }).error;
  };
  subscribe(CREATED, created);
  subscribe(SENT, sent);
  subscribe(ANSWERED, answered);
  subscribe(FAILED, broke);
  try {
    return await context.run(trace, () => work(trace));
  } finally {
    unsubscribe(CREATED, created);
    unsubscribe(SENT, sent);
    unsubscribe(ANSWERED, answered);
    unsubscribe(FAILED, broke);
  }
}

/** They come as they came over the wire: names and values in turn. */
function headersOf(message: unknown): Headers {
  const { headers } = (message as { response: { headers: readonly Uint8Array[] } }).response;
  const texts = headers.map((bytes) => Buffer.from(bytes).toString("latin1"));
  const all = new Headers();
  for (let at = 0; at + 1 < texts.length; at += 2) all.append(texts[at] as string, texts[at + 1] as string);
  return all;
}

function requestOf(message: unknown): object {
  return (message as { request: object }).request;
}
