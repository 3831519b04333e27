// What does a person read of a product that is offered as a pull request, on the screen?

import type { Failure } from "../model/failure.ts";
import type { OpenedRequest } from "../model/project-failure.ts";
import { saidByGit } from "./git-failure-text.ts";
import { plain, quoted } from "./plain.ts";
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
      message: `The product is on the branch ${quoted(failure.head)}, and ${quoted(failure.remote)} rejects it: ${sentence(first)}`,
      detail: rest,
      fix: `Fix what git names, or push it yourself with \`git push ${failure.remote} refs/heads/${failure.head}\`. Then build again.`,
    };
  }
  if (failure.reason === "signing-failed") {
    const { cause = "git said nothing", rest } = saidByGit(failure.detail);
    return {
      message: failure.waited
        ? "The product's commits need a signature, and the signing program gave no answer: it may wait for a passphrase."
        : `The commits of the product could not be signed: ${sentence(cause)}`,
      detail: failure.waited ? failure.detail.split("\n").filter(Boolean) : rest,
      fix: "Unlock the key, or correct `user.signingKey` and `gpg.format` of git, until `git commit -S` works in the project without a prompt; or set `commits: {sign: false}` in projects.yaml. Then build again: nothing is generated twice.",
    };
  }
  if (failure.reason === "offer-taken") {
    return {
      message: `People committed to the branch ${quoted(failure.head)}, so the build does not put the new product there.`,
      detail: [],
      fix: "Merge that branch, or rename it; then build again.",
    };
  }
  const { project, branch, head, remote, request = null } = failure;
  const where = remote === null ? "" : `, here and in ${quoted(remote)}`;
  return {
    message: `The product is on the branch ${quoted(head)}${where}, and ${quoted(branch)} is untouched: checkpoint \`merge\` is \`pull-request\`.${toldOf(request)}`,
    detail: [],
    fix: `${request !== null && "url" in request ? "Merge the request in any way" : `Open a pull request with the text in ${requestPath(project)}, and merge it in any way`}; then pull, and build again.`,
  };
}

function toldOf(request: OpenedRequest): string {
  if (request === null) return "";
  if ("said" in request)
    return ` ${request.program} did not open a request: ${sentence(plain(request.said))}`;
  return ` The request ${request.isNew ? "is open" : "is updated"}: ${plain(request.url)}`;
}
