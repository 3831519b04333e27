// Is a task asked for tests that it cannot write? Its criteria need tests with their tags, no file of its scope can hold
// one, and none that is there carries the tags: whatever is drafted, its gate fails. Asked before anybody is paid.

import { proofOf, taggedCriteria } from "../../model/proof.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { type Criterion, criterionTag, criterionWord } from "../../model/task.ts";
import { sourcesIn, testFor, testRoomIn } from "../../model/test-room.ts";
import type { Oid, Tree } from "../../model/tree.ts";
import { groundOf } from "../product/compose.ts";
import type { ProjectState } from "../projects/project-state.ts";
import type { Run } from "../run/run.ts";
import type { Assignment } from "./assignment.ts";

/** `no-test-file` with the criteria that no test could prove. Where what comes first is not there yet, nobody knows. */
export async function untestable(run: Run, { task, state, node }: Assignment): Promise<Result<null>> {
  const criteria = taggedCriteria(task);
  if (criteria.length === 0 || testRoomIn(task.filesHint) !== "sources") return success(null);
  if (proofOf(task, run.sources.workspace).by !== "tests") return success(null);
  if (task.dependsOn.some((id) => run.selected.entry(id) === null)) return success(null);
  const ground = await groundOf(run, state, node);
  if (!ground.ok) return ground;
  const names = criteria.map(({ id }) => [criterionTag(task.id, id), criterionWord(task.id, id)] as const);
  const said = await saidInTests(state, ground.value.tree, names.flat());
  if (!said.ok) return said;
  const unsaid = criteria.filter((_, index) => !names[index]?.some((name) => said.value.has(name)));
  if (unsaid.length === 0) return success(null);
  const [source = ""] = sourcesIn(task.filesHint);
  return failed({
    reason: "no-test-file",
    ...told(unsaid),
    example: testFor(source, testsIn(ground.value.tree)),
  });
}

function told(criteria: readonly Criterion[]) {
  return { criteria: criteria.map(({ id }) => id), place: (criteria[0] as Criterion).place };
}

/** Of many files at once, so that a large project is not held in memory. */
const BATCH = 64;

/** Which of the names stand in a test of the tree, in whatever case; all are looked for in all. */
async function saidInTests(
  state: ProjectState,
  tree: Tree,
  names: readonly string[],
): Promise<Result<ReadonlySet<string>>> {
  const oids = testsIn(tree).map((path) => tree.get(path)?.oid as Oid);
  const said = new Set<string>();
  for (let at = 0; at < oids.length && said.size < names.length; at += BATCH) {
    const read = await state.contents.ofAll(oids.slice(at, at + BATCH));
    if (!read.ok) return read;
    for (const content of read.value) {
      const text = Buffer.from(content).toString("utf8").toLowerCase();
      for (const name of names) if (text.includes(name.toLowerCase())) said.add(name);
    }
  }
  return success(said);
}

function testsIn(tree: Tree): string[] {
  return [...tree].flatMap(([path, { mode }]) =>
    mode !== "120000" && mode !== "160000" && testRoomIn([path]) === "tests" ? [path] : [],
  );
}
