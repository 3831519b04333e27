// Which answers does a file give to a template's parameters? YAML, of which JSON is a part; `-` is what comes in on stdin.
// Every fault is told with its line and column.

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Json } from "../model/digest.ts";
import { failed, type Result, success } from "../model/result.ts";
import type { Template } from "../model/template.ts";
import { fileFailure } from "../platform/file-failure.ts";
import { readFileCapped } from "../platform/files.ts";
import { Findings } from "../spec/findings/findings.ts";
import { suggestion } from "../spec/findings/nearest.ts";
import { answerFault } from "../spec/instantiate/instantiate.ts";
import { decode } from "../spec/read/decode.ts";
import { readYaml } from "../spec/yaml/yaml.ts";
import type { Answers } from "./param-answers.ts";

const LIMIT = 1024 * 1024;

/** `file` is relative to `directory`. Fails with `invalid-spec` and all that is wrong with the answers, or with `io`. */
export function answersIn(template: Template, file: string, directory: string): Result<Answers> {
  const read = file === "-" ? readInput() : readFileCapped(resolve(directory, file), LIMIT);
  if (!read.ok) return read;
  const path = file === "-" ? "stdin" : file;
  const findings = new Findings();
  const text = decode({ path, bytes: read.value }, null, findings);
  const data = text === null ? null : readYaml({ text, file: path, firstLine: 1, target: null }, findings);
  if (data === null || findings.list.length > 0) return invalid(findings);
  const { root, places } = data;
  if (root === null) return success({});
  if (typeof root !== "object" || Array.isArray(root)) {
    const wording = { message: "The answers are not a map.", fix: "Write `parameter: value` on each line." };
    findings.error("wrong-type", { target: null, place: places.root }, wording);
    return invalid(findings);
  }
  const names = template.params.map(({ name }) => name);
  for (const [name, value] of Object.entries(root)) {
    const subject = { target: null, place: places.of(root, name) };
    const param = template.params.find((one) => one.name === name);
    if (param === undefined) {
      const message = `${template.name} has no parameter "${name}".`;
      findings.error("unknown-param", subject, { message, fix: suggestion(name, names) });
      continue;
    }
    const fault = answerFault(template, param, value as Json, root as Answers);
    if (fault !== null) findings.error("invalid-param", subject, fault);
  }
  return findings.list.length > 0 ? invalid(findings) : success(root as Answers);
}

function readInput(): Result<Uint8Array> {
  try {
    return success(readFileSync(0));
  } catch (error) {
    return fileFailure("stdin", "read", error);
  }
}

function invalid(findings: Findings): Result<never> {
  return failed({ reason: "invalid-spec", diagnostics: findings.sorted() });
}
