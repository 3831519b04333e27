// Which failed test speaks for a report, and in which words? It reads what the report says of each, then what the command
// printed. It does not know who wrote the report.

import { type Finding, findingIn, firstEvidence, headIn, oneLine } from "./evidence.ts";
import { isUnsaid } from "./finding-rank.ts";
import type { TestCase } from "./test-case.ts";

/** Reports of ten thousand failures say the same a few times. */
const MOST_CASES = 50;

/** One line on the failed cases of a report; null where none failed. */
export function caseEvidence(cases: readonly TestCase[], output: string): string | null {
  const failed = cases.filter((each) => each.outcome === "failed").slice(0, MOST_CASES);
  const first = failed[0];
  if (first === undefined) return null;
  const told = failed.map((test) => ({ test, said: saidOf(test) }));
  // What cannot be loaded leaves others red.
  const unloadable = told.find(({ said }) => said.rank === "unloadable");
  if (unloadable) return named(unloadable.test, unloadable.said.text);
  const printed = findingIn(output);
  if (saidNothing(told[0]?.said) && ["unloadable", "error"].includes(printed.rank)) {
    return named(
      failed.find((test) => test.name !== "" && printed.text.includes(test.name)) ?? first,
      printed.text,
    );
  }
  const speaking = told.find(({ said }) => !saidNothing(said));
  if (speaking) return named(speaking.test, speaking.said.text);
  return named(first, headIn(first.message) || firstEvidence(output));
}

function saidNothing(said: Finding | undefined): boolean {
  return said === undefined || said.text === "";
}

/** Empty where the report says that the test failed, and no more. */
function saidOf(test: TestCase): Finding {
  const finding = findingIn(test.message);
  if (finding.rank !== "nothing" && finding.rank !== "hint") return finding;
  const [head = ""] = test.message.trim().split("\n");
  return isUnsaid(head) ? { rank: "nothing", text: finding.text } : { rank: "error", text: oneLine(head) };
}

function named({ name }: TestCase, said: string): string {
  if (name === "" || said.includes(name)) return said;
  return said === "" ? name : `${name}: ${said}`;
}
