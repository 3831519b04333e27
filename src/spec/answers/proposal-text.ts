// How is a new text of a task written down while a person has not agreed to it? As the entry of a backlog with what would
// change, and the digest of what it was written over: a person can read it and mend it, and it is read again as an
// answer of an agent is.

import { localIdOf } from "../../model/address.ts";
import { type Digest, digestOf, isDigest, type Json } from "../../model/digest.ts";
import type { Feature } from "../../model/feature.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { Task } from "../../model/task.ts";
import { revisedKeys, type TaskRevision } from "../edit/edit-task.ts";
import { taskYaml } from "../edit/task-yaml.ts";
import { nested } from "../schema/task-fields.ts";
import { isPlainMap, soundYaml, yamlText } from "../yaml/yaml.ts";
import { betterTask } from "./better-task.ts";

/** What people wrote of the task: once that is another, a proposal is about something that is gone. */
export function proposalBase(task: Task, { requirements, constraints }: Feature): Digest {
  const own = requirements.filter(({ id }) => task.requirements.includes(id));
  return digestOf("proposal/1", {
    task: taskYaml(task),
    requirements: own.map(({ id, text }) => [id, text]),
    constraints: constraints.map(({ text }) => text),
  } as unknown as Json);
}

/** `head` is what a person has to know first, line by line. */
export function proposalText(
  task: Task,
  base: Digest,
  revision: TaskRevision,
  head: readonly string[],
): string {
  const entry = nested([["id", localIdOf(task.id)], ...revisedKeys(revision)]);
  const body = yamlText({ base, tasks: [entry] });
  return `${head.map((line) => `# ${line}\n`).join("")}${body}`;
}

export interface Proposal {
  readonly base: Digest;
  /** Read as one of this task; sentences where it cannot be. */
  readonly revision: Result<TaskRevision, readonly string[]>;
}

/** Fails with sentences for a text that is no proposal. */
export function readProposal(text: string, file: string, task: Task): Result<Proposal, readonly string[]> {
  const read = soundYaml(text, file);
  const base = read.ok && isPlainMap(read.value.root) ? read.value.root.base : null;
  if (typeof base !== "string" || !isDigest(base))
    return failed(["It does not say what it was written over (`base`)."]);
  return success({ base, revision: betterTask(text, task) });
}
