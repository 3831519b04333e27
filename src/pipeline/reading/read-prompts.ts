// What are agents told of their roles? The prompt library, and the workspace's own role files for known programs.

import type { AgentDeclaration } from "../../model/agent-declaration.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import { type Rules, rulesKey } from "../../model/rules.ts";
import { promptedTypes } from "../../model/task-type.ts";
import type { Workspace } from "../../model/workspace.ts";
import type { SourceFile } from "../../spec/read/source.ts";
import { roleFilePlaces } from "./role-file-places.ts";
import type { Prompt } from "./sources.ts";

/** Reads below the workspace's root, and remembers what it looked at. */
interface PromptReader {
  file(path: string): SourceFile | null;
  list(path: string, kind: "file"): readonly string[];
  readonly diagnostics: Diagnostic[];
}

const PACKAGE = "spec-factory";

/** `roots` are folders of templates, those of the package after the workspace's; the first that has a prompt counts. */
export async function readPrompts(
  reader: PromptReader,
  roots: readonly string[],
  workspace: Workspace | null,
): Promise<Record<string, Prompt>> {
  const prompts: Record<string, Prompt> = {};
  for (const base of roots) {
    for (const name of reader.list(`${base}/prompts`, "file")) {
      const role = name.replace(/\.hbs$/, "");
      if (role === name || Object.hasOwn(prompts, role)) continue;
      const file = reader.file(`${base}/prompts/${name}`);
      if (file === null) continue;
      // Where the package lies is nobody's business, and nothing that a person would edit.
      const shown = base === roots[0] ? file.path : `${PACKAGE}/templates/prompts/${name}`;
      prompts[role] = { file: shown, text: Buffer.from(file.bytes).toString("utf8") };
    }
  }
  return {
    ...prompts,
    ...readRules(reader, workspace),
    ...(await readRoleFiles(reader, workspace?.agents ?? [], promptedTypes(Object.keys(prompts)))),
  };
}

/** Files of rules. One that is not there is an error: nobody would be told what is meant to hold for everybody. */
function readRules(reader: PromptReader, workspace: Workspace | null): Record<string, Prompt> {
  const found: Record<string, Prompt> = {};
  for (const rules of [workspace?.rules, ...(workspace?.projects ?? []).map((project) => project.rules)]) {
    if (rules?.kind !== "file") continue;
    const file = reader.file(rules.path);
    if (file !== null) {
      found[rulesKey(rules.path)] = { file: file.path, text: Buffer.from(file.bytes).toString("utf8") };
    } else reader.diagnostics.push(missingRules(rules));
  }
  return found;
}

function missingRules({ path, place }: Extract<Rules, { kind: "file" }>): Diagnostic {
  return {
    severity: "error",
    code: "missing-rules-file",
    message: `The rules name ${path}, which does not exist.`,
    target: null,
    ...place,
    fix: `Write ${path}, or remove it from \`rules:\`.`,
  };
}

async function readRoleFiles(
  reader: PromptReader,
  agents: readonly AgentDeclaration[],
  specialists: readonly string[],
): Promise<Record<string, Prompt>> {
  const found: Record<string, Prompt> = {};
  const places = roleFilePlaces(agents, specialists);
  if (places.length === 0) return found;
  const { presetOf } = await import("../../agents/presets/preset-names.ts");
  for (const { key, preset, name } of places) {
    const file = reader.file((await presetOf(preset)).roleFile(name));
    if (file !== null) found[key] = { file: file.path, text: Buffer.from(file.bytes).toString("utf8") };
  }
  return found;
}
