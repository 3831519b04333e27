// Which steps does a list of numbered check boxes name? OpenSpec and Kiro write them so: `1.2` is a part of `1`, and what
// has parts is done when they are.

import type { ImportedStep } from "../../model/imported.ts";
import type { Markdown } from "../markdown/markdown.ts";
import { type CheckItem, checklistIn, headedTasks } from "./checklist.ts";
import { type ForeignSpec, markdownIn, type Notes } from "./foreign.ts";
import { plainSigns } from "./plain-signs.ts";
import { joined, nested, oneLine, partsOf, piece } from "./prose.ts";
import type { RequirementList } from "./requirement-list.ts";
import { tracesIn } from "./requirement-notes.ts";
import { FileNames, kindOf, StepIds } from "./step-text.ts";

const NUMBER =
  /^(?:\*\*)?(?:task |任务|任務|タスク|작업 ?|tarea |tâche |aufgabe |задача |المهمة )?(\d{1,4}(?:\.\d{1,4}){0,7})(?:(?:[.):,]|\b)(?:\*\*)?\*?\s+|[.):,](?:\*\*)?(?=[^\p{ASCII}]|["([]))/iu;
const DEPENDS =
  /^[_*]*(?:depends(?: on)?|dependenc(?:y|ies)|依赖(?:于)?|依賴|依存(?:関係)?|前置(?:任务|任務)?|의존(?:성)?|선행(?: ?작업)?|depende de|dependencias?|dépend de|dépendances?|abhängig von|зависит от|зависимости|يعتمد على)\s*:\s*(.*?)[_*]*$/iu;
/** What spec tools note for the agent that is to do it: files to look at, and words of a prompt. */
const LOOKED_AT = /^[_*]*(?:leverage|prompt|reference|boundary)\b/i;

interface Line {
  readonly item: CheckItem;
  readonly id: string;
  readonly number: string | null;
  /** Without its number, its marks and what it is for. */
  readonly text: string;
  /** Of the line itself. */
  readonly references: readonly string[];
  readonly parallel: boolean;
}

export interface NumberedList {
  readonly steps: readonly ImportedStep[];
  readonly remarks: string;
  /** Files that the design names. */
  readonly files: readonly string[];
}

/** `design` is where full paths may stand that the list abbreviates. */
export function numberedSteps(
  spec: ForeignSpec,
  design: string,
  requirements: RequirementList,
  notes: Notes,
): NumberedList {
  const papers = new FileNames(spec.root, [design], notes).all();
  const file = spec.files.get("tasks.md");
  const markdown = file === undefined ? null : markdownIn(file, notes);
  if (file === undefined || markdown === null) return { steps: [], remarks: "", files: papers };
  const items = itemsIn(markdown);
  const lines = linesOf(items, notes);
  const parents = new Set(lines.filter((line) => lines.some((other) => isPart(other, line))));
  const files = new FileNames(spec.root, [markdown.text, design], notes);
  const leaves = lines.filter((line) => !parents.has(line));
  const order = orderOf(leaves);
  const ofWhole = new Map([...parents].map((whole) => [whole, requirementsOf(whole, requirements, notes)]));
  /** What has parts is done with the last of them. */
  const isLastPart = (line: Line, whole: Line) =>
    leaves.findLast((one) => isInside(one, whole, lines)) === line;
  const steps = leaves.map((line): ImportedStep => {
    const { item, id, text } = line;
    const told = item.details
      .filter((detail) => !DEPENDS.test(plainSigns(detail)))
      .map((detail) => tracesIn(detail).text)
      .filter((detail) => detail !== "");
    const parent = lines.find((other) => parents.has(other) && isPart(line, other));
    const own = files.of(id, [text, ...written(told)], item.spot);
    const above = parent === undefined ? [] : [parent.text, ...written(parent.item.details)];
    const named = own.length > 0 ? own : files.of(id, above, item.spot);
    if (own.length === 0 && named.length > 0)
      notes.note(
        "derived-files",
        item.spot,
        `${id} names no file, so it may write those of "${parent?.text}".`,
      );
    return {
      id,
      text,
      details: told,
      kind: kindOf(text, named),
      files: named,
      group: parent?.text ?? (/^\d/.test(item.heading) ? item.heading : null),
      after: order.get(id) ?? [],
      requirements: [
        ...requirementsOf(line, requirements, notes),
        ...[...parents]
          .filter((whole) => isLastPart(line, whole))
          .flatMap((whole) => ofWhole.get(whole) ?? []),
      ].filter((one, index, all) => all.indexOf(one) === index),
      acceptance: item.criteria,
      done: item.done,
      spot: item.spot,
    };
  });
  tellOnce(leaves, notes);
  const prose = partsOf(markdown).flatMap(({ blocks }) =>
    blocks.filter(({ type }) => type !== "list" && type !== "heading"),
  );
  const ofParents = [...parents].map(({ id, text, item }) =>
    nested(`- ${id}, in parts: ${text}`, item.details.map((detail) => `- ${detail}`).join("\n")),
  );
  return {
    steps,
    remarks: joined(piece(markdown, prose), ofParents.join("\n")),
    files: papers,
  };
}

/** Without what an agent is only to look at. */
function written(details: readonly string[]): readonly string[] {
  return details.filter((detail) => !LOOKED_AT.test(detail));
}

/** Boxes, where there are any; else numbered items, numbered headings, or whatever is listed. */
function itemsIn(markdown: Markdown): readonly CheckItem[] {
  const hasNumber = (text: string) => NUMBER.test(plainSigns(text));
  const ways = [
    () => checklistIn(markdown, () => false).items,
    () => checklistIn(markdown, hasNumber).items,
    () => headedTasks(markdown, hasNumber),
    () => checklistIn(markdown, () => true).items.filter(({ parent }) => parent === null),
  ];
  for (const way of ways) {
    const found = way();
    if (found.length > 0) return found;
  }
  return [];
}

function linesOf(items: readonly CheckItem[], notes: Notes): Line[] {
  const ids = new StepIds(notes);
  return items.map((item) => {
    const match = NUMBER.exec(plainSigns(item.text));
    const traced = tracesIn(item.text.slice(match?.[0].length ?? 0));
    const text = traced.text === "" ? item.text : traced.text;
    const parallel = PARALLEL.test(text);
    return {
      item,
      id: ids.of(match?.[1] ?? null, "T", item.spot),
      number: match?.[1] ?? null,
      text: text.replace(PARALLEL, ""),
      references: traced.references,
      parallel,
    };
  });
}

const PARALLEL = /^[(（][PＰ][)）]\s*|\s*[(（][PＰ][)）]$/;

/** By its number, since some lists are flat, or by where it stands. */
function isPart(line: Line, of: Line): boolean {
  if (line === of) return false;
  if (line.item.parent === of.item) return true;
  return line.number !== null && of.number !== null && line.number.startsWith(`${of.number}.`);
}

/** Also as a part of a part. */
function isInside(line: Line, of: Line, lines: readonly Line[]): boolean {
  return isPart(line, of) || lines.some((other) => isPart(line, other) && isInside(other, of, lines));
}

/** One after the other; those marked (P) stand side by side. */
function orderOf(lines: readonly Line[]): ReadonlyMap<string, readonly string[]> {
  const order = new Map<string, readonly string[]>();
  /** What has parts stands for all of them; what is no number of the list is told where tasks get their order. */
  const called = (number: string) => {
    const found = lines.filter((line) => line.number === number || line.number?.startsWith(`${number}.`));
    return found.length > 0 ? found.map(({ id }) => id) : [number];
  };
  let before: readonly string[] = [];
  let layer: string[] = [];
  let isOpen = false;
  for (const { item, id, parallel } of lines) {
    if (!(parallel && isOpen) && layer.length > 0) {
      before = layer;
      layer = [];
    }
    isOpen = parallel;
    layer.push(id);
    const asked = item.details
      .flatMap((detail) => DEPENDS.exec(plainSigns(detail))?.[1]?.match(/\d+(?:\.\d+)*/g) ?? [])
      .flatMap(called)
      .filter((other) => other !== id);
    order.set(id, asked.length > 0 ? asked : before);
  }
  return order;
}

/** `_Requirements: 1.1, 2_`: a number without a part means all of its parts. */
function requirementsOf({ item, references }: Line, list: RequirementList, notes: Notes): string[] {
  const found = new Set<string>();
  for (const word of [...references, ...item.details.flatMap((detail) => tracesIn(detail).references)]) {
    const exact = /^all$/i.test(word) ? list.list.map(({ id }) => id) : list.under(word);
    // `R1.2` is criterion 1.2, where that is all there is.
    const ids = exact.length > 0 ? exact : list.under(word.replace(/^(?:R|REQ|AC|US)-?(?=\d)/, ""));
    for (const id of ids) found.add(id);
    if (ids.length === 0)
      notes.warn(
        "unknown-requirement",
        item.spot,
        `"${oneLine(item.text).slice(0, 50)}" names requirement ${word}, which does not exist.`,
      );
  }
  return [...found];
}

function tellOnce(lines: readonly Line[], notes: Notes): void {
  const [, second] = lines;
  if (second !== undefined && !lines.some(({ parallel }) => parallel))
    notes.note(
      "in-sequence",
      second.item.spot,
      "Tasks wait for each other in the order of the list; remove depends_on where they need not.",
    );
  const optional = lines.find(({ item }) => item.optional);
  const count = lines.filter(({ item }) => item.optional).length;
  if (optional !== undefined)
    notes.note(
      "optional",
      optional.item.spot,
      `${count} optional tasks (\`[ ]*\`) are imported like the others.`,
    );
}
