// `factory add REQUEST.md`: make a feature of a request as people write them, and say what it would cost; with --build,
// build it. The request stays as it is.

import { resolve } from "node:path";
import { failed, type Result, success } from "../../model/result.ts";
import { specFolderOf } from "../../model/spec-folders.ts";
import { quietEnvironment } from "../../pipeline/commands/locked-build.ts";
import { type Import, Importer } from "../../pipeline/imports/import-specs.ts";
import { evaluate } from "../../pipeline/line/evaluate.ts";
import { forecast } from "../../pipeline/line/forecast-build.ts";
import type { Reading } from "../../pipeline/reading/read.ts";
import { readWhole } from "../../pipeline/reading/read-whole.ts";
import { readFileCapped } from "../../platform/files.ts";
import { forecastLines, forecastObject } from "../../report/forecast-text.ts";
import { importLines } from "../../report/import-text.ts";
import { planLines } from "../../report/planning-text.ts";
import { freeFeatureId, type TakenFeatures } from "../../spec/imports/feature-name.ts";
import { Notes } from "../../spec/imports/foreign.ts";
import { readRequest } from "../../spec/imports/request.ts";
import { plannersOf } from "../../spec/read/planners.ts";
import type { SourceFile } from "../../spec/read/source.ts";
import { NAME } from "../../spec/schema/schema-words.ts";
import { buildOptions, buildTargets } from "../build-targets.ts";
import { chosenProject } from "../chosen-project.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { writeFeature } from "../feature-files.ts";
import { findingsAround, takenFeatures } from "../feature-folders.ts";
import type { Invocation } from "../invocation.ts";
import { standardInput } from "../standard-input.ts";

const LIMIT = 1024 * 1024;

export async function run(invocation: Invocation): Promise<ExitCode> {
  const reading = await readWhole(invocation);
  if (!reading.ok) return invocation.refuse(reading.failure);
  const made = await featureFrom(invocation, reading.value);
  if (!made.ok) return invocation.refuse(made.failure);
  const { id, folder, files } = made.value;
  const isTold = !invocation.json || invocation.flag("build");
  if (invocation.flag("dryRun")) {
    if (invocation.json) invocation.printJson(documentOf(made.value, false));
    else for (const [name, text] of Object.entries(files)) invocation.print([`--- ${folder}/${name}`, text]);
    return EXIT.done;
  }
  const written = await writeFeature(invocation.root, folder, files);
  if (!written.ok) return invocation.refuse(written.failure);
  const paths = Object.keys(files).map((name) => `made  ${folder}/${name}`);
  if (isTold) {
    invocation.say(...importLines(made.value, invocation.look.color));
    if (invocation.flag("build")) invocation.say(...paths);
    else invocation.print(paths);
  }
  return invocation.flag("build") ? buildTargets(invocation, [id]) : tellCost(invocation, made.value);
}

/** A request on the command line is read as one that stands in a file. */
function sourceOf(invocation: Invocation): Result<SourceFile> {
  const named = invocation.argument(0);
  const title = invocation.text("title");
  const requirements = invocation.list("requirement");
  if (named !== null && requirements.length > 0) {
    const message = "a file and --requirement are two requests";
    return failed({ reason: "usage", message, fix: "Give one of them." });
  }
  if (named === "-") return standardInput();
  if (named !== null) {
    const read = readFileCapped(resolve(invocation.directory, named), LIMIT);
    return read.ok ? success({ path: named, bytes: read.value }) : read;
  }
  if (title === null && requirements.length === 0) {
    const message = "there is no request";
    const fix = "Name a file, `-` for stdin, or say it: --title … --requirement ….";
    return failed({ reason: "usage", message, fix });
  }
  const lines = requirements.map((text) => `- ${text.replace(/\s+/g, " ").trim()}\n`);
  const text = `${title === null ? "" : `# ${title}\n\n`}## Requirements\n\n${lines.join("")}`;
  return success({ path: "the command line", bytes: Buffer.from(text) });
}

async function featureFrom(invocation: Invocation, { sources, features }: Reading): Promise<Result<Import>> {
  // Features may be half written; what they are built into may not.
  const diagnostics = findingsAround(sources);
  if (diagnostics.some(({ severity }) => severity === "error"))
    return failed({ reason: "invalid-spec", diagnostics });
  const file = sourceOf(invocation);
  if (!file.ok) return file;
  const project = await chosenProject(sources, invocation.text("project"), null);
  if (!project.ok) return project;
  const source = file.value.path;
  const notes = new Notes();
  const request = readRequest({ file: file.value, title: invocation.text("title") }, notes);
  if (request === null) {
    const detail = notes.list.map(({ message }) => message);
    const [message, fix] = notes.hasErrors
      ? [`${source} cannot be read`, "Save it as text, in UTF-8."]
      : [`${source} asks for nothing`, "Write a heading and what shall be true, one line each."];
    return failed({ reason: "usage", message, detail, fix });
  }
  const id = freeId(invocation, takenFeatures(sources, project.value, new Set()), request.title, source);
  if (!id.ok) return id;
  const { limits, projects } = sources.workspace;
  const gates = projects.find((one) => one.id === project.value)?.gates ?? [];
  const importer = new Importer({
    project: project.value,
    specs: specFolderOf(projects, project.value),
    features: features.flatMap(({ feature }) => feature ?? []),
    taskLimits: { windowBytes: limits.windowBytes, gates },
    canPlan: plannersOf(sources.workspace) !== null,
  });
  return success(importer.addRequest(request, { id: id.value, source }, notes));
}

function freeId(
  invocation: Invocation,
  around: TakenFeatures,
  title: string,
  source: string,
): Result<string> {
  const as = invocation.text("as");
  if (as !== null && !NAME.test(as)) {
    const message = `a feature cannot be called ${JSON.stringify(as)}`;
    return failed({ reason: "usage", message, fix: "Use letters, digits, `.`, `_` and `-`." });
  }
  const free = freeFeatureId(as ?? title.toLowerCase(), around, new Notes(), source);
  if (!free.exists) return success(free.id);
  const message = `${around.folderOf(free.id)} already exists, and is not changed`;
  const fix = "Edit its feature.md and build it; or name another feature with --as.";
  return failed({ reason: "usage", message, fix });
}

async function tellCost(invocation: Invocation, made: Import): Promise<ExitCode> {
  const evaluation = await evaluate(quietEnvironment(invocation), buildOptions(invocation, [made.id]));
  if (!evaluation.ok) return invocation.refuse(evaluation.failure);
  const expected = forecast(evaluation.value);
  if (invocation.json) {
    invocation.printJson({ ...documentOf(made, true), expected_cost: forecastObject(expected) });
    return EXIT.done;
  }
  const { plans, diagnostics } = evaluation.value;
  const own = diagnostics.filter(({ file }) => file?.startsWith(`${made.folder}/`));
  invocation.showFindings(own, "say");
  invocation.say(...planLines(plans), ...forecastLines(expected), "", "next:");
  invocation.say(`  look at ${made.folder}/feature.md, then`, `  factory build ${made.id}`);
  return EXIT.done;
}

function documentOf({ id, folder, files, requirements, tasks, notes }: Import, written: boolean) {
  return {
    schema: 1,
    feature: id,
    files: Object.keys(files).map((name) => `${folder}/${name}`),
    requirements,
    tasks,
    notes: notes.map(({ severity, code, message, file, line }) => ({ severity, code, message, file, line })),
    written,
  };
}
