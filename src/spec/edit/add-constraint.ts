// How does one more constraint get into a spec that a person wrote, with the files that it gives to a task? Into the task
// that it is for, or into the section of the feature that is its own task. Every comment, quote and blank line stays as it was.

import { wholeFile } from "../../model/place.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { Findings } from "../findings/findings.ts";
import { splitFrontMatter } from "../markdown/front-matter.ts";
import { type Markdown, readMarkdown } from "../markdown/markdown.ts";
import { constraintItemPlace } from "../markdown/sections.ts";
import { EditedText, type Splice } from "../yaml/splice.ts";
import type { Plain } from "../yaml/yaml.ts";
import { editYaml } from "../yaml/yaml-edit.ts";
import { editDocument, oneLine } from "./edit-document.ts";
import { editTask, mapOf, type SpecFile } from "./edit-task.ts";

/** The file with the text at the end of `context.constraints` of a task such as `T01`, and the files at the end of its scope. */
export function addConstraint(
  source: string,
  file: SpecFile,
  task: string,
  text: string,
  files: readonly string[] = [],
): Result<string> {
  return editTask(source, file, task, (entry) => {
    const context = mapOf(entry.context);
    const told = {
      ...entry,
      context: { ...context, constraints: [...listOf(context.constraints), oneLine(text)] },
    };
    const scope = mapOf(entry.scope);
    return files.length === 0
      ? told
      : { ...told, scope: { ...scope, files_hint: [...listOf(scope.files_hint), ...files] } };
  });
}

function listOf(value: Plain | undefined): readonly Plain[] {
  return Array.isArray(value) ? value : [];
}

/** The feature.md with more files that its own task may write. */
function addFilesToFeature(source: string, files: readonly string[]): Result<string> {
  return editDocument(source, "feature.md", (document) => {
    const root = mapOf(document.root);
    const splices = editYaml(document, { ...root, files: [...listOf(root.files), ...files] }, { order: {} });
    return splices === null ? unreadable("feature.md") : success(splices);
  });
}

/** The feature.md with one more item of the section Constraints, which is added where it is missing. */
export function addConstraintToFeature(
  source: string,
  text: string,
  files: readonly string[] = [],
): Result<string> {
  const told = addItem(source, text);
  return told.ok && files.length > 0 ? addFilesToFeature(told.value, files) : told;
}

function addItem(source: string, text: string): Result<string> {
  const edited = new EditedText(source);
  const split = splitFrontMatter(edited.text);
  const markdown =
    split &&
    readMarkdown({ text: split.body, file: "feature.md", firstLine: 1, target: null }, new Findings());
  if (!split || !markdown) return unreadable("feature.md");
  const { offset, remove, text: item } = itemSplice(split.body, markdown, `- ${oneLine(text)}`);
  const bodyStart = edited.text.length - split.body.length;
  return success(edited.with([{ offset: bodyStart + offset, remove, text: item }]));
}

/** `body` ends with a line break. */
function itemSplice(body: string, markdown: Markdown, item: string): Splice {
  const place = constraintItemPlace(markdown);
  if (place === null) {
    const end = body.trimEnd().length;
    return { offset: end, remove: body.length - end, text: `\n\n## Constraints\n\n${item}\n` };
  }
  const lines = body.split("\n").slice(0, -1);
  const before = lines.slice(0, place.line);
  const next = lines[place.line];
  const offset = before.join("\n").length + 1;
  const blankBefore = place.kind === "list" ? "" : "\n";
  const blankAfter = next === undefined || next.trim() === "" ? "" : "\n";
  return { offset, remove: 0, text: `${blankBefore}${item}\n${blankAfter}` };
}

function unreadable(file: string): Result<never> {
  return failed({
    reason: "usage",
    message: `${file} cannot be read.`,
    fix: "Run factory validate and fix what it finds.",
    place: wholeFile(file),
  });
}
