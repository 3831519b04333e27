// What does a person read where sources are gone that earlier builds knew? Asked before anything follows from it.

import { dirname } from "node:path/posix";
import type { Diagnostic } from "../model/diagnostic.ts";
import type { Failure } from "../model/failure.ts";
import { count } from "./figures.ts";
import { quoted } from "./plain.ts";
import type { FailureText } from "./wording.ts";

type Vanished = Extract<Failure, { reason: "sources-vanished" }>;

export function vanishedText({ features, folders, unread, projects, tasks, all }: Vanished): FailureText {
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
  const line = projects.length > 0 ? "projects.yaml" : "the `specs:` line of projects.yaml";
  const lost = [
    ...(features.length > unread.length ? ["the specs"] : []),
    ...(features.length === 0 || unread.length > 0 ? [line] : []),
  ].join(" and ");
  return {
    message: `${known}: continuing would ${follows}${tasks === 0 ? "" : ` (${count(tasks, "task")})`}.`,
    detail: [
      ...features.map((feature) => {
        const folder = folders[feature] ?? feature;
        return unread.includes(feature)
          ? `${folder}/feature.md is there, and no \`specs:\` of projects.yaml names ${dirname(folder)}`
          : `${folder}/feature.md is missing`;
      }),
      ...projects.map((project) => `projects.yaml does not declare ${project}`),
    ],
    fix: `Restore ${lost}; or, if the removal is intended, ${unread.length === 0 ? "commit it or " : ""}run \`factory build --yes\`.`,
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
