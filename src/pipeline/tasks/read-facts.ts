// Where are the settings of a project that a window tells of? At the root of the tree that the task works on: an agent that
// wants to know more looks at them itself.

import { FACT_FILES, type ProjectFacts, projectFacts } from "../../context/project-facts.ts";
import { jsonObject } from "../../model/json-object.ts";
import { type Result, success } from "../../model/result.ts";
import type { Tree } from "../../model/tree.ts";
import type { ProjectState } from "../projects/project-state.ts";

/** Settings are short; what is longer holds something else. */
const MOST_BYTES = 256 * 1024;

export async function readFacts(state: ProjectState, tree: Tree): Promise<Result<ProjectFacts>> {
  const found = FACT_FILES.flatMap((path) => {
    const entry = tree.get(path);
    return entry?.mode === "100644" || entry?.mode === "100755" ? [{ path, oid: entry.oid }] : [];
  });
  const read = await state.contents.ofAll(found.map(({ oid }) => oid));
  if (!read.ok) return read;
  const texts = found.flatMap(({ path }, index): [string, string][] => {
    const content = read.value[index] as Uint8Array;
    return content.byteLength > MOST_BYTES ? [] : [[path, Buffer.from(content).toString("utf8")]];
  });
  return success(projectFacts(new Map(texts), jsonObject));
}
