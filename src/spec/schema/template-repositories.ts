// Which git repositories does projects.yaml take templates from? Their addresses, and the commits that they are pinned to.

import * as z from "zod";
import { pathFault } from "../../model/path.ts";
import type { TemplateRepository } from "../../model/workspace.ts";
import type { Findings } from "../findings/findings.ts";
import { clip } from "../findings/nearest.ts";
import type { Places } from "../yaml/yaml.ts";
import { TEMPLATE_GIT, TEMPLATE_GIT_RULE } from "./git-address.ts";

const TEMPLATE_NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9_-])?$/;

export const TEMPLATE_REPOSITORY = z
  .strictObject({
    git: z
      .string()
      .regex(TEMPLATE_GIT, TEMPLATE_GIT_RULE)
      .describe("Address, or a path from the workspace root"),
    ref: z
      .string()
      .regex(/\S/, "must not be empty")
      .optional()
      .describe("Tag or branch that the commit was found by; for people"),
    commit: z
      .string()
      .regex(/^[0-9a-f]{40}$/, "must be the 40 hexadecimal digits of a commit")
      .describe("The commit whose templates are used"),
    folder: z
      .string()
      .regex(/\S/, "must not be empty")
      .optional()
      .describe("Folder whose folders are templates; default templates/features, or the root"),
    only: z
      .array(z.string().regex(TEMPLATE_NAME, "must be the name of a template"))
      .optional()
      .describe("Templates to use; default all"),
  })
  .describe("Templates of a git repository at a commit; `factory template add` writes it");

type Shape = z.infer<typeof TEMPLATE_REPOSITORY>;

export function templateRepositories(
  all: readonly Shape[],
  places: Places,
  findings: Findings,
): TemplateRepository[] {
  return all.map((entry, index) => {
    const { git, ref = null, commit, folder = null, only = null } = entry;
    const fault = folder === null ? null : pathFault(folder);
    if (fault !== null) {
      findings.error(
        fault === "parent" || fault === "absolute" ? "path-leaves-project" : "hostile-path",
        { target: null, place: places.of(entry, "folder") },
        {
          message: `${JSON.stringify(clip(folder ?? ""))} cannot be a folder of a repository (${fault}).`,
          fix: "Give a path inside the repository, with `/` between its segments.",
        },
      );
    }
    return { git, ref, commit, folder, only, place: places.of(all, index) ?? places.root };
  });
}
