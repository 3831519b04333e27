// What does one folder of specs/ ask for? feature.md, BACKLOG.yaml and PLAN.md become one Feature. Other features,
// projects and templates are not known here.

import type { Feature, Requirement, Statement } from "../../model/feature.ts";
import { Findings, type Subject } from "../findings/findings.ts";
import { type Split, splitFrontMatter } from "../markdown/front-matter.ts";
import { type Markdown, readMarkdown } from "../markdown/markdown.ts";
import { clarificationsIn, readSections, type Sections } from "../markdown/sections.ts";
import { BACKLOG } from "../schema/schema.ts";
import { readYaml } from "../yaml/yaml.ts";
import { decode } from "./decode.ts";
import {
  at,
  checkHead,
  type FeatureContext,
  headOf,
  headPlaces,
  paramsOf,
  projectsOf,
  taskTarget,
  warnUnusedFiles,
} from "./feature-head.ts";
import { impliedTask } from "./implied-task.ts";
import { conform } from "./shape.ts";
import type { Parsed, SourceFile } from "./source.ts";
import { tasksOf } from "./task-entries.ts";

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
    clarifications: [...body.clarifications, ...planned, ...(backlog?.questions ?? [])],
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
  if ((shape.files ?? []).length === 0) return { ...draft, tasks: [], backlog: "unplanned" };
  const task = impliedTask(head, body.sections, { ...draft, findings });
  return { ...draft, tasks: [task], backlog: "implied" };
}

function splitOf(text: string, { id, file, findings }: FeatureContext): Split | null {
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

interface Body {
  readonly sections: Sections;
  readonly clarifications: readonly Statement[];
}

function bodyOf(split: Split, { id, file, findings }: FeatureContext): Body | null {
  const markdown = readMarkdown({ text: split.body, file, firstLine: split.bodyLine, target: id }, findings);
  if (markdown === null) return null;
  const sections = readSections(markdown, id, findings);
  checkRequirementIds(sections.requirements, id, findings);
  const inHead = yamlQuestions(split.yaml, file, split.yamlLine);
  return { sections, clarifications: [...inHead, ...questionsOf(markdown)] };
}

/** Also those in comments: whoever wrote one there wants an answer too. */
function yamlQuestions(text: string, file: string, firstLine: number): Statement[] {
  return clarificationsIn(text, (offset) => {
    const before = text.slice(0, offset).split("\n");
    return { file, line: firstLine + before.length - 1, column: (before.at(-1)?.length ?? 0) + 1 };
  });
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
        message: `The backlog is for "${shape.feature}", but is in the folder of "${id}".`,
        fix: `Write feature: ${id}, or move the file.`,
      },
    );
  }
  checkSome(shape.tasks, { target: id, place: data.places.of(shape, "tasks") }, findings);
  return { tasks: shape.tasks, places: data.places, questions: yamlQuestions(text, source.path, 1) };
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
          message: `The requirement ${requirement.id} is already given on line ${first.place.line}.`,
          fix: "Give it the next free id; do not use an id again that was used before.",
        },
      );
    }
  }
}
