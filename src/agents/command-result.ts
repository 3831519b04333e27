// What did a command agent tell about its work in FACTORY_RESULT? All of it is optional, and none of it is trusted: what
// has the wrong shape is left out with a sentence, for an attempt is not lost to a bad report.

import * as z from "zod";
import { NO_USAGE, type Usage } from "../model/output.ts";
import { plainText } from "../platform/process-output.ts";
import type { LeftBehind } from "../platform/process-report.ts";

export const RESULT_BYTES = 1024 * 1024;

export interface CommandResult {
  readonly usage: Usage;
  readonly question: string | null;
  readonly notes: string | null;
  /** The answer, where it was asked for a text. */
  readonly text: string | null;
  /** What could not be read of the report, one sentence each. */
  readonly complaints: readonly string[];
}

const COUNT = z.number().int().nonnegative();
const TEXT = z.string().transform((text) => plainText(text).trim() || null);
const FIELDS = {
  usage: z.object({ in: COUNT.default(0), out: COUNT.default(0), cached: COUNT.default(0) }).nullable(),
  usd: z.number().nonnegative().nullable(),
  question: TEXT.nullable(),
  notes: TEXT.nullable(),
  text: TEXT.nullable(),
};

export function readResult(left: LeftBehind): CommandResult {
  if (left.kind === "missing") return interpret({});
  if (left.kind === "refused") return interpret({}, `FACTORY_RESULT ${left.why}`);
  try {
    const value: unknown = JSON.parse(left.text);
    if (value !== null && typeof value === "object" && !Array.isArray(value)) return interpret(value);
    return interpret({}, "FACTORY_RESULT holds no JSON object");
  } catch (error) {
    return interpret({}, `FACTORY_RESULT is not JSON: ${plainText((error as Error).message)}`);
  }
}

function interpret(report: object, complaint?: string): CommandResult {
  const complaints = complaint === undefined ? [] : [complaint];
  const field = <T>(name: keyof typeof FIELDS, schema: z.ZodType<T>): T | null => {
    const value: unknown = Object.hasOwn(report, name) ? report[name as keyof object] : null;
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    complaints.push(`FACTORY_RESULT: ${name} is left out: ${parsed.error.issues[0]?.message}`);
    return null;
  };
  const tokens = field("usage", FIELDS.usage) ?? NO_USAGE.tokens;
  // The program was called once, as far as we know; without a price of its own the price is unknown, not zero.
  const usage = { calls: 1, tokens, usd: field("usd", FIELDS.usd) };
  const question = field("question", FIELDS.question);
  const notes = field("notes", FIELDS.notes);
  return { usage, question, notes, text: field("text", FIELDS.text), complaints };
}
