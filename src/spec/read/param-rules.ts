// Does a value keep to what its parameter declares beside its type? Asked alike about answers, about the params of a
// feature and about a template's own defaults.

import { canonical, type Json } from "../../model/digest.ts";
import { nameOf } from "../../model/render-helpers.ts";
import type { ItemShape, TemplateParam, ValueRules, ValueShape } from "../../model/template.ts";
import { clip, suggestion } from "../findings/nearest.ts";
import { isTaken } from "./taken-names.ts";

export interface Fault {
  /** Where in the value: none for the value itself, else such as `[2].name`. */
  readonly where: string;
  /** Index of the item at fault, where one is. */
  readonly item: number | null;
  /** What is wrong, to be read after the name: `is "loud", which is not among: warm, cool`. */
  readonly message: string;
  readonly fix: string;
}

/** Values by parameter, as far as they are known: one may have to be among those of another. */
export type Others = Readonly<Record<string, Json | undefined>>;

type Wrong = Pick<Fault, "message" | "fix">;
type Placed = Wrong & Pick<Fault, "where">;
type JsonMap = { readonly [key: string]: Json };

/** The value has the parameter's type already. The first fault; null where there is none. */
export function ruleFault({ rules }: TemplateParam, value: Json, others: Others): Fault | null {
  const fault = valueFault(rules, value, others);
  if (fault === null) return null;
  const index = /^\[(\d+)\]/.exec(fault.where)?.[1];
  return { ...fault, item: index === undefined ? null : Number(index) - 1 };
}

function valueFault(rules: ValueRules, value: Json, others: Others): Placed | null {
  const own = typeof value === "string" ? textFault(rules, value, others) : null;
  const wrong = own ?? sizeFault(rules, value);
  if (wrong !== null) return { where: "", ...wrong };
  return rules.items === null || !isList(value) ? null : itemsFault(rules.items, value, others);
}

function itemsFault(shape: ItemShape, values: readonly Json[], others: Others): Placed | null {
  for (const [index, item] of values.entries()) {
    const fault = itemFault(shape, item, others) ?? twinFault(shape, values, index);
    if (fault !== null) return { ...fault, where: `[${index + 1}]${fault.where}` };
  }
  return null;
}

function itemFault(shape: ItemShape, item: Json, others: Others): Placed | null {
  const type = typeFault(shape, item);
  if (type !== null) return { where: "", ...type };
  if (shape.keys === null || !isMap(item)) return valueFault(shape, item, others);
  for (const [key, { required }] of Object.entries(shape.keys)) {
    if (required && !Object.hasOwn(item, key))
      return { where: "", message: `has no ${key}`, fix: `Add ${key} to the item.` };
  }
  for (const [key, value] of Object.entries(item)) {
    const member = Object.hasOwn(shape.keys, key) ? shape.keys[key] : undefined;
    if (member === undefined) {
      const message = `has the unknown key "${clip(key)}"`;
      return { where: "", message, fix: suggestion(key, Object.keys(shape.keys)) };
    }
    const wrong = typeFault(member, value);
    const fault = wrong === null ? valueFault(member, value, others) : { where: "", ...wrong };
    if (fault !== null) return { ...fault, where: `.${key}${fault.where}` };
  }
  return choiceFault(shape.oneOf, item);
}

function choiceFault(keys: readonly string[], item: JsonMap): Placed | null {
  const given = keys.filter((key) => Object.hasOwn(item, key));
  if (keys.length === 0 || given.length === 1) return null;
  const all = keys.join(", ");
  if (given.length === 0) return { where: "", message: `has none of ${all}`, fix: "Add one of them." };
  return {
    where: "",
    message: `has ${given.join(" and ")}`,
    fix: `Leave one of ${all}; write two items for both.`,
  };
}

/** An item that shares what has to be its own with one before it. */
function twinFault(shape: ItemShape, values: readonly Json[], index: number): Placed | null {
  const item = values[index];
  for (const keys of shape.unique) {
    const own = identity(shape, keys, item);
    const twin = values
      .slice(0, index)
      .findIndex((other) => own !== null && identity(shape, keys, other) === own);
    if (twin < 0) continue;
    const message = `has the same ${keys.join(" and ")} as [${twin + 1}]`;
    return { where: "", message, fix: "Change one of the two, or delete it." };
  }
  return null;
}

/** Two spellings of one name are one name. Null where a key is missing. */
function identity(
  { keys: members }: ItemShape,
  keys: readonly string[],
  item: Json | undefined,
): string | null {
  if (item === undefined || !isMap(item) || keys.some((key) => !Object.hasOwn(item, key))) return null;
  return canonical(
    keys.map((key) => {
      const value = item[key] as Json;
      return typeof value === "string" && members?.[key]?.becomes != null ? nameOf(value) : value;
    }),
  );
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function isMap(value: Json): value is JsonMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function typeFault({ type }: ValueShape, value: Json): Wrong | null {
  const found = typeOf(value);
  if (type === "any" || type === found) return null;
  return { message: `must be of type ${type}, not ${found}`, fix: `Write it as ${type}.` };
}

/** The name of a value's type as templates call it. */
export function typeOf(value: Json): string {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return "list";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value === "object" ? "map" : typeof value;
}

function textFault(rules: ValueRules, value: string, others: Others): Wrong | null {
  const { pattern, becomes, not, hint } = rules;
  const shown = JSON.stringify(clip(value));
  const known = knownValues(rules, others);
  if (known !== null && !known.includes(value)) {
    return { message: `is ${shown}, which is not among: ${known.join(", ")}`, fix: suggestion(value, known) };
  }
  const expression = pattern === null ? null : patternOf(pattern);
  if (expression !== null && !expression.test(value)) {
    return {
      message: `is ${shown}, which does not match ${pattern}`,
      fix: hint ?? `Write it as ${pattern}.`,
    };
  }
  const isName = becomes !== null && becomes !== "pattern";
  const other = { fix: "Choose another name." };
  if (not.some((word) => (isName ? nameOf(word) === nameOf(value) : word === value)))
    return { message: `is ${shown}, which is already taken`, ...other };
  if (isName && !/^\p{ID_Start}/u.test(nameOf(value)))
    return { message: `is ${shown}, which makes no valid name: it must begin with a letter`, ...other };
  if ((becomes === "type" || becomes === "variable") && isTaken(value, becomes))
    return { message: `is ${shown}, which the language reserves`, ...other };
  if (becomes === "pattern" && patternOf(value) === null)
    return {
      message: `is ${shown}, which is not a regular expression`,
      fix: "Fix it: JavaScript has to read it.",
    };
  return null;
}

/** Null where any value is taken, or the other parameter has none yet. */
function knownValues({ choices, among }: ValueRules, others: Others): readonly string[] | null {
  if (among === null) return choices;
  const list = others[among.list];
  if (list === undefined || !isList(list) || list.length === 0) return null;
  const values = list.map((item) => (isMap(item) ? item[among.key] : undefined));
  return [...new Set([...(choices ?? []), ...values.filter((one) => typeof one === "string")])];
}

function sizeFault({ min, max }: Pick<ValueRules, "min" | "max">, value: Json): Wrong | null {
  const size = sizeOf(value);
  if (size === null) return null;
  const [found, what] = size;
  const bounds = [min === null ? null : `at least ${min}`, max === null ? null : `at most ${max}`];
  const wanted = bounds.filter((one) => one !== null).join(" and ");
  if ((min === null || found >= min) && (max === null || found <= max)) return null;
  const isLow = min !== null && found < min;
  return {
    message:
      what === "" ? `is ${found}, which is too ${isLow ? "small" : "large"}` : `has ${counted(found, what)}`,
    fix: what === "" ? `Give a number of ${wanted}.` : `Give it ${counted(wanted, what)}.`,
  };
}

function counted(amount: number | string, what: string): string {
  return `${amount} ${/(?:^| )1$/.test(String(amount)) ? what : `${what}s`}`;
}

/** Null where there is nothing to count. */
function sizeOf(value: Json): readonly [number, string] | null {
  if (typeof value === "number") return [value, ""];
  if (typeof value === "string") return [[...value].length, "character"];
  if (Array.isArray(value)) return [value.length, "item"];
  return isMap(value) ? [Object.keys(value).length, "member"] : null;
}

/** A pattern that is no regular expression has its finding in the template. */
function patternOf(pattern: string): RegExp | null {
  try {
    return new RegExp(`^(?:${pattern})$`, "u");
  } catch {
    return null;
  }
}
