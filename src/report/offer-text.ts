// What does a person read of a product that is offered as a pull request? On the screen, and in the request itself.

import type { CodeCommit } from "../model/blame.ts";
import type { TaskResult } from "../model/build.ts";
import type { Failure } from "../model/failure.ts";
import type { Project } from "../model/project.ts";
import { saidByGit } from "./git-failure-text.ts";
import { quoted } from "./plain.ts";
import { reasonText } from "./stale-text.ts";
import { type FailureText, sentence } from "./wording.ts";

type Offer = Extract<
  Failure,
  { reason: "merge-offered" | "offer-taken" | "push-refused" | "signing-failed" }
>;

/** Where the text of a request lies, from the root of the workspace. */
export function requestPath(project: string): string {
  return `.factory/pull-requests/${project}.md`;
}

export function offerText(failure: Offer): FailureText {
  if (failure.reason === "push-refused") {
    const [first = "", ...rest] = failure.detail.split("\n");
    return {
      message: `The product is on the branch ${quoted(failure.head)}, and ${quoted(failure.remote)} does not take it: ${sentence(first)}`,
      detail: rest,
      fix: `Mend what git names, or push it yourself with \`git push ${failure.remote} ${failure.head}\`. Then build again.`,
    };
  }
  if (failure.reason === "signing-failed") {
    const { cause = "git said nothing", rest } = saidByGit(failure.detail);
    return {
      message: failure.waited
        ? "The commits of the product are to be signed, and the program that signs gave no answer: it may wait for a passphrase."
        : `The commits of the product could not be signed: ${sentence(cause)}`,
      detail: failure.waited ? failure.detail.split("\n").filter(Boolean) : rest,
      fix: "Unlock the key, or mend `user.signingKey` and `gpg.format` of git, until `git commit -S` works in the project without a question; or set `commits: {sign: false}` in projects.yaml. Then build again: nothing is generated twice.",
    };
  }
  if (failure.reason === "offer-taken") {
    return {
      message: `People committed to the branch ${quoted(failure.head)}, so the new product is not put there.`,
      detail: [],
      fix: "Merge that branch, or rename it; then build again.",
    };
  }
  const { project, branch, head, remote } = failure;
  const where = remote === null ? "" : `, here and in ${quoted(remote)}`;
  return {
    message: `The product is on the branch ${quoted(head)}${where}, and ${quoted(branch)} is untouched: checkpoint \`merge\` is \`pull-request\`.`,
    detail: [],
    fix: `Open a pull request with the text in ${requestPath(project)}, and merge it in any way; then pull, and build again.`,
  };
}

export interface Request {
  readonly project: Project;
  readonly branch: string;
  readonly head: string;
  /** Of the product, the oldest first. */
  readonly commits: readonly CodeCommit[];
  /** What this build did about tasks of the project. */
  readonly results: readonly TaskResult[];
}

/** Markdown. */
export function requestText({ project, branch, head, commits, results }: Request): string {
  const known = new Map(results.map((result) => [result.id as string, result]));
  const tasks = commits.map(({ subject, trailers }) => {
    const task = trailers["Factory-Task"];
    if (task === undefined) return `- ${subject}`;
    const spec = trailers["Factory-Spec"];
    const reasons = known.get(task)?.reasons.map((reason) => `  - ${reasonText(reason)}`) ?? [];
    const agent = trailers["Factory-Agent"];
    const by = [agent === undefined ? null : `by ${agent}`, spec === undefined ? null : `from ${spec}`];
    return [`- **${task}** ${subject} (${by.filter((part) => part !== null).join(", ")})`, ...reasons].join(
      "\n",
    );
  });
  const reverified = results.filter(({ action }) => action === "reverified").map(({ id }) => `- ${id}`);
  const gates = project.gates.map(({ id }) => `- \`${id}\` passes on the whole`);
  const usd = results.reduce<number | null>(
    (sum, result) => (sum === null || result.usd === null ? null : sum + result.usd),
    0,
  );
  const cost = usd === null ? "Not all prices are known." : `The last build spent $${usd.toFixed(2)} on it.`;
  return [
    `# What the specs say now, for \`${branch}\``,
    ["## Regenerated", ...tasks].join("\n\n").replaceAll("\n\n- ", "\n- ").replace("\n- ", "\n\n- "),
    ...(reverified.length === 0 ? [] : [`## Verified again\n\n${reverified.join("\n")}`]),
    ...(gates.length === 0 ? [] : [`## Gates\n\n${gates.join("\n")}`]),
    `## Cost\n\n${cost}`,
    [
      "## How to settle",
      "Merge it in any way: a merge commit, a squash and a rebase are all known again by the next build.",
      `To ask for something else, edit the spec and build: \`${head}\` is made anew. What you change on the branch yourself is kept as your edit; settle a clash with \`factory accept\`, \`absorb\` or \`discard\`.`,
    ].join("\n\n"),
    "",
  ].join("\n\n");
}
