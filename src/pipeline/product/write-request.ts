// What goes into the request for a product that people merge where their repository is hosted, and who opens it? The text is
// written beside the workspace in any case; a program of the host opens the request where there is one.

import { join } from "node:path";
import { featureOf, type TaskId } from "../../model/address.ts";
import type { CodeCommit } from "../../model/blame.ts";
import type { TaskResult } from "../../model/build-result.ts";
import type { Event } from "../../model/event.ts";
import type { OpenedRequest } from "../../model/project-failure.ts";
import { type Result, success } from "../../model/result.ts";
import { requestPath } from "../../report/offer-text.ts";
import { type ReviewSummary, requestText, type SpecChange } from "../../report/request-text.ts";
import { compareFeatures } from "../../spec/compare/compare.ts";
import { renamed, shortDigest } from "../../spec/compare/semantic-digest.ts";
import { writeDurably } from "../../store/durable.ts";
import { DISK } from "../../store/durable-io.ts";
import { listJournals, readJournal } from "../../store/journal.ts";
import { Traces } from "../../store/traces.ts";
import { subjectIn } from "../../workspaces/commit-style.ts";
import { offeredCommits, specsOnBranch } from "../../workspaces/offer.ts";
import { openRequest } from "../../workspaces/open-request.ts";
import { historyOf } from "../past/feature-history.ts";
import { workOn } from "../past/recorded-work.ts";
import type { RepositoryState } from "../projects/repository-state.ts";
import type { Run } from "../run/run.ts";

export interface Offered {
  readonly head: string;
  /** As the product was pushed to it; null where it was not. */
  readonly remote: string | null;
  readonly results: readonly TaskResult[];
}

export async function writeRequest(
  run: Run,
  home: RepositoryState,
  { head, remote, results }: Offered,
): Promise<Result<OpenedRequest>> {
  const { root } = run.sources;
  const { projects, repository, branchName: branch } = home;
  const commits = await offeredCommits(repository, head);
  if (!commits.ok) return commits;
  const specs = await specChanges(run, home, commits.value);
  if (!specs.ok) return specs;
  const text = requestText({
    ...{ projects, branch, head, specs: specs.value, commits: commits.value },
    results: results.filter((result) => home.holds(result.project)),
    reviews: reviewsOf(run, tasksOf(commits.value)),
    usd: await costOf(root, commits.value),
  });
  const file = join(root, requestPath(home.id));
  const written = await writeDurably(file, text);
  if (!written.ok) return written;
  if (remote === null) return success(null);
  const title = subjectIn(projects[0].commits.prefix, titleOf(commits.value, specs.value));
  return openRequest({
    ...{ project: repository.located, remote, head, branch, title, text, file, signal: run.signal },
  });
}

/** What one commit says; of several, what their features are about. */
function titleOf(commits: readonly CodeCommit[], specs: readonly SpecChange[]): string {
  const [first, second] = commits;
  if (first !== undefined && second === undefined) return first.subject;
  return specs.map(({ title }) => title).join(", ") || (first?.subject ?? "The product of the specs");
}

function tasksOf(commits: readonly CodeCommit[]): ReadonlySet<string> {
  return new Set(commits.flatMap(({ trailers }) => trailers["Factory-Task"] ?? []));
}

async function specChanges(
  run: Run,
  home: RepositoryState,
  commits: readonly CodeCommit[],
): Promise<Result<readonly SpecChange[]>> {
  const features = [...new Set([...tasksOf(commits)].map((task) => featureOf(task as TaskId)))].sort();
  const before = await specsOnBranch(home.repository, features, home.layers.product);
  if (!before.ok) return before;
  const told: SpecChange[] = [];
  for (const feature of features) {
    const history = await historyOf(run.sources.root, feature);
    const now = history.ok ? (history.value.present?.feature ?? null) : null;
    const title = now?.title ?? feature;
    const digest = before.value.get(feature);
    const versions = history.ok ? history.value.versions : [];
    const then = versions.findLast((version) => shortDigest(version.digest) === digest);
    const isNew = digest === undefined && now !== null && !wasMerged(run, home, feature);
    const past = then === undefined ? null : renamed(then.feature, feature);
    const isKnown = past !== null || isNew;
    told.push({ feature, title, diff: isKnown ? compareFeatures(past, now) : null });
  }
  return success(told);
}

/** Whether a product has something of the feature on the branch. */
function wasMerged(run: Run, home: RepositoryState, feature: string): boolean {
  const paths = new Set(home.layers.contribution);
  const tasks = run.graph.features.get(feature)?.tasks ?? [];
  return tasks.some(({ id }) =>
    (home.entry(run.selected.before(id))?.outputs ?? []).some((output) => paths.has(output.path)),
  );
}

/** Null where a record is gone, or a price unknown. */
async function costOf(root: string, commits: readonly CodeCommit[]): Promise<number | null> {
  const traces = new Traces(join(root, ".factory", "store"), DISK);
  let sum: number | null = 0;
  for (const { trailers } of commits) {
    const [task, key, agent] = ["Factory-Task", "Factory-Key", "Factory-Agent"].map((name) => trailers[name]);
    if (task === undefined || key === undefined || agent === undefined) continue;
    const work = await workOn(traces, task as TaskId, key);
    sum = sum === null || work?.usd == null ? null : sum + work.usd;
  }
  return sum;
}

/** Builds that are looked through for who reviewed what. */
const MOST_JOURNALS = 20;

/** Of each task as it was reviewed last, where the journals still tell. */
function reviewsOf(run: Run, tasks: ReadonlySet<string>): readonly ReviewSummary[] {
  if ((run.sources.workspace.routing.roles.reviewer ?? []).length === 0) return [];
  const journals = listJournals(join(run.sources.root, ".factory", "journal"));
  if (!journals.ok) return [];
  const told = new Map<string, ReviewSummary>();
  for (const path of [...journals.value].sort().reverse().slice(0, MOST_JOURNALS)) {
    const reading = readJournal(path);
    if (!reading.ok) continue;
    for (const [task, review] of reviewsIn(reading.value.events, tasks)) {
      if (!told.has(task)) told.set(task, review);
    }
    if (told.size === tasks.size) break;
  }
  return [...told.values()].sort((a, b) => (a.task < b.task ? -1 : 1));
}

function reviewsIn(events: readonly Event[], tasks: ReadonlySet<string>): ReadonlyMap<string, ReviewSummary> {
  const reviewers = new Map<string, string>();
  const told = new Map<string, ReviewSummary>();
  for (const event of events) {
    if (event.type === "session-started" && event.role === "reviewer")
      reviewers.set(event.subject, event.agent);
    if (event.type !== "review-ended" || !tasks.has(event.task)) continue;
    const { task, verdict, findings, unseen = [] } = event;
    const isApproval = verdict === "approve";
    const settled = told.get(task)?.settled ?? [];
    const by = reviewers.get(task) ?? "a reviewer";
    told.set(task, {
      ...{ task, by, verdict },
      settled: isApproval ? settled : [...settled, ...findings],
      remarks: isApproval ? findings : [],
      unseen,
    });
  }
  return told;
}
