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
    const { cause = "git said nothing", rest } = saidOfPush(failure.detail);
    return {
      message: `The product is on the branch ${quoted(failure.head)}, and ${quoted(failure.remote)} rejects it: ${sentence(cause)}`,
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
    const { head, remote, branch, commit, subject } = failure;
    const where = remote === null ? quoted(head) : `${quoted(head)} of ${quoted(remote)}`;
    const end = remote === null ? `git branch -D ${head}` : `git push ${remote} --delete ${head}`;
    return {
      message: `${where} has a commit of people that ${quoted(branch)} does not have, ${commit.slice(0, 10)} ${quoted(subject)}, so the new product does not replace it.`,
      detail: [],
      fix: `Merge the request and pull, or take the commit into ${quoted(branch)} with \`git merge ${commit.slice(0, 10)}\`; where nobody needs it, \`${end}\`. Then build again.`,
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

/** git names the address first, and what it says of a ref last. */
function saidOfPush(detail: string): ReturnType<typeof saidByGit> {
  return saidByGit(
    detail
      .split("\n")
      .filter((line) => !line.startsWith("To "))
      .map((line) => line.replace(/^ ! (?=\[)/, ""))
      .join("\n"),
  );
}

function toldOf(request: OpenedRequest): string {
  if (request === null) return "";
  if ("said" in request)
    return ` ${request.program} did not open a request: ${sentence(plain(request.said))}`;
  return ` The request ${request.isNew ? "is open" : "is updated"}: ${plain(request.url)}`;
}
