// How is an import told? What was found and made, and line by line what could not be carried over as it stood.

import { FORMAT_NAME, type ImportFormat, type ImportNote, withinSource } from "../model/imported.ts";
import { count } from "./figures.ts";
import type { JsonObject } from "./json.ts";
import { plain } from "./plain.ts";
import { type Line, paint } from "./theme.ts";

export interface ImportReport {
  /** How many specs there are, also such as could not be read. */
  readonly found: number;
  readonly formats: readonly ImportFormat[];
  readonly imports: readonly {
    readonly id: string;
    /** From the workspace root. */
    readonly folder: string;
    readonly source: string;
    readonly requirements: number;
    readonly tasks: number | null;
    readonly files: Readonly<Record<string, string>>;
    readonly notes: readonly ImportNote[];
  }[];
  /** What was not imported, as its name is taken: by an earlier import of the same, or by another feature. */
  readonly skipped: readonly {
    readonly id: string;
    readonly folder: string;
    readonly source: string;
    readonly isSame: boolean;
  }[];
  /** What belongs to no feature. */
  readonly notes: readonly ImportNote[];
  /** False for a dry run, which shows the files instead. */
  readonly written: boolean;
}

export function importText(
  told: ImportReport,
  color: boolean,
): { readonly result: readonly string[]; readonly prose: readonly string[] } {
  const { found, formats, imports, skipped, notes, written } = told;
  const prose: Line[] = [
    [`found ${count(found, "spec")} of ${formats.map((format) => FORMAT_NAME[format]).join(", ")}`],
  ];
  for (const { folder, source, isSame } of skipped)
    prose.push(
      isSame
        ? [["faint", `${folder} already exists and is not changed; ${plain(source)} is not imported again`]]
        : [
            ["warn", "! "],
            `${folder} is another feature and is not changed; ${plain(source)} is not imported: name it with --as`,
          ],
    );
  prose.push(...noteLines(notes, null));
  prose.push(...imports.flatMap(linesOf));
  const result = imports.flatMap(({ folder, files }) =>
    Object.entries(files).flatMap(([name, text]) => {
      return written ? [`made  ${folder}/${name}`] : [`--- ${folder}/${name}`, text];
    }),
  );
  return { result, prose: prose.map((line) => paint(line, color)) };
}

/** One feature, and what of it could not be carried over as it stood. */
export function importLines(one: ImportReport["imports"][number], color: boolean): readonly string[] {
  return linesOf(one).map((line) => paint(line, color));
}

function linesOf({
  id,
  source,
  requirements,
  tasks,
  notes,
}: ImportReport["imports"][number]): readonly Line[] {
  const cut = tasks === null ? "left to planning" : count(tasks, "task");
  const head: Line = [
    ["strong", id],
    ` from ${plain(source)}: ${count(requirements, "requirement")}, ${cut}`,
  ];
  return [head, ...noteLines(notes, source)];
}

const SEVERITIES: readonly ImportNote["severity"][] = ["error", "warning", "note"];
const ALIKE = 3;
const SHOWN = 12;

/** Of many notes of one kind the first, and where the others stand; IMPORT.md has them all. */
function noteLines(notes: readonly ImportNote[], source: string | null): readonly Line[] {
  const kinds = new Map<string, ImportNote[]>();
  // What a person should look at comes before what is good to know.
  const rank = ({ severity }: ImportNote) => SEVERITIES.indexOf(severity);
  for (const note of [...notes].sort((a, b) => rank(a) - rank(b)))
    kinds.set(note.code, [...(kinds.get(note.code) ?? []), note]);
  return [...kinds.values()].flatMap((alike): readonly Line[] => {
    const [first, ...others] = alike;
    if (first === undefined || alike.length < ALIKE) return alike.map((one) => noteLine(one, source));
    const places = [...new Set(others.map((one) => placeOf(one, source)).filter((place) => place !== ""))];
    const more = places.length > SHOWN ? ", …" : "";
    const where = places.length === 0 ? "" : `: ${places.slice(0, SHOWN).join(", ")}${more}`;
    return [noteLine(first, source), ["      ", ["faint", `and ${others.length} more like it${where}`]]];
  });
}

function noteLine(note: ImportNote, source: string | null): Line {
  const place = placeOf(note, source);
  const text = `${place === "" ? "" : `${place}  `}${plain(note.message)}`;
  if (note.severity === "note") return ["  · ", ["faint", text]];
  return note.severity === "error" ? [["bad", "  ✗ "], text] : [["warn", "  ! "], text];
}

function placeOf({ file, line }: ImportNote, source: string | null): string {
  if (file === null) return "";
  return `${plain(withinSource(file, source))}${line === null ? "" : `:${line}`}`;
}

export function importDocument({ formats, imports, skipped, notes, written }: ImportReport): JsonObject {
  return {
    schema: 1,
    formats: [...formats],
    written,
    features: imports.map(({ id, folder, source, requirements, tasks, files, notes: own }) => ({
      id,
      source,
      requirements,
      tasks,
      files: Object.keys(files).map((name) => `${folder}/${name}`),
      findings: own.map(noteObject),
    })),
    skipped: skipped.map(({ id, source, isSame }) => ({ id, source, same: isSame })),
    findings: notes.map(noteObject),
  };
}

function noteObject({ severity, code, message, file, line }: ImportNote): JsonObject {
  return { severity, code, message, file, line };
}
