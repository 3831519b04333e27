// Which values does a shell command ask for? What stands in other double braces is the command's own, unless it looks so
// much like a name of ours that it was meant to be one.

import type { Findings, Subject } from "../findings/findings.ts";
import { suggestion } from "../findings/nearest.ts";

/** The names of `known` that `run` asks for; a warning for each other. `whose` begins it, such as `The gate test`. */
export function placeholdersIn(
  run: string,
  known: readonly string[],
  {
    whose,
    subject,
    findings,
  }: { readonly whose: string; readonly subject: Subject; readonly findings: Findings },
): ReadonlySet<string> {
  const named = new Set<string>();
  for (const [text, name = ""] of run.matchAll(/\{\{\s*(\w+)\s*\}\}/g)) {
    named.add(name);
    if (known.includes(name)) continue;
    findings.warning("unknown-placeholder", subject, {
      message: `${whose} runs with ${text} unchanged: nothing replaces it.`,
      fix: suggestion(
        `{{${name}}}`,
        known.map((one) => `{{${one}}}`),
      ),
    });
  }
  return named;
}
