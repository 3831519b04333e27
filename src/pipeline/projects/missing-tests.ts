// Which tasks need a test that is not there and that they may not write? Asked without a build, of the branches as they
// stand. Only projects with such a task are looked at.

import type { Diagnostic } from "../../model/diagnostic.ts";
import { namesInTests, roomlessCriteria } from "../../model/proof.ts";
import { type Result, success } from "../../model/result.ts";
import { testRoomFindings } from "../../spec/validate/provable.ts";
import type { Sources } from "../reading/sources.ts";
import { type BranchFiles, branchFiles } from "./branch-files.ts";
import { saidInTests } from "./said-in-tests.ts";

/** A project that cannot be read is said to be so: it may hold the tests. */
export async function missingTests({ root, workspace, features }: Sources): Promise<Diagnostic[]> {
  const tasks = features.flatMap((feature) => feature.tasks);
  const said = new Map<string, ReadonlySet<string>>();
  for (const project of workspace.projects) {
    const names = tasks
      .filter((task) => task.project === project.id)
      .flatMap((task) => roomlessCriteria(task, workspace).flatMap((one) => namesInTests(task, one)));
    if (names.length === 0) continue;
    const found = await branchFiles(root, project);
    const read: Result<ReadonlySet<string>> = !found.ok
      ? found
      : found.value === null
        ? success(new Set())
        : await namesIn(found.value, names);
    if (read.ok) said.set(project.id, read.value);
  }
  return testRoomFindings(tasks, workspace, (project) => said.get(project) ?? null);
}

function namesIn({ repository, tree }: BranchFiles, names: readonly string[]) {
  return saidInTests(tree, names, (oids) => repository.read(oids));
}
