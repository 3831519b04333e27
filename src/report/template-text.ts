// What do the commands about templates print? Which templates there are, how features stand to theirs, and what an
// update did, part by part.

import type { Diagnostic } from "../model/diagnostic.ts";
import type { Json } from "../model/digest.ts";
import type { PartChange, TemplateState, TemplateUpdate } from "../model/template-update.ts";
import { pad } from "./columns.ts";
import type { JsonObject } from "./json.ts";
import { plain } from "./plain.ts";
import { type Line, paintAll, type Style } from "./theme.ts";

export interface ListedTemplate {
  readonly name: string;
  readonly version: string;
  readonly source: string;
  readonly description: string;
}

export function templateListText(
  templates: readonly ListedTemplate[],
  states: readonly TemplateState[],
  color: boolean,
): string[] {
  const width = Math.max(0, ...templates.map(({ name }) => name.length));
  return paintAll(
    templates.flatMap(({ name, version, source, description }): Line[] => [
      [
        ["strong", pad(name, width)],
        `  ${plain(version)}  `,
        ["faint", pad(source, 9)],
        `  ${plain(description)}`,
      ],
      ...states.filter(({ template }) => template === name).map(usedLine),
    ]),
    color,
  );
}

function usedLine({ feature, at, standing }: TemplateState): Line {
  const note = standing === "current" ? "" : `, ${WORDS[standing]}`;
  return [["faint", `    ${plain(feature)} ${at === null ? "" : `at ${at}`}${note}`.replace(" ,", ",")]];
}

const WORDS: Readonly<Record<TemplateState["standing"], string>> = {
  current: "matches its template",
  behind: "behind its template",
  changed: "the template changed without a new version",
  ahead: "made from a later version than the one here",
  unrecorded: "has no template.lock",
  unknown: "its template is missing",
  unreadable: "its template.lock cannot be read",
};

/** One line for each feature that lags, none for the others. */
export function templateStateLines(
  states: readonly TemplateState[],
  versions: ReadonlyMap<string, string>,
  color: boolean,
): string[] {
  const width = Math.max(0, ...states.map(({ feature }) => feature.length));
  return paintAll(
    states
      .filter(({ standing }) => standing !== "current")
      .map(({ feature, template, at, standing }): Line => {
        const now = versions.get(template);
        const path = standing === "behind" ? `  ${at ?? "?"} → ${now ?? "?"}` : "";
        return [
          ["warn", pad(plain(feature), width)],
          `  ${plain(template)}${path}  `,
          ["faint", WORDS[standing]],
        ];
      }),
    color,
  );
}

export function templateStatesDocument(
  states: readonly TemplateState[],
  templates: readonly ListedTemplate[],
  diagnostics: readonly Diagnostic[],
): JsonObject {
  const versions = new Map(templates.map(({ name, version }) => [name, version]));
  const isOk = diagnostics.length === 0 && states.every(({ standing }) => standing === "current");
  const features = states.map((one) => ({ ...one, version: versions.get(one.template) ?? null }));
  return { schema: 1, ok: isOk, features, diagnostics: diagnostics as unknown as Json };
}

export function templatesDocument(
  templates: readonly ListedTemplate[],
  states: readonly TemplateState[],
): JsonObject {
  const of = (name: string) => states.filter(({ template }) => template === name);
  return {
    schema: 1,
    templates: templates.map((one) => ({
      ...one,
      features: of(one.name).map(({ feature, at, standing }) => ({ feature, at, standing })),
    })),
  };
}

const STYLE: Readonly<Record<PartChange["outcome"], Style>> = {
  taken: "good",
  kept: "text",
  skipped: "faint",
  conflict: "bad",
};

const MEANING: Readonly<Record<Exclude<PartChange["outcome"], "conflict">, string>> = {
  taken: "taken",
  kept: "your version is kept",
  skipped: "skipped, because you deleted it",
};

export function updateText(updates: readonly TemplateUpdate[], isDry: boolean, color: boolean): string[] {
  return paintAll(
    updates.flatMap((update) => updateLines(update, isDry)),
    color,
  );
}

function updateLines(update: TemplateUpdate, isDry: boolean): Line[] {
  const { feature, template, from, to, outcome, parts, notes, findings, proposal } = update;
  const title: Line = [
    ["strong", plain(feature)],
    `  ${template} ${from ?? "?"} → ${to}  `,
    ...verdict(update, isDry),
  ];
  if (outcome === "current")
    return [[["strong", plain(feature)], `  ${template} ${to}  `, ["faint", "up to date"]]];
  if (outcome === "refused")
    return [
      title,
      ...findings.flatMap(({ message, fix }): Line[] => [[`  ${plain(message)}`], [`    ${plain(fix)}`]]),
    ];
  const lines = parts.filter((part) => part.outcome !== "conflict").map(partLine);
  const conflicts = parts.filter((part) => part.outcome === "conflict").flatMap(conflictLines);
  const way: Line[] =
    proposal === null
      ? []
      : [
          [`  nothing was written; the template's versions are in ${proposal}/template.proposed.*`],
          [`  edit it as you want it, then: factory template update ${feature} --prefer mine`],
        ];
  return [
    title,
    ...lines,
    ...conflicts,
    ...notes.map((note): Line => [["note", `  note: ${plain(note)}`]]),
    ...way,
  ];
}

function verdict({ outcome }: TemplateUpdate, isDry: boolean): Line {
  if (outcome === "conflict") return [["bad", "conflict"]];
  if (outcome === "refused") return [["bad", "refused"]];
  const done = outcome === "recorded" ? "recorded" : "updated";
  return [["good", isDry ? `would be ${done}` : done]];
}

function partLine({ document, part, outcome, change }: PartChange): Line {
  const where = document === "feature.md" ? "" : `${document}: `;
  const meaning = outcome === "conflict" ? "" : MEANING[outcome];
  return [
    [STYLE[outcome], `  ${SIGN[change]} ${plain(where + part)}`],
    ["faint", `  ${meaning}`],
  ];
}

const SIGN = { added: "+", removed: "-", changed: "~" } as const;

function conflictLines({ document, part, base, mine, template, place }: PartChange): Line[] {
  const at = place === null ? "" : `  ${place.file}:${place.line}`;
  const side = (name: string, text: string | null): Line[] => {
    const lines = text === null ? ["(absent)"] : text.split("\n");
    return lines.map(
      (line, index): Line => [
        ["faint", `      ${index === 0 ? pad(name, 10) : " ".repeat(10)}`],
        plain(line),
      ],
    );
  };
  const where = document === "feature.md" ? "" : `${document}: `;
  return [
    [
      ["bad", `  ! ${plain(where + part)}`],
      ["faint", at],
    ],
    ...side("was", base),
    ...side("yours", mine),
    ...side("template", template),
  ];
}

export function updatesDocument(updates: readonly TemplateUpdate[], isDry: boolean): JsonObject {
  const isOk = updates.every(({ outcome }) => outcome !== "conflict" && outcome !== "refused");
  return { schema: 1, ok: isOk, dry_run: isDry, features: updates as unknown as Json };
}
