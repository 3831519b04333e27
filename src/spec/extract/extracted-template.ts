// Which files make up a template that was extracted from a feature? template.yaml, README.md and the Handlebars sources, by
// their paths below the template's folder.

import { yamlValue } from "../../model/render-literals.ts";
import type { ExtractedFeature, GivenValue, Original } from "./extract-feature.ts";

export function templateFiles(
  original: Original,
  extracted: ExtractedFeature,
  { name, values }: { readonly name: string; readonly values: readonly GivenValue[] },
): Readonly<Record<string, string>> {
  const files = new Map<string, string>();
  files.set("template.yaml", declaration(original, extracted, values));
  files.set("README.md", readme(original, extracted, { name, values }));
  files.set("spec/feature.md.hbs", extracted.feature.source);
  if (extracted.plan !== null) files.set("spec/PLAN.md.hbs", extracted.plan.source);
  if (extracted.backlog !== null) files.set("spec/BACKLOG.yaml.hbs", extracted.backlog.source);
  for (const { local, path, content } of extracted.code) {
    files.set(`code/${sourceName(local, path)}`, content.source);
  }
  return Object.fromEntries(files);
}

/** Below `code/`. Two tasks may have written the same path, one after the other. */
function sourceName(local: string, path: string): string {
  return `${local}/${path}.hbs`;
}

function declaration(original: Original, extracted: ExtractedFeature, values: readonly GivenValue[]): string {
  const params = values.flatMap(({ name, value }) => [
    `  - name: ${name}`,
    `    type: ${typeof value === "number" ? "integer" : "string"}`,
    `    question: ${yamlValue(questionOf({ name, value }))}`,
    `    default: ${yamlValue(value)}`,
    ...(typeof value === "number"
      ? []
      : [
          `    pattern: ${yamlValue(patternOf(value))}`,
          `    hint: ${yamlValue(`Write it with the letters and signs of ${JSON.stringify(value)}.`)}`,
        ]),
  ]);
  const parts = original.tasks.flatMap(({ local }) => [
    `  ${yamlValue(local)}:`,
    ...extracted.code
      .filter((file) => file.local === local)
      .map(({ path, to }) => {
        return `    - {template: ${JSON.stringify(sourceName(local, path))}, to: ${JSON.stringify(to.source)}}`;
      }),
  ]);
  return [
    "version: 1.0.0",
    `description: ${yamlValue(`What the feature ${original.id} is, under another name: ${original.title}.`)}`,
    ...(params.length === 0 ? [] : ["params:", ...params]),
    "code:",
    ...parts,
    "",
  ].join("\n");
}

function questionOf({ name, value }: GivenValue): string {
  return typeof value === "number"
    ? `Which number is ${name}? (${value} where it was made)`
    : `What stands for ${name}? ("${value}" where it was made)`;
}

const WORDS = /^[A-Za-z][A-Za-z0-9]*(?:[ ._-][A-Za-z0-9]+)*$/;

/**
 * An answer is put into Markdown, YAML and code as it is, so it may be made of words, and of the signs that the original
 * had too: no quote and no colon comes in that was not there.
 */
function patternOf(value: string): string {
  if (WORDS.test(value)) return "[A-Za-z][A-Za-z0-9]*(?:[ ._-][A-Za-z0-9]+)*";
  const signs = [...new Set(value.match(/[!-/:-@[-`{-~]/g) ?? [])].filter((sign) => !"._-".includes(sign));
  const extra = signs.map((sign) => `\\${sign}`).join("");
  const foreign = /[^\x00-\x7f]/.test(value) ? "\\u00a1-\\uffff" : "";
  return `[A-Za-z0-9 ._${foreign}${extra}\\-]+`;
}

function readme(
  original: Original,
  extracted: ExtractedFeature,
  { name, values }: { readonly name: string; readonly values: readonly GivenValue[] },
): string {
  const rows = values.map(({ name: param, value }) => `| \`${param}\` | ${cell(String(value))} |`);
  const sets = values.map(({ name: param }) => ` --set ${param}=…`).join("");
  const same = extracted.code.filter(({ path, to }) => to.source === path).map(({ path }) => path);
  return [
    `# ${name}`,
    "",
    `Made by \`factory template extract\` from what was built of the feature \`${original.id}\`. Rendered with the values`,
    "below, and with that name, title and project, it gives the feature's documents and code back byte for byte; its",
    "instances are built by the generator, without a model.",
    "",
    "```sh",
    `factory new ${name} another-feature${sets}`,
    "```",
    "",
    ...(rows.length === 0 ? [] : ["| parameter | where it was made |", "|---|---|", ...rows, ""]),
    "A new name can make lines longer than a formatter wants them, or sort imports otherwise: the gates say so, and the",
    "sources below `code/` are the place to fix it.",
    ...(same.length === 0
      ? []
      : [
          "",
          "These files have the same path in every instance, so one project takes only one instance of this template:",
          "",
          ...same.map((path) => `- \`${path}\``),
        ]),
    "",
  ].join("\n");
}

function cell(text: string): string {
  return `\`${text.replaceAll("|", "\\|")}\``;
}
