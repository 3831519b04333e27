// What do exported issues of GitHub ask for? Each is a feature: its text is a request, its boxes are steps where they name
// work to do and criteria where they say what has to hold, and its labels stay where they mean something.

import { z } from "zod";
import type { ImportedFeature, ImportedStep, SourceLine } from "../../model/imported.ts";
import { stepForAll } from "./coverage.ts";
import { type ForeignFeature, type ForeignSpec, jsonIn, Notes, textIn } from "./foreign.ts";
import { ACCEPTANCE } from "./headings.ts";
import { plainSigns } from "./plain-signs.ts";
import { joined, oneLine } from "./prose.ts";
import { readRequest } from "./request.ts";
import { FileNames, kindOf, StepIds } from "./step-text.ts";

const ISSUE = z.object({
  number: z.number().int().positive(),
  title: z.string(),
  body: z.string().nullish(),
  labels: z
    .array(z.union([z.string(), z.object({ name: z.string() }).transform(({ name }) => name)]))
    .default([]),
  url: z.string().optional(),
  /** Lists of GitHub's REST API hold these, too. */
  pull_request: z.unknown().optional(),
});
const EXPORT = z.union([z.array(ISSUE), ISSUE.transform((issue) => [issue])]);

type Issue = z.infer<typeof ISSUE>;

const HINT =
  "This is no export of issues: write one with `gh issue list --json number,title,body,labels,url` or `gh issue view`; a file of Task Master needs `--from task-master`.";

export function readIssues(spec: ForeignSpec): readonly ForeignFeature[] {
  const notes = new Notes();
  const file = spec.files.values().next().value;
  const text = file === undefined ? null : textIn(file, notes);
  const all = text === null ? null : issuesIn(text, spec.source, notes);
  const issues = all?.filter((one) => one.pull_request === undefined) ?? null;
  const spot = { file: spec.source, line: 1 };
  if (issues === null || issues.length === 0) {
    if (text !== null) notes.warn("no-issues", spot, issues === null ? HINT : "There is no issue in it.");
    return [{ name: spec.name, feature: null, notes }];
  }
  const requests = (all?.length ?? 0) - issues.length;
  if (requests > 0)
    notes.note("left-out", spot, `Pull requests (${requests}) are no issues, and are left out.`);
  return issues.map((issue, index) => {
    const own = index === 0 ? notes : new Notes();
    return { name: `issue-${issue.number}`, feature: featureOf(issue, spec, spot, own), notes: own };
  });
}

function issuesIn(text: string, file: string, notes: Notes): readonly Issue[] | null {
  let value: unknown;
  try {
    value = jsonIn(text, file, notes);
  } catch {
    // What is no JSON is no export either, which is told.
    return null;
  }
  const read = EXPORT.safeParse(value);
  return read.success ? read.data : null;
}

function featureOf(issue: Issue, spec: ForeignSpec, spot: SourceLine, notes: Notes): ImportedFeature | null {
  const { rest, boxes } = boxesIn(issue.body ?? "");
  const files = new FileNames(spec.root, [issue.body ?? ""], notes);
  const isStep = ({ heading, text }: Box) =>
    !PROOF.test(heading) && (WORK.test(heading) || files.of("", [text], spot).length > 0);
  const asked = boxes.filter((box) => !isFormality(box));
  const formal = boxes.length - asked.length;
  if (formal > 0)
    notes.note(
      "formality",
      spot,
      `${formal} boxes of issue ${issue.number} are about filing it, and are left out.`,
    );
  const proofs = asked.filter((box) => !isStep(box)).map(({ text }) => `- ${text}`);
  const body = joined(rest, proofs.length === 0 ? "" : `## Acceptance criteria\n\n${proofs.join("\n")}`);
  const bytes = new TextEncoder().encode(body);
  const request = readRequest({ file: { path: spec.source, bytes }, title: titleOf(issue) }, notes);
  if (request === null) return null;
  const statements = request.requirements.filter(({ kind }) => kind === "statement");
  const [only] = statements.length === 1 ? statements : [];
  const requirements = request.requirements.map((one) => {
    return { ...one, of: one.kind === "criterion" ? (only?.id ?? null) : one.of, spot };
  });
  const ids = new StepIds(new Notes());
  let before: readonly string[] = [];
  const steps = asked.filter(isStep).map(({ text, details, isDone }): ImportedStep => {
    const id = ids.of(null, "T", spot);
    const named = files.of(id, [text, ...details], spot);
    const after = before;
    before = [id];
    return {
      id,
      text,
      details,
      kind: kindOf(text, named, details),
      files: named,
      group: null,
      after,
      requirements: only === undefined ? [] : [only.id],
      acceptance: [],
      done: isDone,
      spot,
    };
  });
  const told = { ...request, requirements, context: joined(originOf(issue, notes, spot), request.context) };
  const whole = {
    ...stepForAll(request, spot),
    files: request.files,
    requirements: requirements.map(({ id }) => id),
  };
  return { ...told, steps: steps.some(({ kind }) => kind !== "check") ? steps : [whole] };
}

/** Without the kind of issue that some forms write before it. */
function titleOf({ title, number }: Issue): string {
  return (
    oneLine(
      title.replace(/^\s*(?:\[[^\]]{1,30}\]|(?:feat(?:ure)?(?: request)?|bug(?: report)?)\s*:)\s*/i, ""),
    ) || `Issue ${number}`
  );
}

const NOT_TO_BUILD = /^(?:duplicate|invalid|won'?t ?fix|question|not planned|stale)$/i;

function originOf({ number, url, labels }: Issue, notes: Notes, spot: SourceLine): string {
  const against = labels.find((label) => NOT_TO_BUILD.test(label));
  if (against !== undefined)
    notes.warn(
      "labelled-against",
      spot,
      `Issue ${number} is labelled "${against}": look whether it is to be built.`,
    );
  const kept = labels.map(oneLine).filter((label) => label !== "");
  return joined(
    `Issue ${number}${url === undefined ? "" : ` (${oneLine(url)})`}.`,
    kept.length === 0 ? "" : `Labels: ${kept.join(", ")}.`,
  );
}

interface Box {
  readonly text: string;
  readonly details: string[];
  readonly isDone: boolean;
  /** The heading, or the label in bold, that it stands under. */
  readonly heading: string;
}

const WORK =
  /^(?:tasks?|steps|sub-?tasks?|to-?dos?|plan|implementation|work|任务|任務|步骤|步驟|タスク|作業|手順|작업|할 일|tareas|pasos|tarefas|passos|tâches|étapes|aufgaben|schritte|задачи|шаги|план|المهام|الخطوات)/iu;
const PROOF = new RegExp(`${ACCEPTANCE.source}|done when|definition of done|完成|完了|완료|готово`, "iu");

/** Boxes of forms that ask whoever files it, and nobody who builds it. */
function isFormality({ heading, text }: Box): boolean {
  return (
    /code of conduct|before (?:you )?(?:submit|fil|open|post)|pre-?requisites|pre-?flight|existing issue|contribut/i.test(
      heading,
    ) || /^I(?:'ve|'m|'d| have| agree| am| would| confirm| searched| understand| checked)\b/i.test(text)
  );
}

/** The boxes of a text, and the text without them. */
function boxesIn(body: string): { readonly rest: string; readonly boxes: readonly Box[] } {
  const boxes: Box[] = [];
  const rest: string[] = [];
  let heading = "";
  let fence = "";
  let open: { readonly box: Box; readonly indent: number } | null = null;
  for (const line of body.replace(/\r\n?/g, "\n").split("\n")) {
    const mark = /^\s*(`{3,}|~{3,})/.exec(line)?.[1] ?? "";
    if (mark !== "" && (fence === "" || mark.startsWith(fence))) fence = fence === "" ? mark : "";
    const title = /^#{1,6}\s+(.*?)[\s#:：]*$|^\*\*([^*]+?)[:：]?\*\*[:：]?\s*$/u.exec(line);
    const [, margin = "", tick = "", text = ""] =
      /^(\s*)[-*+]\s+\[([ xX])\]\s+(.*\S)/.exec(plainSigns(line)) ?? [];
    if (fence === "" && title !== null) heading = title[1] ?? title[2] ?? "";
    if (fence === "" && text !== "") {
      const said = line.trimEnd().slice(-text.length);
      open = { box: { text: said, details: [], isDone: tick !== " ", heading }, indent: margin.length };
      boxes.push(open.box);
    } else if (open !== null && /\S/.test(line) && line.length - line.trimStart().length > open.indent)
      open.box.details.push(line.trim().replace(/^[-*+]\s+/, ""));
    else {
      if (/\S/.test(line)) open = null;
      if (!/^_No response_$/i.test(line.trim())) rest.push(line);
    }
  }
  return { rest: rest.join("\n"), boxes };
}
