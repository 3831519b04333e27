// Why is a task not fresh, in words? One exhaustive switch over the codes; the decision is the engine's.

import type { PastFailure, Reason, ReasonCode } from "../model/verdict.ts";
import { plain } from "./plain.ts";

/** The clause, and where to look: `requirement R2 changed (specs/products/feature.md:14)`. */
export function reasonText(reason: Reason): string {
  const place = reasonPlace(reason);
  return place === null ? staleText(reason) : `${staleText(reason)} (${place})`;
}

/** `file:line` or `file`; null where the reason has no place. */
export function reasonPlace(reason: Reason): string | null {
  if (reason.file === null) return null;
  return plain(reason.line === null ? reason.file : `${reason.file}:${reason.line}`);
}

/** A clause without capital and full stop, such as `requirement R2 changed`. */
export function staleText(reason: Pick<Reason, "code" | "subject" | "failure">): string {
  const told = reason.failure === undefined ? clause(reason.code, reason.subject) : pastText(reason.failure);
  return plain(told).replace(/ {2,}/g, " ").trim();
}

/** `failed 4 times, last on 2026-01-31 07:05 UTC at gate test: expected 1 to be 2`. */
function pastText({ at, times, gate, message }: PastFailure): string {
  const often = times === 1 ? "failed once" : times === 0 ? "failed" : `failed ${times} times`;
  const when = at === null ? "" : `${times > 1 ? ", last" : ""} on ${at.slice(0, 16).replace("T", " ")} UTC`;
  const where = gate === null ? "" : ` at gate ${gate}`;
  // The message of a gate's failure opens with the gate.
  const said =
    gate !== null && message.startsWith(`gate ${gate}: `) ? message.slice(gate.length + 7) : message;
  return `${often}${when}${where}${said === "" ? "" : `: ${said}`}`;
}

function clause(code: ReasonCode, subject: string): string {
  switch (code) {
    case "never-built":
      return "never built";
    case "task-changed":
      return "the text of the task changed";
    case "scope-changed":
      return "the files that the task may write changed";
    case "param-changed":
      return `parameter ${subject} changed`;
    case "interface-changed":
      return `interface of ${subject} changed`;
    case "output-changed":
      return `content of ${subject} changed`;
    case "evidence-changed":
      return "the negative evidence changed";
    case "request-changed":
      return `the request ${subject} changed`;
    case "map-changed":
      return `the structure of ${subject} changed`;
    case "diff-changed":
      return `the diff of ${subject} changed`;
    case "bound-changed":
      return "the size limit of the answer changed";
    case "read-changed":
      return `${subject}, which the agent read, changed`;
    case "key-changed":
      return `the action key changed (${subject})`;
    case "output-missing":
      return `output ${subject} is missing`;
    case "output-edited":
      return `output ${subject} was edited by a person`;
    case "dependency-output-changed":
      return `what ${subject} wrote changed: only the gates run again`;
    case "gates-changed":
      return `gate ${subject} changed`;
    case "withdrawn":
      return "edited while the build ran: left for the next build";
    case "toolchain-changed":
      return "the toolchain changed (setup, lockfiles, services or Node): its gates run again";
    case "criteria-changed":
      return "the criteria to prove changed: its gates run again";
    case "verification-changed":
      return "what its gates look at changed";
    case "base-changed":
      return `${subject}, which it was made from, changed`;
    case "gate-failed":
      return `gate ${subject} failed`;
    case "whole-failed":
      return `${subject}, of which it is a part, is not right yet`;
    case "merge-refused":
      return `its reviewer refused its change to ${subject}, merged over what others changed there`;
    case "failed-before":
      return `failed before: ${subject}`;
    case "record-unreadable":
      return `the record of earlier builds of ${subject} cannot be read`;
    case "window-too-large":
      return `its window is too large: ${subject}`;
    case "forced":
      return "asked for with --force";
    case "task-removed":
      return "the task left the backlog";
    case "draft-refused":
      return `a build would refuse it: ${subject}`;
    case "not-judged":
      return `cannot be judged: ${subject}`;
    case "sources-vanished":
      return `${subject} is no longer among the specs, and nobody confirmed its removal`;
    case "needs-clarification":
      return `open clarification: ${subject}`;
    case "question-open":
      return `open question: ${subject}`;
    case "review-undecided":
      return `its reviewer cannot judge the draft: look at it, then \`factory approve ${subject}\``;
    case "review-unseen":
      return `its reviewer did not see all of it: ${subject}`;
    case "plan-waits":
      return `the plan of ${subject} waits for a person or an agent`;
    case "change-waits":
      return `an agent's new text waits for \`factory approve ${subject}\``;
    case "dependency-failed":
      return `${subject} is not done`;
    case "dependency-stale":
      return `waits for ${subject}`;
    case "read-open":
      return `is drafted again if ${subject}, which its agent read, changes`;
    case "base-open":
      return `its change to ${subject} is merged again if that file changes`;
    case "project-broken":
      return `cannot build into project ${subject}`;
    case "stopped":
      return "the build was stopped first";
    case "unsettled-edit":
      return `an edit of ${subject} waits for a person`;
    default: {
      // The rest is named as what it is of, such as `pattern-changed`; the type holds that nothing else is left.
      const named: `${string}-changed` = code;
      return `${named.slice(0, -"-changed".length)} ${subject} changed`;
    }
  }
}
