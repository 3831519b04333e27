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
  const { message, fix: next } = failureText(failure, target ?? undefined);
  const fix = [next, ...circumstancesOf(failure).map(circumstanceText)].map(plain).join(" ");
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
      message: plain(`Planned anew, and edited by a person: ${clashText(clash)}.`),
      target: clash.task ?? failure.feature,
      file: `specs/${failure.feature}/${clash.file}`,
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
  const said = evidenceIn(failure);
  return [said === null ? whole : { ...whole, message: plain(`${message} ${said}`) }];
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
