// What do so many tokens of a model cost? The workspace's own prices first, then a table that a library brings and that
// is loaded only here. What nobody knows is null, never zero.

import type { Tokens } from "../model/output.ts";
import type { Price } from "../model/workspace.ts";

export interface PriceQuery {
  /** Whose API is spoken; it tells apart models of the same name. Null where that is not known. */
  readonly kind: "openai" | "gemini" | null;
  readonly baseUrl: string | null;
  /** As configured. */
  readonly model: string;
  /** As the provider says it answered, which may be dated, or another one altogether; null where it does not say. */
  readonly answered: string | null;
  readonly tokens: Tokens;
  /** Milliseconds since the epoch: prices have dates. */
  readonly at: number;
}

const MILLION = 1_000_000;
const PROVIDERS = { openai: "openai", gemini: "google" } as const;

/** In USD; null where the price is unknown. */
export async function priceOf(
  query: PriceQuery,
  overrides: Readonly<Record<string, Price>>,
): Promise<number | null> {
  const tokens = { ...query.tokens, cached: Math.min(query.tokens.cached, query.tokens.in) };
  for (const model of [query.answered, query.model]) {
    const own = model === null ? undefined : overrides[model];
    if (own !== undefined) return ownPrice(tokens, own);
  }
  const { calcPrice } = await import("@pydantic/genai-prices");
  const usage = {
    input_tokens: tokens.in,
    cache_read_tokens: tokens.cached,
    output_tokens: tokens.out,
  };
  const timestamp = new Date(query.at);
  for (const model of [query.answered, query.model]) {
    if (model === null) continue;
    // A server of one's own usually stands before the provider whose API it speaks.
    const places = [
      ...(query.baseUrl === null ? [] : [{ providerApiUrl: query.baseUrl }]),
      ...(query.kind === null ? [{}] : [{ providerId: PROVIDERS[query.kind] }]),
    ];
    for (const place of places) {
      const found = calcPrice(usage, model, { ...place, timestamp });
      if (found !== null) return found.total_price;
    }
  }
  return null;
}

function ownPrice(tokens: Tokens, price: Price): number {
  const fresh = tokens.in - tokens.cached;
  return (fresh * price.in + tokens.cached * price.cached + tokens.out * price.out) / MILLION;
}
