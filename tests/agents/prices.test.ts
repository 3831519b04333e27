import { expect, test } from "vitest";
import { type Consumption, priceOf, priceOfProgram } from "../../src/agents/prices.ts";
import type { HostedDeclaration } from "../../src/model/agent-declaration.ts";
import type { Price } from "../../src/model/workspace.ts";
import { declarationOf } from "./model-contract.ts";
import { programOf } from "./presets/workshop.ts";

const tokens = { in: 1_000_000, out: 100_000, cached: 400_000 };
/** What it costs now at a model of OpenAI's, unless told otherwise. */
function priced(
  own: Readonly<Record<string, Price>>,
  { provider = "openai", baseUrl = null, model = "gpt-4o", ...consumption }: Priced = {},
): Promise<number | null> {
  const declaration = declarationOf(provider, baseUrl, { model });
  return priceOf(declaration, { answered: null, tokens, at: AT, ...consumption }, own);
}

type Priced = Partial<Consumption & Pick<HostedDeclaration, "provider" | "baseUrl" | "model">>;

const AT = Date.UTC(2026, 9, 1);

test("the workspace's own price wins, with what was read from a cache or put into one at its own rate", async () => {
  const own = { "gpt-4o": { in: 10, out: 100, cached: 1, written: 20 } };
  expect(await priced(own)).toBeCloseTo(6 + 10 + 0.4);
  expect(await priced(own, { tokens: { ...tokens, written: 100_000 } })).toBeCloseTo(5 + 10 + 0.4 + 2);
});

test("a model of the table is priced by it, as its provider sells it", async () => {
  expect(await priced({})).toBeCloseTo(0.6 * 2.5 + 0.4 * 1.25 + 0.1 * 10);
  expect(await priced({}, { model: "gpt-4o-2024-08-06" })).toBeCloseTo(3);
  const gemini = { model: "gemini-2.5-flash" };
  expect(await priced({}, { ...gemini, provider: "gemini" })).toBeGreaterThan(0);
  expect(await priced({}, gemini)).toBeNull();
});

test("what was put into a cache costs what its provider takes for it", async () => {
  const claude = { model: "claude-3-5-haiku-latest", baseUrl: "https://api.anthropic.com" };
  const all = { in: 100_000, out: 0, cached: 0 };
  const usual = (await priced({}, { ...claude, tokens: all })) as number;
  expect(await priced({}, { ...claude, tokens: { ...all, written: 100_000 } })).toBeCloseTo(1.25 * usual);
});

test("a server of one's own sells what its provider would", async () => {
  expect(await priced({}, { baseUrl: "http://127.0.0.1:4010/v1" })).toBeCloseTo(3);
  const other = { model: "deepseek-chat" };
  expect(await priced({}, other)).toBeNull();
  expect(await priced({}, { ...other, baseUrl: "https://api.deepseek.com/v1" })).toBeGreaterThan(0);
});

test("a model that answered in another's place is what is paid for", async () => {
  const cheap = await priced({}, { model: "gpt-4o-mini" });
  expect(await priced({}, { answered: "gpt-4o-mini" })).toBe(cheap);
  expect(await priced({}, { answered: "what it calls itself" })).toBeCloseTo(3);
});

test("what nobody knows has no price, and free is not unknown", async () => {
  const house = { model: "house-model" };
  expect(await priced({}, house)).toBeNull();
  expect(await priced({ "house-model": { in: 0, out: 0, cached: 0, written: 0 } }, house)).toBe(0);
});

test("a provider that counts more cached tokens than tokens is not believed", async () => {
  const odd = { in: 1_000, out: 0, cached: 5_000 };
  expect(await priced({}, { tokens: odd })).toBeCloseTo(0.00125);
});

test("a program that told of tokens alone is priced as whoever it asks sells them", async () => {
  const cost = (preset: string | null, model: string | null, answered: string | null = null) =>
    priceOfProgram(programOf({ preset, model }), { answered, tokens, at: AT }, {});
  expect(await cost("codex", "gpt-4o")).toBeCloseTo(3);
  expect(await cost("codex", "gemini-2.5-flash")).toBeNull();
  expect(await cost("gemini", "gpt-4o", "gemini-2.5-flash")).toBeGreaterThan(0);
  expect(await cost("opencode", "openai/gpt-4o")).toBeCloseTo(3);
  expect(await cost(null, null, "gpt-4o")).toBeCloseTo(3);
  expect(await cost("opencode", null)).toBeNull();
});
