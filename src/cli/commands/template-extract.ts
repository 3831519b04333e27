// `factory template extract FEATURE NAME`: make a template of the workspace of a feature that is built.

import { join } from "node:path";
import { failed, type Result, success } from "../../model/result.ts";
import { quietEnvironment } from "../../pipeline/commands/locked-build.ts";
import { evaluate } from "../../pipeline/line/evaluate.ts";
import { type Extracted, extract } from "../../pipeline/templates/extract.ts";
import { isThere } from "../../platform/files.ts";
import type { GivenValue } from "../../spec/extract/extract-feature.ts";
import { NAME } from "../../spec/schema/schema-words.ts";
import { buildOptions } from "../build-targets.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { writeFolder } from "../feature-files.ts";
import type { Invocation } from "../invocation.ts";

export async function run(invocation: Invocation): Promise<ExitCode> {
  const feature = invocation.argument(0) ?? "";
  const name = invocation.argument(1) ?? "";
  const folder = `templates/features/${name}`;
  const ready = nameFault(invocation, name, folder);
  if (!ready.ok) return invocation.refuse(ready.failure);
  const values = valuesOf(invocation.list("value"));
  if (!values.ok) return invocation.refuse(values.failure);
  const options = buildOptions(invocation, [feature]);
  const evaluation = await evaluate(quietEnvironment(invocation), { ...options, force: false }, "again");
  if (!evaluation.ok) return invocation.refuse(evaluation.failure);
  const extracted = await extract(evaluation.value, { feature, name, values: values.value });
  if (!extracted.ok) return invocation.refuse(extracted.failure);
  if (!invocation.flag("dryRun")) {
    const replace = invocation.flag("force");
    const written = await writeFolder(invocation.root, folder, extracted.value.files, { replace });
    if (!written.ok) return invocation.refuse(written.failure);
  }
  tell(invocation, { feature, name, folder, values: values.value }, extracted.value);
  return EXIT.done;
}

function nameFault(invocation: Invocation, name: string, folder: string): Result<void> {
  if (!NAME.test(name)) {
    return failed({
      reason: "usage",
      message: `${JSON.stringify(name)} is not a name for a template`,
      fix: "Use letters, digits, `.`, `_` and `-`.",
    });
  }
  const there = invocation.flag("force") ? success(false) : isThere(join(invocation.root, folder));
  if (!there.ok) return there;
  if (there.value) {
    return failed({
      reason: "usage",
      message: `${folder} already exists`,
      fix: "Choose another name, or replace it with --force.",
    });
  }
  return success(undefined);
}

const PARAM = /^[A-Za-z][A-Za-z0-9_]*$/;

/** `key=TEXT` words; a whole number becomes an integer. */
function valuesOf(words: readonly string[]): Result<readonly GivenValue[]> {
  const values: GivenValue[] = [];
  for (const word of words) {
    const at = word.indexOf("=");
    const [name, text] = [word.slice(0, Math.max(0, at)), word.slice(at + 1)];
    const fault = valueFault(name, text, values);
    if (fault !== null) {
      return failed({
        reason: "usage",
        message: `--value ${word} ${fault}`,
        fix: "Write it as --value key=TEXT.",
      });
    }
    const isNumber = /^(?:0|[1-9]\d{0,14})$/.test(text);
    values.push({ name, value: isNumber ? Number(text) : text });
  }
  return success(values);
}

function valueFault(name: string, text: string, before: readonly GivenValue[]): string | null {
  if (!PARAM.test(name)) return "names no parameter: letters, digits and `_`, and a letter first";
  if (before.some((one) => one.name === name)) return "gives its parameter a second time";
  if (before.some(({ value }) => spelling(String(value)) === spelling(text))) {
    return "has the same spellings as another value";
  }
  if (/[\x00-\x1f\x7f]/.test(text) || text.trim() !== text) return "has characters that no name has";
  if (/^(?:true|false)$/i.test(text)) return "is too general: every true or false would match it";
  return /^\D?$/.test(text) ? "is too short to tell apart from other text" : null;
}

function spelling(text: string): string {
  const words = text.toLowerCase().replace(/[ ._/-]/g, "");
  return words.replace(/(?:e?s)$/, "");
}

interface Named {
  readonly feature: string;
  readonly name: string;
  readonly folder: string;
  readonly values: readonly GivenValue[];
}

function tell(
  invocation: Invocation,
  named: Named,
  { files, lifted, kept, edited, fixedPaths }: Extracted,
): void {
  const { feature, name, folder, values } = named;
  const paths = Object.keys(files).map((path) => `${folder}/${path}`);
  const isDry = invocation.flag("dryRun");
  if (invocation.json) {
    invocation.printJson({
      schema: 1,
      feature,
      template: name,
      files: paths,
      lifted: lifted.map(({ name: one, times }) => ({ name: one, times })),
      kept: kept.map(({ file, words }) => ({ file, words })),
      edited,
      fixed_paths: fixedPaths,
    });
  } else if (isDry) {
    for (const [path, text] of Object.entries(files)) invocation.print([`--- ${folder}/${path}`, text]);
  } else invocation.print(paths.map((path) => `made  ${path}`));
  const counts = lifted.map(({ name: one, times }) => `${one} ${times}×`).join(", ");
  invocation.say("", `lifted: ${counts}`);
  invocation.say("proved: with the original values it reproduces documents and code, byte for byte");
  for (const { file, words } of kept)
    invocation.say(`kept as it is in ${file}: ${words.slice(0, 5).join(", ")}`);
  for (const path of edited)
    invocation.say(`${path} was edited by a person: the template has it as it was built`);
  for (const path of fixedPaths) {
    invocation.say(
      `${path} has nothing of a value in its path: a project takes one instance of this template`,
    );
  }
  const sets = values.map(({ name: param }) => ` --set ${param}=…`).join("");
  if (!isDry) invocation.say("", "next:", `  factory new ${name} another-feature${sets}`);
}
