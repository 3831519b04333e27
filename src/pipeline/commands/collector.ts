// Where do spans and metrics of a build go, if anywhere? As the variables say that OpenTelemetry's own exporters read. It
// sends nothing.

import type { Attributes } from "../../model/telemetry.ts";
import type { Temporality } from "../../report/otlp-json.ts";

type Variables = Readonly<Record<string, string | undefined>>;

export type Signal = "traces" | "metrics";

/** Where one signal goes. */
export interface Collector {
  readonly signal: Signal;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
}

/** A variable whose value is of no use, in words without the value, which may hold a secret. */
export interface WrongCollector {
  readonly signal: Signal;
  readonly detail: string;
}

const PREFIX = "OTEL_EXPORTER_OTLP";
const RESOURCE = "OTEL_RESOURCE_ATTRIBUTES";
const NO_LIST = "is no list of NAME=VALUE with commas between them";
const SIGNALS = ["traces", "metrics"] as const;

/** Whether any collector is named: else nothing of all this is loaded. */
export function namesCollector(variables: Variables): boolean {
  if (said(variables, "OTEL_SDK_DISABLED")?.toLowerCase() === "true") return false;
  return SIGNALS.some((signal) => endpointOf(signal, variables) !== null);
}

/** Where each signal goes that is asked for. */
export function collectorsIn(variables: Variables): readonly (Collector | WrongCollector)[] {
  return SIGNALS.flatMap((signal) => {
    const endpoint = endpointOf(signal, variables);
    return endpoint === null ? [] : [collectorAt(signal, endpoint, variables)];
  });
}

/** Attributes of whoever tells; a name of its own goes before the one among them. */
export function resourceIn(variables: Variables, build: string): Attributes {
  const given = pairsIn(said(variables, RESOURCE) ?? "") ?? {};
  const name = said(variables, "OTEL_SERVICE_NAME");
  return {
    "service.name": "spec-factory",
    ...given,
    ...(name === null ? {} : { "service.name": name }),
    "service.instance.id": build,
  };
}

/** As the conventions have it where nothing is said, a sum that goes on; each build is an instance of its own. */
export function temporalityIn(variables: Variables): Temporality {
  const preference = said(variables, `${PREFIX}_METRICS_TEMPORALITY_PREFERENCE`)?.toLowerCase();
  return preference === "delta" || preference === "lowmemory" ? "delta" : "cumulative";
}

interface Endpoint {
  readonly variable: string;
  readonly text: string;
  /** Below the address that is named; null: it is named whole. */
  readonly path: string | null;
}

function endpointOf(signal: Signal, variables: Variables): Endpoint | null {
  if (said(variables, `OTEL_${signal.toUpperCase()}_EXPORTER`) === "none") return null;
  const own = `${PREFIX}_${signal.toUpperCase()}_ENDPOINT`;
  const whole = said(variables, own);
  if (whole !== null) return { variable: own, text: whole, path: null };
  const shared = `${PREFIX}_ENDPOINT`;
  const base = said(variables, shared);
  return base === null ? null : { variable: shared, text: base, path: `v1/${signal}` };
}

function collectorAt(
  signal: Signal,
  { variable, text, path }: Endpoint,
  variables: Variables,
): Collector | WrongCollector {
  const own = (name: string) => ownOrShared(signal, name, variables);
  const protocol = own("PROTOCOL");
  if (protocol !== null && protocol.value !== "http/json") {
    const told = /^[a-z/]{1,20}$/.test(protocol.value) ? protocol.value : "of another kind";
    return {
      signal,
      detail: `${protocol.variable} is ${told}, and only http/json is spoken; set it to http/json`,
    };
  }
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    return { signal, detail: `${variable} holds no address that begins with http:// or https://` };
  if (pairsIn(said(variables, RESOURCE) ?? "") === null) return { signal, detail: `${RESOURCE} ${NO_LIST}` };
  const headers = own("HEADERS");
  const pairs = pairsIn(headers?.value ?? "");
  if (pairs === null) return { signal, detail: `${headers?.variable} ${NO_LIST}` };
  const url = new URL(text);
  if (path !== null) url.pathname = `${url.pathname.replace(/\/+$/, "")}/${path}`;
  const token = basicToken(url);
  if (token === null) return { signal, detail: `${variable} holds a name or password that is badly encoded` };
  url.username = "";
  url.password = "";
  return { signal, url, headers: token === "" ? pairs : { authorization: token, ...pairs } };
}

/** For whoever an address names; empty where it names nobody. */
function basicToken({ username, password }: URL): string | null {
  const [name, secret] = [decoded(username), decoded(password)];
  if (name === null || secret === null) return null;
  return name === "" ? "" : `Basic ${Buffer.from(`${name}:${secret}`).toString("base64")}`;
}

function ownOrShared(signal: Signal, name: string, variables: Variables) {
  for (const variable of [`${PREFIX}_${signal.toUpperCase()}_${name}`, `${PREFIX}_${name}`]) {
    const value = said(variables, variable);
    if (value !== null) return { variable, value };
  }
  return null;
}

/** An empty variable says nothing. */
function said(variables: Variables, name: string): string | null {
  return variables[name]?.trim() || null;
}

/** `NAME=VALUE,…`, with values encoded as in an address. Null: it is no such list. */
function pairsIn(text: string): Readonly<Record<string, string>> | null {
  const pairs: Record<string, string> = {};
  for (const item of text.split(",").map((one) => one.trim())) {
    if (item === "") continue;
    const [, name, encoded] = /^([^=\s]+)\s*=\s*(.*)$/.exec(item) ?? [];
    const value = decoded(encoded ?? "");
    if (name === undefined || value === null) return null;
    pairs[name] = value;
  }
  return pairs;
}

/** Null: a sign is badly encoded. */
function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
