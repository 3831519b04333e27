// Where did the time of a build go, as a tree that trace viewers draw? A fold of its events: the build, its tasks, their
// attempts, and the sessions, calls and gates below them. The names are those of OpenTelemetry's conventions for generative
// AI where there are any, and `factory.` where there are none. It sends nothing.

import type { Event } from "../model/event.ts";
import type { Failure } from "../model/failure.ts";
import type { Attributes, TelemetrySpan } from "../model/telemetry.ts";

type Of<T extends Event["type"]> = Extract<Event, { readonly type: T }>;
type Open = { -readonly [K in keyof Omit<TelemetrySpan, "events">]: TelemetrySpan[K] } & {
  events: TelemetrySpan["events"][number][];
};

/** In order of their ends; the last one is the build. None where nothing happened. */
export function telemetrySpans(events: readonly Event[]): readonly TelemetrySpan[] {
  const [first] = events;
  if (first === undefined) return [];
  const tree = new SpanTree(first.at);
  for (const event of events) tree.fold(event);
  return tree.end(events.at(-1)?.at ?? first.at);
}

class SpanTree {
  readonly #ended: TelemetrySpan[] = [];
  /** By what they are about, the oldest first: setups of one project overlap. */
  readonly #open = new Map<string, Open[]>();
  /** Provider of each session, as far as its journal says. */
  readonly #providers = new Map<string, Attributes>();
  readonly #root: Open;
  #spans = 0;

  constructor(start: number) {
    this.#root = this.#span({ parent: null, name: "build", start, attributes: {} });
  }

  fold(event: Event): void {
    switch (event.type) {
      case "build-started":
        this.#root.attributes = { "factory.build": event.build, "factory.build.tasks": event.tasks };
        break;
      case "build-ended":
        this.#root.ok = event.ok;
        break;
      case "planning-started":
        this.#begin(event, `planning ${event.feature}`, "planning", { "factory.feature": event.feature });
        break;
      case "planning-ended":
        this.#close(event, `planning ${event.feature}`, outcome(event.failure));
        break;
      case "setup-started":
        this.#begin(event, `setup ${event.project}`, "setup", project(event));
        break;
      case "setup-ended":
        this.#close(event, `setup ${event.project}`, { ok: !event.failed });
        break;
      case "canary-started":
        this.#begin(event, `canary ${event.project}`, "gates tried", project(event));
        break;
      case "canary-ended":
        this.#close(event, `canary ${event.project}`, { ok: event.passed });
        break;
      case "trial-started":
        this.#begin(event, trialKey(event), "gate tried", trial(event), [`canary ${event.project}`]);
        break;
      case "trial-ended":
        this.#close(event, trialKey(event), { ok: event.asExpected });
        break;
      case "merge-started":
        this.#begin(event, `merge ${event.project}`, "merge", project(event));
        break;
      case "project-settled":
        this.#close(event, `merge ${event.result.id}`, outcome(event.failure));
        break;
      case "task-judged":
        this.#judged(event);
        break;
      case "task-rebased":
        this.#note(event, `task ${event.task}`, "rebased", { "factory.rebase": event.rebase });
        break;
      case "task-settled":
        this.#settled(event);
        break;
      case "attempt-started":
        this.#begin(
          event,
          `attempt ${event.task}`,
          "attempt",
          { ...taskOf(event.task), "factory.attempt": event.attempt },
          [`task ${event.task}`],
        );
        break;
      case "attempt-ended":
        this.#close(event, `attempt ${event.task}`, outcome(event.failure));
        break;
      case "gate-started":
        this.#begin(event, gateKey(event.subject, event.gate), "gate", gate(event), above(event.subject));
        break;
      case "gate-ended":
        this.#gated(event);
        break;
      case "gate-flaky":
        this.#note(event, above(event.subject)[0], "gate flaky", { "factory.gate": event.gate });
        break;
      case "review-ended":
        this.#note(event, `attempt ${event.task}`, "reviewed", { "factory.review.verdict": event.verdict });
        break;
      case "session-started":
        this.#invoked(event);
        break;
      case "session-ended":
        this.#answered(event);
        break;
      case "call-ended":
        this.#called(event);
        break;
      case "call-waiting":
        this.#note(event, `session ${event.session}`, "call waits", {
          "factory.call.cause": event.cause,
          "factory.call.wait.ms": event.ms,
        });
        break;
      default:
        break;
    }
  }

  /** What is open still ends with the build, without a word on how. */
  end(at: number): readonly TelemetrySpan[] {
    for (const spans of this.#open.values()) for (const span of spans) this.#ended.push({ ...span, end: at });
    return [...this.#ended, { ...this.#root, end: at }];
  }

  #judged(event: Of<"task-judged">): void {
    const key = `task ${event.task}`;
    const known = this.#open.get(key)?.[0];
    if (known === undefined)
      this.#begin(event, key, "task", { ...taskOf(event.task), "factory.verdict": event.verdict });
  }

  /** A task that is fresh took no time, and ten thousand of them would hide the others. */
  #settled(event: Of<"task-settled">): void {
    const { id, action, attempts, usd, agent } = event.result;
    const key = `task ${id}`;
    if (action === "fresh") {
      this.#take(key);
      return;
    }
    const told = {
      "factory.action": action,
      "factory.attempts": attempts,
      "factory.project": event.result.project,
      "gen_ai.agent.name": agent,
      ...cost(usd),
    };
    if (this.#open.get(key) === undefined) this.#begin(event, key, "task", taskOf(id));
    const ok = action === "failed" ? false : action === "blocked" || action === "skipped" ? null : true;
    this.#close(event, key, event.failure === null ? { ok, attributes: told } : fault(event.failure, told));
  }

  /** A gate that is built in is told at its end alone. */
  #gated({ at, subject, result }: Of<"gate-ended">): void {
    const key = gateKey(subject, result.gate);
    if (this.#open.get(key) === undefined)
      this.#begin({ at: at - result.ms }, key, "gate", gate({ subject, gate: result.gate }), above(subject));
    this.#close({ at }, key, { ok: result.passed, attributes: { "factory.gate.end": result.end } });
  }

  #invoked(event: Of<"session-started">): void {
    const { session, role, subject, agent, provider } = event;
    const by = provider === undefined ? {} : { "gen_ai.provider.name": provider };
    this.#providers.set(session, by);
    const attributes = {
      "gen_ai.operation.name": "invoke_agent",
      ...by,
      "gen_ai.agent.name": agent,
      "gen_ai.conversation.id": session,
      "factory.role": role,
      "factory.window.bytes": event.windowBytes,
    };
    this.#begin(event, `session ${session}`, `invoke_agent ${agent}`, attributes, above(subject));
  }

  #answered(event: Of<"session-ended">): void {
    const { tokens, usd, estimated = false } = event.usage;
    const told = { ...used(tokens), ...cost(usd), "factory.usage.estimated": estimated };
    const { failure } = event;
    const key = `session ${event.session}`;
    this.#close(event, key, failure === null ? { ok: true, attributes: told } : fault(failure, told));
  }

  /** One that was answered from the store was no request, and is told as such. */
  #called(event: Of<"call-ended">): void {
    const { at, ms, session, model, tokens, usd, replayed } = event;
    const parent = this.#open.get(`session ${session}`)?.[0] ?? this.#root;
    const span = this.#span({
      parent: parent.id,
      name: `chat ${model}`,
      start: at - ms,
      attributes: {
        "gen_ai.operation.name": "chat",
        ...this.#providers.get(session),
        "gen_ai.request.model": model,
        "gen_ai.agent.name": event.agent,
        "gen_ai.conversation.id": session,
        ...used(tokens),
        ...cost(usd),
        "factory.call.replayed": replayed,
      },
    });
    this.#ended.push({ ...span, kind: replayed ? "internal" : "client", end: at, ok: true });
  }

  #begin(
    { at }: { readonly at: number },
    key: string,
    name: string,
    attributes: Attributes,
    above: readonly string[] = [],
  ): void {
    const found = above.flatMap((one) => this.#open.get(one)?.at(-1) ?? [])[0] ?? this.#root;
    const span = this.#span({ parent: found.id, name, start: at, attributes });
    this.#open.set(key, [...(this.#open.get(key) ?? []), span]);
  }

  #close({ at }: { readonly at: number }, key: string, { ok, attributes = {} }: Outcome): void {
    const span = this.#take(key);
    if (span === null) return;
    this.#ended.push({ ...span, end: at, ok, attributes: { ...span.attributes, ...attributes } });
  }

  #take(key: string): Open | null {
    const [span, ...others] = this.#open.get(key) ?? [];
    if (others.length === 0) this.#open.delete(key);
    else this.#open.set(key, others);
    return span ?? null;
  }

  #note({ at }: { readonly at: number }, key: string | undefined, name: string, attributes: Attributes) {
    const span = this.#open.get(key ?? "")?.[0] ?? this.#root;
    span.events.push({ at, name, attributes });
  }

  #span(begun: Pick<TelemetrySpan, "parent" | "name" | "start" | "attributes">): Open {
    return { ...begun, id: this.#spans++, kind: "internal", end: begun.start, events: [], ok: null };
  }
}

interface Outcome {
  readonly ok: boolean | null;
  readonly attributes?: Attributes;
}

function outcome(failure: Failure | null): Outcome {
  return failure === null ? { ok: true } : fault(failure, {});
}

/** The name of the failure, and nothing of what it says. */
function fault({ reason }: Failure, attributes: Attributes): Outcome {
  return { ok: false, attributes: { ...attributes, "error.type": reason } };
}

/** Below what a session or a gate hangs, the nearest first; a project's are below its merge. */
function above(subject: string): readonly string[] {
  const kinds = ["attempt", "task", "planning"].map((kind) => `${kind} ${subject}`);
  return [...kinds, `merge ${subject.replace(/\/$/, "")}`];
}

function gateKey(subject: string, gate: string): string {
  return `gate ${subject} ${gate}`;
}

function trialKey({ project, gate, on }: Of<"trial-started"> | Of<"trial-ended">): string {
  return `trial ${project} ${gate} ${on}`;
}

function gate({ subject, gate }: { readonly subject: string; readonly gate: string }): Attributes {
  return { "factory.gate": gate, "factory.subject": subject };
}

function trial({ project, gate, on }: Of<"trial-started">): Attributes {
  return { "factory.project": project, "factory.gate": gate, "factory.trial.on": on };
}

function project({ project }: { readonly project: string }): Attributes {
  return { "factory.project": project };
}

function taskOf(id: string): Attributes {
  return { "factory.task": id };
}

/** An unknown price is left out: it is not zero. */
function cost(usd: number | null): Attributes {
  return usd === null ? {} : { "factory.cost.usd": { fraction: usd } };
}

function used({ in: input, out, cached }: Of<"call-ended">["tokens"]): Attributes {
  return {
    "gen_ai.usage.input_tokens": input,
    "gen_ai.usage.output_tokens": out,
    "gen_ai.usage.cache_read.input_tokens": cached,
  };
}
