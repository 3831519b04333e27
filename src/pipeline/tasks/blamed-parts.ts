// Whose work was not good enough, where the parts of a task pass by themselves and fail together?

import { wholeSegments } from "../../context/whole-segments.ts";
import type { GateResult } from "../../model/inspection.ts";
import { criterionTag, isWhole, type Task } from "../../model/task.ts";
import type { Run } from "../run/run.ts";

/**
 * Positions of the parts whose files the evidence names; where a criterion has no test, of those who were told to write it;
 * else of all. Parts that are wholes stand for their own.
 */
export function blamedParts(run: Run, whole: Task, results: readonly GateResult[]): readonly number[] {
  const { graph, selected } = run;
  const evidence = results
    .filter(({ passed }) => !passed)
    .map(({ evidence, output }) => `${evidence}\n${output}`)
    .join("\n");
  const parts = drafted(run, whole);
  const named = parts.filter(({ id }) => {
    const outputs = selected.entry(id)?.outputs ?? [];
    return outputs.some(({ path }) => namesPath(evidence, path));
  });
  const untested = whole.acceptance.filter((one) =>
    evidence.includes(`${criterionTag(whole.id, one.id)} has no test`),
  );
  const told = parts.filter((part) => {
    const names = wholeSegments(graph, part).map(({ name }) => name);
    return untested.some(({ id }) => names.includes(`${whole.id} ${id}`));
  });
  const blamed = named.length > 0 ? named : told.length > 0 ? told : parts;
  return blamed.flatMap(({ id }) => graph.indexOf.get(id) ?? []);
}

function drafted({ graph }: Pick<Run, "graph">, whole: Task): readonly Task[] {
  return (whole.parts ?? []).flatMap((id) => {
    const part = graph.tasks[graph.indexOf.get(id) ?? -1];
    if (part === undefined) return [];
    return isWhole(part) ? drafted({ graph }, part) : [part];
  });
}

/** Not as a part of a longer name. */
function namesPath(text: string, path: string): boolean {
  for (let at = text.indexOf(path); at >= 0; at = text.indexOf(path, at + 1)) {
    const before = text.slice(0, at).replace(/\.\/$/, "");
    if (!/[\p{L}\p{N}_.-]$/u.test(before) && !/^[\p{L}\p{N}_/-]/u.test(text.slice(at + path.length)))
      return true;
  }
  return false;
}
