// What does a build come to in figures that add up over builds? A fold of its events into the metrics of OpenTelemetry's
// conventions for generative AI, and a few of the factory's own. It sends nothing.

import type { Event } from "../model/event.ts";
import type { Attributes, Metric } from "../model/telemetry.ts";

/** As the conventions advise for tokens, and for seconds of a call. */
const TOKENS = Array.from({ length: 14 }, (_, power) => 4 ** power);
const SECONDS_OF_A_CALL = Array.from({ length: 14 }, (_, power) => 2 ** power / 100);
const SECONDS = [0.1, 0.5, 1, 5, 10, 30, 60, 120, 300, 600, 1800, 3600];

const INSTRUMENTS = {
  "gen_ai.client.token.usage": ["{token}", TOKENS, "Tokens of calls that were sent."],
  "gen_ai.client.operation.duration": [
    "s",
    SECONDS_OF_A_CALL,
    "Time of calls that were sent, waits included.",
  ],
  "factory.build.duration": ["s", SECONDS, "Time of builds."],
  "factory.gate.duration": ["s", SECONDS, "Time of gates."],
  "factory.cost": ["{USD}", null, "What sessions cost, as far as prices are known."],
  "factory.sessions.unpriced": [
    "{session}",
    null,
    "Sessions whose price is not known: no cost tells of them.",
  ],
  "factory.verdicts": ["{task}", null, "Tasks by what the judge found."],
  "factory.tasks": ["{task}", null, "Tasks by what the build did about them."],
  "factory.attempts": ["{attempt}", null, "Attempts of agents, accepted or by why they failed."],
  "factory.reviews": ["{review}", null, "Reviews by their verdict."],
} as const satisfies Readonly<Record<string, readonly [string, readonly number[] | null, string]>>;

type Instrument = keyof typeof INSTRUMENTS;

/** Those that have something to tell, in the order of their declaration. */
export function telemetryMetrics(events: readonly Event[]): readonly Metric[] {
  const meter = new Meter();
  for (const event of events) meter.fold(event);
  return meter.metrics;
}

class Meter {
  readonly #values = new Map<Instrument, Map<string, { attributes: Attributes; values: number[] }>>();
  readonly #sessions = new Map<string, { readonly by: Attributes; readonly role: string; called: boolean }>();

  fold(event: Event): void {
    switch (event.type) {
      case "session-started": {
        const by = { "gen_ai.provider.name": event.provider ?? "unknown", "gen_ai.agent.name": event.agent };
        this.#sessions.set(event.session, { by, role: event.role, called: false });
        break;
      }
      case "call-ended":
        this.#called(event);
        break;
      case "session-ended":
        this.#answered(event);
        break;
      case "gate-ended": {
        const { gate, ms, passed } = event.result;
        this.#record("factory.gate.duration", ms / 1000, {
          "factory.gate": gate,
          "factory.gate.passed": passed,
        });
        break;
      }
      case "task-judged":
        this.#record("factory.verdicts", 1, { "factory.verdict": event.verdict });
        break;
      case "task-settled":
        this.#record("factory.tasks", 1, { "factory.action": event.result.action });
        break;
      case "attempt-ended":
        this.#record("factory.attempts", 1, { "factory.outcome": event.failure?.reason ?? "accepted" });
        break;
      case "review-ended":
        this.#record("factory.reviews", 1, { "factory.review.verdict": event.verdict });
        break;
      case "build-ended":
        this.#record("factory.build.duration", event.ms / 1000, { "factory.build.ok": event.ok });
        break;
      default:
        break;
    }
  }

  get metrics(): readonly Metric[] {
    return (Object.keys(INSTRUMENTS) as Instrument[]).flatMap((name): readonly Metric[] => {
      const found = [...(this.#values.get(name)?.values() ?? [])];
      if (found.length === 0) return [];
      const [unit, bounds, description] = INSTRUMENTS[name];
      if (bounds !== null) return [{ name, unit, description, kind: "histogram", bounds, points: found }];
      const points = found.map(({ attributes, values }) => ({ attributes, value: sum(values) }));
      return [{ name, unit, description, kind: "sum", points }];
    });
  }

  #called({ session, model, tokens, ms, replayed }: Extract<Event, { type: "call-ended" }>): void {
    const known = this.#sessions.get(session);
    if (known !== undefined) known.called = true;
    if (replayed) return;
    const about = { "gen_ai.operation.name": "chat", ...known?.by, "gen_ai.request.model": model };
    this.#tokens(tokens, about);
    this.#record("gen_ai.client.operation.duration", ms / 1000, about);
  }

  /** What a program's models took is told by its session: its calls are its own. */
  #answered({ session, usage }: Extract<Event, { type: "session-ended" }>): void {
    const known = this.#sessions.get(session);
    if (known === undefined) return;
    const { tokens, usd } = usage;
    if (!known.called && tokens.in + tokens.out > 0)
      this.#tokens(tokens, { "gen_ai.operation.name": "invoke_agent", ...known.by });
    const about = { ...known.by, "factory.role": known.role };
    if (usd === null) this.#record("factory.sessions.unpriced", 1, about);
    else this.#record("factory.cost", usd, about);
  }

  #tokens(tokens: { readonly in: number; readonly out: number }, about: Attributes): void {
    this.#record("gen_ai.client.token.usage", tokens.in, { ...about, "gen_ai.token.type": "input" });
    this.#record("gen_ai.client.token.usage", tokens.out, { ...about, "gen_ai.token.type": "output" });
  }

  #record(name: Instrument, value: number, attributes: Attributes): void {
    const series = this.#values.get(name) ?? new Map<string, { attributes: Attributes; values: number[] }>();
    this.#values.set(name, series);
    const key = JSON.stringify(attributes);
    const point = series.get(key) ?? { attributes, values: [] };
    series.set(key, point);
    point.values.push(value);
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
