// Which requirements has a foreign spec, and under which ids do ours keep them? An id stays as it is where our grammar
// knows it; else it gets the next free one, and the text says what it was.

import type { ImportedRequirement, SourceLine } from "../../model/imported.ts";
import { clip } from "../findings/nearest.ts";
import { REQUIREMENT_ID } from "../markdown/sections.ts";
import type { Notes } from "./foreign.ts";
import { plainSigns } from "./plain-signs.ts";
import { nested, oneLine } from "./prose.ts";

const LEADING_ID =
  /^(?:\*\*|__)?\[?(\p{Lu}[\p{Ll}\p{Lu}]{0,9}(?:[-_.][\p{Ll}\p{Lu}]{1,10}){0,3}[-_.]?\d{1,6}(?:[._-]\d{1,4}){0,3}[a-z]?)\]?(?:\*\*|__)?\s*(?:[:,.–—-]|\([^)]{0,40}\):?)?(?:\*\*|__)?:?(?:\s+|$|(?=[^\p{ASCII}"(]|(?<=[\])*_:,])["(]))/u;

/** The id that a statement begins with, and what comes after it. */
export function leadingId(text: string): { readonly id: string; readonly rest: string } | null {
  const match = LEADING_ID.exec(plainSigns(text));
  return match?.[1] === undefined ? null : { id: match[1], rest: text.slice(match[0].length).trim() };
}

/** What a statement says below its first line, and where it belongs. */
interface Belonging {
  readonly rest?: string;
  readonly kind?: ImportedRequirement["kind"];
  readonly of?: string | null;
  readonly title?: string | null;
}

export class RequirementList {
  readonly list: ImportedRequirement[] = [];
  /** What headings call a requirement, in whatever language. */
  readonly called = new Set<string>();
  private readonly taken = new Set<string>();
  /** Numbers of statements that ask for nothing. */
  private readonly said = new Set<string>();
  /** Ids as the foreign spec has them, and ours. */
  private readonly ids = new Map<string, string>();
  private readonly notes: Notes;

  constructor(notes: Notes) {
    this.notes = notes;
  }

  /** The id that it is kept under; null where it says nothing, which is told. `id` is null where it has none. */
  add(id: string | null, text: string, spot: SourceLine, belonging: Belonging = {}): string | null {
    const { rest = "", kind = "statement", of = null, title = null } = belonging;
    if (oneLine(text + rest) === "") {
      this.notes.warn("empty-requirement", spot, `${id ?? "A requirement"} says nothing, and is left out.`);
      return null;
    }
    const kept = this.idFor(id, spot);
    const was = id !== null && id !== kept ? ` (${id} in the original)` : "";
    this.list.push({ id: kept, text: nested(`${oneLine(text)}${was}`, rest), title, kind, of, spot });
    return kept;
  }

  /** The number of a statement that tasks may name, though it asks for nothing: what a bug does now. */
  say(id: string): void {
    this.said.add(id);
  }

  isSaid(id: string): boolean {
    return this.said.has(id);
  }

  /** Ours for an id of theirs; null where there is none such. */
  idOf(original: string): string | null {
    return this.ids.get(original) ?? null;
  }

  /** Ours for `2.1`, for all below `2`, or for the range `2.1-2.3`. */
  under(original: string): readonly string[] {
    const exact = this.ids.get(original);
    if (exact !== undefined) return [exact];
    if (original === "") return [];
    const range = /^(\d+)\.(\d+)[-–](?:\1\.)?(\d+)$/.exec(original);
    if (range !== null) {
      const [, whole = "", from = "", to = ""] = range;
      const inRange = (id: string) => {
        const [first, last, ...more] = id.split(".");
        return (
          first === whole && more.length === 0 && Number(last) >= Number(from) && Number(last) <= Number(to)
        );
      };
      return [...this.ids].filter(([id]) => inRange(id)).map(([, id]) => id);
    }
    const wholes = /^(\d+)[-–](\d+)$/.exec(original);
    const isUnder = (id: string) => {
      const whole = Number(id.split(".")[0]);
      return wholes === null
        ? id.startsWith(`${original}.`)
        : whole >= Number(wholes[1]) && whole <= Number(wholes[2]);
    };
    return [...this.ids].filter(([id]) => isUnder(id)).map(([, id]) => id);
  }

  private idFor(id: string | null, spot: SourceLine): string {
    const isLegal = id !== null && REQUIREMENT_ID.test(id);
    const kept = isLegal && !this.taken.has(id) ? id : this.freeId(isLegal ? id : null);
    this.taken.add(kept);
    if (id === null) return kept;
    if (kept === id) this.ids.set(id, id);
    else if (this.ids.has(id))
      this.notes.warn("duplicate-id", spot, `${clip(id)} is given twice; this one is called ${kept}.`);
    else {
      this.ids.set(id, kept);
      this.notes.note("renamed-id", spot, `${clip(id)} is not a valid id here, so it is called ${kept}.`);
    }
    return kept;
  }

  /** For the second `FR-001` it is `FR-001b`: a number of its own could be that of a requirement further down. */
  private freeId(taken: string | null): string {
    const isFree = (id: string) => REQUIREMENT_ID.test(id) && !this.taken.has(id);
    const lettered =
      taken === null ? [] : [..."bcdefghijklmnopqrstuvwxyz"].map((letter) => `${taken}${letter}`);
    const found = lettered.find(isFree);
    if (found !== undefined) return found;
    let number = 1;
    while (!isFree(`R${number}`)) number++;
    return `R${number}`;
  }
}
