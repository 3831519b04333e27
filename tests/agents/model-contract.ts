// What must hold for every provider of models? The promises of src/agents/providers/model.ts, on real wires.

import { LLMock } from "@copilotkit/aimock";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Model } from "../../src/agents/providers/model.ts";
import type { HostedDeclaration } from "../../src/model/agent-declaration.ts";
import type { ModelAnswer, ModelRequest } from "../../src/model/conversation.ts";
import type { Failure } from "../../src/model/failure.ts";
import { deadAddress, document, streaming, type WireServer, wireServer } from "./wire-server.ts";

export const KEY = "sk-secret-of-the-test";

/** How one provider is called, and what it would send. */
export interface ModelCast {
  /** A model at the server; `key` is KEY where none is named. */
  readonly model: (at: string | null, fields?: Partial<HostedDeclaration>, key?: string) => Model;
  /** Events of a stream that says these texts. */
  readonly pieces: (...texts: readonly string[]) => readonly unknown[];
  /** Its last events: the end, and a count of 10 tokens in and 5 out. */
  readonly end: readonly unknown[];
  readonly endUncounted: readonly unknown[];
  /** Body of a refusal. */
  readonly refusal: (status: number, message: string) => unknown;
}

export function declarationOf(
  provider: string,
  baseUrl: string | null,
  fields: Partial<HostedDeclaration> = {},
): HostedDeclaration {
  return {
    id: "coder",
    place: { file: "projects.yaml", line: 1, column: 1 },
    kind: "hosted",
    provider,
    model: "model-1",
    baseUrl,
    keyEnv: "ACME_API_KEY",
    maxTurns: 10,
    maxOutputTokens: null,
    temperature: null,
    silenceMs: 60_000,
    ...fields,
  };
}

export function saying(text: string, fields: Partial<ModelRequest> = {}): ModelRequest {
  return { system: "", messages: [{ role: "user", text }], tools: [], ...fields };
}

export const WEATHER_TOOL = {
  name: "get_weather",
  description: "Tells the weather.",
  parameters: {
    type: "object",
    properties: { city: { type: "string" } },
    required: ["city"],
    additionalProperties: false,
  },
} as const;

export async function answer(
  model: Model,
  request: ModelRequest | string = "hello",
  signal = new AbortController().signal,
): Promise<ModelAnswer> {
  const result = await model.ask(typeof request === "string" ? saying(request) : request, signal);
  if (!result.ok) throw new Error(JSON.stringify(result.failure));
  return result.value;
}

export async function failure(model: Model, signal = new AbortController().signal): Promise<Failure | null> {
  const result = await model.ask(saying("hello"), signal);
  return result.ok ? null : result.failure;
}

export function describeModel(name: string, cast: ModelCast): void {
  const { model, pieces, end } = cast;

  describe(`${name}, as a model,`, () => {
    let mock: LLMock;
    beforeAll(async () => {
      mock = await LLMock.create({ port: 0, strict: true });
    });
    afterAll(() => mock.stop());

    it("answers with text and what it cost", async () => {
      mock.onMessage("greet", { content: "Good morning" });
      expect(await answer(model(mock.url), "greet me")).toMatchObject({
        text: "Good morning",
        toolCalls: [],
        end: "stop",
        tokens: { in: expect.any(Number), out: expect.any(Number), cached: 0 },
      });
    });

    it("calls tools, and goes on with their answers", async () => {
      const call = { name: "get_weather", arguments: '{"city":"Oslo"}' };
      mock.on({ userMessage: "weather", hasToolResult: false }, { toolCalls: [call] });
      mock.on({ predicate: ({ messages }) => messages.at(-1)?.role === "tool" }, { content: "cold" });
      const request = saying("weather?", { tools: [WEATHER_TOOL] });
      const first = await answer(model(mock.url), request);
      expect(first).toMatchObject({ text: "", end: "tools", toolCalls: [call] });
      const [{ id, name }] = first.toolCalls as [ModelAnswer["toolCalls"][0]];
      const { text, toolCalls, verbatim } = first;
      const second = await answer(model(mock.url), {
        ...request,
        messages: [
          ...request.messages,
          { role: "model", text, toolCalls, verbatim },
          { role: "tools", answers: [{ id, name, text: "-5" }] },
        ],
      });
      expect(second).toMatchObject({ text: "cold", toolCalls: [], end: "stop" });
    });

    it("puts the pieces of a stream together", async () => {
      await using server = await wireServer(streaming([...pieces("Hel", "lo ", "wörld"), ...end]));
      expect(await answer(model(server.url))).toMatchObject({
        text: "Hello wörld",
        end: "stop",
        tokens: { in: 10, out: 5, cached: 0 },
      });
    });

    it("does not know what an answer cost that was not counted", async () => {
      await using server = await wireServer(streaming([...pieces("Hi"), ...cast.endUncounted]));
      expect((await answer(model(server.url))).tokens).toBeNull();
    });

    it("answers many at once, each with its own", async () => {
      await using server = await wireServer((response, seen) => {
        const said = /word-\d+/.exec(JSON.stringify(seen.body))?.[0] as string;
        return streaming([...pieces(said), ...end])(response, seen);
      });
      const warnings: Error[] = [];
      const warned = (warning: Error) => warnings.push(warning);
      process.on("warning", warned);
      const words = Array.from({ length: 20 }, (_, at) => `word-${at}`);
      const { signal } = new AbortController();
      const answers = await Promise.all(words.map((word) => answer(model(server.url), word, signal)));
      process.off("warning", warned);
      expect(answers.map(({ text }) => text)).toEqual(words);
      expect(warnings).toEqual([]);
    });

    it("sends nothing once it is cancelled", async () => {
      await using server = await wireServer(streaming([...pieces("Hi"), ...end]));
      expect(await failure(model(server.url), AbortSignal.abort())).toEqual({ reason: "cancelled" });
      expect(server.seen).toEqual([]);
    });

    it("is cancelled while it waits, and lets go of the connection", async () => {
      for (const events of [null, pieces("Hi")]) {
        const controller = new AbortController();
        let closed: Promise<unknown> = Promise.resolve();
        await using server = await wireServer((response, seen) => {
          closed = new Promise((resolve) => response.on("close", resolve));
          if (events !== null) streaming(events, { close: "hang" })(response, seen);
          setTimeout(() => controller.abort(), 50);
        });
        expect(await failure(model(server.url), controller.signal)).toEqual({ reason: "cancelled" });
        await closed;
      }
    });

    it("gives up on silence, before the first byte and after it", async () => {
      for (const events of [null, pieces("Hi")]) {
        await using server = await wireServer((response, seen) =>
          events === null ? null : streaming(events, { close: "hang" })(response, seen),
        );
        expect(await failure(model(server.url, { silenceMs: 1000 }))).toEqual({
          ...(events === null ? {} : { said: 2 }),
          reason: "model-error",
          agent: "coder",
          cause: "silence",
          status: null,
          detail: "nothing came for 1s",
          retryAt: null,
          outcome: "unknown",
        });
      }
    });

    it("does not give up on an answer that is only long", async () => {
      const texts = "a long and slow answer that never pauses".split(" ");
      await using server = await wireServer(streaming([...pieces(...texts), ...end], { pause: 300 }));
      const { text } = await answer(model(server.url, { silenceMs: 1500 }));
      expect(text).toBe(texts.join(""));
    });

    it("knows that a request which never left may be sent again for nothing", async () => {
      expect(await failure(model(await deadAddress()))).toMatchObject({
        cause: "network",
        detail: expect.stringContaining("ECONNREFUSED"),
        outcome: "no-answer",
      });
      expect(await failure(model("http://host.invalid"))).toMatchObject({
        cause: "network",
        outcome: "no-answer",
      });
    });

    it("does not know what became of a request whose connection broke", async () => {
      const cut = streaming(pieces("Hal"), { close: "cut" });
      for (const script of [(response: Parameters<typeof cut>[0]) => response.socket?.destroy(), cut]) {
        await using server = await wireServer(script);
        expect(await failure(model(server.url))).toMatchObject({ cause: "network", outcome: "unknown" });
        expect(server.seen).toHaveLength(1);
      }
    });

    it("keeps an answer whose connection broke after the last word", async () => {
      await using server = await wireServer(
        streaming([...pieces("All of it"), ...cast.endUncounted], { close: "cut" }),
      );
      expect(await answer(model(server.url))).toMatchObject({ text: "All of it", end: "stop" });
    });

    it("takes for an answer only what is one", async () => {
      const web = { "content-type": "text/html; charset=utf-8" };
      const scripts = {
        "half a stream": streaming(pieces("Hal")),
        "an empty stream": streaming([]),
        "no JSON": streaming([...pieces("Hal"), '{"choices": [{'] as unknown[]),
      };
      for (const [what, script] of Object.entries(scripts)) {
        await using server = await wireServer(script);
        const failed = await failure(model(server.url));
        expect({ what, failed }).toMatchObject({ what, failed: { cause: "malformed", outcome: "unknown" } });
      }
      await using page = await wireServer(document(200, "<html><body>Sign in</body></html>", web));
      expect(await failure(model(page.url))).toMatchObject({
        cause: "malformed",
        detail: "the server answered with a web page: Sign in",
        outcome: "no-answer",
      });
    });

    it("lets a model end without a word, as it does when its work is done", async () => {
      await using server = await wireServer(streaming([...pieces(""), ...end]));
      expect(await answer(model(server.url))).toMatchObject({ text: "", toolCalls: [], end: "stop" });
    });

    it("classes refusals, and asks only once", async () => {
      const causes = {
        400: "refused",
        401: "auth",
        402: "quota",
        403: "auth",
        404: "refused",
        408: "overloaded",
        429: "rate",
        500: "overloaded",
        503: "overloaded",
        529: "overloaded",
      };
      for (const [status, cause] of Object.entries(causes)) {
        await using server = await refusing(cast, Number(status), "It is\n so.");
        expect(await failure(model(server.url))).toEqual({
          reason: "model-error",
          agent: "coder",
          cause,
          status: Number(status),
          detail: expect.stringMatching(status === "404" ? /^It is so\. \(asked http:.*\)$/ : /^It is so\.$/),
          retryAt: null,
          outcome: "no-answer",
        });
        expect(server.seen).toHaveLength(1);
      }
    });

    it("does not know what became of a request that a gateway gave up", async () => {
      await using server = await refusing(cast, 504, "upstream timed out");
      expect(await failure(model(server.url))).toMatchObject({ cause: "overloaded", outcome: "unknown" });
    });

    it("understands a refusal that is a web page, or nothing", async () => {
      for (const body of ["<html>Bad gateway</html>", ""]) {
        await using server = await wireServer(document(502, body, { "content-type": "text/html" }));
        expect(await failure(model(server.url))).toMatchObject({ cause: "overloaded", status: 502 });
      }
    });

    it("never tells the key, nor more than a line", async () => {
      const said = `Incorrect API key provided: ${KEY} (sk-sec****test). ${"So it is. ".repeat(100)}`;
      await using server = await refusing(cast, 401, said);
      const told = JSON.stringify(await failure(model(server.url)));
      expect(told).not.toContain("secret");
      expect(told).not.toContain("sk-sec");
      expect(told.length).toBeLessThan(500);
    });

    it("tells of a missing or impossible key without a request", async () => {
      const auth = { cause: "auth", detail: expect.stringContaining("ACME_API_KEY"), outcome: "no-answer" };
      expect(await failure(model(null, {}, ""))).toMatchObject(auth);
      const told = await failure(model("http://host.invalid", {}, "sk-1\nsk-2"));
      expect(told).toMatchObject(auth);
      expect(JSON.stringify(told)).not.toContain("sk-1");
    });

    it("asks a compatible server also without a key", async () => {
      await using server = await wireServer(streaming([...pieces("Hi"), ...end]));
      expect((await answer(model(server.url, {}, ""))).text).toBe("Hi");
    });
  });
}

function refusing(cast: ModelCast, status: number, message: string): Promise<WireServer> {
  return wireServer(document(status, cast.refusal(status, message)));
}
