// What does a person read in a pull request before they merge it? What changed in the specs, requirement by requirement, and
// what came of it: code, gates, review, cost. It is Markdown; texts of others stay on lines of their own.

import type { CodeCommit } from "../model/blame.ts";
import type { TaskResult } from "../model/build-result.ts";
import type { FeatureDiff, TextChange } from "../model/feature-diff.ts";
import type { Project } from "../model/project.ts";
import type { ReviewVerdict, Unseen } from "../model/review.ts";
import { ADOPTED } from "../model/trace.ts";
import { price } from "./figures.ts";
import { plain } from "./plain.ts";
import { unseenText, VERDICT_WORDS } from "./review-text.ts";
import { reasonText } from "./stale-text.ts";

/** What the specs say now beside what the branch was built from. */
export interface SpecChange {
  readonly feature: string;
  readonly title: string;
  /** Null where what the branch was built from is not known. */
  readonly diff: Omit<FeatureDiff, "staleTasks"> | null;
}

export interface ReviewSummary {
  readonly task: string;
  readonly by: string;
  readonly verdict: ReviewVerdict;
  /** What was found in drafts before the one that was approved. */
  readonly settled: readonly string[];
  /** What was said beside the approval. */
  readonly remarks: readonly string[];
  readonly unseen: readonly Unseen[];
}

interface Request {
  /** All that lie in the repository. */
  readonly projects: readonly Project[];
  readonly branch: string;
  readonly head: string;
  readonly specs: readonly SpecChange[];
  /** Of the product, the oldest first. */
  readonly commits: readonly CodeCommit[];
  /** What this build did about tasks of these projects. */
  readonly results: readonly TaskResult[];
  readonly reviews: readonly ReviewSummary[];
  /** Of all that was drafted for the commits; null where a price or a record is missing. */
  readonly usd: number | null;
}

/** Hosts take no longer text. */
const LONGEST = 60_000;

export function requestText(request: Request): string {
  const { branch, head, commits, results, reviews, usd, projects } = request;
  const reverified = results.filter(({ action }) => action === "reverified").map(({ id }) => `- ${id}`);
  const adopted = commits.filter(({ trailers }) => trailers["Factory-Agent"] === ADOPTED);
  const made = commits.filter((commit) => !adopted.includes(commit));
  const gates = projects.flatMap((project) =>
    project.gates.map(({ id }) => {
      const name = projects.length === 1 ? id : `${project.id}/${id}`;
      return `- \`${name}\` passes on the whole`;
    }),
  );
  const cost = usd === null ? "Not all prices are known." : `${price(usd)} for all drafts of it.`;
  const text = [
    `# What the specs say now, for \`${branch}\``,
    ...section("What changed in the specs", specLines(request.specs)),
    ...section("Regenerated", commitLines(made, results)),
    ...section("Verified again", reverified),
    ...section("Taken over from people", commitLines(adopted, results)),
    ...section("Gates", gates),
    ...section("Review", reviewLines(reviews)),
    `## Cost\n\n${cost}`,
    [
      "## How to settle",
      "Merge it in any way: the next build recognises a merge commit, a squash and a rebase.",
      `To ask for something else, edit the spec and build: \`${head}\` is made again. A commit of yours on it is never replaced: the next product waits until this is merged, and keeps your edit. Settle a conflict with \`factory accept\`, \`absorb\` or \`discard\`.`,
    ].join("\n\n"),
    "",
  ].join("\n\n");
  if (text.length <= LONGEST) return text;
  const cut = text.slice(0, text.lastIndexOf("\n", LONGEST));
  return `${cut}\n\nThe rest is in \`factory diff\` and \`git log ${branch}..refs/heads/${head}\`.\n`;
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`## ${title}\n\n${lines.join("\n")}`];
}

function specLines(specs: readonly SpecChange[]): readonly string[] {
  return specs.flatMap(({ feature, title, diff }) => {
    const head = `- **${feature}** ${oneLine(title)}`;
    if (diff === null) return [`${head}: its text at the last merge is unknown`];
    const { requirements, constraints, params, sections, settings, tasks } = diff;
    const lines = [
      ...requirements.flatMap((change) => changeLines(change.id, change)),
      ...constraints.flatMap((change) => changeLines(`constraint ${change.id}`, change)),
      ...params.flatMap((change) => changeLines(change.id, change)),
      // Title and project of a feature that is new, or gone, say nothing beside its requirements.
      ...(diff.change === null ? settings : []).flatMap((change) => changeLines(change.id, change)),
      ...sections.map(({ id, change }) => `  - section “${oneLine(id)}” ${change}`),
      ...tasks.map(({ id, change, keys }) => {
        return `  - task ${id} ${change}${keys.length === 0 ? "" : `: ${keys.join(", ")}`}`;
      }),
    ];
    const whole = diff.change ?? (lines.length === 0 ? "the specs did not change" : null);
    return [whole === null ? head : `${head}: ${whole}`, ...lines];
  });
}

function changeLines(name: string, { change, before, after }: TextChange): readonly string[] {
  const head = `  - **${oneLine(name)}** ${change}`;
  if (before === null || after === null) return [`${head}: ${oneLine(after ?? before ?? "")}`];
  return [head, `    - before: ${oneLine(before)}`, `    - now: ${oneLine(after)}`];
}

function commitLines(commits: readonly CodeCommit[], results: readonly TaskResult[]): readonly string[] {
  const known = new Map(results.map((result) => [result.id as string, result]));
  return commits.flatMap(({ subject, trailers }) => {
    const task = trailers["Factory-Task"];
    // What no task owns any more has none.
    if (task === undefined) return [`- ${oneLine(subject)}`];
    const spec = trailers["Factory-Spec"];
    const agent = trailers["Factory-Agent"];
    const by = [
      agent === undefined || agent === ADOPTED ? null : `by ${agent}`,
      spec === undefined ? null : `from ${spec}`,
    ].filter((part) => part !== null);
    const reasons = known.get(task)?.reasons.map((reason) => `  - ${reasonText(reason)}`) ?? [];
    return [`- **${task}** ${oneLine(subject)}${by.length === 0 ? "" : ` (${by.join(", ")})`}`, ...reasons];
  });
}

function reviewLines(reviews: readonly ReviewSummary[]): readonly string[] {
  return reviews.flatMap(({ task, by, verdict, settled, remarks, unseen }) => [
    `- **${task}** ${verdict === "approve" ? "approved" : `answered with ${VERDICT_WORDS[verdict]}`} by ${oneLine(by)}`,
    ...(unseen.length === 0 ? [] : [`  - not seen by the reviewer: ${unseenText(unseen)}`]),
    ...remarks.map((finding) => `  - remark: ${oneLine(finding)}`),
    ...settled.map((finding) => `  - settled: ${oneLine(finding)}`),
  ]);
}

/** No line end of a stranger's begins a heading or a list. */
function oneLine(text: string): string {
  return plain(text.replace(/\s+/g, " ").trim());
}
