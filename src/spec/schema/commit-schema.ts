// How does an author say what commits of products look like, and how they reach a branch? For the workspace, and for one
// project over it, key by key. What is not said here is asked of the project's git where something is committed.

import * as z from "zod";
import type { CommitRules } from "../../model/commit-rules.ts";
import { MERGE_CHECKPOINTS, type MergeCheckpoint } from "../../model/project.ts";

const AUTHOR = /^([^<>\n\r]*[^<>\s]) <([^<>\s]+)>$/;
/** Room for a title is left in a subject. */
const LONGEST_PREFIX = 40;

export const COMMITS = z
  .strictObject({
    author: z
      .string()
      .regex(AUTHOR, "must be of the form `Name <mail>`")
      .optional()
      .describe("Author of the commits, as `Name <mail>`; default user.name and user.email of git"),
    sign_off: z
      .boolean()
      .optional()
      .describe("Ends each message with Signed-off-by; default format.signOff of git"),
    sign: z
      .boolean()
      .optional()
      .describe("Signs each commit with user.signingKey of git; default commit.gpgSign of git"),
    prefix: z
      .string()
      .max(LONGEST_PREFIX, `must not be longer than ${LONGEST_PREFIX} characters`)
      .regex(/^[^\p{Cc}]*$/u, "must be one line")
      .optional()
      .describe("What each subject begins with, such as `feat: `"),
  })
  .describe("What commits of products look like");

export const MERGE = z
  .enum(MERGE_CHECKPOINTS)
  .optional()
  .describe("Ask before a product is merged, or put it on a branch for a pull request");

export type CommitsShape = z.infer<typeof COMMITS>;

export function commitRules(workspace: CommitsShape = {}, project: CommitsShape = {}): CommitRules {
  const { author, sign_off, sign, prefix } = { ...workspace, ...project };
  const [, name, email] = AUTHOR.exec(author ?? "") ?? [];
  return {
    author: name === undefined || email === undefined ? null : { name: name.trim(), email },
    signOff: sign_off ?? null,
    sign: sign ?? null,
    prefix: prefix ?? "",
  };
}

interface MergeShape {
  readonly merge?: MergeCheckpoint | undefined;
}

export function mergeCheckpoint(workspace?: MergeShape, project?: MergeShape): MergeCheckpoint {
  return project?.merge ?? workspace?.merge ?? "auto";
}
