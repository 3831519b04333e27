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
  /** In the order in which they are applied; absent: none. */
  readonly migrations?: readonly Migration[];
  readonly place: Place;
}

/** What becomes of a feature's parameters when it goes to a later version of its template. */
export interface Migration {
  /** The version that it came with: applied to all that are older. */
  readonly to: string | null;
  /** Range of versions that it is applied to; null: all that are older than `to`. */
  readonly from: string | null;
  /** New names by old names. */
  readonly rename: Readonly<Record<string, string>>;
  readonly set: Readonly<Record<string, Json>>;
  readonly remove: readonly string[];
  /** What a person should know or do; empty for nothing. */
  readonly note: string;
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
  /** What else a value must keep to; absent: nothing. */
  readonly limits?: ParamLimits;
  /** A value to try the template with where there is no default. */
  readonly example?: Json;
}

/** Bounds of an integer, or of the length of a text, list or map. */
export interface ParamLimits {
  readonly min: number | null;
  readonly max: number | null;
  /** What every item of a list must be. */
  readonly items: ItemShape | null;
}

export interface ItemShape extends ValueShape {
  /** The members of a map by name; null where any are taken. */
  readonly keys: Readonly<Record<string, ValueShape & { readonly required: boolean }>> | null;
}

export interface ValueShape {
  readonly type: TemplateParam["type"] | "any";
  readonly pattern: string | null;
  readonly choices: readonly string[] | null;
  readonly min: number | null;
  readonly max: number | null;
}

/** One file that a part renders. Both fields are Handlebars sources over the values of the window. */
export interface PartFile {
  /** Path of the source: below the template's `code/` as declared, from the workspace root when it is rendered. */
  readonly template: string;
  /** Path in the project. */
  readonly to: string;
}
