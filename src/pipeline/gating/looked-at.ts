// What of a tree decides the verdict of a gate? All of it, unless the gate says what its inputs are: then these, what its
// command runs from, and what its tools are installed from. Two trees that are alike in that are one to the gate.

import { type GateFiles, gateFilesOf } from "../../gates/gate-files.ts";
import { lockfilesAmong } from "../../gates/toolchain.ts";
import { digestOf } from "../../model/digest.ts";
import { globMatcher } from "../../model/glob.ts";
import type { Gate } from "../../model/project.ts";
import { type Result, success } from "../../model/result.ts";
import type { Oid, Tree } from "../../model/tree.ts";
import type { ProjectState } from "../projects/project-state.ts";

/** The files of a tree that a gate runs from. */
export function instrumentOf(state: ProjectState, { run }: Gate, tree: Tree): Promise<Result<GateFiles>> {
  return gateFilesOf(run, tree, async (oids) => {
    const contents = await state.contents.ofAll(oids);
    return contents.ok
      ? success(contents.value.map((bytes) => Buffer.from(bytes).toString("utf8")))
      : contents;
  });
}

/** A name for what the gate looks at in the tree whose id is `oid`. */
export async function lookedAt(
  state: ProjectState,
  gate: Gate,
  { tree, oid }: { readonly tree: Tree; readonly oid: Oid },
): Promise<Result<string>> {
  if (gate.inputs === null) return success(oid);
  const instrument = await instrumentOf(state, gate, tree);
  if (!instrument.ok) return instrument;
  const paths = new Set([
    ...inputsAmong(gate.inputs, tree),
    ...Object.keys(instrument.value),
    ...lockfilesAmong([...tree.keys()]),
  ]);
  const entries = [...paths].sort().map((path) => {
    const { mode, oid: own } = tree.get(path) ?? { mode: null, oid: null };
    return [path, mode, own];
  });
  return success(digestOf("looked-at/1", entries));
}

/** The files of a tree that a gate names as its inputs. */
export function inputsAmong(inputs: readonly string[], tree: Tree): readonly string[] {
  const matchers = inputs.map(globMatcher);
  return [...tree.keys()].filter((path) => matchers.some((matches) => matches(path)));
}
