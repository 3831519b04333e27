// Does a value keep to what its parameter declares beside its type? Asked alike about answers, about the params of a
// feature and about a template's own defaults.

import type { Json } from "../model/digest.ts";
import type { ItemShape, TemplateParam, ValueShape } from "../model/template.ts";
import { clip, suggestion } from "./nearest.ts";

export interface Fault {
  /** Where in the value: none for the value itself, else such as `[2].name`. */
  readonly where: string;
  /** Index of the item at fault, where one is. */
  readonly item: number | null;
  /** What is wrong, to be read after the name: `is "loud", which is not among: warm, cool`. */
  readonly message: string;
  readonly fix: string;
}

/** The value has the parameter's type already. The first fault; null where there is none. */
export function limitFault(param: TemplateParam, value: Json): Fault | null {
  const { pattern, choices, limits, type } = param;
  const shape = { type, pattern, choices, min: limits?.min ?? null, max: limits?.max ?? null };
  const own = faultOf(shape, value);
  if (own !== null) return { where: "", item: null, ...own };
  const items = limits?.items ?? null;
  if (items === null || !Array.isArray(value)) return null;
  for (const [index, item] of (value as readonly Json[]).entries()) {
    const fault = itemFault(items, item);
    if (fault !== null) return { ...fault, where: `[${index + 1}]${fault.where}`, item: index };
  }
  return null;
}

type Wrong = Pick<Fault, "message" | "fix">;

function itemFault(shape: ItemShape, item: Json): (Wrong & { where: string }) | null {
  const own = typeFault(shape, item) ?? faultOf(shape, item);
  if (own !== null) return { where: "", ...own };
  if (shape.keys === null || !isMap(item)) return null;
  for (const [key, { required }] of Object.entries(shape.keys)) {
    if (!required || Object.hasOwn(item, key)) continue;
    return { where: "", message: `has no ${key}`, fix: `Add ${key} to the item.` };
  }
  for (const [key, value] of Object.entries(item)) {
    const member = Object.hasOwn(shape.keys, key) ? shape.keys[key] : undefined;
    if (member === undefined) {
      const message = `has the unknown key "${clip(key)}"`;
      return { where: "", message, fix: suggestion(key, Object.keys(shape.keys)) };
    }
    const fault = typeFault(member, value) ?? faultOf(member, value);
    if (fault !== null) return { where: `.${key}`, ...fault };
  }
  return null;
}

function isMap(value: Json): value is { readonly [key: string]: Json } {
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

function faultOf({ choices, pattern, min, max }: ValueShape, value: Json): Wrong | null {
  if (typeof value === "string" && choices !== null && !choices.includes(value)) {
    return {
      message: `is ${JSON.stringify(clip(value))}, which is not among: ${choices.join(", ")}`,
      fix: suggestion(value, choices),
    };
  }
  const expression = pattern === null ? null : patternOf(pattern);
  if (typeof value === "string" && expression !== null && !expression.test(value)) {
    return {
      message: `is ${JSON.stringify(clip(value))}, which does not match ${pattern}`,
      fix: `Write it as ${pattern}.`,
    };
  }
  return sizeFault({ min, max }, value);
}

function sizeFault({ min, max }: Pick<ValueShape, "min" | "max">, value: Json): Wrong | null {
  const size = sizeOf(value);
  if (size === null) return null;
  const [found, what] = size;
  const bounds = [min === null ? null : `at least ${min}`, max === null ? null : `at most ${max}`];
  const wanted = bounds.filter((one) => one !== null).join(" and ");
  if ((min === null || found >= min) && (max === null || found <= max)) return null;
  return {
    message: what === "" ? `is ${found}` : `has ${found} ${what}`,
    fix: what === "" ? `Give a number of ${wanted}.` : `Give it ${wanted} ${what}.`,
  };
}

/** Null where there is nothing to count. */
function sizeOf(value: Json): readonly [number, string] | null {
  if (typeof value === "number") return [value, ""];
  if (typeof value === "string") return [[...value].length, "characters"];
  if (Array.isArray(value)) return [value.length, "items"];
  return isMap(value) ? [Object.keys(value).length, "members"] : null;
}

/** A pattern that is no regular expression has its finding in the template. */
function patternOf(pattern: string): RegExp | null {
  try {
    return new RegExp(`^(?:${pattern})$`, "u");
  } catch {
    return null;
  }
}
