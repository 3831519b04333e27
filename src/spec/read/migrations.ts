// How do the parameters of a feature follow its template to a later version? Migrations are checked where they are
// declared, and applied to plain values; what becomes of a person's text is not known here.

import type { Json } from "../../model/digest.ts";
import type { Migration, Template, TemplateParam } from "../../model/template.ts";
import { compareVersions, isInRange, isRange, isVersion } from "../../model/version.ts";
import type { Findings, Wording } from "../findings/findings.ts";
import { suggestion } from "../findings/nearest.ts";
import type { TemplateShape } from "../schema/template-schema.ts";
import type { Places } from "../yaml/yaml.ts";
import { ruleFault, typeOf } from "./param-rules.ts";

export type Values = Readonly<Record<string, Json>>;

type MigrationShape = NonNullable<TemplateShape["migrations"]>[number];

/** Those that lead from one version of a template to the one at hand, in the order in which they apply. */
export function migrationsBetween(
  { migrations = [], version }: Pick<Template, "migrations" | "version">,
  from: string,
): readonly Migration[] {
  if (compareVersions(from, version) >= 0) return [];
  return migrations.filter((migration) => {
    if (migration.to !== null && compareVersions(from, migration.to) >= 0) return false;
    return migration.from === null || isInRange(from, migration.from);
  });
}

export interface Migrated {
  readonly values: Values;
  /** Where each value came from: old names by new names; only those that were renamed. */
  readonly renamed: Readonly<Record<string, string>>;
}

/** `set` wins over what a value was; a name that is not there is not renamed. */
export function migrate(values: Values, migrations: readonly Migration[]): Migrated {
  const now = new Map(Object.entries(values));
  const origins = new Map([...now.keys()].map((name) => [name, name]));
  for (const { rename, set, remove } of migrations) {
    renameAll(now, rename);
    renameAll(origins, rename);
    for (const [name, value] of Object.entries(set)) now.set(name, value);
    for (const name of remove) {
      now.delete(name);
      origins.delete(name);
    }
  }
  const renamed = [...origins].filter(([name, origin]) => name !== origin);
  return { values: Object.fromEntries(now), renamed: Object.fromEntries(renamed) };
}

/** All at once, so that two names can be exchanged. */
function renameAll<T>(map: Map<string, T>, rename: Readonly<Record<string, string>>): void {
  const taken = Object.entries(rename).flatMap(([old, name]) => {
    const value = map.get(old);
    return value === undefined ? [] : [{ old, name, value }];
  });
  for (const { old } of taken) map.delete(old);
  for (const { name, value } of taken) map.set(name, value);
}

/** The migrations of a template.yaml; what is wrong with them goes to the findings. */
export function migrationsOf(
  shape: TemplateShape,
  params: readonly TemplateParam[],
  places: Places,
  findings: Findings,
): readonly Migration[] {
  const written = shape.migrations ?? [];
  const migrations: Migration[] = [];
  for (const [index, one] of written.entries()) {
    const migration = migrationOf(one);
    const later = written.slice(index + 1).map(migrationOf);
    const before = findings.list.length;
    const tell = (key: string | null, wording: Wording) => {
      const place = key === null ? places.of(written, index) : places.of(one, key);
      findings.error("invalid-migration", { target: null, place: place ?? places.root }, wording);
    };
    checkVersions(migration, shape.version, tell);
    checkNames({ migration, later, params }, tell);
    if (findings.list.length === before) migrations.push(migration);
  }
  return migrations;
}

function migrationOf({ to, from, rename, set, remove, note }: MigrationShape): Migration {
  return {
    to: to ?? null,
    from: from ?? null,
    rename: rename ?? {},
    set: (set ?? {}) as Values,
    remove: remove ?? [],
    note: note ?? "",
  };
}

type Tell = (key: string | null, wording: Wording) => void;

function checkVersions({ to, from }: Migration, version: string, tell: Tell): void {
  if (to === null && from === null) {
    const message = "The migration does not say for which versions it is.";
    tell(null, { message, fix: `Add to: with the version that it came with, such as ${version}.` });
  }
  if (to !== null && !isVersion(to)) {
    tell("to", { message: `${JSON.stringify(to)} is not a version.`, fix: `Write it as ${version} is.` });
  } else if (to !== null && isVersion(version) && compareVersions(to, version) > 0) {
    const message = `The migration leads to ${to}, but the template is of version ${version}.`;
    tell("to", { message, fix: "Raise version:, or correct to:." });
  }
  if (from !== null && !isRange(from)) {
    const message = `${JSON.stringify(from)} is not a range of versions.`;
    tell("from", { message, fix: "Write it as `<2.0.0`, `>=1.0.0 <2.0.0`, `^1.2.0` or `1.x`." });
  }
}

interface Sequence {
  readonly migration: Migration;
  readonly later: readonly Migration[];
  readonly params: readonly TemplateParam[];
}

/** Whatever is named must be a parameter of the template, or be taken up by a migration that comes after. */
function checkNames({ migration, later, params }: Sequence, tell: Tell): void {
  const declared = new Map(params.map((param) => [param.name, param]));
  const isTaken = (name: string) =>
    later.some(({ rename, remove }) => Object.hasOwn(rename, name) || remove.includes(name));
  for (const name of Object.values(migration.rename)) {
    if (declared.has(name) || isTaken(name)) continue;
    const message = `The template has no parameter "${name}" to which another could be renamed.`;
    tell("rename", { message, fix: suggestion(name, declared.keys()) });
  }
  for (const [name, value] of Object.entries(migration.set)) {
    const param = declared.get(name);
    if (isTaken(name)) continue;
    if (param === undefined) {
      const message = `The template has no parameter "${name}" that could be set.`;
      tell("set", { message, fix: suggestion(name, declared.keys()) });
      continue;
    }
    const isTyped = typeOf(value) === param.type;
    const fault = isTyped ? ruleFault(param, value, {}) : null;
    if (isTyped && fault === null) continue;
    const found = fault === null ? `must be of type ${param.type}, not ${typeOf(value)}` : fault.message;
    tell("set", {
      message: `${name}${fault?.where ?? ""} ${found}.`,
      fix: fault?.fix ?? `Write it as ${param.type}.`,
    });
  }
}
