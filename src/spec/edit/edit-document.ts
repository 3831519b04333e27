// Where in a file that a person wrote is the YAML, and what is the file once the YAML says something else? A BACKLOG.yaml is
// YAML as a whole, a feature.md in its front matter. Line ends and a byte order mark stay.

import { type Result, success } from "../../model/result.ts";
import { splitFrontMatter } from "../markdown/front-matter.ts";
import { EditedText, type Splice } from "../yaml/splice.ts";
import { soundYaml, type YamlDocument } from "../yaml/yaml.ts";

export interface YamlPart {
  readonly yaml: string;
  /** Offset in the file. */
  readonly start: number;
  /** Line of the file, from 1. */
  readonly line: number;
}

/** Empty where the file has no YAML. `text` has `\n` line ends, and no byte order mark. */
export function yamlPart(text: string, file: string): YamlPart {
  if (/\.ya?ml$/.test(file)) return { yaml: text, start: 0, line: 1 };
  const split = /(?:^|\/)feature\.md$/.test(file) ? splitFrontMatter(text) : null;
  return { yaml: split?.yaml ?? "", start: split?.yamlStart ?? 0, line: split?.yamlLine ?? 1 };
}

/** The file with the splices that `change` asks for at offsets of its YAML, which must be sound. */
export function editDocument(
  source: string,
  file: string,
  change: (document: YamlDocument) => Result<readonly Splice[]>,
): Result<string> {
  const edited = new EditedText(source);
  const { yaml, start, line } = yamlPart(edited.text, file);
  const document = soundYaml(yaml, file, line);
  if (!document.ok) return document;
  const splices = change(document.value);
  if (!splices.ok) return splices;
  return success(edited.with(splices.value.map((splice) => ({ ...splice, offset: splice.offset + start }))));
}

/** What somebody said, as a list or a value holds it. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
