// Do requests begin alike, so that providers need not read the same again? What they keep begins with the tools and the system
// prompt, and goes on with the messages; it holds up to the first byte that is another. Looked at on the wire.

import { expect, test } from "vitest";
import { ModelServer } from "../rig/model-server.ts";
import { KEYS, smallWork, smallWorker, unplannedBills } from "../rig/small-work.ts";
import { type Exchange, WireGate } from "../rig/wire-gate.ts";

interface Body {
  readonly tools?: readonly unknown[];
  readonly messages: readonly { readonly role: string; readonly content: string }[];
}

/** A request in the order in which providers read it. */
function readIn({ body }: Exchange): string {
  const { tools = [], messages } = JSON.parse(body) as Body;
  return [...tools, ...messages].map((part) => JSON.stringify(part)).join("\n");
}

function shared(one: string, other: string): string {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length++;
  return one.slice(0, length);
}

const RULES = Array.from(
  { length: 8 },
  (_, at) => `Rule ${at} of this project says what every file of it has.`,
);

test.each(["openai", "gemini"] as const)(
  "a turn repeats the whole request before it, and a task all that holds for every task: %s",
  async (kind) => {
    await using server = await ModelServer.listen(smallWorker());
    await using wire = await WireGate.open(server.url);
    await using rig = await smallWork(wire, { kind, tasks: 2 });
    rig.edit("projects.yaml", "version: 1\n", `version: 1\nrules: ${JSON.stringify(RULES)}\n`);
    const built = await rig.factoryWith(KEYS, "build", "-j1");
    expect(built.code, built.stdout + built.stderr).toBe(0);
    const requests = wire.exchanges.map(kind === "openai" ? readIn : geminiIn);
    expect(requests).toHaveLength(6);
    for (const turn of [1, 2, 4, 5])
      expect(requests[turn]?.startsWith(requests[turn - 1] as string), `turn ${turn}`).toBe(true);
    const [first = "", other = ""] = [requests[0], requests[3]];
    const common = shared(first, other);
    // Tools, prompt and rules; then the first word that is the task's own.
    expect(common).toContain(RULES.at(-1));
    expect(common).toMatch(/# Task work:T0$/);
    expect(common.length / first.length).toBeGreaterThan(0.9);
  },
);

function geminiIn({ body }: Exchange): string {
  const { tools, systemInstruction, contents } = JSON.parse(body);
  return [tools, systemInstruction, ...contents].map((part) => JSON.stringify(part)).join("\n");
}

test("whoever is asked again repeats all but what was refused", async () => {
  const asksFor = (text: string) => Number(/at most (\d+) bytes/.exec(text)?.[1]);
  await using server = await ModelServer.listen(({ system, messages }) => {
    const text = messages[0]?.text ?? "";
    if (!system.includes("three planners who work side by side")) return { text: "no plan" };
    return {
      text: "word ".repeat(Math.ceil((asksFor(text) * (text.includes("room is for") ? 0.9 : 1.2)) / 5)),
    };
  });
  await using wire = await WireGate.open(server.url);
  await using rig = await unplannedBills(wire.openai);
  await rig.factoryWith(KEYS, "plan", "bills");
  const again = wire.exchanges.filter(({ body }) => body.includes("room is for"));
  expect(again).toHaveLength(3);
  for (const one of again) {
    const [system] = (JSON.parse(one.body) as Body).messages;
    const before = wire.exchanges.find(
      ({ body }) =>
        !body.includes("room is for") && (JSON.parse(body) as Body).messages[0]?.content === system?.content,
    ) as Exchange;
    const common = shared(readIn(before), readIn(one));
    expect(readIn(before).slice(common.length)).toMatch(/^(Room|[^#]{0,40}Your whole answer)/);
  }
});
