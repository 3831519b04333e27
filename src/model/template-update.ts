// What did a new version of a template do to a feature, part by part?

import type { Diagnostic } from "./diagnostic.ts";
import type { Change } from "./feature-diff.ts";
import type { Place } from "./place.ts";

/** A requirement, a key of the front matter, or another piece of a document that was merged by itself. */
export interface PartChange {
  /** File of the feature's folder. */
  readonly document: string;
  /** Such as `R3`, `params.page_size`, `Context` or `title`. */
  readonly part: string;
  /**
   * `taken` from the template; `kept` as a person changed it; `skipped`: the template changed what a person had
   * deleted; `conflict`: both changed it.
   */
  readonly outcome: "taken" | "kept" | "skipped" | "conflict";
  /** What happened to it: by the template where it was taken or skipped, else by the person. */
  readonly change: Change;
  /** As it was rendered when the feature was made or last updated; null where it was not there. */
  readonly base: string | null;
  readonly mine: string | null;
  readonly template: string | null;
  /** Where the person's text of it stands; null where there is none. */
  readonly place: Place | null;
}

export interface TemplateUpdate {
  readonly feature: string;
  readonly template: string;
  /** Null where the version that the feature was made of is not known. */
  readonly from: string | null;
  readonly to: string;
  /** `recorded`: nothing but the record was missing. `refused`: `findings` say what has to be mended first. */
  readonly outcome: "updated" | "current" | "recorded" | "conflict" | "refused";
  readonly parts: readonly PartChange[];
  /** What the migrations on the way tell a person. */
  readonly notes: readonly string[];
  /** Files that change, from the workspace root. */
  readonly files: readonly string[];
  /** Folder of the documents with the template's side of each conflict, from the workspace root. */
  readonly proposal: string | null;
  readonly findings: readonly Diagnostic[];
}

/** How a feature stands to its template. */
export interface TemplateState {
  readonly feature: string;
  readonly template: string;
  readonly at: string | null;
  /**
   * `behind` an older version; `changed`: the template changed without a new version; `ahead` of the
   * template at hand; `unrecorded`: no template.lock; `unknown`: no such template; `unreadable` record.
   */
  readonly standing: "current" | "behind" | "changed" | "ahead" | "unrecorded" | "unknown" | "unreadable";
}
