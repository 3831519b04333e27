// Who collects what a build tells of itself? A server that speaks OpenTelemetry's protocol as JSON, keeps each request and
// reads spans and metrics out of it.

import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";

interface KeyValue {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

interface SentSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly KeyValue[];
  readonly events: readonly { readonly name: string; readonly attributes: readonly KeyValue[] }[];
  readonly status?: { readonly code: number };
}

interface Point {
  readonly attributes: readonly KeyValue[];
  readonly asDouble?: number;
  readonly count?: string;
  readonly sum?: number;
  readonly bucketCounts?: readonly string[];
  readonly explicitBounds?: readonly number[];
}

interface SentMetric {
  readonly name: string;
  readonly unit: string;
  readonly sum?: { readonly aggregationTemporality: number; readonly dataPoints: readonly Point[] };
  readonly histogram?: { readonly aggregationTemporality: number; readonly dataPoints: readonly Point[] };
}

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What it answers; null: nothing at all. */
export type Answer = { readonly status: number; readonly body: string } | null;

export class Collector implements AsyncDisposable {
  readonly received: Received[] = [];
  readonly #server: Server;

  private constructor(answer: Answer) {
    this.#server = createServer(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      this.received.push({ path: request.url ?? "", headers: request.headers, body });
      if (answer === null) return;
      response.writeHead(answer.status, { "content-type": "application/json" });
      response.end(answer.body);
    });
  }

  static async listen(answer: Answer = { status: 200, body: "{}" }): Promise<Collector> {
    const collector = new Collector(answer);
    await new Promise<void>((done) => collector.#server.listen(0, "127.0.0.1", done));
    return collector;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get spans(): readonly SentSpan[] {
    return this.#bodies("/v1/traces").flatMap(({ resourceSpans }) =>
      resourceSpans.flatMap((one: { scopeSpans: { spans: SentSpan[] }[] }) =>
        one.scopeSpans.flatMap(({ spans }) => spans),
      ),
    );
  }

  get metrics(): readonly SentMetric[] {
    return this.#bodies("/v1/metrics").flatMap(({ resourceMetrics }) =>
      resourceMetrics.flatMap((one: { scopeMetrics: { metrics: SentMetric[] }[] }) =>
        one.scopeMetrics.flatMap(({ metrics }) => metrics),
      ),
    );
  }

  /** A metric by its name, each point as its attributes and what it comes to. */
  points(name: string): readonly (Readonly<Record<string, unknown>> & { readonly is: number })[] {
    return this.metrics
      .filter((metric) => metric.name === name)
      .flatMap(({ sum, histogram }) => (sum ?? histogram)?.dataPoints ?? [])
      .map((point) => ({ ...attributesOf(point), is: point.asDouble ?? point.sum ?? Number.NaN }));
  }

  #bodies(path: string) {
    return this.received.filter((one) => one.path === path).map(({ body }) => JSON.parse(body));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }
}

export function attributesOf({ attributes }: { readonly attributes: readonly KeyValue[] }) {
  const values = attributes.map(({ key, value }) => [key, Object.values(value)[0]] as const);
  return Object.fromEntries(values) as Readonly<Record<string, unknown>>;
}
