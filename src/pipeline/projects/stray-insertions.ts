// Where do lines of templates have no place to go? Told while the template or the file can still be mended, from the branches as
// they stand; what holds expressions, or lies in a file that another task writes, is only known by a build.

import { insertLines } from "../../agents/insert-lines.ts";
import { NO_FILE, type SnapshotFile } from "../../agents/snapshot.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import { globMatcher } from "../../model/glob.ts";
import { type Result, success } from "../../model/result.ts";
import type { Task } from "../../model/task.ts";
import { anchorOf, type PartFile } from "../../model/template.ts";
import { failureText } from "../../report/failure-text.ts";
import { Findings } from "../../spec/findings/findings.ts";
import { partOf } from "../reading/generator-part.ts";
import type { Sources } from "../reading/sources.ts";
import { type BranchFiles, branchFiles } from "./branch-files.ts";

export async function strayInsertions({
  root,
  workspace,
  features,
  templates,
}: Sources): Promise<Diagnostic[]> {
  const all = features
    .flatMap(({ tasks }) => tasks)
    .map((task) => ({ task, files: partOf(templates, task).part }));
  const found = new Findings();
  for (const project of workspace.projects) {
    const own = all.filter(({ task }) => task.project === project.id);
    const inserting = own.filter(({ files }) => files.some(isLiteral));
    if (inserting.length === 0) continue;
    const branch = await branchFiles(root, project);
    if (branch.ok && branch.value === null) continue;
    for (const { task, files } of inserting) {
      for (const file of files.filter(isLiteral)) {
        const isWritten = own.some((other) => other.task !== task && writes(other, file.to));
        if (isWritten) continue;
        const refused = branch.ok ? await refusalOf(branch.value, file) : branch;
        if (refused.ok) continue;
        const { message, fix } = failureText(refused.failure, task.id);
        const place = task.places.generator ?? task.place;
        found.error(
          "stray-insertion",
          { target: task.id, place },
          { message: `${task.id}: ${message}`, fix },
        );
      }
    }
  }
  return found.sorted();
}

function isLiteral({ to, inject }: PartFile): boolean {
  return inject !== undefined && ![to, anchorOf(inject) ?? ""].some((text) => text.includes("{{"));
}

/** Whether the task may make another file of it than people have. */
function writes({ task, files }: { readonly task: Task; readonly files: readonly PartFile[] }, path: string) {
  const inserts = files.some(({ to, inject }) => inject !== undefined && to === path);
  return !inserts && task.filesHint.some((hint) => globMatcher(hint)(path));
}

async function refusalOf(
  branch: BranchFiles | null,
  { template, to, inject }: PartFile,
): Promise<Result<unknown>> {
  if (inject === undefined) return success(null);
  const file = await fileAt(branch, to);
  return file.ok ? insertLines(to, file.value, [{ template, point: inject, text: "" }]) : file;
}

async function fileAt(branch: BranchFiles | null, path: string): Promise<Result<SnapshotFile>> {
  const entry = branch?.tree.get(path);
  if (branch === null || entry === undefined || entry.mode === "160000") return success(NO_FILE);
  const read = await branch.repository.read([entry.oid]);
  return read.ok ? success({ content: read.value[0] ?? null, mode: entry.mode, digest: null }) : read;
}
