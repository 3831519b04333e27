// What do so many tokens of a model cost? The workspace's own prices first, then a table that a library brings and that
// is loaded only here. What nobody knows is null, never zero.

import type { CommandDeclaration, HostedDeclaration } from "../model/agent-declaration.ts";
import type { CountedTokens } from "../model/conversation.ts";
import type { Price } from "../model/workspace.ts";
import { presetOf } from "./presets/preset-names.ts";
import { providerOf } from "./providers/provider-kinds.ts";

/** What one or several calls used up. */
export interface Consumption {
  /** The model that answered, by its own word: it may be dated, or another one altogether. Null where nobody says. */
  readonly answered: string | null;
  readonly tokens: CountedTokens;
  /** Milliseconds since the epoch: prices have dates. */
  readonly at: number;
}

type OwnPrices = Readonly<Record<string, Price>>;

const MILLION = 1_000_000;

/** In USD; null where the price is unknown. */
export function priceOf(
  declaration: HostedDeclaration,
  consumption: Consumption,
  own: OwnPrices,
): Promise<number | null> {
  const { seller } = providerOf(declaration);
  const { baseUrl, model } = declaration;
  // A server of one's own usually stands before the provider whose API it speaks.
  const places = [...(baseUrl === null ? [] : [{ providerApiUrl: baseUrl }]), { providerId: seller }];
  return priceAt(places, [consumption.answered, model], consumption, own);
}

/** The same for a program, where it told of tokens alone. */
export async function priceOfProgram(
  { model, preset }: CommandDeclaration,
  consumption: Consumption,
  own: OwnPrices,
): Promise<number | null> {
  const { tokens } = consumption;
  const said = consumption.answered ?? model;
  // Programs of the user's are priced only where they say which model it was.
  if (said === null || tokens.in + tokens.out === 0) return null;
  const seller = preset === null ? null : (await presetOf(preset)).seller;
  // Presets name models as `provider/model`.
  const name = said.slice(said.lastIndexOf("/") + 1);
  return priceAt([seller === null ? {} : { providerId: seller }], [name], consumption, own);
}

type Place = { readonly providerApiUrl: string } | { readonly providerId: string } | Record<string, never>;

async function priceAt(
  places: readonly Place[],
  models: readonly (string | null)[],
  consumption: Consumption,
  own: OwnPrices,
): Promise<number | null> {
  const { at, tokens: counted } = consumption;
  const cached = Math.min(counted.cached, counted.in);
  const tokens = { ...counted, cached, written: Math.min(counted.written ?? 0, counted.in - cached) };
  for (const model of models) {
    const price = model === null ? undefined : own[model];
    if (price !== undefined) return ownPrice(tokens, price);
  }
  const { calcPrice } = await import("@pydantic/genai-prices");
  const usage = {
    input_tokens: tokens.in,
    cache_read_tokens: tokens.cached,
    cache_write_tokens: tokens.written,
    output_tokens: tokens.out,
  };
  const timestamp = new Date(at);
  for (const model of models) {
    if (model === null) continue;
    for (const place of places) {
      const found = calcPrice(usage, model, { ...place, timestamp });
      if (found !== null) return found.total_price;
    }
  }
  return null;
}

function ownPrice({ in: given, out, cached, written = 0 }: CountedTokens, price: Price): number {
  const fresh = given - cached - written;
  return (fresh * price.in + cached * price.cached + written * price.written + out * price.out) / MILLION;
}
