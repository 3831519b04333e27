// What is the task of a feature that has no backlog, and says which files it may write? The feature as a whole.

import { taskId } from "../../model/address.ts";
import type { Feature } from "../../model/feature.ts";
import { canonicalPath } from "../../model/path.ts";
import { type Criterion, linkedTask, type Task } from "../../model/task.ts";
import type { Findings } from "../findings/findings.ts";
import type { Sections } from "../markdown/sections.ts";
import { at, type Head } from "./feature-head.ts";
import { checkCriteria, checkPaths } from "./task-entries.ts";

type Implied = Pick<Feature, "id" | "title" | "file" | "projects"> & { readonly findings: Findings };

/** A feature without a backlog is one task that does all of it. */
export function impliedTask(head: Head, sections: Sections, feature: Implied): Task {
  const { shape, places } = head;
  const id = taskId(feature.id, "T01");
  const place = { file: feature.file, line: 1, column: 1 };
  const files = (shape.files ?? []).map(canonicalPath);
  checkPaths(files, id, (index) => places.of(shape.files ?? [], index) ?? place, feature.findings);
  const criteria = sections.criteria.length > 0 ? sections.criteria : sections.requirements;
  const acceptance: Criterion[] = criteria.map((criterion, index) => ({
    id: sections.criteria.length > 0 && criterion.id !== null ? criterion.id : `A${index + 1}`,
    text: criterion.text,
    place: criterion.place,
  }));
  checkCriteria(acceptance, id, feature.findings);
  const keyPlaces = Object.entries({
    title: "title",
    project: "project",
    "scope.files_hint": "files",
  } as const);
  const known = { id, feature: feature.id, title: feature.title, project: feature.projects[0] ?? "" };
  return {
    ...linkedTask({
      ...known,
      type: "code",
      dependsOn: [],
      filesHint: files,
      generator: null,
      agent: null,
      place,
    }),
    requirements: sections.requirements.map((requirement) => requirement.id),
    acceptance,
    places: Object.fromEntries(keyPlaces.map(([key, from]) => [key, at(head, from, id).place])),
  };
}
