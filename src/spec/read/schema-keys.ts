// Which keys does a schema know at a path of the data? For whoever wrote another one: what was meant stands among them.

import type * as z from "zod";
import type { Plain, PlainMap } from "../yaml/yaml.ts";

export type Path = readonly (string | number)[];

/** The keys that the schema knows for the map at a path. */
export function keysAt(schema: z.ZodType, path: Path, root: Plain): string[] {
  let schemas = [schema];
  for (const [depth, key] of path.entries()) {
    const container = valueAt(root, path.slice(0, depth));
    schemas = schemas.flatMap((outer) =>
      alternatives(outer, container).flatMap((inner) => memberOf(inner, key)),
    );
  }
  const maps = schemas.flatMap((outer) => alternatives(outer, valueAt(root, path)));
  return maps.flatMap((inner) => Object.keys(inner.def.type === "object" ? inner.def.shape : {}));
}

/** The parts of zod's definitions that are walked here. */
type Known =
  | { readonly type: "object"; readonly shape: Readonly<Record<string, z.ZodType>> }
  | { readonly type: "array"; readonly element: z.ZodType }
  | { readonly type: "record"; readonly valueType: z.ZodType }
  | { readonly type: "optional"; readonly innerType: z.ZodType }
  | { readonly type: "union"; readonly options: readonly z.ZodType[]; readonly discriminator?: string }
  | { readonly type: "string" };

function alternatives(schema: z.ZodType, value: Plain | undefined): { readonly def: Known }[] {
  const known = { def: schema.def as unknown as Known };
  if (known.def.type === "optional") return alternatives(known.def.innerType, value);
  if (known.def.type !== "union") return [known];
  const { options, discriminator } = known.def;
  const tag = discriminator === undefined ? undefined : valueAt(value ?? null, [discriminator]);
  const meant = options.filter((option) => {
    const def = option.def as unknown as Known;
    if (discriminator === undefined || tag === undefined || def.type !== "object") return true;
    return def.shape[discriminator]?.safeParse(tag).success ?? false;
  });
  return meant.flatMap((option) => alternatives(option, value));
}

function memberOf({ def }: { readonly def: Known }, key: string | number): z.ZodType[] {
  if (def.type === "array") return [def.element];
  if (def.type === "record") return [def.valueType];
  const member = def.type === "object" && Object.hasOwn(def.shape, key) ? def.shape[key] : undefined;
  return member === undefined ? [] : [member];
}

export function valueAt(root: Plain, path: Path): Plain | undefined {
  let value: Plain | undefined = root;
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as PlainMap)[key];
  }
  return value;
}
