// How does a failure appear in the list of diagnostics? The same words as everywhere, in fields.

import type { Circumstance } from "../model/circumstance.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import type { Failure } from "../model/failure.ts";
import { circumstanceText } from "./circumstance-text.ts";
import { differencesText } from "./difference-text.ts";
import { placeIn, placeOf } from "./failure-place.ts";
import { failureText } from "./failure-text.ts";
import { plain } from "./plain.ts";
import { clashText } from "./plan-clash-text.ts";

/**
 * `target` is the address of the task or project that failed, or null for the workspace; `folder` is that of its project.
 * Never empty for a failure.
 */
export function diagnosticOf(
  failure: Failure,
  target: string | null,
  folder: string | null = null,
): Diagnostic[] {
  if (failure.reason === "invalid-spec" && failure.diagnostics.length > 0) return [...failure.diagnostics];
  const { message, detail, fix: next } = failureText(failure, target ?? undefined);
  const rest = restOf(failure, detail, target);
  const fix = [next, ...(rest === null ? [] : [rest]), ...circumstancesOf(failure).map(circumstanceText)]
    .map(plain)
    .join(" ");
  const whole: Diagnostic = {
    severity: "error",
    code: failure.reason,
    message,
    target,
    ...placeOf(failure, folder),
    fix,
  };
  if (failure.reason === "plan-conflict") {
    return failure.clashes.map((clash) => ({
      ...whole,
      message: plain(`Planned again, and edited by a person: ${clashText(clash)}.`),
      target: clash.task ?? failure.feature,
      file: `${failure.folder}/${clash.file}`,
    }));
  }
  if (failure.reason === "gates-failed") {
    const red = failure.results.filter((result) => !result.passed && result.evidence !== "");
    if (red.length > 0)
      return red.map((result) => ({
        ...whole,
        ...placeIn(result.evidence, folder),
        message: plain(`Gate ${result.gate} failed: ${result.evidence}`),
      }));
  }
  const said = evidenceIn(failure) ?? outputIn(failure, detail);
  if (said === null) return [whole];
  const place = whole.file === null ? placeIn(said, folder) : {};
  return [{ ...whole, message: plain(`${message} ${said}`), ...place }];
}

function circumstancesOf(failure: Failure): readonly Circumstance[] {
  switch (failure.reason) {
    case "setup-failed":
      return failure.circumstances ?? [];
    case "gate-broken":
      return failure.result.circumstances ?? [];
    case "gates-failed":
    case "product-failed":
      return failure.results.flatMap(({ circumstances = [] }) => circumstances);
    default:
      return [];
  }
}

/** The first line of what a gate said, where the message alone would leave a reader without a cause. */
function evidenceIn(failure: Failure): string | null {
  if (failure.reason !== "gate-broken" && failure.reason !== "product-failed") return null;
  const results = failure.reason === "gate-broken" ? [failure.result] : failure.results;
  const told = results.find(({ passed, evidence }) => !passed && evidence !== "");
  const said = told === undefined ? [] : [`${told.gate}: ${told.evidence}`];
  if (failure.reason === "gate-broken" && failure.differences !== undefined) {
    const [opening, ...facts] = differencesText(failure.differences);
    said.push(facts.length === 0 ? opening : `${opening} ${facts.join("; ")}.`);
  }
  return said.length === 0 ? null : said.join(" ");
}

/** Programs whose words are the only cause there is, and that say at the end why they stopped. */
const ENDS_WITH_CAUSE: ReadonlySet<Failure["reason"]> = new Set([
  "agent-exit",
  "agent-timeout",
  "service-failed",
] as const);
const BEGINS_WITH_CAUSE: ReadonlySet<Failure["reason"]> = new Set([
  "agents-unreachable",
  "filter-failed",
  "templates-not-fetched",
] as const);
/** The message tells as much as fits of what there is. */
const TELLS_CAUSE: ReadonlySet<Failure["reason"]> = new Set(["git", "unexpected"] as const);

/** The line of its detail that tells why, where the message does not. */
function outputIn(failure: Failure, detail: readonly string[]): string | null {
  if (BEGINS_WITH_CAUSE.has(failure.reason)) return detail.find((line) => line.trim() !== "")?.trim() ?? null;
  if (!ENDS_WITH_CAUSE.has(failure.reason)) return null;
  const printed = failure.reason === "service-failed" ? detail.slice(0, -1) : detail;
  return printed.findLast((line) => line.trim() !== "")?.trim() ?? null;
}

/** Where there is more than fits into one message, and nothing else of the diagnostic says where it is. */
function restOf(failure: Failure, detail: readonly string[], target: string | null): string | null {
  const isTask = target !== null && /^[^:/]+:[^:/]+$/.test(target);
  const told = TELLS_CAUSE.has(failure.reason) ? 0 : BEGINS_WITH_CAUSE.has(failure.reason) ? 1 : null;
  if (told === null || detail.length <= told) return null;
  return isTask
    ? `The full output is in .factory/tasks/${target.replace(":", "/")}.notes.md.`
    : "The full output is in the newest file of .factory/journal/.";
}
