// Where do the rules of this folder put what they find? It only collects; it decides nothing.

import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Place } from "../../model/place.ts";

/** What a finding is about: an address, and where a person would mend it. */
export interface Subject {
  readonly target: string | null;
  readonly place: Place | null;
}

/** What is wrong, and the next step as an imperative sentence. */
export interface Wording {
  readonly message: string;
  readonly fix: string;
}

export class Findings {
  readonly list: Diagnostic[] = [];

  error(code: string, subject: Subject, wording: Wording): void {
    this.list.push(diagnostic("error", code, subject, wording));
  }

  warning(code: string, subject: Subject, wording: Wording): void {
    this.list.push(diagnostic("warning", code, subject, wording));
  }

  /** In the order of the sources, so that output is stable and reads from top to bottom. */
  sorted(): Diagnostic[] {
    return this.list.sort(
      (a, b) =>
        compare(a.file ?? "", b.file ?? "") ||
        (a.line ?? 0) - (b.line ?? 0) ||
        (a.column ?? 0) - (b.column ?? 0) ||
        compare(a.code, b.code),
    );
  }
}

function diagnostic(
  severity: Diagnostic["severity"],
  code: string,
  subject: Subject,
  wording: Wording,
): Diagnostic {
  const { target, place } = subject;
  return {
    severity,
    code,
    message: wording.message,
    target,
    file: place?.file ?? null,
    line: place?.line ?? null,
    column: place?.column ?? null,
    fix: wording.fix,
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
