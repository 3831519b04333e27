// Which files does an imported feature become? feature.md, and PLAN.md and BACKLOG.yaml where its tasks say which files
// they write; else the planners get what was planned as a part of the request.

import {
  type ImportedFeature,
  type ImportedStep,
  type ImportNote,
  withinSource,
} from "../../model/imported.ts";
import { PLAN_SECTIONS } from "../answers/planned-documents.ts";
import { BACKLOG_SCHEMA_LINE } from "../schema/schema-line.ts";
import { yamlText } from "../yaml/yaml.ts";
import { bold, joined, nested, oneLine } from "./prose.ts";
import { seenText } from "./seen-text.ts";
import type { PlannedTask } from "./tasks.ts";

export interface DocumentInputs {
  readonly id: string;
  readonly project: string;
  readonly dependsOn: readonly string[];
  /** `../old/specs/001-albums (spec-kit)`. */
  readonly origin: string;
  readonly feature: ImportedFeature;
  /** Null where the planners are to cut the backlog. */
  readonly tasks: readonly PlannedTask[] | null;
  /** Files that a feature without a backlog may write. */
  readonly files: readonly string[];
}

export function featureDocument(inputs: DocumentInputs): string {
  const { id, project, dependsOn, origin, feature, tasks, files } = inputs;
  const head = {
    id,
    title: oneLine(feature.title).slice(0, 200),
    project,
    ...(dependsOn.length > 0 ? { depends_on: dependsOn } : {}),
    ...(files.length > 0 ? { files } : {}),
  };
  const planned =
    tasks === null ? [bold("Design"), feature.architecture, bold("Steps"), stepList(feature.steps)] : [];
  const criteria = feature.criteria.map(
    (one) => `- ${one.id === null ? "" : `${one.id}: `}${oneLine(one.text)}`,
  );
  const sections = [
    ["User Story", feature.story],
    ["Problem Statement", feature.problem],
    ["Requirements", feature.requirements.map((one) => `- ${one.id}: ${one.text}`).join("\n")],
    ["Constraints", feature.constraints.map((one) => `- ${one}`).join("\n")],
    ["Success Criteria", criteria.join("\n")],
    [
      "Context",
      joined(`Imported from ${origin}.`, feature.context, ...(feature.steps.length > 0 ? planned : [])),
    ],
  ] as const;
  const written = sections
    .filter(([, text]) => text.trim() !== "")
    .map(([name, text]) => `## ${name}\n\n${text.trim()}`);
  return `---\n${yamlText(head)}---\n\n${written.join("\n\n")}\n`;
}

export function planDocument({ feature, origin, tasks }: DocumentInputs): string {
  const ids = new Set(tasks?.map(({ id }) => id));
  const texts: Readonly<Record<(typeof PLAN_SECTIONS)[number], string>> = {
    "Problem Statement": feature.problem,
    Requirements: `As feature.md says: ${feature.requirements.map(({ id }) => id).join(", ") || "none with an id"}.`,
    Architecture: feature.architecture,
    "Test Plan": feature.tests,
    "Risks & Mitigations": feature.risks,
    "Implementation Steps": joined(stepList(feature.steps, ids), feature.remarks),
  };
  const sections = PLAN_SECTIONS.map((name) => `## ${name}\n\n${texts[name].trim() || "Nothing was said."}`);
  return `# Plan\n\nImported from ${origin}.\n\n${sections.join("\n\n")}\n`;
}

/** What a person should look at, and what is good to know, for as long as they keep it. */
export function notesDocument(
  { origin, source }: { readonly origin: string; readonly source: string },
  notes: readonly ImportNote[],
): string {
  const listed = (severity: ImportNote["severity"]) =>
    notes
      .filter((note) => note.severity === severity)
      .map(
        ({ file, line, message }) =>
          `- ${file === null ? "" : `${withinSource(file, source)}:${line ?? 1} · `}${oneLine(message)}`,
      )
      .join("\n");
  const sections = [
    ["To look at", listed("warning")],
    ["Good to know", listed("note")],
  ].flatMap(([name, text]) => (text === "" ? [] : [`## ${name}\n\n${text}`]));
  const head = `What the import changed or left out of ${origin}. No command reads this file: delete it when you have read it.`;
  // Names of files are a stranger's, too.
  return seenText(`# Import\n\n${[head, ...sections].join("\n\n")}\n`).text;
}

/** Lines of the original list, with what became of those that are no tasks. */
function stepList(steps: readonly ImportedStep[], tasks: ReadonlySet<string> | null = null): string {
  return steps
    .map(({ id, text, details, acceptance }) => {
      const mark = tasks === null || tasks.has(id) ? "" : " (no task of its own)";
      return nested(
        `- ${id}${mark}: ${oneLine(text)}`,
        [...details, ...acceptance].map((detail) => `- ${oneLine(detail)}`).join("\n"),
      );
    })
    .join("\n");
}

export function backlogDocument({ id, origin, tasks }: DocumentInputs): string {
  const entries = (tasks ?? []).map((task) => ({
    id: task.id,
    title: task.title,
    ...(task.type === "code" ? {} : { type: task.type }),
    ...(task.description === "" ? {} : { description: task.description }),
    ...(task.requirements.length > 0 ? { requirements: task.requirements } : {}),
    ...(task.dependsOn.length > 0 ? { depends_on: task.dependsOn } : {}),
    scope: { files_hint: task.files },
    acceptance: task.acceptance,
    ...(task.gates === null ? {} : { gates: task.gates }),
  }));
  const text = yamlText({ version: 1, feature: id, tasks: entries });
  return `${BACKLOG_SCHEMA_LINE}# Imported from ${oneLine(origin)}.\n${text.replace(/(?<!tasks:)\n(?= {2}- id: )/g, "\n\n")}`;
}
