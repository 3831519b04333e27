// What does a person ask for in one folder of specs?

import type { Json } from "./digest.ts";
import type { Place } from "./place.ts";
import type { Task } from "./task.ts";

/** The folder that holds its documents, from the workspace root. */
export function folderOf({ file }: Pick<Feature, "file">): string {
  return file.slice(0, file.lastIndexOf("/"));
}

export interface Feature {
  readonly id: string;
  readonly title: string;
  /** Path of feature.md from the workspace root. */
  readonly file: string;
  /** The projects it is built into; the first is the default of its tasks. */
  readonly projects: readonly string[];
  readonly template: string | null;
  readonly params: readonly Param[];
  /** Features whose tasks come before all tasks of this one. */
  readonly dependsOn: readonly string[];
  readonly sections: readonly Section[];
  readonly requirements: readonly Requirement[];
  /** Items of the Constraints section, normalised. */
  readonly constraints: readonly Statement[];
  /** Open `[NEEDS CLARIFICATION: …]` marks; any of them blocks the feature. */
  readonly clarifications: readonly Statement[];
  readonly tasks: readonly Task[];
  /** Where the tasks came from: BACKLOG.yaml, the front matter, or the feature itself as one task; or still to come. */
  readonly backlog: "file" | "front-matter" | "implied" | "unplanned";
  /** Where each key of the front matter stands, such as `project` or `depends_on.0`. */
  readonly places: Readonly<Record<string, Place>>;
}

/** A parameter value given to the feature's template. */
export interface Param {
  readonly name: string;
  readonly value: Json;
  readonly place: Place;
  /** For a list value: where each item stands, in order. */
  readonly items: readonly Place[];
}

/** Normalised text: soft line breaks, comments and Markdown's alternative spellings do not show in it. */
export interface Statement {
  readonly text: string;
  readonly place: Place;
}

export interface Requirement extends Statement {
  readonly id: string;
}

export interface Section extends Statement {
  readonly heading: string;
}
