// How does a feature follow its template to a new version? Its documents are rendered anew and merged with what people
// wrote; then the record moves on. Code is left to the next build, which finds stale what the new spec reaches.

import { join } from "node:path";
import type { Diagnostic } from "../../model/diagnostic.ts";
import { type Feature, folderOf } from "../../model/feature.ts";
import type { Renderer } from "../../model/render.ts";
import { type Result, success } from "../../model/result.ts";
import type { Template, TemplateParam } from "../../model/template.ts";
import type { TemplateRecord } from "../../model/template-record.ts";
import type { TemplateUpdate } from "../../model/template-update.ts";
import { compareVersions } from "../../model/version.ts";
import { readFileCapped } from "../../platform/files.ts";
import { Findings } from "../../spec/findings/findings.ts";
import { updateValues } from "../../spec/instantiate/template-values.ts";
import type { Settling } from "../../spec/merge/merge-document.ts";
import { conflictFindings, type Documents, updateDocuments } from "../../spec/merge/update-feature.ts";
import type { Values } from "../../spec/read/migrations.ts";
import { parseFeature } from "../../spec/read/parse-feature.ts";
import { checkParams } from "../../spec/validate/feature-params.ts";
import { removeDurably, writeDurably } from "../../store/durable.ts";
import { templateLockText } from "../../store/template-lock.ts";
import { mergeText } from "../../workspaces/merge-text.ts";
import { withDefaults } from "../reading/param-defaults.ts";
import { recordOf, TEMPLATE_LOCK } from "./record.ts";
import { renderSpec } from "./spec-sources.ts";

const LIMIT = 1024 * 1024;
const PROPOSED = "template.proposed.";

export interface UpdateOrder {
  readonly root: string;
  readonly renderer: Renderer;
  readonly prefer: Settling["prefer"];
  /** Answers for what a new version asks besides. */
  readonly given: Values;
}

/** What an update comes to, before anything is written. */
export interface PlannedUpdate {
  readonly update: TemplateUpdate;
  /** Of the feature, from the workspace root. */
  readonly folder: string;
  /** Documents of the feature's folder that change; null for one that goes. */
  readonly changed: Readonly<Record<string, string | null>>;
  /** The record of after; null where it stays. */
  readonly record: TemplateRecord | null;
  /** Parameters of the new version that nobody has given a value to. */
  readonly unanswered: readonly TemplateParam[];
}

export interface UpdateBase {
  readonly record: TemplateRecord;
  /** The record was made for this, and stands on no disk yet. */
  readonly isNew: boolean;
}

export function planUpdate(
  feature: Pick<Feature, "id" | "file">,
  template: Template,
  { record, isNew }: UpdateBase,
  order: UpdateOrder,
): Result<PlannedUpdate> {
  const { root, renderer } = order;
  const { id } = feature;
  const folder = folderOf(feature);
  const told = {
    feature: id,
    template: template.name,
    from: record.at,
    to: template.version,
    parts: [],
    notes: [],
    files: [],
    proposal: null,
    findings: [],
  };
  const refuse = (
    findings: readonly Diagnostic[],
    unanswered: readonly TemplateParam[] = [],
  ): Result<PlannedUpdate> =>
    success({
      update: { ...told, outcome: "refused", findings },
      folder,
      changed: {},
      record: null,
      unanswered,
    });
  if (record.at !== null && compareVersions(record.at, template.version) > 0)
    return refuse([tooOld(id, record, template)]);
  const read = readMine(root, feature, Object.keys(record.documents));
  if (read.feature === null) return refuse(read.findings);
  const values = updateValues(record, template, read.feature, order.given);
  if (values.diagnostics.length > 0) {
    return refuse(
      values.diagnostics.map((one) => ({ ...one, target: id })),
      values.unanswered,
    );
  }
  const asGiven = renderSpec(root, template, values.asGiven, renderer);
  if (!asGiven.ok) return asGiven;
  const isSame = record.at === template.version && sameDocuments(asGiven.value, record.documents);
  if (isSame) {
    const outcome = isNew ? "recorded" : "current";
    const files = isNew ? [`${folder}/${TEMPLATE_LOCK}`] : [];
    const update = { ...told, outcome, files } as const;
    return success({ update, folder, changed: {}, record: isNew ? record : null, unanswered: [] });
  }
  const now = renderSpec(root, template, values.now, renderer);
  if (!now.ok) return now;
  const others = readMine(root, feature, Object.keys(now.value));
  if (others.feature === null) return refuse(others.findings);
  const sides = {
    folder,
    base: record.documents,
    mine: { ...others.texts, ...read.texts },
    template: now.value,
    asGiven: asGiven.value,
    renamed: values.renamed,
  };
  const { changed, parts } = updateDocuments(sides, { prefer: order.prefer, mergeText: mergeLines });
  const conflicts = conflictFindings({ id, folder }, parts);
  const findings =
    conflicts.length > 0 ? conflicts : unsound(folder, changed["feature.md"] ?? null, template);
  const outcome = conflicts.length > 0 ? "conflict" : findings.length > 0 ? "refused" : "updated";
  const isDone = outcome === "updated";
  const files = [...Object.keys(changed), TEMPLATE_LOCK].map((name) => `${folder}/${name}`);
  return success({
    folder,
    update: {
      ...told,
      outcome,
      parts,
      notes: values.notes,
      files: isDone ? files : [],
      proposal: outcome === "conflict" ? `.factory/tasks/${id}` : null,
      findings,
    },
    changed,
    record: isDone ? recordOf(template, values.now, now.value) : null,
    unanswered: [],
  });
}

/** Documents first, the record last: whoever is killed in between merges the same again, which changes nothing. */
export async function carryOut(
  root: string,
  { update, folder: spec, changed, record }: PlannedUpdate,
): Promise<Result<void>> {
  const { feature, outcome } = update;
  if (outcome === "conflict") {
    const folder = join(root, ".factory", "tasks", feature);
    for (const [name, text] of Object.entries(changed)) {
      if (text === null) continue;
      const written = await writeDurably(join(folder, `${PROPOSED}${name}`), text, { derived: true });
      if (!written.ok) return written;
    }
    return success(undefined);
  }
  if (record === null) return success(undefined);
  const folder = join(root, spec);
  for (const [name, text] of Object.entries(changed)) {
    const path = join(folder, name);
    const written = text === null ? await removeDurably(path) : await writeDurably(path, text);
    if (!written.ok) return written;
  }
  const kept = await writeDurably(join(folder, TEMPLATE_LOCK), templateLockText(record));
  if (!kept.ok) return kept;
  for (const name of Object.keys(record.documents)) {
    const path = join(root, ".factory", "tasks", feature, `${PROPOSED}${name}`);
    const removed = await removeDurably(path, { derived: true });
    if (!removed.ok) return removed;
  }
  return success(undefined);
}

function mergeLines(base: string, mine: string, template: string): string | null {
  const lines = mergeText(Buffer.from(base), Buffer.from(mine), Buffer.from(template));
  return lines === null ? null : Buffer.from(lines).toString("utf8");
}

interface Mine {
  readonly texts: Documents;
  /** Null after findings. */
  readonly feature: Feature | null;
  readonly findings: readonly Diagnostic[];
}

/** What a person has made of the documents, and whether their feature.md can be relied on. */
function readMine(root: string, feature: Pick<Feature, "id" | "file">, names: readonly string[]): Mine {
  const { id, file } = feature;
  const texts = new Map<string, string>();
  const unreadable = new Findings();
  for (const name of new Set([...names, "feature.md"])) {
    const path = `${folderOf(feature)}/${name}`;
    const read = readFileCapped(join(root, path), LIMIT);
    const isGone = !read.ok && read.failure.reason === "io" && read.failure.code === "ENOENT";
    const text = read.ok ? Buffer.from(read.value).toString("utf8") : null;
    if (text !== null && read.ok && Buffer.compare(Buffer.from(text), read.value) === 0)
      texts.set(name, text);
    else if (!isGone || name === "feature.md") {
      const subject = { target: id, place: { file: path, line: 1, column: 1 } };
      const message = `${path} cannot be read as text.`;
      unreadable.error("file-unreadable", subject, {
        message,
        fix: "Make it a file of UTF-8 that can be read.",
      });
    }
  }
  const bytes = new TextEncoder().encode(texts.get("feature.md") ?? "");
  const source = { path: file, bytes };
  const { value, diagnostics } = parseFeature({ feature: source, backlog: null, plan: null });
  const findings =
    unreadable.list.length > 0 ? unreadable.list : diagnostics.filter(({ severity }) => severity === "error");
  const isUsable = findings.length === 0;
  return { texts: Object.fromEntries(texts), feature: isUsable ? value : null, findings };
}

export function sameDocuments(a: Documents, b: Documents): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => a[name] === b[name]);
}

/** A merge that gives no sound feature is not written. */
function unsound(folder: string, text: string | null, template: Template): readonly Diagnostic[] {
  if (text === null) return [];
  const source = { path: `${folder}/feature.md`, bytes: new TextEncoder().encode(text) };
  const { value, diagnostics } = parseFeature({ feature: source, backlog: null, plan: null });
  const findings = new Findings();
  if (value?.template === template.name)
    checkParams(withDefaults(value, new Map([[template.name, template]])), template, findings);
  return [...diagnostics, ...findings.list].filter(({ severity }) => severity === "error");
}

function tooOld(
  id: string,
  { at, template: name }: TemplateRecord,
  { version, place }: Template,
): Diagnostic {
  return {
    severity: "error",
    code: "template-older",
    message: `${id} was made from ${name} ${at}, but the template here has version ${version}`,
    target: id,
    file: place.file,
    line: place.line,
    column: place.column,
    fix: `Restore version ${at} of the template, or a later one.`,
  };
}
