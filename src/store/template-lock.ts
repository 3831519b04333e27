// What does `specs/<feature>/template.lock` say? The record of a feature's template, as text of which a diff shows the
// lines of the documents that moved. It does not know what the documents mean.

import { canonical, type Json } from "../model/digest.ts";
import { pathFault } from "../model/path.ts";
import { failed, type Result, success } from "../model/result.ts";
import type { TemplateRecord, TemplateSource } from "../model/template-record.ts";
import { isVersion } from "../model/version.ts";

const FORMAT = 1;
const MERGE_MARK = /^(?:<{7}|>{7}|\|{7}) /m;

/** Sorted, so that the same record is the same text. */
export function templateLockText(record: TemplateRecord): string {
  const { template, at, source, title, project, params, documents } = record;
  const texts = Object.keys(documents)
    .sort()
    .map((name) => [name, (documents[name] as string).split("\n")] as const)
    .map(([name, lines]) => `    ${JSON.stringify(name)}: [\n${block(lines)}\n    ]`);
  // The order of keys within a value is part of what a template renders.
  const given = Object.keys(params)
    .sort()
    .map((name) => `    ${JSON.stringify(name)}: ${JSON.stringify(params[name])}`);
  return `{
  "at": ${JSON.stringify(at)},
  "documents": {
${texts.join(",\n")}
  },
  "params": {${given.length === 0 ? "" : `\n${given.join(",\n")}\n  `}},
  "project": ${JSON.stringify(project)},
  "source": ${canonical(source)},
  "template": ${JSON.stringify(template)},
  "title": ${JSON.stringify(title)},
  "version": ${FORMAT}
}
`;
}

function block(lines: readonly string[]): string {
  return lines.map((line) => `      ${JSON.stringify(line)}`).join(",\n");
}

/** Fails with `invalid-spec` where it is no record, say after a merge, and with `newer-format` for a later version's. */
export function readTemplateLock(bytes: Uint8Array, path: string): Result<TemplateRecord> {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
  const mark = MERGE_MARK.exec(text);
  if (mark !== null) {
    const line = text.slice(0, mark.index).split("\n").length;
    return invalid(path, line, "the file has unresolved merge conflicts");
  }
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (error) {
    const at = /position (\d+)/.exec((error as Error).message)?.[1];
    const before = text.slice(0, at === undefined ? text.length : Number(at));
    return invalid(path, before.split("\n").length, "the file is not JSON");
  }
  if (!isMap(value)) return invalid(path, 1, "the file holds no record of a template");
  const { version } = value;
  if (typeof version === "number" && version > FORMAT) {
    return failed({ reason: "newer-format", path, found: version, known: FORMAT });
  }
  const record = recordOf(value);
  return record === null ? invalid(path, 1, "the file holds no record of a template") : success(record);
}

function recordOf(value: { readonly [key: string]: Json }): TemplateRecord | null {
  const { version, template, at, source, title, project, params, documents } = value;
  if (version !== FORMAT || typeof template !== "string" || typeof title !== "string") return null;
  if ((at !== null && (typeof at !== "string" || !isVersion(at))) || typeof project !== "string") return null;
  if (!isMap(source) || typeof source.kind !== "string" || !isMap(params) || !isMap(documents)) return null;
  const texts = new Map<string, string>();
  for (const [name, lines] of Object.entries(documents)) {
    // A name becomes a path below the feature's folder.
    if (pathFault(name) !== null || name.includes("/") || !isTexts(lines)) return null;
    texts.set(name, lines.join("\n"));
  }
  const known = { template, at: at as string | null, title, project, params };
  return { ...known, source: source as TemplateSource, documents: Object.fromEntries(texts) };
}

function isMap(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isTexts(value: Json): value is readonly string[] {
  return Array.isArray(value) && value.every((line) => typeof line === "string");
}

function invalid(path: string, line: number, message: string): Result<never> {
  const fix = "Take either side of the file; `factory template update` brings it up to date.";
  const place = { target: null, file: path, line, column: null };
  return failed({
    reason: "invalid-spec",
    diagnostics: [{ severity: "error", code: "invalid-template-lock", message, ...place, fix }],
  });
}
