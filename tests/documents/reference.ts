// What does a page for looking things up say? The part of it that is made: commands as they are declared, and keys of files
// as the schemas have them. What stands above the first made heading is written by hand, and stays.

import { makeParser } from "../../src/cli/command-parser.ts";
import { SECTIONS } from "../../src/cli/commands.ts";
import type { CommandDeclaration } from "../../src/cli/declaration.ts";

/** `page` with its made part as it has to be. */
export function renewed(page: string, made: string): string {
  const [heading = ""] = made.split("\n", 1);
  const at = page.indexOf(`\n${heading}\n`);
  if (at < 0) throw new Error(`the page has no line "${heading}", where its made part begins`);
  return page.slice(0, at + 1) + made;
}

export async function commandReference(linkOf: (page: string) => string): Promise<string> {
  const parser = await makeParser("0", async () => {});
  const everywhere = parser.options.map(({ flags, description }) => ({ flags, help: description }));
  const sections = SECTIONS.flatMap(({ heading, commands }) => [
    `## ${heading.replace(/:$/, "")}`,
    ...commands.flatMap((entry) =>
      "commands" in entry
        ? entry.commands.map((command) => commandPart(`${entry.name} `, command, linkOf))
        : [commandPart("", entry, linkOf)],
    ),
  ]);
  return `${["## Options of every command", optionTable(everywhere), ...sections].join("\n\n")}\n`;
}

function commandPart(
  before: string,
  { usage, summary, description, options, examples, page }: CommandDeclaration,
  linkOf: (page: string) => string,
): string {
  const sentence = `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
  const width = Math.max(...examples.map(({ run }) => run.length));
  const calls = examples.map(({ run, does }) => `factory ${run.padEnd(width)}  # ${does}`);
  return [
    `### \`factory ${before}${usage}\``,
    description === undefined ? sentence : `${sentence} ${description}`,
    ...(options.length === 0 ? [] : [optionTable(options)]),
    ["```sh", ...calls, "```"].join("\n"),
    ...(page === undefined ? [] : [`More: [${page}](${linkOf(page)}).`]),
  ].join("\n\n");
}

function optionTable(
  options: readonly { readonly flags: string; readonly help: string; readonly choices?: readonly string[] }[],
): string {
  const rows = options.map(({ flags, help, choices }) => [
    `\`${flags}\``,
    choices === undefined ? help : `${help}: ${choices.map((choice) => `\`${choice}\``).join(", ")}`,
  ]);
  return table(["option", "does"], rows);
}

function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const escaped = rows.map((row) => row.map((cell) => cell.replaceAll("|", "\\|")));
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...escaped.map((row) => (row[column] ?? "").length)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  return [line(headings), line(widths.map((width) => "-".repeat(width))), ...escaped.map(line)].join("\n");
}

interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
}

/** `schemas` by the file that they are the format of. */
export function formatReference(schemas: Readonly<Record<string, unknown>>): string {
  const parts = Object.entries(schemas).flatMap(([file, value]) => {
    const schema = value as Schema;
    const keys = new Map<string, Key>();
    collect(schema, { path: "", root: schema, above: [] }, keys);
    const rows = [...keys].map(([path, { values, isNeeded, meanings }]) => [
      `\`${path}\``,
      `${[...values].join(", ")}${isNeeded ? "; required" : ""}`,
      [...meanings].join("; "),
    ]);
    return [`## ${file}`, table(["key", "value", "meaning"], rows)];
  });
  return `${parts.join("\n\n")}\n`;
}

/** Of which several shapes may have their own values and meanings, as `kind` of an agent has. */
interface Key {
  readonly values: Set<string>;
  readonly meanings: Set<string>;
  readonly isNeeded: boolean;
}

interface Where {
  readonly path: string;
  readonly root: Schema;
  /** References that lead here, so that what holds itself is told once. */
  readonly above: readonly string[];
}

/** `[]` is an entry of a list, `<name>` a name of the author's. */
function collect(schema: Schema, where: Where, keys: Map<string, Key>): void {
  const { path, root, above } = where;
  if (schema.$ref !== undefined) {
    if (above.includes(schema.$ref)) return;
    collect(resolved(schema, root), { ...where, above: [...above, schema.$ref] }, keys);
    return;
  }
  for (const one of [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]) collect(one, where, keys);
  if (schema.items !== undefined) collect(schema.items, { ...where, path: `${path}[]` }, keys);
  for (const [key, value] of Object.entries(schema.properties ?? {})) {
    const at = path === "" ? key : `${path}.${key}`;
    note(keys, at, { value, root, isNeeded: schema.required?.includes(key) === true });
    collect(value, { ...where, path: at }, keys);
  }
  const others = schema.additionalProperties;
  if (typeof others === "object") {
    const at = path === "" ? "<name>" : `${path}.<name>`;
    if (others.description !== undefined) note(keys, at, { value: others, root, isNeeded: false });
    collect(others, { ...where, path: at }, keys);
  }
}

function note(
  keys: Map<string, Key>,
  path: string,
  { value, root, isNeeded }: { readonly value: Schema; readonly root: Schema; readonly isNeeded: boolean },
): void {
  const key = keys.get(path) ?? { values: new Set(), meanings: new Set(), isNeeded };
  const told = kindOf(value, root);
  key.values.add(told);
  const meaning = descriptionOf(value, root);
  if (meaning === "") throw new Error(`the schema does not say what ${path} means`);
  key.meanings.add(value.const === undefined || path === "version" ? meaning : `${told}: ${meaning}`);
  keys.set(path, key);
}

function resolved(schema: Schema, root: Schema): Schema {
  if (schema.$ref === undefined) return schema;
  const target = root.$defs?.[schema.$ref.replace("#/$defs/", "")];
  if (target === undefined) throw new Error(`the schema has no ${schema.$ref}`);
  return target;
}

function descriptionOf(schema: Schema, root: Schema): string {
  // What is said beside a reference counts before what is said of its target.
  const whole = { ...resolved(schema, root), ...schema };
  const entry = whole.items === undefined ? undefined : resolved(whole.items, root).description;
  return (whole.description ?? entry ?? "").replaceAll("{{", "`{{").replaceAll("}}", "}}`");
}

function kindOf(schema: Schema, root: Schema, above: readonly string[] = []): string {
  // What holds itself may be anything that is written so.
  if (schema.$ref !== undefined && above.includes(schema.$ref)) return "anything";
  const below = schema.$ref === undefined ? above : [...above, schema.$ref];
  const whole = resolved(schema, root);
  if (whole.const !== undefined) return `\`${JSON.stringify(whole.const)}\``;
  if (whole.enum !== undefined) return whole.enum.map((value) => `\`${value}\``).join(", ");
  const ways = [...(whole.anyOf ?? []), ...(whole.oneOf ?? [])];
  if (ways.length > 0) {
    const kinds = new Set(ways.map((way) => kindOf(way, root, below)));
    return kinds.has("anything") ? "anything" : [...kinds].join(" or ");
  }
  if (whole.type === "array") return `list of ${plural(kindOf(whole.items ?? {}, root, below))}`;
  if (whole.type === "object") return typeof whole.additionalProperties === "object" ? "map by name" : "map";
  if (whole.type === "string") return "text";
  if (whole.type === "integer" || whole.type === "number") return "number";
  return whole.type === "boolean" ? "yes or no" : "anything";
}

function plural(value: string): string {
  return /^(map|text|number)$/.test(value) ? `${value}s` : value;
}
