// What does a template say that a task's code is? The local agent: deterministic, free, and as hermetic as a model,
// because it sees the window, the template, the files that this inserts lines into and the go.mod that it asks for, and
// nothing else.

import type { GeneratorDeclaration } from "../model/agent-declaration.ts";
import type { Failure } from "../model/failure.ts";
import { type Change, NO_USAGE, type Read } from "../model/output.ts";
import { pathFault } from "../model/path.ts";
import { loadRenderer } from "../model/render.ts";
import { failed, type Result, success } from "../model/result.ts";
import { anchorOf, type InjectionPoint } from "../model/template.ts";
import type { Agent, Assignment, DraftedWork, SessionResult } from "./agent-port.ts";
import { projectValues } from "./go-module.ts";
import { type Injection, insertLines } from "./insert-lines.ts";
import { NO_FILE, type Snapshot } from "./snapshot.ts";
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
  const rendered = await renderPart(assignment);
  return rendered.ok ? success({ ...rendered.value, question: null, notes: null }) : rendered;
}

type Rendering = Pick<Assignment, "task" | "window" | "part" | "sources"> & {
  readonly snapshot: Pick<Snapshot, "read">;
};

/** The files that a part's templates say, and what was read for them beside the files that lines are inserted into. */
export interface Rendered {
  readonly changes: readonly Change[];
  readonly reads: readonly Read[];
}

/** A pure function of the window, the sources, and the files that are read. */
export async function renderPart({
  task,
  window,
  part,
  sources,
  snapshot,
}: Rendering): Promise<Result<Rendered>> {
  const renderer = await loadRenderer();
  const texts = part.map(({ template, to }) => [template, `${to}\n${sources[template] ?? ""}`] as const);
  const project = await projectValues(new Map(texts), renderer, snapshot);
  if (!project.ok) return project;
  const values = { ...(await windowValues(task.id, window)), ...project.value.values };
  const changes: Change[] = [];
  const injections = new Map<string, Injection[]>();
  for (const { template: file, to, inject } of part) {
    const source = sources[file];
    if (source === undefined) {
      return failed({ reason: "template", file, line: null, message: "the template lacks this file" });
    }
    const path = renderer.render(to, file, values);
    if (!path.ok) return path;
    const text = renderer.render(source, file, values);
    if (!text.ok) return text;
    if (inject === undefined) {
      changes.push({ path: path.value, mode: "100644", content: new TextEncoder().encode(text.value) });
      continue;
    }
    const point = renderedPoint(inject, (anchor) => renderer.render(anchor, file, values));
    if (!point.ok) return point;
    const injection = { template: file, point: point.value, text: text.value };
    // What a template says under a condition may be nothing.
    if (text.value !== "") injections.set(path.value, [...(injections.get(path.value) ?? []), injection]);
  }
  for (const [path, ofFile] of injections) {
    const inserted = await insertedInto(path, ofFile, changes, snapshot);
    if (!inserted.ok) return inserted;
    changes.push(inserted.value);
  }
  return success({ changes, reads: project.value.reads });
}

function renderedPoint(
  point: InjectionPoint,
  render: (source: string) => Result<string>,
): Result<InjectionPoint> {
  if ("at" in point) return success(point);
  const [side, source] =
    "after" in point ? (["after", point.after] as const) : (["before", point.before] as const);
  const line = render(source);
  return line.ok ? success(side === "after" ? { after: line.value } : { before: line.value }) : line;
}

async function insertedInto(
  path: string,
  injections: readonly Injection[],
  changes: readonly Change[],
  snapshot: Pick<Snapshot, "read">,
): Promise<Result<Change>> {
  const [first] = injections as [Injection];
  const { template } = first;
  if (changes.some((change) => change.path === path)) {
    const cause = "written-too";
    return failed({ reason: "insertion", path, template, cause, anchor: anchorOf(first.point), lines: [] });
  }
  // A path that leads out of the project is refused with the draft; nothing is read there.
  const file = pathFault(path) === null ? await snapshot.read(path) : success(NO_FILE);
  return file.ok ? insertLines(path, file.value, injections) : file;
}
