// What did an answer take, by the count of a server that speaks one of OpenAI's APIs? Each has its own names for it.

import type { Json } from "../../model/digest.ts";
import type { Tokens } from "../../model/output.ts";
import { type Fields, isFields } from "./content-parts.ts";

export function tokensOf(usage: Fields | null): Tokens | null {
  if (usage === null) return null;
  const figure = (...values: readonly (Json | undefined)[]) =>
    values.find((value): value is number => typeof value === "number" && value >= 0);
  const given = figure(usage.prompt_tokens, usage.input_tokens);
  const made = figure(usage.completion_tokens, usage.output_tokens);
  if (given === undefined || made === undefined) return null;
  const details = usage.prompt_tokens_details ?? usage.input_tokens_details;
  const cached = figure(isFields(details) ? details.cached_tokens : undefined, usage.prompt_cache_hit_tokens);
  // Some servers count thinking in the total alone.
  const rest = (figure(usage.total_tokens) ?? 0) - given;
  return { in: given, out: Math.max(made, rest), cached: cached ?? 0 };
}
