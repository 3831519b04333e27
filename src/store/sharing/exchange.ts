// How is one question put to a store's server, and when is it given up? After a silence, after a time, and at a size: a
// server that is slow or sends without end costs that much and no more. It does not know what is stored.

import { failed, type Result, success } from "../../model/result.ts";
import { certificateFault, type Variables, WrongNetwork } from "../../platform/network-route.ts";
import { openTransport } from "../../platform/transport.ts";
import type { ServerFault } from "./object-server.ts";

export interface ExchangeLimits {
  /** Longest wait for the head of an answer, in ms, once the request is sent. */
  readonly headMs: number;
  /** Longest exchange, in ms. */
  readonly wholeMs: number;
  /** Largest answer, in bytes. */
  readonly bytes: number;
}

export interface StoreRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

export interface Reply {
  readonly status: number;
  readonly body: Uint8Array;
}

/** Bytes in a millisecond that the slowest line in use sends. */
const SLOWEST = 50;

/** Never rejects. A status is no fault here. */
export type Exchange = (request: StoreRequest) => Promise<Result<Reply, ServerFault>>;

/** `over` ends what is under way. */
export function openExchange(variables: Variables, limits: ExchangeLimits, over: AbortSignal): Exchange {
  const transport = openTransport(variables);
  return async ({ method, url, headers, body }) => {
    const end = new AbortController();
    /** With why, in words that follow the server's address. */
    const stop = (detail: string) => end.abort(detail);
    const leave = () => stop("was not waited for any longer");
    over.addEventListener("abort", leave, { once: true });
    if (over.aborted) leave();
    const within = (ms: number, what: string) => setTimeout(() => stop(`${what} within ${ms / 1000}s`), ms);
    const sending = Math.ceil((body?.length ?? 0) / SLOWEST);
    const head = within(limits.headMs + sending, "did not answer");
    const whole = within(limits.wholeMs + sending, "did not end its answer");
    const init = { method, headers: { ...headers }, redirect: "manual", signal: end.signal } as const;
    const once = async () => {
      const response = await transport(url, body === undefined ? init : { ...init, body: Buffer.from(body) });
      clearTimeout(head);
      return success({ status: response.status, body: await bodyOf(response, limits.bytes, stop) });
    };
    try {
      // A server may close an idle connection just as it is used again; to ask twice for the same changes nothing.
      return await once().catch((error) =>
        isClosed(error) && !end.signal.aborted ? once() : Promise.reject(error),
      );
    } catch (error) {
      const { aborted, reason } = end.signal;
      if (aborted) return failed({ detail: String(reason) });
      return failed({ detail: certificateFault(innermost(error)) ?? `cannot be reached: ${causeOf(error)}` });
    } finally {
      clearTimeout(head);
      clearTimeout(whole);
      over.removeEventListener("abort", leave);
    }
  };
}

/** Rejects where the answer breaks off, and where it is stopped because of its size. */
async function bodyOf(response: Response, most: number, stop: (detail: string) => void): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  // The types of the platform leave out that a body can be iterated.
  for await (const piece of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += piece.length;
    if (bytes > most) {
      stop(`sends more than ${most} bytes`);
      throw new Error("stopped");
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

const CLOSED: readonly unknown[] = ["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"];

function isClosed(error: unknown): boolean {
  return CLOSED.includes(innermost(error).code);
}

function innermost(error: unknown): { readonly message?: string; readonly code?: unknown } {
  return (error instanceof Error && error.cause instanceof Error ? error.cause : error) as Error;
}

function causeOf(error: unknown): string {
  if (error instanceof WrongNetwork) return error.message;
  const { message = String(error), code } = innermost(error);
  if (typeof code !== "string" || message.includes(code)) return message;
  return message === "" ? code : `${message} (${code})`;
}

/** What a status that is no success comes to. */
export function statusFault(doing: string, { status, body }: Reply): ServerFault {
  // Servers that speak XML name the cause by a word of their own.
  const code = /<Code>([A-Za-z]{1,60})<\/Code>/.exec(Buffer.from(body.subarray(0, 2000)).toString())?.[1];
  return {
    detail: `answered ${doing} with ${status}${code === undefined ? "" : ` ${code}`}${hintOf(status)}`,
  };
}

function hintOf(status: number): string {
  if (status >= 300 && status < 400) return ", which leads elsewhere";
  if (status === 401 || status === 403) return ": it does not let us in";
  if (status === 413) return ": it takes no body of that size";
  if (status === 507) return ": it is full";
  return "";
}
