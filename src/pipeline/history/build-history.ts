// What did all builds of this workspace come to? Figures of builds long past, and of those whose journals are still
// there but which died before they could write down their own.

import { statSync } from "node:fs";
import { basename, join } from "node:path";
import type { Json } from "../../model/digest.ts";
import type { Event } from "../../model/event.ts";
import { type Result, success } from "../../model/result.ts";
import type { Spending } from "../../model/spending.ts";
import type { Action } from "../../model/verdict.ts";
import { type BuildFigures, foldFigures, isTelling, NO_FIGURES } from "../../report/build-figures.ts";
import type { PastTask } from "../../report/remaining-work.ts";
import { listJournals, readEvents, readJournal } from "../../store/journal.ts";
import { appendHistory, readHistory } from "../../store/past-builds.ts";
import { readAccount } from "../../store/spending-account.ts";

/** Listens to a build, and writes down what it came to when it has ended. */
export class BuildHistory {
  readonly #store: string;
  #figures: BuildFigures;

  constructor(root: string, build: string) {
    this.#store = join(root, ".factory", "store");
    this.#figures = { ...NO_FIGURES, build };
  }

  tell(event: Event): void {
    this.#figures = foldFigures(this.#figures, event);
  }

  /** A build in which no agent was asked and nothing was restored leaves no record. */
  async keep(): Promise<Result<void>> {
    if (!isTelling(this.#figures)) return success(undefined);
    return appendHistory(this.#store, this.#figures as unknown as Json);
  }
}

export interface PastWork {
  /** The oldest first. */
  readonly builds: readonly BuildFigures[];
  readonly spending: readonly Spending[];
}

export function pastWork(root: string): Result<PastWork> {
  const store = join(root, ".factory", "store");
  const history = readHistory(store);
  if (!history.ok) return history;
  const account = readAccount(store);
  if (!account.ok) return account;
  const builds = (history.value as unknown as readonly BuildFigures[]).map((one) => ({
    ...NO_FIGURES,
    ...one,
  }));
  const known = new Set(builds.map(({ build }) => build));
  const journals = listJournals(join(root, ".factory", "journal"));
  if (!journals.ok) return journals;
  for (const path of journals.value) {
    const build = basename(path, ".jsonl");
    if (known.has(build)) continue;
    const reading = readJournal(path);
    if (!reading.ok) return reading;
    const figures = reading.value.events.reduce(foldFigures, { ...NO_FIGURES, build });
    if (isTelling(figures)) builds.push(figures);
  }
  const sorted = builds.sort((a, b) => a.startedAt - b.startedAt);
  return success({ builds: sorted, spending: account.value.spending });
}

/** Builds that an estimate looks back on, and bytes of their journals. */
const LATEST = { builds: 10, bytes: 8 * 1024 * 1024 };
/** Of which a task takes its time, rather than being found as it is. */
const WORKED: ReadonlySet<Action> = new Set(["regenerated", "reverified", "rebased", "failed"]);

/** How long tasks took in the latest builds, and what they cost; the oldest first. */
export function pastTasks(root: string): Result<readonly PastTask[]> {
  const journals = listJournals(join(root, ".factory", "journal"));
  if (!journals.ok) return journals;
  const builds: PastTask[][] = [];
  let bytes = 0;
  for (const path of journals.value.slice(0, LATEST.builds)) {
    // A build that begins meanwhile takes the oldest away.
    bytes += statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    if (bytes > LATEST.bytes) break;
    const settled = readEvents(path, "task-settled");
    if (!settled.ok) return settled;
    const worked = settled.value.filter(({ result }) => WORKED.has(result.action));
    builds.push(worked.map(({ result: { id: task, ms, usd } }) => ({ task, ms, usd })));
  }
  return success(builds.reverse().flat());
}
