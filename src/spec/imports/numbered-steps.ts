// Which steps does a list of numbered check boxes name? OpenSpec and Kiro write them so: `1.2` is a part of `1`, and what
// has parts is done when they are.

import type { ImportedStep } from "../../model/imported.ts";
import type { Markdown } from "../markdown/markdown.ts";
import { type CheckItem, checklistIn, headedTasks, setAside } from "./checklist.ts";
import { askedIn, type ForeignSpec, type Notes } from "./foreign.ts";
import { plainSigns } from "./plain-signs.ts";
import { joined, nested, oneLine, partsOf, piece } from "./prose.ts";
import type { RequirementList } from "./requirement-list.ts";
import { Traces } from "./requirement-notes.ts";
import { withThoseOfWholes } from "./requirements-of-wholes.ts";
import { FileNames, kindOf, StepIds } from "./step-text.ts";

const NUMBER =
  /^(?:\*\*)?(?:task |任务|任務|タスク|작업 ?|tarea |tâche |aufgabe |задача |المهمة )?(T-?)?(\d{1,4}(?:\.\d{1,4}){0,7})(?:(?:[.):,]|\b)(?:\*\*)?\*?\s+|[.):,](?:\*\*)?(?=[^\p{ASCII}]|["([]))/iu;
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
  const markdown = file === undefined ? null : askedIn(file, notes);
  if (file === undefined || markdown === null) return { steps: [], remarks: "", files: papers };
  const { items } = setAside(itemsIn(markdown), hasNumber, notes);
  const traces = new Traces([...requirements.called]);
  const lines = linesOf(items, traces, notes);
  const parts = new Map(lines.map((whole) => [whole, lines.filter((line) => isInside(line, whole))]));
  const inside = (whole: Line) => parts.get(whole) ?? [];
  const wholes = new Set(lines.filter((line) => inside(line).length > 0 && !isTestedBy(line, inside(line))));
  const files = new FileNames(spec.root, [markdown.text, design], notes);
  const leaves = lines.filter((line) => !wholes.has(line));
  const order = orderOf(leaves);
  const ofLines = requirementsOf(lines, { list: requirements, traces, notes });
  const own = leaves.map((line): ImportedStep => {
    const { item, id, text } = line;
    const told = item.details
      .filter((detail) => !DEPENDS.test(plainSigns(detail)))
      .map((detail) => traces.in(detail).text)
      .filter((detail) => detail !== "");
    const whole = lines.find((other) => isPart(line, other));
    const above =
      whole === undefined || !wholes.has(whole) ? [] : [whole.text, ...written(whole.item.details)];
    const itself = files.of(id, [text, ...written(told)], item.spot);
    const named = itself.length > 0 ? itself : files.of(id, above, item.spot);
    if (itself.length === 0 && named.length > 0)
      notes.note(
        "derived-files",
        item.spot,
        `${id} names no file, so it may write those of "${whole?.text}".`,
      );
    const group = inside(line).length > 0 ? text : (whole?.text ?? null);
    return {
      id,
      text,
      details: told,
      kind: kindOf(text, named, told),
      files: named,
      group: group ?? (/^\d/.test(item.heading) ? item.heading : null),
      after: order.get(id) ?? [],
      requirements: ofLines.get(line) ?? [],
      acceptance: item.criteria,
      done: item.done,
      spot: item.spot,
    };
  });
  const parted = [...wholes].map((whole) => {
    const ids = new Set(inside(whole).map(({ id }) => id));
    return {
      id: whole.id,
      requirements: ofLines.get(whole) ?? [],
      parts: own.filter(({ id }) => ids.has(id)),
    };
  });
  const steps = withThoseOfWholes(own, parted, requirements.list, notes);
  tellOnce(leaves, notes);
  const headings = new Set(items.map(({ heading }) => heading));
  const prose = partsOf(markdown).flatMap(({ heading, blocks }) =>
    blocks.filter(({ type }) => type !== "heading" && (type !== "list" || !headings.has(heading))),
  );
  const ofWholes = [...wholes].map(({ id, text, item }) =>
    nested(`- ${id}, in parts: ${text}`, item.details.map((detail) => `- ${detail}`).join("\n")),
  );
  return {
    steps,
    remarks: joined(piece(markdown, prose), ofWholes.join("\n")),
    files: papers,
  };
}

/** What says more than its title, and has only tests below it, is what they test. */
function isTestedBy({ item }: Line, parts: readonly Line[]): boolean {
  return item.details.length > 0 && parts.every(({ text }) => kindOf(text, []) === "test");
}

/** Without what an agent is only to look at. */
function written(details: readonly string[]): readonly string[] {
  return details.filter((detail) => !LOOKED_AT.test(detail));
}

function hasNumber(text: string): boolean {
  return NUMBER.test(plainSigns(text));
}

/** Boxes, where there are any; else numbered items, numbered headings, or whatever is listed. */
function itemsIn(markdown: Markdown): readonly CheckItem[] {
  const ways = [
    () => checklistIn(markdown, () => false, hasNumber).items,
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

function linesOf(items: readonly CheckItem[], traces: Traces, notes: Notes): Line[] {
  const ids = new StepIds(notes);
  return items.map((item) => {
    const match = NUMBER.exec(plainSigns(item.text));
    const traced = traces.in(item.text.slice(match?.[0].length ?? 0));
    const text = traced.text === "" ? item.text : traced.text;
    const parallel = PARALLEL.test(text);
    return {
      item,
      id: ids.of(match === null ? null : `${match[1] ?? ""}${match[2]}`, "T", item.spot),
      number: match?.[2] ?? null,
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
function isInside(line: Line, of: Line): boolean {
  if (isPart(line, of)) return true;
  for (let { parent } = line.item; parent !== null; { parent } = parent) if (parent === of.item) return true;
  return false;
}

/** One after the other; those marked (P) stand side by side. */
function orderOf(lines: readonly Line[]): ReadonlyMap<string, readonly string[]> {
  const order = new Map<string, readonly string[]>();
  /** What has parts stands for all of them; what is no number of the list is told where tasks get their order. */
  const stepsCalled = (number: string) => {
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
      .flatMap(stepsCalled)
      .filter((other) => other !== id);
    order.set(id, asked.length > 0 ? asked : before);
  }
  return order;
}

/** What each line names: `_Requirements: 1.1, 2_`, where a number without a part means all of its parts. */
function requirementsOf(
  lines: readonly Line[],
  { list, traces, notes }: Omit<Naming, "line"> & { readonly traces: Traces },
): ReadonlyMap<Line, readonly string[]> {
  const words = new Map(
    lines.map((line) => {
      const below = line.item.details.flatMap((detail) => traces.in(detail).references);
      return [line, [...new Set([...line.references, ...below])]] as const;
    }),
  );
  const isAll = (word: string) => /^all$/i.test(word);
  const named = new Map(
    [...words].map(([line, all]) => {
      const ids = all.filter((word) => !isAll(word)).flatMap((word) => called(word, { line, list, notes }));
      return [line, [...new Set(ids)]] as const;
    }),
  );
  const taken = new Set([...named.values()].flat());
  const left = list.list.map(({ id }) => id).filter((id) => !taken.has(id));
  return new Map(
    [...named].map(([line, ids]) => [line, words.get(line)?.some(isAll) ? [...ids, ...left] : ids]),
  );
}

interface Naming {
  readonly line: Line;
  readonly list: RequirementList;
  readonly notes: Notes;
}

function called(word: string, { line, list, notes }: Naming): readonly string[] {
  const exact = list.under(word);
  // `R1.2` is criterion 1.2, where that is all there is.
  const ids = exact.length > 0 ? exact : list.under(word.replace(/(^|-)(?:R|REQ|AC|US)-?(?=\d)/g, "$1"));
  if (ids.length === 0 && /\d/.test(word) && !list.isSaid(word))
    notes.warn(
      "unknown-requirement",
      line.item.spot,
      `"${oneLine(line.item.text).slice(0, 50)}" names requirement ${word}, which does not exist.`,
    );
  return ids;
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
