// What does one folder of specs/ ask for? feature.md, BACKLOG.yaml and PLAN.md become one Feature. Other features,
// projects and templates are not known here.

import { taskId } from "../model/address.ts";
import type { Json } from "../model/digest.ts";
import type { Feature, Param, Requirement, Statement } from "../model/feature.ts";
import type { Place } from "../model/place.ts";
import type { Criterion, Task } from "../model/task.ts";
import { decode } from "./decode.ts";
import { Findings, type Subject } from "./findings.ts";
import { type Split, splitFrontMatter } from "./front-matter.ts";
import { type Markdown, readMarkdown } from "./markdown.ts";
import { BACKLOG, FRONT_MATTER, type FrontMatterShape } from "./schema.ts";
import { clarificationsIn, readSections, type Sections } from "./sections.ts";
import { conform } from "./shape.ts";
import type { Parsed, SourceFile } from "./source.ts";
import { canonicalPath, checkCriteria, checkPaths, placesOf, tasksOf } from "./task-entries.ts";
import { type Places, readYaml, type YamlData } from "./yaml.ts";

export interface FeatureSources {
  /** `…/<id>/feature.md`: the folder names the feature. */
  readonly feature: SourceFile;
  readonly backlog: SourceFile | null;
  readonly plan: SourceFile | null;
}

export function parseFeature(sources: FeatureSources): Parsed<Feature> {
  const findings = new Findings();
  const value = featureOf(sources, findings);
  return { value, diagnostics: findings.sorted() };
}

/** Every file is read before any is given up, so that one broken file does not hide the findings of the others. */
function featureOf(sources: FeatureSources, findings: Findings): Feature | null {
  const file = sources.feature.path;
  const id = file.split("/").at(-2) ?? "";
  const text = decode(sources.feature, id, findings);
  const split = text === null ? null : splitOf(text, { id, file, findings });
  const head = split && headOf(split, { id, file, findings });
  const body = split && bodyOf(split, { id, file, findings });
  const backlog = sources.backlog && backlogOf(sources.backlog, id, findings);
  const planned = sources.plan === null ? [] : planQuestions(sources.plan, id, findings);
  if (head === null || body === null) return null;

  const { shape, places } = head;
  const projects = projectsOf(head, { id, file, findings });
  const draft = {
    id,
    title: shape.title ?? body.sections.title ?? id,
    file,
    projects,
    template: shape.template ?? null,
    params: paramsOf(shape, places),
    dependsOn: shape.depends_on ?? [],
    sections: body.sections.sections,
    requirements: body.sections.requirements,
    constraints: body.sections.constraints,
    clarifications: [...body.clarifications, ...planned],
    places: headPlaces(shape, places),
  };
  checkHead(head, body.sections, { id, file, findings });
  const project = projects[0] ?? "";
  if (sources.backlog !== null) {
    if (shape.tasks !== undefined) {
      findings.error("two-backlogs", at(head, "tasks", id), {
        message: "The feature has tasks in its front matter and in BACKLOG.yaml.",
        fix: "Keep one of the two.",
      });
    }
    warnUnusedFiles(head, id, findings);
    const tasks =
      backlog && tasksOf(backlog.tasks, { feature: id, project, places: backlog.places, findings });
    return { ...draft, tasks: tasks ?? [], backlog: "file" };
  }
  if (shape.tasks !== undefined) {
    warnUnusedFiles(head, id, findings);
    return {
      ...draft,
      tasks: tasksOf(shape.tasks, { feature: id, project, places, findings }),
      backlog: "front-matter",
    };
  }
  const task = impliedTask(head, body.sections, { ...draft, findings });
  return { ...draft, tasks: [task], backlog: "implied" };
}

interface Reading {
  readonly id: string;
  readonly file: string;
  readonly findings: Findings;
}

interface Head {
  readonly shape: FrontMatterShape;
  readonly places: Places;
}

function at(head: Head, key: keyof FrontMatterShape, target: string): { target: string; place: Place } {
  return { target, place: head.places.of(head.shape, key) ?? head.places.root };
}

function splitOf(text: string, { id, file, findings }: Reading): Split | null {
  const split = splitFrontMatter(text);
  if (split === null) {
    findings.error(
      "unclosed-front-matter",
      { target: id, place: { file, line: 1, column: 1 } },
      { message: "The front matter is never closed.", fix: "Write a line of three dashes after it." },
    );
  }
  return split;
}

function headOf(split: Split, { id, file, findings }: Reading): Head | null {
  const data = readYaml({ text: split.yaml, file, firstLine: split.yamlLine, target: id }, findings);
  if (data === null) return null;
  if (data.root === null) return { shape: {}, places: data.places };
  const shape = conform(FRONT_MATTER, data, (path) => taskTarget(data, path, id), findings);
  return shape && { shape, places: data.places };
}

/** `products:T01` for all that stands in a task's entry, else the feature. */
function taskTarget(data: YamlData, path: readonly (string | number)[], feature: string): string {
  const root = data.root as { readonly tasks?: unknown };
  if (path[0] !== "tasks" || !Array.isArray(root.tasks)) return feature;
  const id = (root.tasks[Number(path[1])] as { readonly id?: unknown } | null | undefined)?.id;
  return typeof id === "string" ? taskId(feature, id) : feature;
}

interface Body {
  readonly sections: Sections;
  readonly clarifications: readonly Statement[];
}

function bodyOf(split: Split, { id, file, findings }: Reading): Body | null {
  const markdown = readMarkdown({ text: split.body, file, firstLine: split.bodyLine, target: id }, findings);
  if (markdown === null) return null;
  const sections = readSections(markdown, id, findings);
  checkRequirementIds(sections.requirements, id, findings);
  const inHead = clarificationsIn(split.yaml, (offset) => {
    const before = split.yaml.slice(0, offset).split("\n");
    return { file, line: split.yamlLine + before.length - 1, column: (before.at(-1)?.length ?? 0) + 1 };
  });
  return { sections, clarifications: [...inHead, ...questionsOf(markdown)] };
}

function questionsOf(markdown: Markdown): Statement[] {
  return clarificationsIn(markdown.text, (offset) => markdown.placeAt(offset));
}

function planQuestions(plan: SourceFile, id: string, findings: Findings): Statement[] {
  const text = decode(plan, id, findings);
  if (text === null) return [];
  const markdown = readMarkdown({ text, file: plan.path, firstLine: 1, target: id }, findings);
  return markdown === null ? [] : questionsOf(markdown);
}

function backlogOf(source: SourceFile, id: string, findings: Findings) {
  const text = decode(source, id, findings);
  if (text === null) return null;
  const data = readYaml({ text, file: source.path, firstLine: 1, target: id }, findings);
  const shape = data && conform(BACKLOG, data, (path) => taskTarget(data, path, id), findings);
  if (data === null || shape === null) return null;
  if (shape.feature !== undefined && shape.feature !== id) {
    findings.error(
      "id-mismatch",
      { target: id, place: data.places.of(shape, "feature") },
      {
        message: `The backlog is for "${shape.feature}", but lies in the folder of "${id}".`,
        fix: `Write feature: ${id}, or move the file.`,
      },
    );
  }
  checkSome(shape.tasks, { target: id, place: data.places.of(shape, "tasks") }, findings);
  return { tasks: shape.tasks, places: data.places };
}

function checkSome(tasks: readonly unknown[], subject: Subject, findings: Findings): void {
  // A list that was cut empty has its findings already.
  if (tasks.length > 0 || findings.list.some((finding) => finding.severity === "error")) return;
  findings.error("empty-backlog", subject, {
    message: "The backlog holds no task.",
    fix: "Add a task, or delete the backlog: then the feature is one task.",
  });
}

function checkRequirementIds(requirements: readonly Requirement[], target: string, findings: Findings): void {
  const known = new Map<string, Requirement>();
  for (const requirement of requirements) {
    const first = known.get(requirement.id);
    if (first === undefined) known.set(requirement.id, requirement);
    else {
      findings.error(
        "duplicate-id",
        { target, place: requirement.place },
        {
          message: `The requirement ${requirement.id} was given before, on line ${first.place.line}.`,
          fix: "Give it the next free id; ids that were used once are not used again.",
        },
      );
    }
  }
}

function projectsOf(head: Head, { id, file, findings }: Reading): readonly string[] {
  const { project, projects } = head.shape;
  if (project !== undefined && projects !== undefined) {
    findings.error("conflicting-keys", at(head, "project", id), {
      message: "The front matter has both project and projects.",
      fix: "Keep one of the two.",
    });
  }
  if (projects !== undefined && projects.length > 0) return projects;
  if (project !== undefined) return [project];
  const place = head.places.of(head.shape, "projects") ?? { file, line: 1, column: 1 };
  findings.error(
    "missing-project",
    { target: id, place },
    { message: `The feature ${id} names no project.`, fix: "Add project: to the front matter." },
  );
  return [];
}

function checkHead(head: Head, sections: Sections, { id, findings }: Reading): void {
  const { shape } = head;
  if (shape.id !== undefined && shape.id !== id) {
    findings.error("id-mismatch", at(head, "id", id), {
      message: `The front matter says "${shape.id}", but the folder is called "${id}".`,
      fix: `Write id: ${id}, or rename the folder.`,
    });
  }
  if (shape.title === undefined && sections.title === null) {
    findings.error("missing-key", at(head, "title", id), {
      message: "The feature has no title.",
      fix: "Add title: to the front matter, or a heading of the first level.",
    });
  }
}

/** Without the tasks, which keep their places themselves. */
function headPlaces(shape: FrontMatterShape, places: Places): Readonly<Record<string, Place>> {
  const all = Object.entries(placesOf(shape, places));
  return Object.fromEntries(all.filter(([key]) => !key.startsWith("tasks.")));
}

function warnUnusedFiles(head: Head, id: string, findings: Findings): void {
  if (head.shape.files === undefined) return;
  findings.warning("unused-files", at(head, "files", id), {
    message: "files: is only read where a feature has no tasks; here each task has its own files_hint.",
    fix: "Delete files: from the front matter.",
  });
}

function paramsOf(shape: FrontMatterShape, places: Places): Param[] {
  const params = shape.params ?? {};
  return Object.keys(params)
    .sort()
    .map((name) => {
      const value = params[name] as Json;
      return {
        name,
        value,
        place: places.of(params, name) ?? places.root,
        items: Array.isArray(value) ? places.itemsOf(value) : [],
      };
    });
}

type Implied = Pick<Feature, "id" | "title" | "file" | "projects"> & { readonly findings: Findings };

/** A feature without a backlog is one task that does all of it. */
function impliedTask(head: Head, sections: Sections, feature: Implied): Task {
  const { shape, places } = head;
  const id = taskId(feature.id, "T01");
  const place = { file: feature.file, line: 1, column: 1 };
  const files = (shape.files ?? []).map(canonicalPath);
  checkPaths(files, id, (index) => places.of(shape.files ?? [], index) ?? place, feature.findings);
  if (files.length === 0) {
    feature.findings.error("missing-files-hint", at(head, "files", id), {
      message: `The feature ${feature.id} has no backlog, and nothing says which files it may write.`,
      fix: `Add files: to the front matter, or run factory plan ${feature.id}.`,
    });
  }
  const criteria = sections.criteria.length > 0 ? sections.criteria : sections.requirements;
  const acceptance: Criterion[] = criteria.map((criterion, index) => ({
    id: sections.criteria.length > 0 && criterion.id !== null ? criterion.id : `A${index + 1}`,
    text: criterion.text,
    place: criterion.place,
  }));
  checkCriteria(acceptance, id, feature.findings);
  const keyPlaces = Object.entries({
    title: "title",
    project: "project",
    "scope.files_hint": "files",
  } as const);
  return {
    id,
    feature: feature.id,
    title: feature.title,
    type: "code",
    project: feature.projects[0] ?? "",
    description: "",
    requirements: sections.requirements.map((requirement) => requirement.id),
    dependsOn: [],
    filesHint: files,
    acceptance,
    context: { files: [], constraints: [], patterns: [], negativeEvidence: [] },
    generator: null,
    agent: null,
    gates: null,
    place,
    places: Object.fromEntries(keyPlaces.map(([key, from]) => [key, at(head, from, id).place])),
  };
}
