// What becomes of a feature's documents when its template went on? Three ways: as they were rendered, as a person left
// them, as they are rendered now. All or nothing: one conflict, and the person's documents are what they were.

import type { Diagnostic } from "../../model/diagnostic.ts";
import type { PartChange } from "../../model/template-update.ts";
import type { Settling } from "./merge-document.ts";
import { mergeFile } from "./merge-feature.ts";

/** Documents of one feature by name. */
export type Documents = Readonly<Record<string, string>>;

export interface UpdateSides {
  /** Of the feature, from the workspace root. */
  readonly folder: string;
  readonly base: Documents;
  /** What is on the disk of all that base or template name. */
  readonly mine: Documents;
  readonly template: Documents;
  /** As the new version renders them with the values of then. */
  readonly asGiven: Documents;
  readonly renamed: Readonly<Record<string, string>>;
}

export interface UpdatedDocuments {
  /** What changes, by name; null for a document that goes. Where there are conflicts, with the template's side. */
  readonly changed: Readonly<Record<string, string | null>>;
  readonly parts: readonly PartChange[];
}

export function updateDocuments(sides: UpdateSides, settling: Settling): UpdatedDocuments {
  const names = [...new Set([...Object.keys(sides.base), ...Object.keys(sides.template)])].sort();
  const changed = new Map<string, string | null>();
  const parts: PartChange[] = [];
  for (const name of names) {
    const merged = documentOf(name, sides, settling);
    parts.push(...merged.parts);
    if (merged.text !== textIn(sides.mine, name)) changed.set(name, merged.text);
  }
  return { changed: Object.fromEntries(changed), parts };
}

function textIn(documents: Documents, name: string): string | null {
  return Object.hasOwn(documents, name) ? (documents[name] as string) : null;
}

interface Merged {
  readonly text: string | null;
  readonly parts: readonly PartChange[];
}

function documentOf(name: string, sides: UpdateSides, settling: Settling): Merged {
  const [base, mine, template, asGiven] = [sides.base, sides.mine, sides.template, sides.asGiven].map(
    (side) => textIn(side, name),
  ) as [string | null, string | null, string | null, string | null];
  const path = `${sides.folder}/${name}`;
  const { renamed } = sides;
  if (base !== null && mine !== null && template !== null) {
    return mergeFile({ base, mine, template, asGiven: asGiven ?? template, path, renamed }, settling);
  }
  const whole = (outcome: PartChange["outcome"], change: PartChange["change"]): PartChange[] => {
    const place = mine === null ? null : { file: path, line: 1, column: 1 };
    return [{ document: name, part: name, outcome, change, base, mine, template, place }];
  };
  if (mine === template) return { text: mine, parts: [] };
  if (mine === base) return { text: template, parts: whole("taken", base === null ? "added" : "removed") };
  // What a person deleted stays away.
  if (mine === null) {
    return { text: null, parts: template === base ? [] : whole("skipped", "changed") };
  }
  if (settling.prefer === "mine") return { text: mine, parts: whole("kept", "changed") };
  const outcome = settling.prefer === "template" ? "taken" : "conflict";
  return { text: template, parts: whole(outcome, template === null ? "removed" : "changed") };
}

/** The conflicts as findings, each where the person's text stands. */
export function conflictFindings(
  { id, folder }: { readonly id: string; readonly folder: string },
  parts: readonly PartChange[],
): readonly Diagnostic[] {
  return parts
    .filter(({ outcome }) => outcome === "conflict")
    .map(({ document, part, place, template }) => ({
      severity: "error" as const,
      code: "template-conflict",
      message: `${part} was changed by you, and ${template === null ? "is gone from" : "by"} the template`,
      target: id,
      file: place?.file ?? `${folder}/${document}`,
      line: place?.line ?? null,
      column: place?.column ?? null,
      fix: "Edit it as you want it, and run the update again with --prefer mine; or use --prefer template.",
    }));
}
