// What does a person read where sources are gone that earlier builds knew? Asked before anything follows from it.

import type { Diagnostic } from "../model/diagnostic.ts";
import type { Failure } from "../model/failure.ts";
import { count } from "./figures.ts";
import { quoted } from "./plain.ts";
import type { FailureText } from "./wording.ts";

type Vanished = Extract<Failure, { reason: "sources-vanished" }>;

export function vanishedText({ features, folders, projects, tasks, all }: Vanished): FailureText {
  const names = features.map(quoted).join(", ");
  const gone = all ? `No feature is left, and earlier builds knew ${names}` : `Earlier builds knew ${names}`;
  const places = projects.map(quoted).join(", ");
  const left = `${features.length === 0 ? "Earlier" : "and earlier"} builds worked in ${places}, which projects.yaml no longer declares`;
  const removes = features.length === 0 ? [] : ["remove their code"];
  const forgets = projects.length === 0 ? [] : ["forget what was built there"];
  const follows = [...removes, ...forgets].join(", and ");
  const known = [...(features.length === 0 ? [] : [gone]), ...(projects.length === 0 ? [] : [left])].join(
    ", ",
  );
  return {
    message: `${known}: continuing would ${follows}${tasks === 0 ? "" : ` (${count(tasks, "task")})`}.`,
    detail: [
      ...features.map((feature) => `${folders[feature] ?? feature}/feature.md is missing`),
      ...projects.map((project) => `projects.yaml does not declare ${project}`),
    ],
    fix: `Restore ${features.length === 0 ? "projects.yaml" : "the specs"}; or, if the removal is intended, commit it or run \`factory build --yes\`.`,
  };
}

/** Of a project that left with somebody's word: nothing removes what is in it. */
export function leftProject(project: string): Diagnostic {
  return {
    severity: "warning",
    code: "project-left",
    message: `projects.yaml no longer declares ${project}: what was built there stays as it is, and the factory no longer tracks it.`,
    target: `${project}/`,
    file: "projects.yaml",
    line: null,
    column: null,
    fix: "Declare it again to continue with it, or remove its files by hand.",
  };
}
