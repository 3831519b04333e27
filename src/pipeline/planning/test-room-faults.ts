// Which tasks of a new backlog need a test that is not there and that they may not write? Found while somebody can still
// give them the file.

import { namesInTests, roomlessCriteria } from "../../model/proof.ts";
import { type Result, success } from "../../model/result.ts";
import type { Task } from "../../model/task.ts";
import type { Workspace } from "../../model/workspace.ts";
import { testRoomFindings } from "../../spec/validate/provable.ts";
import { saidInTests } from "../projects/said-in-tests.ts";
import type { PlannerGround } from "./planner-projects.ts";

/** One line for each, as a repair is told. Fails where a project cannot be read. */
export async function testRoomFaults(
  tasks: readonly Task[],
  workspace: Workspace,
  grounds: readonly PlannerGround[],
): Promise<Result<readonly string[]>> {
  const said = new Map<string, ReadonlySet<string>>();
  for (const { project, tree, state } of grounds) {
    const own = tasks.filter((task) => task.project === project);
    const names = own.flatMap((task) =>
      roomlessCriteria(task, workspace).flatMap((one) => namesInTests(task, one)),
    );
    const read = await saidInTests(tree, names, (oids) => state.contents.ofAll(oids));
    if (!read.ok) return read;
    said.set(project, read.value);
  }
  const found = testRoomFindings(tasks, workspace, (project) => said.get(project) ?? null);
  return success(found.map(({ target, message, fix }) => `${target}: ${message} ${fix}`));
}
