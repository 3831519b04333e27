// What would a person write into projects.yaml for a repository that is there? A proposal: its gates are believed only
// once each was tried.

import type { ReportFormat } from "../../model/project.ts";

export interface Proposal {
  /** Such as `Node with npm`. */
  readonly kind: string;
  /** Folder of features beside code; absent where they lie in specs/. */
  readonly specs?: string;
  readonly setup: string | null;
  /** Caches that stay warm between gates. */
  readonly keep: readonly string[];
  readonly gates: readonly ProposedGate[];
  /** What a person should know or do for more; sentences. */
  readonly advice: readonly string[];
  /** What may hold where the setup does not, such as tools that are on the machine already. */
  readonly instead?: Proposal;
}

/** For code of which nothing tells how it is judged. */
export const GATELESS_PROJECT: Proposal = {
  kind: "unknown kind",
  setup: null,
  keep: [],
  gates: [],
  advice: [],
};

export interface ProposedGate {
  readonly id: string;
  readonly run: string;
  readonly report: ReportFormat | null;
  /**
   * Files that the gate should refuse, the likeliest first: which of them it looks at at all is known only when it is
   * tried. Empty where nobody can tell.
   */
  readonly canaries: readonly Readonly<Record<string, string>>[];
  /** Where it was found, such as `scripts.test of package.json`. */
  readonly source: string;
}

export function gate(
  id: string,
  run: string,
  rest: { readonly source: string } & Partial<Pick<ProposedGate, "report" | "canaries">>,
): ProposedGate {
  return { id, run, report: null, canaries: [], ...rest };
}

/**
 * A file beside one that is there: `test/cart.test.ts` becomes `test/factory-canary.test.ts`. What the runner finds the
 * one by is kept.
 */
export function beside(path: string, word = "factory-canary"): string {
  const slash = path.lastIndexOf("/") + 1;
  const name = path.slice(slash);
  const marked = /^(?:test[_-](?=.)|)(?<stem>.+?)(?<end>(?:[._-](?:test|spec|tests))?\.[cm]?[A-Za-z]+)$/.exec(
    name,
  );
  const start = /^test[_-]/.exec(name)?.[0] ?? "";
  return `${path.slice(0, slash)}${start}${word}${marked?.groups?.end ?? ""}`;
}
