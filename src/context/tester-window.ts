// What is shown to whoever writes the acceptance tests first? Requirements, criteria and interfaces. No code, and not
// what the implementer is told beyond these.

import type { Feature } from "../model/feature.ts";
import type { Result } from "../model/result.ts";
import type { Task } from "../model/task.ts";
import type { Segment, Window } from "../model/window.ts";
import { slices } from "./assemble.ts";
import { bounded, type RolePrompt } from "./bounded.ts";
import { taggedAcceptance } from "./criteria-text.ts";
import { fitInterfaces, type Shown } from "./fit-interfaces.ts";

export interface TestMaterial {
  readonly prompt: RolePrompt | null;
  readonly task: Task;
  readonly feature: Feature;
  readonly interfaces: readonly Shown[];
  /** The files and globs of the task's scope that hold tests, and all others. */
  /** What is told of how its criteria are proved; see criteria-text.ts. */
  readonly proofs?: readonly Segment[];
  readonly rules?: readonly Segment[];
  readonly files: { readonly tests: readonly string[]; readonly sources: readonly string[] };
}

/** Fails with `window-too-large` when the segments pass `limit` bytes. */
export function testerWindow(material: TestMaterial, limit: number): Result<Window> {
  const { task, feature, files } = material;
  const scope = task.places["scope.files_hint"] ?? task.place;
  const segments: Segment[] = [
    ...slices(task, feature).map(({ id, text, place }): Segment => {
      return { kind: "requirement", name: id, text, place };
    }),
    ...(material.proofs ?? []),
    ...taggedAcceptance(task),
    ...feature.constraints.map(({ text, place }, index): Segment => {
      return { kind: "constraint", name: `C${index + 1}`, text, place };
    }),
    ...(material.rules ?? []),
    { kind: "scope", name: "files", text: [...files.tests].sort().join("\n"), place: scope },
  ];
  if (files.sources.length > 0) {
    const text = [...files.sources].sort().join("\n");
    segments.push({ kind: "planned", name: "files", text, place: scope });
  }
  segments.push(...fitInterfaces(material.interfaces, segments, limit));
  return bounded({ role: "tester", prompt: material.prompt }, segments, limit);
}
