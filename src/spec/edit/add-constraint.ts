// How does one more constraint get into a spec that a person wrote? Into the task that it is for, or into the section of
// the feature that is its own task. Every comment, quote and blank line stays as it was.

import { wholeFile } from "../../model/place.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { Findings } from "../findings/findings.ts";
import { splitFrontMatter } from "../markdown/front-matter.ts";
import { type Markdown, readMarkdown } from "../markdown/markdown.ts";
import { constraintItemPlace } from "../markdown/sections.ts";
import { EditedText, type Splice } from "../yaml/splice.ts";
import { oneLine } from "./edit-document.ts";
import { editTask, mapOf, type SpecFile } from "./edit-task.ts";

/** The file with the text at the end of `context.constraints` of a task such as `T01`. */
export function addConstraint(source: string, file: SpecFile, task: string, text: string): Result<string> {
  return editTask(source, file, task, (entry) => {
    const context = mapOf(entry.context);
    const before = Array.isArray(context.constraints) ? context.constraints : [];
    return { ...entry, context: { ...context, constraints: [...before, oneLine(text)] } };
  });
}

/** The feature.md with one more item of the section Constraints, which is added where it is missing. */
export function addConstraintToFeature(source: string, text: string): Result<string> {
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
