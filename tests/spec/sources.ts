// Sources as tests write them, and findings as tests compare them.

import { CATALOGUE } from "../../src/agents/agent-kinds.ts";
import type { Diagnostic } from "../../src/model/diagnostic.ts";
import type { Feature } from "../../src/model/feature.ts";
import type { Template } from "../../src/model/template.ts";
import type { Workspace } from "../../src/model/workspace.ts";
import { parseFeature } from "../../src/spec/read/parse-feature.ts";
import { parseTemplate } from "../../src/spec/read/parse-template.ts";
import { parseWorkspace } from "../../src/spec/read/parse-workspace.ts";
import type { Parsed, SourceFile } from "../../src/spec/read/source.ts";

export function file(path: string, text: string): SourceFile {
  return { path, bytes: new TextEncoder().encode(text) };
}

export function workspace(text: string): Parsed<Workspace> {
  return parseWorkspace(file("projects.yaml", text), CATALOGUE);
}

export function feature(id: string, text: string, backlog: string | null = null): Parsed<Feature> {
  return parseFeature({
    feature: file(`specs/${id}/feature.md`, text),
    backlog: backlog === null ? null : file(`specs/${id}/BACKLOG.yaml`, backlog),
    plan: null,
  });
}

export function template(name: string, text: string): Parsed<Template> {
  const folder = `templates/features/${name}`;
  return parseTemplate(file(`${folder}/template.yaml`, text), folder);
}

/** The value of sources that are meant to be sound. */
export function sound<T>({ value, diagnostics }: Parsed<T>): T {
  if (value === null || diagnostics.length > 0)
    throw new Error(`not sound: ${lines(diagnostics).join("\n")}`);
  return value;
}

/** `error file:line:column code target: message | fix` */
export function lines(diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics.map(
    ({ severity, file: path, line, column, code, target, message, fix }) =>
      `${severity} ${path}:${line}:${column} ${code} ${target}: ${message} | ${fix}`,
  );
}

export function codes(diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics.map(({ code, line }) => `${line}: ${code}`);
}

export const PROJECTS = `projects:
  - id: shop
    path: projects/shop
    gates: [{id: test, run: npm test}]
agents:
  coder: {kind: openai, model: m-1}
`;

/** A backlog whose tasks are complete: `T01 src/a.ts` claims a file, `T02 src/b.ts < T01` waits. */
export function backlog(...tasks: string[]): string {
  const entries = tasks.map((task) => {
    const [claim = "", ...after] = task.split(" < ");
    const [id, ...files] = claim.split(" ");
    return `  - {id: ${id}, title: t, acceptance: [a], scope: {files_hint: ["${files.join('", "')}"]}, depends_on: [${after.join(", ")}]}`;
  });
  return `tasks:\n${entries.join("\n")}\n`;
}
