// On what do tasks disagree that wrote one file side by side, and how do people bring them together?

import { canonical } from "../model/digest.ts";
import type { Failure } from "../model/failure.ts";
import type { JsonClash } from "../model/project-failure.ts";
import { plain, quoted } from "./plain.ts";
import { type FailureText, sentence } from "./wording.ts";

const LONGEST_VALUE = 80;
/** How many places one line can name. */
const NAMED = 3;

export function sharedFileText(failure: Extract<Failure, { reason: "shared-file" }>): FailureText {
  const { clashes = [], detail, path, tasks } = failure;
  if (clashes.length === 0) {
    const them = tasks.length === 1 ? `${tasks} and others` : listed(tasks);
    return {
      message: `${quoted(path)} was written by ${them}, and their versions cannot be merged: ${sentence(plain(detail))}`,
      detail: [],
      fix: "Put one of the tasks after the other with `depends_on`, or let only one of them own the file.",
    };
  }
  const told = clashes.map(clashText);
  const rest = told.length > NAMED ? `; and ${told.length - NAMED} more` : "";
  return {
    message: `${listed(tasks)} do not agree on ${quoted(path)}: ${told.slice(0, NAMED).join("; ")}${rest}.`,
    detail: told.slice(NAMED),
    fix: "Name one value in the tasks, or once in a constraint of their feature; or put one task after the other with `depends_on`. Then run `factory build` again.",
  };
}

function listed(names: readonly string[]): string {
  return [names.slice(0, -1).join(", "), ...names.slice(-1)].filter((part) => part !== "").join(" and ");
}

function clashText({ at, wanted }: JsonClash): string {
  const wishes = wanted.map(({ task, value }) => {
    if (value === null) return `${task} removes it`;
    const text = typeof value === "string" ? quoted(value) : plain(canonical(value));
    return `${task} wants ${text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text}`;
  });
  return `${plain(at.join("."))}: ${wishes.join(", ")}`;
}
