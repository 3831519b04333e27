// `factory import PATH…`: make features of the specs of another tool, or of issues that come on stdin. The originals stay
// as they are.

import { join, relative, resolve, sep } from "node:path";
import { FORMAT_NAME, IMPORT_FORMATS, type ImportFormat, type ImportNote } from "../../model/imported.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { specFolderOf } from "../../model/spec-folders.ts";
import { type FoundSpec, findSpecs } from "../../pipeline/imports/find-specs.ts";
import type { Import } from "../../pipeline/imports/import-specs.ts";
import { isImportOf } from "../../pipeline/imports/past-import.ts";
import { readSpec } from "../../pipeline/imports/read-spec.ts";
import type { Reading } from "../../pipeline/reading/read.ts";
import { readWhole } from "../../pipeline/reading/read-whole.ts";
import { diagnosticLine } from "../../report/build-text.ts";
import { count } from "../../report/figures.ts";
import { type ImportReport, importDocument, importText } from "../../report/import-text.ts";
import { freeFeatureId } from "../../spec/imports/feature-name.ts";
import { type ForeignSpec, Notes } from "../../spec/imports/foreign.ts";
import { plannersOf } from "../../spec/read/planners.ts";
import { NAME } from "../../spec/schema/schema-words.ts";
import { chosenProject } from "../chosen-project.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { writeFeature } from "../feature-files.ts";
import { findingsAround, folderNamed, takenFeatures } from "../feature-folders.ts";
import type { Invocation } from "../invocation.ts";
import { standardInput } from "../standard-input.ts";

export async function run(invocation: Invocation): Promise<ExitCode> {
  const { root } = invocation;
  const reading = await readWhole({ ...invocation, root });
  if (!reading.ok) return invocation.refuse(reading.failure);
  const order = await optionsOf(invocation, reading.value);
  if (!order.ok) return invocation.refuse(order.failure);
  const outcome = await importAll(invocation, reading.value, order.value);
  if (!outcome.ok) return invocation.refuse(outcome.failure);
  const { imports, skipped, notes } = outcome.value;
  const dryRun = invocation.flag("dryRun");
  if (!dryRun) {
    for (const { folder, files } of imports) {
      const written = await writeFeature(root, folder, files);
      if (!written.ok) return invocation.refuse(written.failure);
    }
  }
  const { found, piped } = order.value;
  const formats = [...new Set([...found, ...(piped === null ? [] : [piped])].map(({ format }) => format))];
  const report = { ...outcome.value, formats, written: !dryRun };
  if (invocation.json) invocation.printJson(importDocument(report));
  else {
    const { result, prose } = importText(report, invocation.look.color);
    invocation.say(...prose);
    invocation.print(result);
  }
  const isLeftOut = skipped.some(({ isSame }) => !isSame);
  const isNothing = imports.length + skipped.length === 0;
  const isUnread = notes.some(({ severity }) => severity === "error");
  const exit = isLeftOut || isNothing || isUnread ? EXIT.invalid : EXIT.done;
  if (imports.length === 0 || dryRun) return exit;
  const told = await tellFindings(invocation, imports);
  return told === EXIT.done ? exit : told;
}

interface ImportOptions {
  readonly found: readonly FoundSpec[];
  /** What came on stdin; null where nobody named it. */
  readonly piped: ForeignSpec | null;
  readonly notes: readonly ImportNote[];
  readonly project: string;
  readonly as: string | null;
}

async function optionsOf(invocation: Invocation, { sources }: Reading): Promise<Result<ImportOptions>> {
  // Features may be half written; what they are built into may not.
  const diagnostics = findingsAround(sources);
  if (diagnostics.some(({ severity }) => severity === "error"))
    return failed({ reason: "invalid-spec", diagnostics });
  const project = await chosenProject(sources, invocation.text("project"), null);
  if (!project.ok) return project;
  const from = IMPORT_FORMATS.find((format) => format === invocation.text("from")) ?? null;
  const found: FoundSpec[] = [];
  const notes: ImportNote[] = [];
  const paths = invocation.rest(0);
  const piped = paths.includes("-") ? pipedSpec(from ?? "github", invocation.root) : success(null);
  if (!piped.ok) return piped;
  for (const path of paths.filter((one) => one !== "-")) {
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
  const specs = found.length + (piped.value === null ? 0 : 1);
  if (as !== null && specs !== 1) {
    const message = `--as names one feature, and ${specs} were found`;
    return failed({
      reason: "usage",
      message,
      fix: "Name the folder of one of them.",
      detail: found.map(({ path }) => relative(invocation.directory, path)),
    });
  }
  const there = as === null ? null : folderNamed(sources, as);
  if (there !== null) {
    const message = `${there} already exists, and is not changed`;
    return failed({ reason: "usage", message, fix: "Choose another name, or edit that feature." });
  }
  return success({ found, piped: piped.value, notes, project: project.value, as });
}

/** Issues, as they are printed, or a tasks.json; the specs of all others are folders. */
function pipedSpec(format: ImportFormat, root: string): Result<ForeignSpec> {
  if (format !== "github" && format !== "task-master") {
    const message = `a spec of ${FORMAT_NAME[format]} is a folder, and stdin is one file`;
    return failed({ reason: "usage", message, fix: "Name the folder." });
  }
  const file = standardInput();
  if (!file.ok) return file;
  const { path } = file.value;
  return success({
    format,
    name: path,
    source: path,
    root,
    files: new Map([[path, file.value]]),
    around: new Map(),
  });
}

interface Outcome {
  /** How many specs were found, also such as could not be read. */
  readonly found: number;
  readonly imports: readonly Import[];
  readonly skipped: ImportReport["skipped"];
  readonly notes: readonly ImportNote[];
}

async function importAll(
  invocation: Invocation,
  { sources, features }: Reading,
  options: ImportOptions,
): Promise<Result<Outcome>> {
  const { root } = invocation;
  const { readForeign } = await import("../../spec/imports/readers.ts");
  const show = (path: string) => relative(root, path).split(sep).join("/") || ".";
  const onDisk = options.found.map((found) => {
    const notes = new Notes();
    return { spec: readSpec(found, show, notes), notes };
  });
  const all = options.piped === null ? onDisk : [...onDisk, { spec: options.piped, notes: new Notes() }];
  const read = all.flatMap(({ spec, notes }) =>
    readForeign(spec).map((one, index) => {
      if (index === 0) one.notes.list.unshift(...notes.list);
      return { ...one, tool: spec.format, source: spec.source };
    }),
  );
  if (options.as !== null && read.length > 1) {
    const message = `--as names one feature, and there are ${read.length}`;
    return failed({ reason: "usage", message, detail: read.map(({ name }) => name), fix: "Leave --as out." });
  }
  const { Importer } = await import("../../pipeline/imports/import-specs.ts");
  const { limits, projects } = sources.workspace;
  const gates = projects.find(({ id }) => id === options.project)?.gates ?? [];
  const importer = new Importer({
    project: options.project,
    specs: specFolderOf(projects, options.project),
    features: features.flatMap(({ feature }) => feature ?? []),
    taskLimits: { windowBytes: limits.windowBytes, gates },
    canPlan: plannersOf(sources.workspace) !== null,
  });
  const taken = new Set<string>();
  const around = takenFeatures(sources, options.project, taken);
  const imports: Import[] = [];
  const skipped: Outcome["skipped"][number][] = [];
  const notes = [...options.notes];
  for (const { name, feature, notes: own, tool, source } of read) {
    const free = freeFeatureId(options.as ?? name, around, own, source);
    if (own.hasErrors) {
      const message = `${source} is not imported: nobody knows what else it asks for until all of it can be read.`;
      // All else that is said of it follows from what could not be read.
      const errors = own.sorted().filter(({ severity }) => severity === "error");
      notes.push(...errors, { severity: "error", code: "not-imported", message, file: null, line: null });
    } else if (feature === null) notes.push(...own.sorted());
    else if (free.exists) {
      const folder = around.folderOf(free.id);
      skipped.push({ id: free.id, folder, source, isSame: isImportOf(join(root, folder), source) });
    } else {
      taken.add(free.id);
      imports.push(importer.add(feature, { id: free.id, tool, source }, own));
    }
  }
  return success({ found: read.length, imports, skipped, notes });
}

/** The features stand; what they still need is told as `validate` would. */
async function tellFindings(invocation: Invocation, imports: readonly Import[]): Promise<ExitCode> {
  const reading = await readWhole(invocation);
  if (!reading.ok) return invocation.refuse(reading.failure);
  const ids = new Set(imports.map(({ id }) => id));
  const findings = reading.value.sources.diagnostics.filter(({ file, target }) => {
    const isInside = imports.some(({ folder }) => file?.startsWith(`${folder}/`));
    return isInside || ids.has(target?.split(":")[0] ?? "");
  });
  const errors = findings.filter(({ severity }) => severity === "error").length;
  const firsts = new Map(findings.map((finding) => [finding.code, finding] as const).reverse());
  // Nothing else matters while nobody can write the code.
  const isFirst = ([code]: readonly [string, unknown]) => code === "no-implementer";
  const ordered = [...firsts].reverse();
  for (const [code, first] of [...ordered.filter(isFirst), ...ordered.filter((one) => !isFirst(one))]) {
    const more = findings.filter((finding) => finding.code === code).length - 1;
    invocation.say(
      diagnosticLine(first),
      ...(more > 0 ? [`  and ${more} more of these: factory validate`] : []),
    );
  }
  const asked = reading.value.features.flatMap(({ feature }) => feature ?? []);
  for (const { id, clarifications } of asked)
    if (ids.has(id) && clarifications.length > 0)
      invocation.say(`${id} has ${count(clarifications.length, "open question")}: factory answer ${id}`);
  const [only, ...others] = [...ids];
  const next = others.length === 0 ? `factory build ${only}` : "factory build";
  invocation.say("", "next:", errors === 0 ? `  ${next}` : "  fix these, then: factory validate");
  return errors === 0 ? EXIT.done : EXIT.invalid;
}
