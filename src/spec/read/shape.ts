// Does the data fit its schema, and if not, where and how? Every finding is told, and then what does not fit is cut
// out, so that the rest can still be looked at.

import type * as z from "zod";
import { withoutCredentials } from "../../model/remote.ts";
import type { Findings, Wording } from "../findings/findings.ts";
import { clip, suggestion } from "../findings/nearest.ts";
import type { Places, Plain, YamlData } from "../yaml/yaml.ts";
import { keysAt, type Path, valueAt } from "./schema-keys.ts";

/** Names the finding's target by the path of the value in the data. */
export type TargetOf = (path: Path) => string | null;

interface Misfit {
  readonly path: Path;
  readonly code: string;
  readonly wording: Wording;
  /** Where a value is missing: what type it should have. */
  readonly expected?: string | undefined;
}

interface ShapeContext {
  readonly schema: z.ZodType;
  readonly root: Plain;
}

const MAX_ROUNDS = 8;
/** Stands in for a required text, so that its entry can still be looked at. It fits no id. */
const STAND_IN = "?";

/** The part of the data that fits; null where nothing does. The data itself is cut. */
export function conform<S extends z.ZodType>(
  schema: S,
  data: YamlData,
  targetOf: TargetOf,
  findings: Findings,
): z.infer<S> | null {
  const reading = { schema, root: data.root };
  const stoodIn = new Set<string>();
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const parsed = schema.safeParse(data.root);
    // The schemas transform nothing, so the data itself is the parsed value, and its places stay known.
    if (parsed.success) return data.root as z.infer<S>;
    const misfits = parsed.error.issues.flatMap((issue) => misfitsOf(issue as Issue, [], reading));
    if (round === 0) {
      for (const { path, code, wording } of misfits) {
        findings.error(code, { target: targetOf(path), place: placeOf(data, path) }, wording);
      }
    }
    if (misfits.some(({ path }) => path.length === 0)) return null;
    cut(data, misfits, stoodIn);
  }
  return null;
}

/** What zod tells, as far as it is used here. */
interface Issue {
  readonly code: string;
  readonly path: Path;
  readonly message: string;
  readonly expected?: string;
  readonly keys?: readonly string[];
  readonly values?: readonly unknown[];
  readonly options?: readonly string[];
  readonly errors?: readonly (readonly Issue[])[];
  readonly issues?: readonly Issue[];
}

function misfitsOf(issue: Issue, prefix: Path, context: ShapeContext): Misfit[] {
  const path = [...prefix, ...issue.path];
  const label = labelOf(path);
  const found = valueAt(context.root, path);
  if (issue.code === "unrecognized_keys") {
    const known = keysAt(context.schema, path, context.root);
    return (issue.keys ?? []).map((key) => ({
      path: [...path, key],
      code: "unknown-key",
      wording: {
        message: `${path.length === 0 ? "" : `${label}: `}unknown key "${clip(key)}".`,
        fix: suggestion(key, known),
      },
    }));
  }
  if (found === undefined) {
    return [
      { ...misfit(path, "missing-key", `${label} is missing.`, `Add ${label}.`), expected: issue.expected },
    ];
  }
  if (issue.code === "invalid_union") return unionMisfits(issue, path, context);
  if (issue.code === "invalid_key") {
    const why = issue.issues?.[0]?.message ?? "is not accepted here";
    return [misfit(path, "invalid-value", `The key ${label} ${why}.`, "Give it another name.")];
  }
  if (issue.code === "invalid_type") return [wrongType(issue, path, found)];
  if (issue.code === "invalid_value") {
    const values = (issue.values ?? []).map(String);
    const message = `${label} is ${shown(found)}, which is not among: ${values.join(", ")}.`;
    return [misfit(path, "invalid-value", message, suggestion(String(found), values))];
  }
  return [
    misfit(path, "invalid-value", `${label} ${issue.message}; it is ${shown(found)}.`, `Fix ${label}.`),
  ];
}

/** The findings of the one alternative that the value was meant for, where that can be told. */
function unionMisfits(issue: Issue, path: Path, context: ShapeContext): Misfit[] {
  const label = labelOf(path);
  if (issue.options !== undefined) {
    const found = valueAt(context.root, path);
    const known = issue.options.join(", ");
    if (found === undefined)
      return [misfit(path, "missing-key", `${label} is missing.`, `Add ${label}: one of ${known}.`)];
    return [
      misfit(
        path,
        "invalid-value",
        `${label} is ${shown(found)}, which is not among: ${known}.`,
        suggestion(String(found), issue.options),
      ),
    ];
  }
  const meant = (issue.errors ?? []).find((alternative) =>
    alternative.every((inner) => inner.path.length > 0 || inner.code !== "invalid_type"),
  );
  if (meant !== undefined) return meant.flatMap((inner) => misfitsOf(inner, path, context));
  const message = `${label} ${issue.message}, not ${kindOf(valueAt(context.root, path))}.`;
  return [misfit(path, "wrong-type", message, `Fix ${label}.`)];
}

const KINDS: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a map",
  record: "a map",
};

function wrongType(issue: Issue, path: Path, found: Plain): Misfit {
  const label = labelOf(path);
  const wanted = KINDS[issue.expected ?? ""] ?? issue.expected ?? "something else";
  const quotable = wanted === "text" && (typeof found === "number" || typeof found === "boolean");
  const fix = quotable
    ? `Put it in quotes: "${found}".`
    : `Write ${path.length === 0 ? "it" : label} as ${wanted}.${ofSchema(issue)}`;
  return misfit(path, "wrong-type", `${label} must be ${wanted}, not ${kindOf(found)}.`, fix);
}

/** What the schema itself says of such a value. */
function ofSchema({ message }: Issue): string {
  return message.startsWith("Invalid input") ? "" : ` ${message}`;
}

function misfit(path: Path, code: string, message: string, fix: string): Misfit {
  return { path, code, wording: { message, fix } };
}

function kindOf(value: Plain | undefined): string {
  if (value === null) return "empty";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a map";
  return typeof value === "string" ? "text" : `the ${typeof value} ${value}`;
}

function shown(value: Plain): string {
  if (typeof value === "object") return kindOf(value);
  return typeof value === "string" ? JSON.stringify(clip(withoutCredentials(value))) : String(value);
}

function labelOf(path: Path): string {
  if (path.length === 0) return "The file";
  const label = path.map((key) => (typeof key === "number" ? `[${key}]` : `.${key}`)).join("");
  return clip(label.startsWith(".") ? label.slice(1) : label);
}

/** The place of the value, or of the innermost container around it that has one. */
function placeOf(data: YamlData, path: Path): ReturnType<Places["of"]> {
  for (let length = path.length; length > 0; length--) {
    const container = valueAt(data.root, path.slice(0, length - 1));
    if (typeof container !== "object" || container === null) continue;
    const place = data.places.of(container, path[length - 1] as string | number);
    if (place !== null) return place;
  }
  return data.places.root;
}

/** From the last to the first, so that the positions in lists stay right. */
function cut(data: YamlData, misfits: readonly Misfit[], stoodIn: Set<string>): void {
  const unique = new Map(misfits.map((misfit) => [JSON.stringify(misfit.path), misfit]));
  for (const [id, { path, code, expected }] of [...unique].sort((a, b) =>
    comparePaths(b[1].path, a[1].path),
  )) {
    const entry = path.slice(0, -1);
    const key = path.at(-1) as string | number;
    const container = valueAt(data.root, entry);
    if (code !== "missing-key") remove(data, path);
    else if (key === "id" || stoodIn.has(id)) remove(data, entry);
    else if (typeof container === "object" && container !== null && !Array.isArray(container)) {
      container[key] = expected === "array" ? [] : STAND_IN;
      stoodIn.add(id);
    }
  }
}

function remove(data: YamlData, path: Path): void {
  const key = path.at(-1);
  const container = valueAt(data.root, path.slice(0, -1));
  if (Array.isArray(container)) data.places.removeItem(container, Number(key));
  else if (typeof container === "object" && container !== null && key !== undefined) delete container[key];
}

function comparePaths(a: Path, b: Path): number {
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const x = a[index] as string | number;
    const y = b[index] as string | number;
    if (x === y) continue;
    if (typeof x === "number" && typeof y === "number") return x - y;
    return String(x) < String(y) ? -1 : 1;
  }
  return a.length - b.length;
}
