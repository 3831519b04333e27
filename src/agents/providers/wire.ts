// How does one request go out, and when is it given up? When nothing was heard for too long, never because an answer is
// long: a model may think for an hour. It does not know what is said, nor in which provider's form.

import { setMaxListeners } from "node:events";
import { type HostedDeclaration, headerVariables } from "../../model/agent-declaration.ts";
import type { ModelAnswer } from "../../model/conversation.ts";
import { failed, type Result } from "../../model/result.ts";
import {
  isNotTrusted,
  proxyFor,
  shownProxy,
  type Variables,
  WrongNetwork,
} from "../../platform/network-route.ts";
import type { Transport } from "../../platform/transport.ts";
import { type Fault, malformed, modelError } from "./model-error.ts";
import { type Trace, traced } from "./wire-trace.ts";

/** What a provider's adapter is given for one request. */
export interface Wire {
  /** Aborts when the call is over, for whatever reason. */
  readonly signal: AbortSignal;
  readonly fetch: Transport;
  /** To be called whenever anything arrives. */
  readonly heard: () => void;
  /** To be called after the last word: from now on no silence longer than `ms` is waited out. */
  readonly ending: (ms: number) => void;
  /** The class of an exception that is not a provider's refusal. */
  readonly broken: (error: unknown) => Fault;
}

export interface Call {
  readonly declaration: HostedDeclaration;
  /** Empty where the environment holds none. */
  readonly key: string;
  /** Those that the agent declares, whose values may be secrets, too. */
  readonly headers: Readonly<Record<string, string>>;
  readonly transport: Transport;
  /** The environment, where the network is told. */
  readonly variables: Variables;
  readonly signal: AbortSignal;
}

/** Most that a timer of Node can hold, in ms; some 25 days. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** What servers that ask for no key are sent, because some refuse an empty one. */
const NO_KEY = "none";

/** Sends one request, unless the call is cancelled already or cannot succeed. Never rejects; leaves no timer behind. */
export async function callOnce(
  call: Call,
  send: (wire: Wire, key: string) => Promise<Result<ModelAnswer, Fault>>,
): Promise<Result<ModelAnswer>> {
  const { declaration, signal } = call;
  const failedWith = (fault: Fault) => failed(modelError(declaration, secretsOf(call), fault));
  if (signal.aborted) return failed({ reason: "cancelled" });
  const keyFault = keyFaultOf(call);
  if (keyFault !== null) return failedWith(keyFault);
  return traced(async (trace) => {
    const over = new AbortController();
    const watch = watchSilence(declaration.silenceMs);
    // One signal stops all calls of a build: many that listen to it are no leak.
    setMaxListeners(0, signal);
    const cancelled = new Promise<"cancelled">((resolve) => {
      signal.addEventListener("abort", () => resolve("cancelled"), { once: true, signal: over.signal });
    });
    let through = "";
    const fetch: Transport = (url, init) => {
      through = throughOf(url, call.variables);
      return call.transport(url, init);
    };
    const broken = (error: unknown) => brokenFault(error, trace, through);
    const { heard, ending } = watch;
    try {
      const sent = send({ signal: over.signal, fetch, heard, ending, broken }, call.key || NO_KEY);
      const end = await Promise.race([sent, cancelled, watch.silent]);
      if (end === "cancelled") return failed({ reason: "cancelled" });
      if (end !== "silent") return end.ok ? end : failedWith(end.failure);
      // What came by then may be whole: many servers keep a connection open after the last word.
      over.abort();
      const last = await sent.catch(() => null);
      return last?.ok === true ? last : failedWith(silenceFault(declaration.silenceMs, trace, last, through));
    } catch (error) {
      return failedWith(broken(error));
    } finally {
      watch.end();
      over.abort();
    }
  });
}

/** Resolves `silent` when nothing was heard for `ms`, counted from now. */
function watchSilence(ms: number) {
  let tell: (what: "silent") => void;
  const silent = new Promise<"silent">((resolve) => {
    tell = resolve;
  });
  const start = (limit: number) => setTimeout(() => tell("silent"), Math.min(limit, LONGEST_TIMER));
  let timer: ReturnType<typeof start> | null = start(ms);
  const end = () => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  };
  return {
    silent,
    heard: () => timer?.refresh(),
    ending: (limit: number) => {
      end();
      timer = start(Math.min(limit, ms));
    },
    end,
  };
}

function secretsOf({ key, headers, declaration }: Call): readonly string[] {
  const values = headerVariables(declaration).length === 0 ? [] : Object.values(headers);
  const words = values.flatMap((value) => [value, ...value.split(/\s+/)]).filter(({ length }) => length >= 8);
  return key === "" ? words : [key, ...words];
}

function keyFaultOf({ declaration, key, headers, variables }: Call): Fault | null {
  const { keyEnv, baseUrl } = declaration;
  const auth = (detail: string): Fault => ({
    cause: "auth",
    status: null,
    detail,
    retryAt: null,
    outcome: "no-answer",
  });
  const missing = headerVariables(declaration).find((name) => !variables[name]?.trim());
  if (missing !== undefined)
    return auth(`the environment variable ${missing} is not set, which a header names`);
  if ("authorization" in headers) return null;
  if (key === "") return baseUrl === null ? auth(`the environment variable ${keyEnv} is not set`) : null;
  if (/[^\x21-\x7e]/.test(key)) return auth(`the value of ${keyEnv} is no key: it is not one plain word`);
  return null;
}

/** Empty where a request goes straight there. */
function throughOf(url: URL, variables: Variables): string {
  const proxy = proxyFor(url, variables);
  return proxy.ok && proxy.value !== null ? ` through ${shownProxy(proxy.value)}` : "";
}

function silenceFault(ms: number, trace: Trace, last: Result<unknown, Fault> | null, through: string): Fault {
  const seconds = Math.round(ms / 100) / 10;
  const detail =
    trace.sent || !trace.begun
      ? `nothing came for ${seconds}s`
      : `no connection within ${seconds}s${through}`;
  const said = last?.ok === false ? last.failure.said : undefined;
  return {
    cause: "silence",
    status: null,
    detail,
    retryAt: null,
    outcome: outcomeOf(trace),
    ...(said === undefined ? {} : { said }),
  };
}

/** A proxy that opened no tunnel, as undici tells it. */
const NO_TUNNEL = /^Proxy response \((\d+)\)/;

function brokenFault(error: unknown, trace: Trace, through: string): Fault {
  const fault = (cause: Fault["cause"], detail: string, status: number | null = null): Fault => {
    return { cause, status, detail, retryAt: null, outcome: outcomeOf(trace) };
  };
  if (error instanceof WrongNetwork) return { ...fault("proxy", error.message), outcome: "no-answer" };
  if (!trace.begun && NEVER_ASKED.test(causeWords(error)))
    return {
      ...fault("refused", `no request goes to such an address: ${causeWords(error)}`),
      outcome: "no-answer",
    };
  const { message, code } = trace.error ?? {};
  const told = message || (typeof code === "string" ? code : "") || wordsOf(error);
  const refused = NO_TUNNEL.exec(told)?.[1] ?? (wantsName(error) ? "407" : undefined);
  if (refused !== undefined) return tunnelFault(Number(refused), through);
  // The connection held, so what came over it was not to be understood.
  if (trace.begun && trace.error === null) return malformed(told);
  if (!trace.sent && isNotTrusted(code)) return fault("certificate", `${told} (${String(code)})${through}`);
  return fault("network", trace.sent ? told : told + through);
}

/** fetch makes an error of a proxy's 407, which holds no answer. */
function wantsName(error: unknown): boolean {
  return /proxy authentication required/i.test(causeWords(error));
}

/** Addresses that fetch refuses by itself: ports of other protocols, and a name and a password before the host. */
const NEVER_ASKED = /bad port|URL that includes credentials/i;

function causeWords(error: unknown): string {
  const cause = error instanceof Error ? error.cause : null;
  return cause instanceof Error ? cause.message : wordsOf(error);
}

/** What a proxy says of the server behind it may be over soon; what it says of us is not. */
function tunnelFault(status: number, through: string): Fault {
  const cause = status >= 500 ? "network" : "proxy";
  const asks = status === 407 ? "a name and a password are asked for" : `a tunnel was refused with ${status}`;
  return { cause, status, detail: `${asks}${through}`, retryAt: null, outcome: "no-answer" };
}

/** Only what certainly never left can be sent again for nothing. */
function outcomeOf(trace: Trace): Fault["outcome"] {
  return trace.begun && !trace.sent ? "no-answer" : "unknown";
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
