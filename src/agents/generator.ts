// What does a template say that a task's code is? The local agent: deterministic, free, and as hermetic as a model,
// because it sees the window and the template, and nothing else.

import type { GeneratorDeclaration } from "../model/agent-declaration.ts";
import type { Failure } from "../model/failure.ts";
import { type Change, NO_USAGE } from "../model/output.ts";
import { loadRenderer } from "../model/render.ts";
import { failed, type Result, success } from "../model/result.ts";
import type { Agent, Assignment, DraftedWork, SessionResult } from "./agent-port.ts";
import { windowValues } from "./window-values.ts";

export function generatorAgent(declaration: GeneratorDeclaration): Agent {
  const detail = "the generator renders code, and writes no documents";
  const refusal: Failure = { reason: "agent-unavailable", agent: declaration.id, detail };
  return {
    declaration,
    identity: { id: declaration.id, kind: declaration.kind, parameters: { version: 1 } },
    needsWorktree: false,
    draft: async (assignment) => ended(await draft(assignment)),
    reply: async () => ended(failed(refusal)),
  };
}

/** It calls nobody, so it costs nothing. */
function ended<T>(result: Result<T>): SessionResult<T> {
  return { result, usage: NO_USAGE };
}

async function draft(assignment: Assignment): Promise<Result<DraftedWork>> {
  if (assignment.signal.aborted) return failed({ reason: "cancelled" });
  const changes = await renderPart(assignment);
  return changes.ok ? success({ changes: changes.value, reads: [], question: null, notes: null }) : changes;
}

/** The files that the part's templates say; a pure function of the window and the sources. */
export async function renderPart(
  assignment: Pick<Assignment, "task" | "window" | "part" | "sources">,
): Promise<Result<readonly Change[]>> {
  const renderer = await loadRenderer();
  const values = await windowValues(assignment.task.id, assignment.window);
  const changes: Change[] = [];
  for (const { template: file, to } of assignment.part) {
    const source = assignment.sources[file];
    if (source === undefined) {
      return failed({ reason: "template", file, line: null, message: "the template lacks this file" });
    }
    const path = renderer.render(to, file, values);
    if (!path.ok) return path;
    const text = renderer.render(source, file, values);
    if (!text.ok) return text;
    changes.push({ path: path.value, mode: "100644", content: new TextEncoder().encode(text.value) });
  }
  return success(changes);
}
