// How do two commits of a project stand to each other?

import { type Result, success } from "../model/result.ts";
import type { Oid } from "../model/tree.ts";
import type { Git } from "./git.ts";

/** The newest commit that both have in their history; null where they have none in common. */
export async function mergeBase(git: Git, one: Oid, other: Oid): Promise<Result<Oid | null>> {
  const base = await git.lookUp(["merge-base", one, other], [0, 1]);
  if (!base.ok) return base;
  const oid = base.value.stdout.toString("latin1").trim();
  return success(oid === "" ? null : (oid as Oid));
}

export async function isAncestor(git: Git, older: Oid, newer: Oid): Promise<Result<boolean>> {
  const answer = await git.ask(["merge-base", "--is-ancestor", older, newer], "", [0, 1]);
  return answer.ok ? success(answer.value.code === 0) : answer;
}

/** Whether the history ends before it began: what stood at a path before that end, nobody here can tell. */
export async function isShallow(git: Git): Promise<Result<boolean>> {
  const told = await git.line("rev-parse", "--is-shallow-repository");
  return told.ok ? success(told.value === "true") : told;
}
