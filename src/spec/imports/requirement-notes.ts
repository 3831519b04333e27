// Which requirements does a line of a task list say it is for? Kiro and whoever follows it note them below a task, at the
// end of its line, in its title, in bold or in parentheses, and in the language of the spec.

import { plainSigns } from "./plain-signs.ts";

export interface Traced {
  /** The line without its notes of this kind; empty where it is nothing else. */
  readonly text: string;
  /**
   * Numbers, ids and ranges with plain signs, without spaces; `all` for every requirement. A word without a digit may be the
   * name of one, or none.
   */
  readonly references: readonly string[];
}

const WORDS =
  "requirements?|reqs?\\.?|yêu cầu|validates|implements|satisfies|covers|requisitos?|requerimientos?|exigences?|anforderung(?:en)?|" +
  "требовани[еяй]|(?:ال)?متطلبات|(?:ال)?متطلب|要件|要求|需求|요구 ?사항|验收标准|驗收標準|受け?入れ?(?:基準|条件)|" +
  "满足|滿足|对应|對應|対応|관련";
/** An id that names its kind, as it stands alone in brackets. */
const MARKED = "(?:FR|NFR|REQ|R|US|AC)-?\\d+(?:\\.\\d+)*";
/** `1.2`, `FR-001`, and `Basics.2` where a heading has a name in the place of a number. */
const REFERENCE = "(?:[A-Z]{1,8}(?:-[A-Z]{1,8})?-?\\d+(?:\\.\\d+)*|\\p{L}{2,30}\\.\\d+|\\d+(?:\\.\\d+)*)";
const RANGE = `${REFERENCE}(?:\\s*(?:[-–~]|至|から|to|through)\\s*${REFERENCE})?`;
const NAMED = new RegExp(`\\ball\\b|${RANGE}`, "giu");

/** A line that is a note: whatever it names is a reference, known or not. */
const LINE = new RegExp(
  `^[_*([\\s]*(?:${WORDS})(?![\\p{L}\\p{M}])[^:]{0,40}:[_*\\s]*(?:requirements?\\s+)?(.*?)[_*)\\]\\s.]*$`,
  "iu",
);

/** Notes of the requirements of one spec. */
export class Traces {
  /** A note inside of a line, in emphasis or in brackets: `_Requirements: 1.1_`, `**Validates: …**`, `(要件 1.1)`, `[R1.1]`. */
  readonly #enclosed: RegExp;
  /** At the end of a line a label with a colon is enough, after an arrow or alone in its line one without. */
  readonly #last: RegExp;

  /** `called`: what the spec itself calls a requirement, in whatever language. Of these only what names requirements is a note. */
  constructor(called: readonly string[]) {
    const word = [WORDS, ...called.filter((one) => one.length >= LEAST_STEM).map(formsOf)].join("|");
    const again = `(?:(?:${word})\\s*)?`;
    const joint = "\\s*(?:[,;/&+]|and|和|及|と|y|e|et|und|i|ve|и|و|และ)\\s*";
    const list = `${again}${RANGE}(?:${joint}${again}${RANGE})*|all\\b[^_*()]*`;
    const ids = `${MARKED}(?:\\s*[-–~,;]\\s*${MARKED})*`;
    this.#enclosed = new RegExp(
      `\\s*(?:[—–-]\\s*)?(?:(?:[_*]{1,3}|[([])[_*]{0,3}\\s*(?:${word})\\s*(?:${word})?\\s*[:#.]?[_*]{0,3}\\s*(?<list>${list})\\s*(?:[_*]{1,3}[)\\]]?|[)\\]][_*]{0,3})|\\[(?<ids>${ids})\\])(?=$|[^\\p{L}\\p{N}])`,
      "giu",
    );
    this.#last = new RegExp(
      `(?:(?:^|\\s*(?:→|⇒|[-=]>)\\s*)(?:${word})\\s+|(?:^|[\\s,.;—–-]|(?<=[^\\p{ASCII}]))\\s*[_*]{0,3}(?:${word})\\s*[_*]{0,3}:[_*]{0,3}\\s*)(?<list>${list})\\s*[.]?$`,
      "iu",
    );
  }

  /** Notes in a line, taken out of it. */
  in(line: string): Traced {
    const plain = plainSigns(line);
    const whole = LINE.exec(plain);
    if (whole !== null) {
      const said = whole[1] ?? "";
      return { text: "", references: [...referencesIn(said), ...said.split(/[,;/]/).flatMap(namesIn)] };
    }
    const spans = [...plain.matchAll(this.#enclosed)];
    const cut = spans.reduceRight(
      (text, { index, 0: all }) => text.slice(0, index) + text.slice(index + all.length),
      line,
    );
    const last = this.#last.exec(plainSigns(cut).trimEnd());
    const lists = [...spans, ...(last === null ? [] : [last])].map(
      ({ groups }) => groups?.list ?? groups?.ids ?? "",
    );
    const text = last === null ? cut : cut.slice(0, last.index);
    return lists.length === 0
      ? { text: line, references: [] }
      : { text: text.trim(), references: lists.flatMap(referencesIn) };
  }
}

/** The word of a heading as a note has it, which may be another number or case: `Wymaganie`, `Wymagania`. */
function formsOf(word: string): string {
  const plain = plainSigns(word)
    .replace(/[^\p{L}\p{M}\s]/gu, "")
    .trim();
  const stem = [...plain].slice(0, Math.max(LEAST_STEM, [...plain].length - 2)).join("");
  return `${stem}[\\p{L}\\p{M}]{0,5}`;
}

const LEAST_STEM = 3;

/** The name of a requirement that has no number. */
function namesIn(said: string): readonly string[] {
  const name = said.trim();
  return /^\p{L}[\p{L}\p{M}]{1,29}$/u.test(name) && !/^all$/i.test(name) ? [name] : [];
}

function referencesIn(list: string): readonly string[] {
  if (/^\s*all\b/i.test(list)) return ["all"];
  return (list.match(NAMED) ?? []).map((reference) =>
    reference.replace(/\s+/g, "").replace(/[~–]|至|から|to|through/, "-"),
  );
}
