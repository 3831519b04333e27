// Foreign specs as tests write them: files by path, and what is told about them.

import type { ImportedFeature, ImportFormat } from "../../../src/model/imported.ts";
import type { Gate } from "../../../src/model/project.ts";
import { type ForeignSpec, Notes } from "../../../src/spec/imports/foreign.ts";
import { readForeign } from "../../../src/spec/imports/readers.ts";
import { draftsOf } from "../../../src/spec/imports/task-drafts.ts";
import { type PlannedTask, tasksOf } from "../../../src/spec/imports/tasks.ts";
import { file } from "../sources.ts";

export type Files = Readonly<Record<string, string>>;

export function foreign(format: ImportFormat, files: Files, around: Files = {}): ForeignSpec {
  const map = (texts: Files) =>
    new Map(Object.entries(texts).map(([path, text]) => [path, file(path, text)]));
  return {
    format,
    name: "thing",
    source: "old",
    root: "/home/pat/app",
    files: map(files),
    around: map(around),
  };
}

export interface Read {
  readonly feature: ImportedFeature;
  readonly tasks: readonly PlannedTask[];
  /** `code file:line` of every note. */
  readonly notes: readonly string[];
}

/** The only feature of a spec, cut into tasks. */
export function read(spec: ForeignSpec, gates: readonly Gate[] = []): Read {
  const [only] = readForeign(spec);
  if (only?.feature == null) throw new Error("nothing was read");
  const notes = new Notes();
  const drafts = draftsOf(only.feature.steps, notes);
  const tasks =
    only.feature.steps.length === 0
      ? []
      : tasksOf(only.feature, drafts, { windowBytes: 3072, feature: spec.name, gates }, notes);
  const all = [...only.notes.list, ...notes.list];
  return {
    feature: only.feature,
    tasks,
    notes: all.map(({ code, file: path, line }) => `${code} ${path}:${line}`),
  };
}

/** Each requirement as its item of feature.md begins. */
export function requirements({ feature }: Read): readonly string[] {
  return feature.requirements.map(({ id, text }) => `${id}: ${text}`);
}

/** `T001 <- T000` for every dependency. */
export function order({ tasks }: Read): readonly string[] {
  return tasks.map(({ id, dependsOn }) => (dependsOn.length === 0 ? id : `${id} <- ${dependsOn.join(" ")}`));
}
