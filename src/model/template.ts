// What can be instantiated as a feature, and what does its generator render?

import type { Json } from "./digest.ts";
import type { Place } from "./place.ts";

export interface Template {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  /** Folder of the template; from the workspace root, or absolute for one shipped in the package. */
  readonly folder: string;
  readonly params: readonly TemplateParam[];
  /** Code parts by name; a task's `generator: name/part` selects one. */
  readonly parts: Readonly<Record<string, readonly PartFile[]>>;
  /** Null where features of this template are planned by agents or people. */
  readonly planner: TemplatePlanner | null;
  readonly place: Place;
}

/** Handlebars sources of the documents that a template plans its features with, without a model. */
export interface TemplatePlanner {
  /** `spec/PLAN.md.hbs`; null where the template has none. */
  readonly plan: string | null;
  /** `spec/BACKLOG.yaml.hbs`. */
  readonly backlog: string;
}

export interface TemplateParam {
  readonly name: string;
  readonly type: "string" | "integer" | "boolean" | "list" | "map";
  readonly question: string;
  readonly default: Json | undefined;
  /** Regular expression that a string value must match as a whole. */
  readonly pattern: string | null;
  readonly choices: readonly string[] | null;
}

/** One file that a part renders. Both fields are Handlebars sources over the values of the window. */
export interface PartFile {
  /** Path of the source: below the template's `code/` as declared, from the workspace root when it is rendered. */
  readonly template: string;
  /** Path in the project. */
  readonly to: string;
}
