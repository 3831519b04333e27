// `factory new TEMPLATE FEATURE`: instantiate a template as a feature. On a terminal, asks for what is missing. `factory new
// FEATURE`: begin one without a template.

import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Failure } from "../../model/failure.ts";
import { loadRenderer } from "../../model/render.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { specFolders } from "../../model/spec-folders.ts";
import type { Template } from "../../model/template.ts";
import { quietEnvironment } from "../../pipeline/commands/locked-build.ts";
import type { NewPlan } from "../../pipeline/planning/plan-new.ts";
import { strayInsertions } from "../../pipeline/projects/stray-insertions.ts";
import { foldersOf } from "../../pipeline/reading/declared-projects.ts";
import { readWhole } from "../../pipeline/reading/read-whole.ts";
import type { Sources } from "../../pipeline/reading/sources.ts";
import { recordOf, TEMPLATE_LOCK } from "../../pipeline/templates/record.ts";
import { renderSpec } from "../../pipeline/templates/spec-sources.ts";
import { diagnosticsDocument } from "../../report/json.ts";
import { suggestion } from "../../spec/findings/nearest.ts";
import { NAME } from "../../spec/schema/schema-words.ts";
import { LOCK_NAME } from "../../store/locks.ts";
import { templateLockText } from "../../store/template-lock.ts";
import { answersIn } from "../answers-file.ts";
import { chosenProject } from "../chosen-project.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { writeFeature } from "../feature-files.ts";
import { findingsAround, newFolder } from "../feature-folders.ts";
import type { Invocation } from "../invocation.ts";
import {
  type Answers,
  type AskPerson,
  answersOf,
  askFor,
  askOn,
  checkedAnswers,
  isAttended,
  setWord,
  unanswered,
} from "../param-answers.ts";
import { startingFeature } from "../starting-feature.ts";
import { templateFor } from "../template-choice.ts";
import { readTemplates } from "../template-features.ts";

interface NewFeatureOptions {
  readonly template: Template;
  readonly feature: string;
  /** From the workspace root. */
  readonly folder: string;
  readonly project: string;
  readonly answers: Answers;
  /** On the choice of the template. */
  readonly findings: readonly Diagnostic[];
}

export async function run(invocation: Invocation): Promise<ExitCode> {
  const { root } = invocation;
  const sources = await readAround(invocation);
  if (!sources.ok) return invocation.refuse(sources.failure);
  if (invocation.argument(1) === null) return begin(invocation, sources.value);
  const order = await optionsOf(invocation, sources.value);
  if (!order.ok) return invocation.refuse(order.failure);
  const { template, feature, folder, findings } = order.value;
  const made = await filesOf(root, order.value);
  if (!made.ok) return invocation.refuse(made.failure);
  const { files, planned } = made.value;
  const paths = Object.keys(files).map((name) => `${folder}/${name}`);
  const document = { feature, template: template.name, files: paths };
  if (invocation.flag("dryRun")) {
    if (invocation.json) invocation.printJson({ ...diagnosticsDocument(findings), ...document });
    else for (const [name, text] of Object.entries(files)) invocation.print([`--- ${folder}/${name}`, text]);
    return EXIT.done;
  }
  const lock = planned === null ? null : await lockOf(invocation, planned);
  if (lock !== null && !lock.ok) return invocation.refuse(lock.failure);
  const all = lock === null ? files : { ...files, [LOCK_NAME]: lock.value };
  const written = await writeFeature(root, folder, all);
  if (!written.ok) return invocation.refuse(written.failure);
  if (!invocation.json) invocation.print(paths.map((path) => `made  ${path}`));
  const own = await findingsOf(invocation, feature, folder);
  if (!own.ok) return invocation.refuse(own.failure);
  if (invocation.json)
    invocation.printJson({ ...diagnosticsDocument([...findings, ...own.value]), ...document });
  return tellFindings(invocation, feature, own.value);
}

/** Without a template: a text that says what belongs where, for the author to write over. */
async function begin(invocation: Invocation, sources: Sources): Promise<ExitCode> {
  const feature = freeName(sources, invocation.argument(0) ?? "");
  if (!feature.ok) return invocation.refuse(feature.failure);
  const id = feature.value;
  // One word may be a template whose feature was forgotten.
  if (sources.templates.has(id)) return invocation.refuse(nameless(id));
  const attended = isAttended() && !invocation.flag("yes");
  const prompter = attended ? askOn(process.stdin, process.stderr, true) : null;
  const project = await chosenProject(sources, invocation.text("project"), prompter?.ask ?? null);
  prompter?.close();
  if (!project.ok) return invocation.refuse(project.failure);
  const text = startingFeature({ id, title: titleOf(id), project: project.value });
  const folder = newFolder(sources, project.value, id);
  const path = `${folder}/feature.md`;
  if (invocation.flag("dryRun")) {
    if (!invocation.json) invocation.print([`--- ${path}`, text]);
  } else {
    const written = await writeFeature(invocation.root, folder, { "feature.md": text });
    if (!written.ok) return invocation.refuse(written.failure);
    if (!invocation.json) invocation.print([`made  ${path}`]);
  }
  if (invocation.json)
    invocation.printJson({ ...diagnosticsDocument([]), feature: id, template: null, files: [path] });
  if (!invocation.flag("dryRun"))
    invocation.say("", "next:", `  write ${path}, then`, "  factory validate", `  factory build ${id}`);
  return EXIT.done;
}

function nameless(template: string): Failure {
  const message = `${template} is a template, and the feature that it makes has no name`;
  return { reason: "usage", message, fix: `Name it, such as \`factory new ${template} my-feature\`.` };
}

async function lockOf(invocation: Invocation, planned: NewPlan): Promise<Result<string>> {
  const { root } = quietEnvironment(invocation);
  const { lockOfNew } = await import("../../pipeline/planning/plan-new.ts");
  return lockOfNew(root, planned);
}

/** Other features may be half written; what a new one stands on may not. */
async function readAround(invocation: Invocation): Promise<Result<Sources>> {
  const reading = await readTemplates(invocation);
  if (!reading.ok) return reading;
  const { sources } = reading.value;
  const findings = findingsAround(sources);
  const sound = findings.every(({ severity }) => severity !== "error");
  return sound ? success(sources) : failed({ reason: "invalid-spec", diagnostics: findings });
}

async function optionsOf(invocation: Invocation, sources: Sources): Promise<Result<NewFeatureOptions>> {
  const template = templateOf(sources, invocation.argument(0) ?? "");
  if (!template.ok) return template;
  const feature = freeName(sources, invocation.argument(1) ?? "");
  if (!feature.ok) return feature;
  const given = answersOf(template.value, invocation.list("set"));
  if (!given.ok) return given;
  const file = invocation.text("answers");
  const written = file === null ? success({}) : answersIn(template.value, file, invocation.directory);
  if (!written.ok) return written;
  const all = { ...written.value, ...given.value };
  const asks = file !== "-" && isAttended() && !invocation.flag("yes");
  const prompter = asks ? askOn(process.stdin, process.stderr, true) : null;
  try {
    const project = await chosenProject(sources, invocation.text("project"), prompter?.ask ?? null);
    if (!project.ok) return project;
    const { packageRoot } = invocation;
    const choice = await templateFor(sources, template.value, { packageRoot, project: project.value });
    if (!choice.ok) return choice;
    // Told before anything is asked or written.
    invocation.showFindings(choice.value.findings, "say");
    const answers = await complete(choice.value.template, all, {
      ask: prompter?.ask ?? null,
      yes: invocation.flag("yes"),
    });
    if (!answers.ok) return answers;
    return success({
      template: choice.value.template,
      feature: feature.value,
      folder: newFolder(sources, project.value, feature.value),
      project: project.value,
      answers: answers.value,
      findings: choice.value.findings,
    });
  } finally {
    prompter?.close();
  }
}

function templateOf({ templates }: Sources, name: string): Result<Template> {
  const template = templates.get(name);
  if (template !== undefined) return success(template);
  const width = Math.max(0, ...[...templates.keys()].map((known) => known.length));
  return failed({
    reason: "usage",
    message: `there is no template ${JSON.stringify(name)}`,
    detail: [...templates.values()].map((one) => `${one.name.padEnd(width)}  ${one.description}`),
    fix:
      [...templates.keys()].length === 0
        ? "Write one in templates/features/."
        : suggestion(name, templates.keys()),
  });
}

function freeName({ root, workspace }: Sources, feature: string): Result<string> {
  if (!NAME.test(feature)) {
    const message = `a feature cannot be called ${JSON.stringify(feature)}`;
    const fix = "Use letters, digits, `.`, `_` and `-`, and begin with a letter or digit.";
    return failed({ reason: "usage", message, fix });
  }
  const there = foldersOf(root, specFolders(workspace.projects), feature);
  if (!there.ok) return there;
  const [folder] = there.value;
  if (folder === undefined) return success(feature);
  const message = `${folder} already exists, and is not changed`;
  return failed({ reason: "usage", message, fix: "Choose another name, or edit that feature." });
}

async function complete(
  template: Template,
  given: Answers,
  { ask, yes }: { readonly ask: AskPerson | null; readonly yes: boolean },
): Promise<Result<Answers>> {
  if (ask !== null) {
    const asked = await askFor(template, given, ask);
    return asked.ok ? checkedAnswers(template, asked.value) : asked;
  }
  const missing = unanswered(template, given, yes);
  if (missing.length === 0) return checkedAnswers(template, given);
  const instead = missing.some((param) => param.default === undefined)
    ? ""
    : ", or take the defaults with --yes";
  return failed({
    reason: "usage",
    message: `${template.name} needs to know ${missing.map(({ name }) => name).join(", ")}`,
    detail: missing.flatMap((param) => [param.question, `  ${setWord(param)}`]),
    fix: `Add the \`--set\` lines above with your own values${instead}.`,
  });
}

interface NewFiles {
  readonly files: Readonly<Record<string, string>>;
  /** What of them the template planned; null where it plans nothing. */
  readonly planned: NewPlan | null;
}

async function filesOf(root: string, options: NewFeatureOptions): Promise<Result<NewFiles>> {
  const { template, feature, folder, project, answers } = options;
  const values = {
    feature: { id: feature, title: titleOf(feature) },
    project: { id: project },
    params: answers,
  };
  const renderer = await loadRenderer();
  const files = renderSpec(root, template, values, renderer);
  if (!files.ok) return files;
  const { planNew } = await import("../../pipeline/planning/plan-new.ts");
  const planned = planNew(folder, files.value["feature.md"] ?? "", template, renderer);
  if (!planned.ok) return planned;
  const { plan = null, backlog = null } = planned.value?.texts ?? {};
  const record = templateLockText(recordOf(template, values, files.value));
  const all = {
    ...files.value,
    ...(plan !== null && { "PLAN.md": plan }),
    ...(backlog !== null && { "BACKLOG.yaml": backlog }),
    [TEMPLATE_LOCK]: record,
  };
  const texts = Object.entries(all);
  texts.sort(([a], [b]) => (a < b ? -1 : 1));
  return success({ planned: planned.value, files: Object.fromEntries(texts) });
}

/** `product-api` is called Product api until a person finds a better title. */
function titleOf(feature: string): string {
  const words = feature.replace(/[-_.]+/g, " ").trim();
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

/** The feature stands; what it still needs, such as a feature that it names, is told as `validate` would. */
async function findingsOf(
  invocation: Invocation,
  feature: string,
  folder: string,
): Promise<Result<readonly Diagnostic[]>> {
  const reading = await readWhole(invocation);
  if (!reading.ok) return reading;
  const { sources } = reading.value;
  const own = [...sources.diagnostics, ...(await strayInsertions(sources))].filter(
    ({ file, target }) =>
      file?.startsWith(`${folder}/`) || target === feature || target?.startsWith(`${feature}:`),
  );
  return success(own);
}

function tellFindings(invocation: Invocation, feature: string, findings: readonly Diagnostic[]): ExitCode {
  const errors = findings.filter(({ severity }) => severity === "error").length;
  invocation.showFindings(findings, "say");
  invocation.say(
    "",
    "next:",
    errors === 0 ? `  factory build ${feature}` : "  fix these, then: factory validate",
  );
  return errors === 0 ? EXIT.done : EXIT.invalid;
}
