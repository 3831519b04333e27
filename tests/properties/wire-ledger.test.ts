// Does our account ever say less than the provider's own, and is anything that was answered whole asked for again? For any
// sequence of what goes wrong on the wire, with the real providers, real calls on disk and a real ledger.

import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { modelOf } from "../../src/agents/providers/model.ts";
import { exchangeOpenai } from "../../src/agents/providers/openai-exchange.ts";
import { call, ends, message, response, says } from "../agents/responses-behaviours.ts";
import { asking, bench, coder, purpose } from "../pipeline/payment.ts";
import { tempFolder, value } from "../store/temp-folder.ts";
import { PATIENCE, runs } from "./field.ts";

const folder = tempFolder();
let runNumber = 0;

/** What becomes of one request. `whole`: the server has answered, and says so on its bill. */
interface Deed {
  readonly whole: boolean;
  /** Characters that it made and bills, as four for a token. */
  readonly made: number;
  readonly act: (response: ServerResponse) => void;
}

const event = (data: unknown) => `data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`;
const streams =
  (events: readonly unknown[], close: "end" | "cut" | "hang" = "end") =>
  (response: ServerResponse) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    const bytes = events.map(event).join("");
    if (close === "end") return void response.end(bytes);
    response.write(bytes, () => {
      if (close === "cut") setTimeout(() => response.socket?.destroy(), 20);
    });
  };
const refuses = (status: number, body: object) => (response: ServerResponse) =>
  void response.writeHead(status, { "retry-after-ms": "1" }).end(JSON.stringify(body));

/** What is said by one API, and how an answer ends by it. */
interface Form {
  readonly text: object;
  readonly thought: object;
  readonly call: object;
  /** Its last events; `counts`: tokens in and out. */
  readonly ends: (why: "stop" | "length", counts?: readonly [number, number]) => readonly object[];
  readonly document: object;
}

// A server keeps the limit of 1000 tokens, and makes no more where nobody sees it.
const LONG = "ä".repeat(1_500);
const SUMMARY = '{"summary":"done"}';

const delta = (fields: object, finish: string | null = null) => ({
  choices: [{ index: 0, delta: fields, finish_reason: finish }],
});

const FORMS: Readonly<Record<"chat" | "responses", Form>> = {
  chat: {
    text: delta({ content: LONG }),
    thought: delta({ reasoning_content: LONG }),
    call: delta({ tool_calls: [{ index: 0, id: "a", function: { name: "finish", arguments: SUMMARY } }] }),
    ends: (why, counts) => [
      delta({}, why),
      ...(counts === undefined
        ? []
        : [{ choices: [], usage: { prompt_tokens: counts[0], completion_tokens: counts[1] } }]),
    ],
    document: { choices: [{ message: { content: LONG }, finish_reason: null }] },
  },
  responses: {
    text: says(LONG),
    thought: { type: "response.reasoning_text.delta", item_id: "rs_1", output_index: 0, delta: LONG },
    call: ends(0, call("finish", SUMMARY)),
    ends: (why, counts) => {
      const usage = counts === undefined ? null : { input_tokens: counts[0], output_tokens: counts[1] };
      const status = why === "stop" ? "completed" : "incomplete";
      const details = why === "stop" ? null : { reason: "max_output_tokens" };
      const rest = { usage, status, incomplete_details: details };
      return [{ type: `response.${status}`, response: response([], rest) }];
    },
    document: response([message(LONG)], { status: null, usage: null }),
  },
};

const deedsOf = ({ text, thought, call, ends, document }: Form): Readonly<Record<string, Deed>> => ({
  answers: { whole: true, made: 3_000, act: streams([text, ...ends("stop", [40, 750]), "[DONE]"]) },
  "answers and counts nothing": {
    whole: true,
    made: 3_000,
    act: streams([text, ...ends("stop", [0, 0])]),
  },
  "answers and counts the one side": {
    whole: true,
    made: 3_000,
    act: streams([text, ...ends("stop", [40, 0])]),
  },
  "answers and does not count": { whole: true, made: 3_000, act: streams([text, "[DONE]"]) },
  "thinks, answers and does not count": {
    whole: true,
    made: 6_000,
    act: streams([thought, text, "[DONE]"]),
  },
  "thinks until the limit": { whole: true, made: 3_000, act: streams([thought, ...ends("length")]) },
  "calls and says no end": { whole: true, made: 30, act: streams([call]) },
  "answers and hangs": {
    whole: true,
    made: 3_000,
    act: streams([text, ...ends("stop"), "[DONE]"], "hang"),
  },
  "answers and breaks": { whole: true, made: 3_000, act: streams([text, ...ends("stop")], "cut") },
  "answers as a document called a stream": {
    whole: true,
    made: 3_000,
    act: (response) =>
      void response.writeHead(200, { "content-type": "text/event-stream" }).end(JSON.stringify(document)),
  },
  "breaks in the middle": { whole: false, made: 3_000, act: streams([text], "cut") },
  "swallows the end": { whole: false, made: 3_000, act: streams([thought, text]) },
  "fails in the middle": {
    whole: false,
    made: 3_000,
    act: streams([text, { error: { message: "upstream", code: 502 } }]),
  },
  "drops the connection": { whole: false, made: 3_000, act: (response) => void response.destroy() },
  "limits the rate": { whole: false, made: 0, act: refuses(429, { error: { message: "Slow down." } }) },
  "is overloaded": { whole: false, made: 0, act: refuses(503, { detail: "Busy." }) },
  "writes a call that it cannot read": {
    whole: false,
    made: 3_000,
    act: refuses(400, { error: { message: "Failed to call a function.", code: "tool_use_failed" } }),
  },
  "refuses in a success": {
    whole: false,
    made: 0,
    act: streams([{ error: { message: "Slow down.", code: 429, retry_after_ms: 1 } }]),
  },
  "refuses for good": { whole: false, made: 0, act: refuses(400, { message: "prompt is too long" }) },
});

test.each(["chat", "responses"] as const)(
  "the ledger says at least what the provider bills, and nothing whole is asked for again: %s",
  async (api) => {
    const deeds = deedsOf(FORMS[api]);
    const deed = fc.constantFrom(...Object.keys(deeds));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(deed, { maxLength: 4 }), { minLength: 1, maxLength: 4 }),
        async (plans) => {
          const billed = new Map<string, { tokens: number; whole: number }>();
          const asked = new Map<string, number>();
          const server = createServer(async (request, response) => {
            let body = "";
            for await (const chunk of request) body += chunk;
            const at = Number(/question (\d)/.exec(body)?.[1]);
            const nth = asked.get(body) ?? 0;
            asked.set(body, nth + 1);
            const { whole, made, act } = deeds[plans[at]?.[nth] ?? "answers"] as Deed;
            const { tokens, whole: before } = billed.get(body) ?? { tokens: 0, whole: 0 };
            const given = made === 0 ? 0 : Math.ceil(`Write.question ${at}`.length / 4);
            billed.set(body, { tokens: tokens + given + made / 4, whole: before + (whole ? 1 : 0) });
            act(response);
          });
          await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
          const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
          const told: string[] = [];
          const dir = join(folder(), String(runNumber++));
          const limit = 1_000;
          for (const build of [1, 2]) {
            const { paid, ledger, calls } = await bench(dir, baseUrl, {
              caps: { build: limit, perTask: null },
              models: async (declaration) =>
                modelOf(
                  exchangeOpenai,
                  { ...declaration, baseUrl, compat: { api } },
                  { [declaration.keyEnv]: "k" },
                ),
              tell: ({ type }) => told.push(type),
            });
            const before = sum(billed);
            const ask = paid.askFor(coder, purpose);
            await Promise.all(plans.map((_, at) => ask(asking(`question ${at}`))));
            // What is left in the budget shows what was put down.
            const left = limit - (sum(billed) - before) / 1_000;
            const more = await ledger.reserve(
              left + 0.001,
              { task: null, project: null },
              new AbortController().signal,
            );
            expect({ build, isHeld: !more.ok }).toEqual({ build, isHeld: true });
            value(calls.close());
          }
          expect([...billed.values()].filter(({ whole }) => whole > 1)).toEqual([]);
          server.closeAllConnections();
          await new Promise((resolve) => server.close(resolve));
        },
      ),
      runs(20),
    );
  },
  PATIENCE,
);

function sum(billed: ReadonlyMap<string, { readonly tokens: number }>): number {
  return [...billed.values()].reduce((all, { tokens }) => all + tokens, 0);
}
