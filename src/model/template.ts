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
  readonly place: Place;
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
