// Is a task asked for tests that it cannot write? Its criteria need tests with their tags, no file of its scope can hold
// one, and none that is there carries the tags: whatever is drafted, its gate fails. Asked before anybody is paid.

import { namesInTests, roomlessCriteria } from "../../model/proof.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { Criterion } from "../../model/task.ts";
import { sourcesIn, testFor } from "../../model/test-room.ts";
import { groundOf } from "../product/ground.ts";
import { saidInTests, testsIn } from "../projects/said-in-tests.ts";
import type { Run } from "../run/run.ts";
import type { Assignment } from "./assignment.ts";

/** `no-test-file` with the criteria that no test could prove. Where what comes first is not there yet, nobody knows. */
export async function untestable(run: Run, { task, state, node }: Assignment): Promise<Result<null>> {
  const criteria = roomlessCriteria(task, run.sources.workspace);
  if (criteria.length === 0) return success(null);
  if (task.dependsOn.some((id) => run.selected.entry(id) === null)) return success(null);
  const ground = await groundOf(run, state, node);
  if (!ground.ok) return ground;
  const names = criteria.map((criterion) => namesInTests(task, criterion));
  const { tree } = ground.value;
  const said = await saidInTests(tree, names.flat(), (oids) => state.contents.ofAll(oids));
  if (!said.ok) return said;
  const unsaid = criteria.filter((_, index) => !names[index]?.some((name) => said.value.has(name)));
  if (unsaid.length === 0) return success(null);
  const [source = ""] = sourcesIn(task.filesHint);
  return failed({
    reason: "no-test-file",
    ...told(unsaid),
    example: testFor(source, testsIn(tree)),
  });
}

function told(criteria: readonly Criterion[]) {
  return { criteria: criteria.map(({ id }) => id), place: (criteria[0] as Criterion).place };
}
