import { expect, test } from "vitest";
import { type PriceQuery, priceOf } from "../../src/agents/prices.ts";

const tokens = { in: 1_000_000, out: 100_000, cached: 400_000 };
const query: PriceQuery = {
  kind: "openai",
  baseUrl: null,
  model: "gpt-4o",
  answered: null,
  tokens,
  at: Date.UTC(2026, 9, 1),
};

test("the workspace's own price wins, with cached tokens at their own rate", async () => {
  const own = { "gpt-4o": { in: 10, out: 100, cached: 1 } };
  expect(await priceOf(query, own)).toBeCloseTo(6 + 10 + 0.4);
});

test("a model of the table is priced by it, as its provider sells it", async () => {
  expect(await priceOf(query, {})).toBeCloseTo(0.6 * 2.5 + 0.4 * 1.25 + 0.1 * 10);
  const dated = { ...query, model: "gpt-4o-2024-08-06" };
  expect(await priceOf(dated, {})).toBeCloseTo(3);
  const gemini = { ...query, kind: "gemini", model: "gemini-2.5-flash" } as const;
  expect(await priceOf(gemini, {})).toBeGreaterThan(0);
  expect(await priceOf({ ...gemini, kind: "openai" }, {})).toBeNull();
});

test("a server of one's own sells what its provider would", async () => {
  expect(await priceOf({ ...query, baseUrl: "http://127.0.0.1:4010/v1" }, {})).toBeCloseTo(3);
  const other = { ...query, model: "deepseek-chat" };
  expect(await priceOf(other, {})).toBeNull();
  expect(await priceOf({ ...other, baseUrl: "https://api.deepseek.com/v1" }, {})).toBeGreaterThan(0);
});

test("a model that answered in another's place is what is paid for", async () => {
  const cheap = await priceOf({ ...query, model: "gpt-4o-mini" }, {});
  expect(await priceOf({ ...query, answered: "gpt-4o-mini" }, {})).toBe(cheap);
  expect(await priceOf({ ...query, answered: "what it calls itself" }, {})).toBeCloseTo(3);
});

test("what nobody knows has no price, and free is not unknown", async () => {
  const house = { ...query, model: "house-model" };
  expect(await priceOf(house, {})).toBeNull();
  expect(await priceOf(house, { "house-model": { in: 0, out: 0, cached: 0 } })).toBe(0);
});

test("a provider that counts more cached tokens than tokens is not believed", async () => {
  const odd = { ...query, tokens: { in: 1_000, out: 0, cached: 5_000 } };
  expect(await priceOf(odd, {})).toBeCloseTo(0.00125);
});
