// `factory import PATH…`: make features of the specs of another tool. The originals stay as they are.

import { existsSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { IMPORT_FORMATS, type ImportNote } from "../../model/imported.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { type FoundSpec, findSpecs } from "../../pipeline/imports/find-specs.ts";
import type { Import } from "../../pipeline/imports/import-specs.ts";
import { readSpec } from "../../pipeline/imports/read-spec.ts";
import { NOTHING_REMEMBERED, type Reading, readSources } from "../../pipeline/reading/read.ts";
import { diagnosticLine } from "../../report/build-text.ts";
import { importDocument, importText } from "../../report/import-text.ts";
import { freeFeatureId } from "../../spec/imports/feature-name.ts";
import { Notes } from "../../spec/imports/foreign.ts";
import { suggestion } from "../../spec/nearest.ts";
import { plannersOf } from "../../spec/planners.ts";
import { NAME } from "../../spec/schema.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { writeFeature } from "../feature-files.ts";
import type { Invocation } from "../invocation.ts";

export async function run(invocation: Invocation): Promise<ExitCode> {
  const { root } = invocation;
  const reading = await readSources(root, invocation.packageRoot, NOTHING_REMEMBERED);
  if (!reading.ok) return invocation.refuse(reading.failure);
  const order = orderOf(invocation, reading.value);
  if (!order.ok) return invocation.refuse(order.failure);
  const { imports, skipped, notes } = await importAll(invocation, reading.value, order.value);
  const dryRun = invocation.flag("dryRun");
  if (!dryRun) {
    for (const { id, files } of imports) {
      const written = await writeFeature(root, id, files);
      if (!written.ok) return invocation.refuse(written.failure);
    }
  }
  const formats = [...new Set(order.value.found.map(({ format }) => format))];
  const told = { formats, imports, skipped, notes, written: !dryRun };
  if (invocation.json) invocation.printJson(importDocument(told));
  else {
    const { result, prose } = importText(told, invocation.look.color);
    invocation.say(...prose);
    invocation.print(result);
  }
  if (imports.length === 0) return skipped.length > 0 ? EXIT.done : EXIT.invalid;
  return dryRun ? EXIT.done : tellFindings(invocation, imports);
}

interface Order {
  readonly found: readonly FoundSpec[];
  readonly notes: readonly ImportNote[];
  readonly project: string;
  readonly as: string | null;
}

function orderOf(invocation: Invocation, { sources }: Reading): Result<Order> {
  const project = projectOf(
    invocation,
    sources.workspace.projects.map(({ id }) => id),
  );
  if (!project.ok) return project;
  const from = IMPORT_FORMATS.find((format) => format === invocation.text("from")) ?? null;
  const found: FoundSpec[] = [];
  const notes: ImportNote[] = [];
  for (const path of invocation.rest(0)) {
    const here = findSpecs(resolve(invocation.directory, path), path, from);
    if (!here.ok) return here;
    found.push(...here.value.specs.filter((one) => !found.some((other) => other.path === one.path)));
    notes.push(...here.value.notes);
  }
  const as = invocation.text("as");
  if (as !== null && !NAME.test(as)) {
    const message = `a feature cannot be called ${JSON.stringify(as)}`;
    return failed({ reason: "usage", message, fix: "Use letters, digits, `.`, `_` and `-`." });
  }
  if (as !== null && found.length !== 1) {
    const message = `--as names one feature, and ${found.length} were found`;
    return failed({
      reason: "usage",
      message,
      fix: "Name the folder of one of them.",
      detail: found.map(({ path }) => path),
    });
  }
  if (as !== null && existsSync(join(invocation.root, "specs", as))) {
    const message = `specs/${as} exists already, and is left as it is`;
    return failed({ reason: "usage", message, fix: "Choose another name, or edit that feature." });
  }
  return success({ found, notes, project: project.value, as });
}

function projectOf(invocation: Invocation, ids: readonly string[]): Result<string> {
  const named = invocation.text("project");
  const [only] = ids;
  if (only === undefined) {
    const message = "projects.yaml declares no project";
    return failed({ reason: "usage", message, fix: "Add one under `projects:` first." });
  }
  if (named === null && ids.length === 1) return success(only);
  if (named !== null && ids.includes(named)) return success(named);
  if (named === null) {
    const message = `there are ${ids.length} projects: ${ids.join(", ")}`;
    return failed({ reason: "usage", message, fix: `Name one, such as --project ${only}.` });
  }
  const message = `there is no project ${JSON.stringify(named)}`;
  return failed({ reason: "usage", message, fix: suggestion(named, ids) });
}

interface Outcome {
  readonly imports: readonly Import[];
  readonly skipped: readonly { readonly id: string; readonly source: string }[];
  readonly notes: readonly ImportNote[];
}

async function importAll(
  invocation: Invocation,
  { sources, features }: Reading,
  order: Order,
): Promise<Outcome> {
  const { root } = invocation;
  const { Importer } = await import("../../pipeline/imports/import-specs.ts");
  const importer = new Importer({
    project: order.project,
    features: features.flatMap(({ feature }) => feature ?? []),
    windowBytes: sources.workspace.limits.windowBytes,
    canPlan: plannersOf(sources.workspace) !== null,
  });
  const show = (path: string) => relative(root, path).split(sep).join("/") || ".";
  const specs = join(root, "specs");
  const isThere = (id: string) => existsSync(join(specs, id));
  const isFeature = (id: string) =>
    existsSync(join(specs, id, "feature.md")) || existsSync(join(specs, id, "BACKLOG.yaml"));
  const taken = new Set<string>();
  const outcome = {
    imports: [] as Import[],
    skipped: [] as Outcome["skipped"][number][],
    notes: [...order.notes],
  };
  for (const found of order.found) {
    const notes = new Notes();
    const spec = readSpec(found, show, notes);
    const free = freeFeatureId(
      order.as ?? found.name,
      { isThere, isFeature, taken },
      notes,
      show(found.path),
    );
    if (free.exists) {
      outcome.skipped.push({ id: free.id, source: show(found.path) });
      continue;
    }
    const made = importer.add(spec, free.id, notes);
    if (made === null) outcome.notes.push(...notes.list);
    else {
      taken.add(made.id);
      outcome.imports.push(made);
    }
  }
  return outcome;
}

/** The features stand; what they still need is told as `validate` would. */
async function tellFindings(invocation: Invocation, imports: readonly Import[]): Promise<ExitCode> {
  const reading = await readSources(invocation.root, invocation.packageRoot, NOTHING_REMEMBERED);
  if (!reading.ok) return invocation.refuse(reading.failure);
  const ids = new Set(imports.map(({ id }) => id));
  const findings = reading.value.sources.diagnostics.filter(({ file, target }) => {
    return ids.has(/^specs\/([^/]+)\//.exec(file ?? "")?.[1] ?? "") || ids.has(target?.split(":")[0] ?? "");
  });
  const errors = findings.filter(({ severity }) => severity === "error").length;
  invocation.say(...findings.map(diagnosticLine));
  const [only, ...others] = [...ids];
  const next = others.length === 0 ? `factory build ${only}` : "factory build";
  invocation.say("", "next:", errors === 0 ? `  ${next}` : "  mend these, then: factory validate");
  return errors === 0 ? EXIT.done : EXIT.invalid;
}
