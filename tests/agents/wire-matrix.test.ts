// Is every whole answer taken, once, and is every refusal understood, whatever a server does on the wire? Each API is driven
// through all behaviours that the lists beside this file generate; the server counts what it was asked.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exchangeGemini } from "../../src/agents/providers/gemini-exchange.ts";
import { modelOf } from "../../src/agents/providers/model.ts";
import { exchangeOpenai } from "../../src/agents/providers/openai-exchange.ts";
import type { ModelAnswer } from "../../src/model/conversation.ts";
import type { Failure } from "../../src/model/failure.ts";
import type { Result } from "../../src/model/result.ts";
import { declarationOf, KEY, saying, WEATHER_TOOL } from "./model-contract.ts";
import { IN_OTHER_LANGUAGES, REFUSAL_SHAPES, REFUSED, TIMES } from "./refusal-behaviours.ts";
import { RESPONSES_ENDS, RESPONSES_SHAPES } from "./responses-behaviours.ts";
import {
  type Carriage,
  DOCUMENTS,
  type End,
  GEMINI_ENDS,
  GEMINI_SHAPES,
  LISTS,
  OPENAI_ENDS,
  OPENAI_SHAPES,
  type Shape,
  STREAMS,
  send,
} from "./wire-behaviours.ts";
import { document, type WireServer, wireServer } from "./wire-server.ts";

type Script = Parameters<typeof wireServer>[0];

/** One behaviour of a server under its own path; told by name. */
interface Behaviour<T> {
  readonly name: string;
  readonly script: Script;
  readonly expected: T;
  /** Whether its connection stays open after the last word. */
  readonly hangs?: boolean;
}

/** What a request says by each API, and how many whole answers its lists must make. */
const APIS = {
  chat: { exchange: exchangeOpenai, path: "/v1", compat: {}, shapes: OPENAI_SHAPES, ends: OPENAI_ENDS },
  responses: {
    exchange: exchangeOpenai,
    path: "/v1",
    compat: { api: "responses" },
    shapes: RESPONSES_SHAPES,
    ends: RESPONSES_ENDS,
  },
  gemini: { exchange: exchangeGemini, path: "", compat: {}, shapes: GEMINI_SHAPES, ends: GEMINI_ENDS },
} as const;

type Api = keyof typeof APIS;

const TOOLS = ["write_file", "finish"].map((name) => ({ ...WEATHER_TOOL, name }));

const scripts: Script[] = [];
const asked: number[] = [];
let server: WireServer;
beforeAll(async () => {
  server = await wireServer((response, seen) => {
    const at = Number(/^\/(\d+)\//.exec(seen.url)?.[1]);
    asked[at] = (asked[at] ?? 0) + 1;
    return scripts[at]?.(response, seen);
  });
});
afterAll(() => server[Symbol.asyncDispose]());

/** What each behaviour came to, and how often the server was asked for it. */
async function drive<T>(
  api: Api,
  behaviours: readonly Behaviour<T>[],
  read: (result: Result<ModelAnswer>) => unknown,
): Promise<void> {
  const { exchange, path, compat } = APIS[api];
  const kind = api === "gemini" ? api : "openai";
  const results: Record<string, unknown> = {};
  const ask = async ({ name, script }: Behaviour<T>) => {
    const number = scripts.push(script) - 1;
    const declaration = declarationOf(kind, `${server.url}/${number}${path}`, { compat });
    const result = await modelOf(exchange, declaration, { ACME_API_KEY: KEY }).ask(
      saying("hello", { tools: TOOLS }),
      new AbortController().signal,
    );
    results[name] = { ...(read(result) as object), asked: asked[number] };
  };
  // Those that are waited out wait together, beside the others.
  const slow = Promise.all(behaviours.filter(({ hangs }) => hangs === true).map(ask));
  const quick = behaviours.filter(({ hangs }) => hangs !== true);
  for (let from = 0; from < quick.length; from += 20)
    await Promise.all(quick.slice(from, from + 20).map(ask));
  await slow;
  const expected = behaviours.map(({ name, expected }) => [name, { ...expected, asked: 1 }]);
  expect(results).toEqual(Object.fromEntries(expected));
}

function meantIn(result: Result<ModelAnswer>) {
  if (!result.ok) return { failure: result.failure };
  const { text, toolCalls } = result.value;
  const ids = new Set(toolCalls.map(({ id }) => id));
  const calls = toolCalls.map(({ name, arguments: input }) => [name, JSON.parse(input)]);
  return { text, calls, ownIds: ids.size === toolCalls.length && !ids.has("") };
}

function carried(shape: Shape, end: End, carriage: Carriage): Behaviour<object> {
  const body = carriage.bytes([...shape.pieces, ...end.events]);
  return {
    name: `${shape.name}; ${end.name}; ${carriage.name}`,
    script: (response) => send(response, carriage, body, end.close),
    expected: { ...shape.meant, ownIds: true },
    hangs: end.close === "hang",
  };
}

function wholeAnswers(shapes: readonly Shape[], ends: readonly End[]): readonly Behaviour<object>[] {
  const streams = shapes.flatMap((shape, at) =>
    ends
      .filter(({ callsOnly }) => callsOnly !== true || shape.meant.calls.length > 0)
      // Each end travels in each carriage, but not with every shape.
      .map((end, nth) => carried(shape, end, STREAMS[(at + nth) % STREAMS.length] as Carriage)),
  );
  const ended = ends[0] as End;
  const lists = shapes.flatMap((shape) => LISTS.map((carriage) => carried(shape, ended, carriage)));
  const documents = shapes.flatMap((shape) =>
    (shape.document === undefined ? [] : DOCUMENTS).map((carriage) => ({
      name: `${shape.name}; ${carriage.name}`,
      script: ((response) => send(response, carriage, carriage.bytes([shape.document]))) as Script,
      expected: { ...shape.meant, ownIds: true },
    })),
  );
  return [...streams, ...lists, ...documents];
}

/** What a person is told of, and what is done about it. */
function toldIn(words: string) {
  return (result: Result<ModelAnswer>) => {
    const failure = result.ok ? null : (result.failure as Extract<Failure, { reason: "model-error" }>);
    return {
      cause: failure?.cause,
      status: failure?.status,
      outcome: failure?.outcome,
      told: failure?.detail.includes(words.slice(0, 60)) ?? false,
    };
  };
}

describe.each(Object.keys(APIS) as Api[])("of %s", (api) => {
  const { shapes, ends } = APIS[api];

  it("every whole answer is taken, once, whatever its shape, its end and its label", async () => {
    const behaviours = wholeAnswers(shapes, ends);
    expect(behaviours.length).toBeGreaterThan(api === "gemini" ? 50 : 150);
    await drive(api, behaviours, meantIn);
  });

  it("every answer that is not whole is told so, with how much of it came", async () => {
    const [text, call] = [shapes[0] as Shape, shapes.find(({ meant }) => meant.calls.length > 0) as Shape];
    const stream = STREAMS[0] as Carriage;
    const cut = (events: readonly unknown[], less: number) => stream.bytes(events).slice(0, -less);
    const bodies: Record<string, [string, End["close"]]> = {
      "a text without an end": [stream.bytes(text.pieces), "end"],
      "a text whose connection breaks": [stream.bytes(text.pieces), "cut"],
      "calls whose connection breaks": [stream.bytes(call.pieces), "cut"],
      "half an event": [cut([...text.pieces, text.pieces.at(-1)], 20), "end"],
      "half a document": [JSON.stringify(text.document ?? text.pieces).slice(0, -30), "end"],
      "nothing but [DONE]": [stream.bytes(["[DONE]"]), "end"],
      nothing: ["", "end"],
      "nothing that is known": [
        stream.bytes([
          {
            choices: [{ delta: { content: [{ type: "video" }] } }],
            candidates: [{ content: { parts: [{ video: {} }] } }],
            item: { type: "video", id: "v1" },
          },
          "[DONE]",
        ]),
        "end",
      ],
    };
    if (api !== "gemini")
      bodies["half of the arguments"] = [stream.bytes([...call.pieces.slice(0, 3), "[DONE]"]), "end"];
    const behaviours = Object.entries(bodies).map(([name, [body, close]]) => ({
      name,
      script: ((response) => send(response, stream, body, close)) as Script,
      expected: {
        cause: close === "cut" ? "network" : "malformed",
        outcome: "unknown",
        came: /^(a text|calls|half an|half of|nothing that)/.test(name),
      },
    }));
    await drive(api, behaviours, (result) => {
      const failure = result.ok ? null : (result.failure as Extract<Failure, { reason: "model-error" }>);
      return { cause: failure?.cause, outcome: failure?.outcome, came: (failure?.said ?? 0) > 0 };
    });
  });

  it.each(REFUSED)(
    "a refusal ($cause: $words) keeps its class and its words in every shape",
    async (refused) => {
      const behaviours = REFUSAL_SHAPES.map(({ name, body, label = "application/json", status }) => ({
        name,
        script: document(status ?? refused.status, body(refused), { "content-type": label }),
        expected: { cause: refused.cause, status: refused.status, outcome: "no-answer", told: true },
      }));
      await drive(api, behaviours, toldIn(refused.words));
    },
  );

  it("a refusal in another language is classed by its code, or by its words", async () => {
    const behaviours = IN_OTHER_LANGUAGES.map(({ cause, status, words, code }) => ({
      name: `${status} ${code ?? words}`,
      script: document(status, { error: { message: words, ...(code === undefined ? {} : { code }) } }),
      expected: { cause, status, outcome: "no-answer", told: true },
    }));
    await drive(api, behaviours, (result) => {
      const words = IN_OTHER_LANGUAGES.map((one) => one.words);
      const detail = !result.ok && result.failure.reason === "model-error" ? result.failure.detail : "";
      return { ...toldIn("")(result), told: words.some((one) => detail.startsWith(one)) };
    });
  });

  it("a call that the server could not read was made, and may be on the bill", async () => {
    const bodies = [
      { error: { message: "Failed to call a function.", code: "tool_use_failed", failed_generation: "{" } },
      { error: { message: "error parsing tool call: raw='{', err=unexpected end of JSON input" } },
    ];
    const behaviours = bodies.map((body, at) => ({
      name: body.error.message,
      script: document([400, 500][at] as number, body),
      expected: { cause: "malformed", status: [400, 500][at], outcome: "unknown", told: true },
    }));
    await drive(api, behaviours, toldIn(""));
  });

  it("a page that says nothing of a key is no refusal of the key, and the address is told", async () => {
    const page = "<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>x</body></html>";
    const behaviours = [
      {
        name: "403",
        script: document(403, page, { "content-type": "text/html" }),
        expected: { status: 403 },
      },
      {
        name: "200",
        script: document(200, { error: "Unexpected endpoint or method." }),
        expected: { status: null },
      },
    ].map(({ expected, ...one }) => ({
      ...one,
      expected: { cause: "refused", ...expected, outcome: "no-answer", told: true },
    }));
    await drive(api, behaviours, toldIn(`(asked ${server.url}`));
  });

  it("the time to come back is read wherever it stands", async () => {
    const now = Date.now();
    const told = TIMES.map(({ name, seconds, headers, body }) => ({
      name,
      script: document(429, body?.(now) ?? { error: { message: "Slow down." } }, headers?.(now)),
      expected: { at: expect.toSatisfy((at: number | null) => isAround(at, now + seconds * 1000)) },
    }));
    const soon = document(429, { error: { message: "Try again soon." } });
    const untold = { name: "no time", script: soon, expected: { at: null } };
    await drive<object>(api, [...told, untold], (result) => ({
      at: !result.ok && result.failure.reason === "model-error" ? result.failure.retryAt : undefined,
    }));
  });
});

/** Dates have whole seconds, and the requests took a while. */
function isAround(at: number | null, expected: number): boolean {
  return at !== null && at > expected - 1_100 && at < expected + 30_000;
}
