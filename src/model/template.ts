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

/** All templates that there are. */
export type Templates<T extends Template = Template> = Pick<
  ReadonlyMap<string, T>,
  "get" | "has" | "keys" | "values"
>;

/** What happens to a feature's parameters when it goes to a later version of its template. */
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
  /** What else a value must keep to. */
  readonly rules: ValueRules;
  /** A value to try the template with where there is no default. */
  readonly example?: Json;
}

export interface ValueRules {
  /** Regular expression that a text must match as a whole. */
  readonly pattern: string | null;
  readonly choices: readonly string[] | null;
  /** Values of another parameter that a text may have, beside the choices. */
  readonly among: Among | null;
  /** Texts that are refused; in any spelling where the value becomes a name. */
  readonly not: readonly string[];
  /** The name of a `type`, `variable` or `member` in code; or a `pattern`, a regular expression. */
  readonly becomes: "type" | "variable" | "member" | "pattern" | null;
  /** Bounds of an integer, or of the length of a text, list or map. */
  readonly min: number | null;
  readonly max: number | null;
  /** How to write it, said where a text is refused; null: the pattern itself is shown. */
  readonly hint: string | null;
  /** What every item of a list must be. */
  readonly items: ItemShape | null;
}

/** The values that the items of a list have under one key. */
export interface Among {
  readonly list: string;
  readonly key: string;
}

export interface ValueShape extends ValueRules {
  readonly type: TemplateParam["type"] | "any";
}

export interface ItemShape extends ValueShape {
  /** The members of a map by name; null where any are taken. */
  readonly keys: Readonly<Record<string, ValueShape & { readonly required: boolean }>> | null;
  /** Keys whose values, taken together, no two items share. */
  readonly unique: readonly (readonly string[])[];
  /** Keys of which an item has exactly one; none: no such rule. */
  readonly oneOf: readonly string[];
}

/** One file that a part renders. All texts are Handlebars sources over the values of the window. */
export interface PartFile {
  /** Path of the source: below the template's `code/` as declared, from the workspace root when it is rendered. */
  readonly template: string;
  /** Path in the project. */
  readonly to: string;
  /** The lines come into the file that is there; absent: they are the file. */
  readonly inject?: InjectionPoint;
}

/** Where lines are inserted: beside the one line of the file that reads so, blanks at its ends aside, or behind the last one. */
export type InjectionPoint =
  | { readonly after: string }
  | { readonly before: string }
  | { readonly at: "end" };

/** The line of the file that it names; null where it names none. */
export function anchorOf(point: InjectionPoint): string | null {
  if ("after" in point) return point.after;
  return "before" in point ? point.before : null;
}
