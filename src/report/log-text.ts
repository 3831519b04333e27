// How are the versions of a feature told? One block each, the newest first, for people; a document for scripts.

import type { Change, FeatureDiff } from "../model/feature-diff.ts";
import type { SpecState, VersionResult, VersionWithResults } from "../model/spec-version.ts";
import type { DocumentOf, LOG_DOCUMENT } from "./document-schemas.ts";
import { addCost, type Cost, count, money, NO_COST } from "./figures.ts";
import { changesObject } from "./json.ts";
import { plain } from "./plain.ts";
import { type Line, paintAll, type Span, type Style } from "./theme.ts";

export interface FeatureLog {
  readonly feature: string;
  /** The oldest first. */
  readonly versions: readonly VersionWithResults[];
  readonly shallow: boolean;
  /** Stretches of history whose spec cannot be read, as sentences. */
  readonly unreadable: readonly string[];
}

const DIGEST_DIGITS = 12;
const COMMIT_DIGITS = 10;

const SIGN: Readonly<Record<Change, readonly [style: Style, sign: string]>> = {
  added: ["good", "+"],
  removed: ["bad", "-"],
  changed: ["warn", "~"],
};

/** `most`: how many versions at most; null for all. */
export function logText(log: FeatureLog, most: number | null, color: boolean): string[] {
  const { feature, versions, shallow, unreadable } = log;
  const shown = [...versions].reverse().slice(0, most ?? versions.length);
  const blocks = shown.flatMap((told, index): Line[] => [...(index === 0 ? [] : [[]]), ...block(told)]);
  const notes: Line[] = [];
  if (versions.length === 0) notes.push([`${feature} has no readable version`]);
  const older = versions.length - shown.length;
  if (older > 0) notes.push([], [["faint", `${count(older, "older version")} not shown`]]);
  if (shallow)
    notes.push([], [["warn", "this clone is shallow: older versions are missing, and numbers start late"]]);
  if (unreadable.length > 0) notes.push([], ...unreadable.map((text): Line => [["warn", plain(text)]]));
  return paintAll([...blocks, ...notes], color);
}

function block({ version, diff, results }: VersionWithResults): Line[] {
  const { number, digest, sameAs, first } = version;
  const same: Span[] = sameAs === null ? [] : [["faint", `  means the same as @${sameAs} meant`]];
  return [
    [
      ["strong", `@${number}`],
      "  ",
      ["note", digest.slice(0, DIGEST_DIGITS)],
      "  ",
      ...originSpans(first),
      ...same,
    ],
    ...changeLines(diff),
    ...resultLines(results),
  ];
}

function originSpans({ origin }: SpecState): Span[] {
  if (origin === null) return [["warn", "not committed"]];
  const { commit, author, at, subject } = origin;
  const when = new Date(at).toISOString().slice(0, 16).replace("T", " ");
  const who = `${when} UTC  ${plain(author)}  `;
  return [who, ["faint", commit.slice(0, COMMIT_DIGITS)], `  ${plain(subject)}`];
}

function changeLines(diff: FeatureDiff): Line[] {
  const groups: readonly (readonly [string, readonly { readonly id: string; readonly change: Change }[]])[] =
    [
      ["settings", diff.settings],
      ["sections", diff.sections],
      ["requirements", diff.requirements],
      ["constraints", diff.constraints],
      ["params", diff.params],
      ["tasks", diff.tasks.map(({ id, change }) => ({ id: id.slice(id.indexOf(":") + 1), change }))],
    ];
  const told =
    diff.change === "added" ? groups.filter(([name]) => name === "requirements" || name === "tasks") : groups;
  return told.flatMap(([name, changes]): Line[] => {
    if (changes.length === 0) return [];
    const spans = changes.flatMap(({ id, change }): Span[] => {
      const [style, sign] = SIGN[change];
      return [" ", [style, `${sign}${plain(id)}`]];
    });
    return [[["faint", `  ${name.padEnd(NAME_WIDTH)}`], ...spans]];
  });
}

const NAME_WIDTH = "requirements".length;

function resultLines(results: readonly VersionResult[]): Line[] {
  if (results.length === 0) return [];
  const names = results.map(({ task }) => task.slice(task.indexOf(":") + 1)).join(" ");
  return [[["faint", `  ${"made".padEnd(NAME_WIDTH)} `], `${names}  `, ["faint", costText(results)]]];
}

/** Nothing is known where no record is left, and a part where some are. */
function costText(results: readonly VersionResult[]): string {
  const gone = results.filter(({ recorded }) => !recorded).length;
  if (gone === results.length) return "cost unknown: no record is left";
  const known = money(costOf(results.filter(({ recorded }) => recorded)));
  return gone === 0 ? known : `${known}, and ${count(gone, "result")} without a record`;
}

function costOf(results: readonly VersionResult[]): Cost {
  return results.reduce((cost, { usd }) => addCost(cost, usd), NO_COST);
}

export function logDocument(
  { feature, versions, shallow, unreadable }: FeatureLog,
  most: number | null,
): DocumentOf<typeof LOG_DOCUMENT> {
  const shown = [...versions].reverse().slice(0, most ?? versions.length);
  return { schema: 1, feature, shallow, unreadable, versions: shown.map(versionObject) };
}

function versionObject({
  version,
  diff,
  results,
}: VersionWithResults): DocumentOf<typeof LOG_DOCUMENT>["versions"][number] {
  const { number, digest, sameAs, first } = version;
  const { origin, folder } = first;
  const cost = costOf(results);
  return {
    number,
    digest,
    same_as: sameAs,
    committed: origin !== null,
    commit: origin?.commit ?? null,
    author: origin?.author ?? null,
    at: origin === null ? null : new Date(origin.at).toISOString(),
    subject: origin?.subject ?? null,
    folder,
    ...changesObject(diff),
    results: results.map(({ task, key, usd, recorded }) => ({ task, key, usd, recorded })),
    usd: cost.complete ? cost.usd : null,
  };
}
