// How do spans and metrics travel? The JSON form of OpenTelemetry's protocol, which every collector reads beside the binary
// one. It knows no address, and nothing of builds.

import { digestOf, type Json } from "../model/digest.ts";
import type { Attributes, Metric, TelemetrySpan } from "../model/telemetry.ts";

/** Who tells. */
export interface TelemetrySource {
  /** Attributes of the resource, such as `service.name`. */
  readonly resource: Attributes;
  readonly version: string;
  /** Names the trace; telling it twice gives the same ids. */
  readonly build: string;
}

/** The words of the protocol for what a metric's points add up to. */
export type Temporality = "delta" | "cumulative";

const KINDS = { internal: 1, client: 3 } as const;
const TEMPORALITIES = { delta: 1, cumulative: 2 } as const;
const STATUS_OK = 1;
const STATUS_ERROR = 2;

/** Body of a request to `/v1/traces`. */
export function otlpTraces(source: TelemetrySource, spans: readonly TelemetrySpan[]): Json {
  const scopeSpans = [{ scope: scope(source), spans: spans.map((span) => spanJson(source.build, span)) }];
  return { resourceSpans: [{ resource: resource(source), scopeSpans }] };
}

/** Body of a request to `/v1/metrics`; `start` and `end` of the build, in milliseconds since the epoch. */
export function otlpMetrics(
  source: TelemetrySource,
  metrics: readonly Metric[],
  {
    start,
    end,
    temporality,
  }: { readonly start: number; readonly end: number; readonly temporality: Temporality },
): Json {
  const about = { startTimeUnixNano: nanoseconds(start), timeUnixNano: nanoseconds(end) };
  const scopeMetrics = [
    {
      scope: scope(source),
      metrics: metrics.map((metric) => metricJson(metric, about, TEMPORALITIES[temporality])),
    },
  ];
  return { resourceMetrics: [{ resource: resource(source), scopeMetrics }] };
}

function spanJson(build: string, span: TelemetrySpan): Json {
  const { parent, ok } = span;
  return {
    traceId: digestOf("trace", build).slice(0, 32),
    spanId: spanId(build, span.id),
    ...(parent === null ? {} : { parentSpanId: spanId(build, parent) }),
    name: span.name,
    kind: KINDS[span.kind],
    startTimeUnixNano: nanoseconds(span.start),
    endTimeUnixNano: nanoseconds(span.end),
    attributes: keyValues(span.attributes),
    events: span.events.map(({ at, name, attributes }) => ({
      timeUnixNano: nanoseconds(at),
      name,
      attributes: keyValues(attributes),
    })),
    ...(ok === null ? {} : { status: { code: ok ? STATUS_OK : STATUS_ERROR } }),
  };
}

function metricJson(metric: Metric, about: { readonly [name: string]: Json }, temporality: number): Json {
  const { name, unit, description } = metric;
  if (metric.kind === "sum") {
    const dataPoints = metric.points.map(({ attributes, value }) => ({
      ...about,
      attributes: keyValues(attributes),
      asDouble: value,
    }));
    const sum = { aggregationTemporality: temporality, isMonotonic: true, dataPoints };
    return { name, unit, description, sum };
  }
  const dataPoints = metric.points.map(({ attributes, values }) => ({
    ...about,
    attributes: keyValues(attributes),
    ...histogram(metric.bounds, values),
  }));
  return { name, unit, description, histogram: { aggregationTemporality: temporality, dataPoints } };
}

/** A bucket holds what is at most its bound. */
function histogram(bounds: readonly number[], values: readonly number[]): { readonly [name: string]: Json } {
  const counts = Array.from({ length: bounds.length + 1 }, () => 0);
  let sum = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    const found = bounds.findIndex((bound) => value <= bound);
    const bucket = found === -1 ? bounds.length : found;
    counts[bucket] = (counts[bucket] ?? 0) + 1;
    sum += value;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  const bucketCounts = counts.map(String);
  return { count: String(values.length), sum, min, max, explicitBounds: bounds, bucketCounts };
}

function resource({ resource }: TelemetrySource): Json {
  return { attributes: keyValues(resource) };
}

function scope({ version }: TelemetrySource): Json {
  return { name: "spec-factory", version };
}

function keyValues(attributes: Attributes): Json {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }));
}

/** Whole numbers of 64 bits are strings in the JSON of protocol buffers. */
function anyValue(value: Attributes[string]): Json {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  return typeof value === "number" ? { intValue: String(value) } : { doubleValue: value.fraction };
}

function spanId(build: string, id: number): string {
  return digestOf("span", [build, id]).slice(0, 16);
}

function nanoseconds(ms: number): string {
  return `${Math.round(ms)}000000`;
}
