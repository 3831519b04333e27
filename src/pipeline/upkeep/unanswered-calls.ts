// Which calls were sent for work that is still to do, and never answered? A build that was killed, or whose connection broke,
// cannot know whether they were paid for, and the next build sends them once more.

import { join } from "node:path";
import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Spending } from "../../model/spending.ts";
import { diagnosticOf } from "../../report/failure-diagnostic.ts";
import { count, money } from "../../report/figures.ts";
import { plain } from "../../report/plain.ts";
import { readAccount } from "../../store/spending-account.ts";
import { isBuildUnderWay } from "./build-under-way.ts";

/** One warning for each subject that is open. None while a build runs: its own calls look the same. */
export async function unansweredCalls(
  root: string,
  isOpen: (subject: string) => boolean,
): Promise<readonly Diagnostic[]> {
  const account = readAccount(join(root, ".factory", "store"));
  if (!account.ok) return diagnosticOf(account.failure, null);
  const open = account.value.unanswered.filter(({ subject }) => subject !== null && isOpen(subject));
  if (open.length === 0 || (await isBuildUnderWay(root))) return [];
  const subjects = new Set(open.map(({ subject }) => subject as string));
  return [...subjects].map((one) =>
    finding(
      one,
      open.filter(({ subject }) => subject === one),
    ),
  );
}

function finding(subject: string, calls: readonly Spending[]): Diagnostic {
  const agents = [...new Set(calls.map(({ agent }) => agent ?? "an agent"))].map(plain).join(", ");
  const usd = calls.reduce((sum, { usage }) => sum + (usage.usd ?? 0), 0);
  const isKnown = calls.every(({ usage }) => usage.usd !== null);
  const cost = isKnown
    ? `at most ${money({ usd, complete: true })} may have been paid`
    : "nobody knows what may have been paid";
  const sent = `${count(calls.length, "call")} to ${agents} ${calls.length === 1 ? "was" : "were"} sent`;
  return {
    severity: "warning",
    code: "call-unanswered",
    message: `${plain(subject)}: ${sent} and never answered; ${cost}.`,
    target: subject,
    ...{ file: null, line: null, column: null },
    fix: "Run `factory build`: it sends what it still needs once more. `factory cost` tells what is at risk in all.",
  };
}
