// How do a build's spans and metrics reach a collector? Once, at its end, from its journal, within a few seconds. A collector
// that does not take them costs a warning and nothing else.

import { shownAddress } from "../../agents/providers/send-request.ts";
import type { Json } from "../../model/digest.ts";
import type { Event } from "../../model/event.ts";
import { openTransport, type Transport } from "../../platform/transport.ts";
import { failureText } from "../../report/failure-text.ts";
import { otlpMetrics, otlpTraces, type TelemetrySource } from "../../report/otlp-json.ts";
import { plain } from "../../report/plain.ts";
import { telemetryMetrics } from "../../report/telemetry-metrics.ts";
import { telemetrySpans } from "../../report/telemetry-spans.ts";
import { readJournal } from "../../store/journal.ts";
import type { Caller } from "./caller.ts";
import { type Collector, collectorsIn, resourceIn, type Signal, temporalityIn } from "./collector.ts";

/** For all of it: a command whose build is over ends at most so much later. */
const LONGEST_MS = 5_000;
/** Collectors refuse bodies of many megabytes. */
const SPANS_OF_A_REQUEST = 2_000;
const LONGEST_WORDS = 200;

interface EndedBuild {
  readonly id: string;
  /** Path of its journal. */
  readonly journal: string;
}

/** Never rejects. */
export async function sendTelemetry(caller: Caller, { id, journal }: EndedBuild): Promise<void> {
  const reading = readJournal(journal);
  if (!reading.ok) {
    caller.warn(`OpenTelemetry is told nothing of this build: ${failureText(reading.failure, "").message}`);
    return;
  }
  const { events } = reading.value;
  if (events.length === 0) return;
  const source = { resource: resourceIn(process.env, id), version: caller.writer, build: id };
  const send = openTransport(process.env);
  const signal = AbortSignal.timeout(LONGEST_MS);
  const faults = await Promise.all(
    collectorsIn(process.env).map(async (collector) => {
      if ("detail" in collector) return `${collector.signal} are not sent: ${collector.detail}`;
      const fault = await post(collector, bodies(collector.signal, source, events), send, signal);
      return fault && `${collector.signal} did not reach ${shownAddress(collector.url)}: ${fault}`;
    }),
  );
  const told = faults.filter((fault) => fault !== null);
  if (told.length === 0) return;
  caller.warn(
    `OpenTelemetry: ${told.join("; ")}. The build is as it was; OTEL_SDK_DISABLED=true sends nothing.`,
  );
}

function bodies(signal: Signal, source: TelemetrySource, events: readonly Event[]): readonly Json[] {
  if (signal === "metrics") {
    const [first, last] = [events[0]?.at ?? 0, events.at(-1)?.at ?? 0];
    const within = { start: first, end: last, temporality: temporalityIn(process.env) };
    return [otlpMetrics(source, telemetryMetrics(events), within)];
  }
  const spans = telemetrySpans(events);
  const requests = Math.ceil(spans.length / SPANS_OF_A_REQUEST);
  return Array.from({ length: requests }, (_, index) =>
    otlpTraces(source, spans.slice(index * SPANS_OF_A_REQUEST, (index + 1) * SPANS_OF_A_REQUEST)),
  );
}

/** Why it was not taken; null where it was. */
async function post(
  { url, headers }: Collector,
  contents: readonly Json[],
  send: Transport,
  signal: AbortSignal,
): Promise<string | null> {
  try {
    for (const content of contents) {
      const response = await send(url, {
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body: JSON.stringify(content),
        redirect: "manual",
        signal,
      });
      const fault = refusal(response.status, await response.text());
      if (fault !== null) return fault;
    }
    return null;
  } catch (error) {
    if (signal.aborted) return `no answer within ${LONGEST_MS / 1000} seconds`;
    const { message, cause } = error as Error & { readonly cause?: { readonly code?: string } };
    return cause?.code ?? message;
  }
}

/** Collectors answer 200 also where they took a part of it. */
function refusal(status: number, body: string): string | null {
  if (status < 200 || status > 299) return `HTTP ${status}${body === "" ? "" : ` ${words(body)}`}`;
  const rejected = /"rejected(?:Spans|DataPoints)"\s*:\s*"?([1-9]\d*)/.exec(body)?.[1];
  return rejected === undefined ? null : `${rejected} were rejected: ${words(body)}`;
}

function words(text: string): string {
  return plain(text.replace(/\s+/g, " ").trim().slice(0, LONGEST_WORDS));
}
