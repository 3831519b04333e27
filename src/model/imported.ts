// What does a spec of another tool say, in words that no tool owns? Readers of foreign formats give it, and whoever
// writes our documents takes it.

export const IMPORT_FORMATS = ["spec-kit", "openspec", "kiro", "task-master", "github"] as const;

export type ImportFormat = (typeof IMPORT_FORMATS)[number];

export const FORMAT_NAME: Readonly<Record<ImportFormat, string>> = {
  "spec-kit": "spec-kit",
  openspec: "OpenSpec",
  kiro: "Kiro",
  "task-master": "Task Master",
  github: "GitHub issues",
};

/**
 * Something that was not carried over as it stood. A warning is about what a person should look at; an error is why nothing of
 * a spec was.
 */
export interface ImportNote {
  readonly severity: "note" | "warning" | "error";
  /** Stable kebab-case name of the kind, such as `no-files`. */
  readonly code: string;
  readonly message: string;
  readonly file: string | null;
  readonly line: number | null;
}

/** A file of a spec as one says it who knows which spec is meant: `tasks.md`. */
export function withinSource(file: string, source: string | null): string {
  if (source === null) return file;
  if (file === source) return file.slice(file.lastIndexOf("/") + 1);
  return file.startsWith(`${source}/`) ? file.slice(source.length + 1) : file;
}

export interface SourceLine {
  readonly file: string;
  readonly line: number;
}

export interface ImportedFeature {
  readonly title: string;
  /** Markdown without headings, here and below; empty where nothing is said. */
  readonly story: string;
  readonly problem: string;
  readonly requirements: readonly ImportedRequirement[];
  /** What no change may break, one line each. */
  readonly constraints: readonly string[];
  readonly criteria: readonly { readonly id: string | null; readonly text: string }[];
  readonly context: string;
  readonly steps: readonly ImportedStep[];
  /** What the task list says beside its tasks. */
  readonly remarks: string;
  readonly architecture: string;
  readonly tests: string;
  readonly risks: string;
  /** Files that its design names, for a feature whose tasks name none. */
  readonly files: readonly string[];
}

export interface ImportedRequirement {
  readonly id: string;
  readonly text: string;
  /** What it is called where it stands, which its text begins with; null where it has no name. */
  readonly title: string | null;
  /** A criterion is something that a test can prove; `of` is the requirement that it belongs to. */
  readonly kind: "statement" | "criterion";
  readonly of: string | null;
  readonly spot: SourceLine;
}

/** One line of another tool's task list. */
export interface ImportedStep {
  readonly id: string;
  readonly text: string;
  readonly details: readonly string[];
  /** `check` is something to run or to look at, which gates do here. */
  readonly kind: "work" | "test" | "check";
  readonly files: readonly string[];
  /** Steps of one group work on one thing: a user story, a heading, a parent task. Null for those that do not. */
  readonly group: string | null;
  /** Steps that come first. */
  readonly after: readonly string[];
  readonly requirements: readonly string[];
  readonly acceptance: readonly string[];
  readonly done: boolean;
  readonly spot: SourceLine;
}
