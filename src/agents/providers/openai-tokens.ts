// What did an answer take, by the count of a server that speaks one of OpenAI's APIs? Each has its own names for it.

import type { CountedTokens } from "../../model/conversation.ts";
import type { Json } from "../../model/digest.ts";
import { type Fields, isFields } from "./content-parts.ts";

export function tokensOf(usage: Fields | null): CountedTokens | null {
  if (usage === null) return null;
  const told = figure(usage.prompt_tokens, usage.input_tokens);
  const made = figure(usage.completion_tokens, usage.output_tokens);
  if (told === undefined || made === undefined) return null;
  const details = usage.prompt_tokens_details ?? usage.input_tokens_details;
  const of = isFields(details) ? details : {};
  const cached =
    figure(
      of.cached_tokens,
      usage.prompt_cache_hit_tokens,
      usage.cache_read_input_tokens,
      usage.cached_tokens,
    ) ?? 0;
  const written =
    figure(of.cache_write_tokens, of.cache_creation_tokens, usage.cache_creation_input_tokens) ?? 0;
  // By Anthropic's names the cache is counted apart; gateways that hand them on beside OpenAI's add them, or do not.
  const isApart =
    cached + written > told || (usage.prompt_tokens === undefined && "cache_read_input_tokens" in usage);
  const given = told + (isApart ? cached + written : 0);
  // Some servers count thinking in the total alone.
  const rest = (figure(usage.total_tokens) ?? 0) - given;
  return { in: given, out: Math.max(made, rest), cached, ...(written === 0 ? {} : { written }) };
}

function figure(...values: readonly (Json | undefined)[]): number | undefined {
  return values.find((value): value is number => typeof value === "number" && value >= 0);
}
