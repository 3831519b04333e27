// What is known of one test of a report, whatever format it was told in?

import type { Result } from "../model/result.ts";

export interface TestCase {
  readonly name: string;
  /** Where the test stands: names of its suites and its class, outermost first; empty where the report has none. */
  readonly classname: string;
  readonly file: string | null;
  /** `skipped` is also what is expected to fail, and what did not say how it ended: neither proves anything. */
  readonly outcome: "passed" | "failed" | "skipped";
  /** Why it failed, on one line or more; empty otherwise. */
  readonly message: string;
}

/** Whether something that was read is a test case. */
export function isTestCase(said: unknown): said is TestCase {
  const { name, classname, file, outcome, message } = (said ?? {}) as Partial<
    Record<keyof TestCase, unknown>
  >;
  const isPlaced = file === null || typeof file === "string";
  const isEnded = outcome === "passed" || outcome === "failed" || outcome === "skipped";
  return isPlaced && isEnded && [name, classname, message].every((text) => typeof text === "string");
}

/** A report that is told line by line, as a command says it or as a file holds it. Lines are plain text. */
export interface LineReport {
  line(text: string, pipe: "stdout" | "stderr"): void;
  /** All tests, or a phrase that says what is wrong with the report, to be put behind "the report". */
  end(): Result<readonly TestCase[], string>;
}

/** The most tests that one report tells of; more are the work of somebody who wants to fill the memory. */
export const MOST_TESTS = 200_000;

const LONGEST_MESSAGE = 1000;

/** What a test said, cut to what anybody reads. */
export function clipped(text: string): string {
  return text.length <= LONGEST_MESSAGE ? text : text.slice(0, LONGEST_MESSAGE);
}
