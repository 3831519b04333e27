// Is every acceptance criterion of a task proved by a test that passed? It goes by the criterion's tag in the test's
// name, and does not know whether the test is worth its name.

import type { GateResult } from "../model/inspection.ts";
import { testedCriteria } from "../model/proof.ts";
import { type Criterion, criterionTag, criterionWord, type Task, wordOf } from "../model/task.ts";
import { oneLine } from "./evidence.ts";
import type { TestCase } from "./test-case.ts";

/**
 * The built-in gate `acceptance`. A criterion is met where at least one test that carries its tag, or has the name that it
 * asks for, passed, and none failed; a skipped test proves nothing. What a reviewer or another gate shows is no matter of
 * tests. `features` are the ids of all features: a word such as `old_bills_t01_a1` is of
 * `old-bills` where there is one, and not of `bills`.
 */
export function acceptanceGate(
  task: Task,
  cases: readonly TestCase[],
  features: readonly string[] = [],
): GateResult {
  const findings = testedCriteria(task).flatMap((criterion) => finding(task, criterion, { cases, features }));
  return {
    gate: "acceptance",
    passed: findings.length === 0,
    ms: 0,
    evidence: oneLine(findings.join("; ")),
    output: findings.join("\n"),
    end: "built-in",
  };
}

interface Tests {
  readonly cases: readonly TestCase[];
  readonly features: readonly string[];
}

function finding(task: Task, criterion: Criterion, { cases, features }: Tests): string[] {
  const tag = criterionTag(task.id, criterion.id);
  const { proof } = criterion;
  const named = typeof proof === "object" && "test" in proof ? proof.test : null;
  const proves = named === null ? tagMatcher(task, criterion, features) : nameMatcher(named);
  const carriers = cases.filter(({ classname, name }) => proves(`${classname} ${name}`));
  if (carriers.some((test) => test.outcome === "failed")) return [`${tag} failed: ${criterion.text}`];
  if (carriers.some((test) => test.outcome === "passed")) return [];
  if (carriers.length > 0) return [`${tag} is skipped: ${criterion.text}`];
  if (named === null) return [`${tag} has no test: ${criterion.text}`];
  return [`${tag} needs the test ${JSON.stringify(named)}, which no gate reports: ${criterion.text}`];
}

function tagMatcher(
  task: Task,
  criterion: Criterion,
  features: readonly string[],
): (text: string) => boolean {
  const tag = criterionTag(task.id, criterion.id);
  const carriesWord = wordMatcher(task, criterion, features);
  return (text) => text.includes(tag) || carriesWord(text);
}

/** Whether a name holds these words one after the other: every report has marks of its own between suites and tests. */
function nameMatcher(named: string): (text: string) => boolean {
  const wanted = wordsIn(named);
  return (text) => wordsIn(text).includes(wanted);
}

function wordsIn(text: string): string {
  return ` ${text.replace(/[^\p{L}\p{N}]+/gu, " ").trim()} `;
}

/** Whether a name holds the criterion's word, and not a longer one that another criterion is known by. */
function wordMatcher(
  task: Task,
  criterion: Criterion,
  features: readonly string[],
): (text: string) => boolean {
  const word = criterionWord(task.id, criterion.id);
  const own = wordOf(task.feature);
  const rest = word.slice(own.length);
  const rivals = [
    ...features.filter((id) => id !== task.feature).map((id) => `${wordOf(id)}${rest}`),
    ...task.acceptance.filter((other) => other !== criterion).map(({ id }) => criterionWord(task.id, id)),
  ].filter((rival) => rival.includes(word));
  return (text) => {
    const found = placesOf(word, text);
    if (found.length === 0) return false;
    const taken = rivals.flatMap((rival) =>
      placesOf(rival, text).map((at) => [at, at + rival.length] as const),
    );
    return found.some((at) => !taken.some(([from, to]) => from <= at && at + word.length <= to));
  };
}

/**
 * Where a word stands in a name, whatever the case of its letters. It begins a word of the name, as in
 * `test_bills_t01_a1` and `TestBills_T01_A1`, and ends one.
 */
function placesOf(word: string, text: string): number[] {
  const places: number[] = [];
  const lower = text.toLowerCase();
  // Where a letter has another length in lower case, places would not be the same.
  const name = lower.length === text.length ? text : lower;
  for (let at = lower.indexOf(word); at >= 0; at = lower.indexOf(word, at + 1)) {
    const before = name.slice(Math.max(0, at - 2), at);
    const begins =
      !/[\p{L}\p{N}]$/u.test(before) || (/\p{Ll}$/u.test(before) && /^\p{Lu}/u.test(name.slice(at, at + 2)));
    const end = at + word.length;
    if (begins && !/^[\p{L}\p{N}]/u.test(name.slice(end, end + 2))) places.push(at);
  }
  return places;
}
