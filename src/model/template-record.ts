// What of its template does a feature remember? `specs/<feature>/template.lock`, committed beside the spec: what later
// versions of the template are merged with. No build reads it, and no key knows it.

import type { Json } from "./digest.ts";

export interface TemplateRecord {
  readonly template: string;
  /** Version of the template that the documents were rendered from; null where nobody knows any more. */
  readonly at: string | null;
  readonly source: TemplateSource;
  /** What it was rendered with. */
  readonly title: string;
  readonly project: string;
  readonly params: Readonly<Record<string, Json>>;
  /** Every document of the feature that was rendered and is not planned, by name, as it was rendered. */
  readonly documents: Readonly<Record<string, string>>;
}

/** Where the template came from. Kinds of later versions bring facts of their own, which are kept as they are. */
export interface TemplateSource {
  readonly kind: string;
  readonly [fact: string]: Json;
}
