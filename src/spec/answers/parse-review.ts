// What did a reviewer decide? The form that its prompt asks for is looked for first, then the plain words that people
// use. What can be read in two ways is no answer: a verdict is never guessed.

import { failed, type Result, success } from "../../model/result.ts";
import type { ReviewVerdict } from "../../model/review.ts";

export interface Review {
  readonly verdict: ReviewVerdict;
  /** One line each. Never empty without approval. */
  readonly findings: readonly string[];
}

const MAX_ANSWER = 200_000;
const MAX_FINDINGS = 20;
const MAX_FINDING = 600;

/** Fails with `agent-answer`, whose detail says what is wrong with it. */
export function parseReview(answer: string): Result<Review> {
  if (answer.length > MAX_ANSWER) return unusable("it is far too long for a review");
  const objects = verdictObjects(answer);
  const worded = wordedVerdicts(answer);
  const decided = new Set([
    ...objects.map(({ verdict }) => verdict),
    ...worded.map(({ verdict }) => verdict),
  ]);
  const [verdict] = decided;
  if (decided.size > 1)
    return unusable(`it says both ${[...decided].map((one) => `"${one}"`).join(" and ")}`);
  if (verdict === undefined) return unusable("it holds no verdict");
  const findings = objects.at(-1)?.findings ?? worded[0]?.findings ?? [];
  const told = findings.map(clean).filter((finding) => finding !== "");
  if (verdict !== "approve" && told.length === 0)
    return unusable(`it says "${verdict}" and does not say why`);
  return success({ verdict, findings: told.slice(0, MAX_FINDINGS) });
}

const VERDICTS: readonly (readonly [RegExp, Review["verdict"]])[] = [
  [/^(?:approved?|lgtm)$/, "approve"],
  [/^(?:(?:request(?:s|ed)? )?changes?|changes? (?:are )?request(?:ed)?)$/, "changes"],
  [/^(?:(?:recommend(?:s|ed)? )?(?:a )?rebase|rebase (?:is )?recommended)$/, "rebase"],
  [
    /^(?:(?:i )?(?:cannot|can not|can ?['’]t|could not|unable to) (?:judge|decide|tell|review)|undecided)$/,
    "cannot-judge",
  ],
];

function verdictIn(words: string): Review["verdict"] | null {
  const plain = words
    .toLowerCase()
    .replace(/[\s_-]+/g, " ")
    .trim();
  return VERDICTS.find(([pattern]) => pattern.test(plain))?.[1] ?? null;
}

/** JSON objects with a verdict, wherever they stand. One whose verdict is none of ours counts as none. */
function verdictObjects(answer: string): Review[] {
  const found: Review[] = [];
  let from = 0;
  for (const match of [...answer.matchAll(/"verdict"/g)].slice(0, 50)) {
    if (match.index < from) continue;
    const object = objectAround(answer, from, match.index);
    if (object === null) continue;
    from = object.end;
    const verdict = typeof object.value.verdict === "string" ? verdictIn(object.value.verdict) : null;
    if (verdict !== null) found.push({ verdict, findings: findingsIn(object.value) });
  }
  return found;
}

interface Found {
  readonly value: Readonly<Record<string, unknown>>;
  readonly end: number;
}

/** The innermost object that encloses an offset and is JSON. */
function objectAround(text: string, from: number, offset: number): Found | null {
  let start = offset;
  for (let tries = 0; tries < 8; tries++) {
    start = text.lastIndexOf("{", start - 1);
    if (start < from || start < 0) return null;
    const end = closingBrace(text, start);
    if (end <= offset) continue;
    const value = parsed(text.slice(start, end));
    if (typeof value === "object" && value !== null && Object.hasOwn(value, "verdict"))
      return { value: value as Found["value"], end };
  }
  return null;
}

/** Offset after the brace that closes the one at `start`; -1 where none does. */
function closingBrace(text: string, start: number): number {
  let depth = 0;
  let quoted = false;
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (quoted) {
      if (character === "\\") at++;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === "{") depth++;
    else if (character === "}" && --depth === 0) return at + 1;
  }
  return -1;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Under the name that was asked for, or another that reviewers use for it. */
function findingsIn(object: Found["value"]): string[] {
  const { findings, issues, comments, reasons } = object;
  return [findings, issues, comments, reasons].map(findingsOf).find((told) => told.length > 0) ?? [];
}

/** Texts, or objects that carry one under a usual name. */
function findingsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: unknown) => {
    if (typeof item === "string") return [item];
    if (typeof item !== "object" || item === null) return [];
    const { file, path, message, text, finding, description, comment, issue } = item as Found["value"];
    const told = [message, text, finding, description, comment, issue].find(
      (part) => typeof part === "string",
    );
    const where = [file, path].find((part) => typeof part === "string");
    return told === undefined ? [] : [where === undefined ? `${told}` : `${where}: ${told}`];
  });
}

/** What stands around the words of a line: marks of Markdown, and the pictures that models are fond of. */
const DECORATION =
  /^(?:[\s#>*_`\p{Extended_Pictographic}-]|\ufe0f)+|(?:[\s*_`\p{Extended_Pictographic}]|\ufe0f)+$/gu;

/** The first line, or a line that begins with `Verdict:`, where it consists of a verdict and perhaps a remark. */
function wordedVerdicts(answer: string): Review[] {
  const lines = answer.split(/\r?\n/);
  const first = lines.findIndex((line) => line.trim() !== "");
  return lines.flatMap((line, index): Review[] => {
    const bare = line.replace(DECORATION, "").replace(/[*_`]{2,}/g, "");
    const label = /^(?:(?:final|my|the)\s+)?verdict(?:\s+is)?\s*[:=-]?\s*/i.exec(bare)?.[0] ?? "";
    const words = bare.slice(label.length).trim();
    const [head = "", ...rest] = words.split(/(?:\s*[.!:;,]\s*|\s+[–—-]\s+)/);
    const verdict = verdictIn(head);
    if (verdict === null) return [];
    const isWhole = rest.join("").trim() === "";
    // A verdict that stands alone counts wherever it stands, so that one which contradicts the first is seen.
    if (index !== first && label === "" && !isWhole) return [];
    const remark = isWhole ? [] : [words.slice(head.length).replace(/^[\s.!:;,–—-]+/, "")];
    const contrary = remark.flatMap((text) => contraryOf(text));
    const findings = [...remark, ...itemsAfter(lines.slice(index + 1))];
    return [{ verdict, findings }, ...contrary.map((other) => ({ verdict: other, findings }))];
  });
}

/** A remark such as "but request changes" takes back what was said before it. */
function contraryOf(remark: string): Review["verdict"][] {
  const found =
    /\b(approved?|request(?:ing)?[ _-]changes|recommend(?:ing)?[ _-](?:a[ _-])?rebase|cannot[ _-]judge)\b/i.exec(
      remark,
    )?.[0];
  const verdict = found === undefined ? null : verdictIn(found.replace(/ing/i, ""));
  return verdict === null ? [] : [verdict];
}

/** The items of lists; where there is none, the paragraphs. */
function itemsAfter(lines: readonly string[]): string[] {
  const items: string[] = [];
  const paragraphs: string[] = [];
  let open: string[] | null = null;
  for (const line of lines) {
    const item = /^\s*(?:[-*+•]|\d{1,3}[.)])\s+(.*)$/.exec(line)?.[1];
    if (item !== undefined) {
      items.push(item);
      open = items;
    } else if (line.trim() === "") open = null;
    else if (open !== null) open.push(`${open.pop()} ${line.trim()}`);
    else if (!/^\s*#|:\s*$/.test(line)) {
      paragraphs.push(line);
      open = paragraphs;
    }
  }
  return items.length > 0 ? items : paragraphs;
}

function clean(finding: string): string {
  const line = finding.replace(/\s+/g, " ").trim();
  return line.length > MAX_FINDING ? `${line.slice(0, MAX_FINDING - 1)}…` : line;
}

function unusable(detail: string): Result<never> {
  return failed({ reason: "agent-answer", role: "reviewer", detail });
}
