// What are agents told of their roles? The prompt library, and the workspace's own role files for known programs.

import type { AgentDeclaration } from "../../model/agent-declaration.ts";
import type { Workspace } from "../../model/workspace.ts";
import type { SourceFile } from "../../spec/read/source.ts";
import { roleFilePlaces } from "./role-file-places.ts";
import type { Prompt } from "./sources.ts";

/** Reads below the workspace's root, and remembers what it looked at. */
interface PromptReader {
  file(path: string): SourceFile | null;
  list(path: string, kind: "file"): readonly string[];
}

/** `roots` are folders of templates; the first that has a prompt counts. */
export async function readPrompts(
  reader: PromptReader,
  roots: readonly string[],
  workspace: Workspace | null,
): Promise<Record<string, Prompt>> {
  const prompts: Record<string, Prompt> = {};
  for (const base of roots) {
    for (const name of reader.list(`${base}/prompts`, "file")) {
      const role = name.replace(/\.hbs$/, "");
      if (role === name || role in prompts) continue;
      const file = reader.file(`${base}/prompts/${name}`);
      if (file !== null) prompts[role] = { file: file.path, text: Buffer.from(file.bytes).toString("utf8") };
    }
  }
  return { ...prompts, ...(await readRoleFiles(reader, workspace?.agents ?? [])) };
}

async function readRoleFiles(
  reader: PromptReader,
  agents: readonly AgentDeclaration[],
): Promise<Record<string, Prompt>> {
  const found: Record<string, Prompt> = {};
  const places = roleFilePlaces(agents);
  if (places.length === 0) return found;
  const { presetOf } = await import("../../agents/presets/preset-names.ts");
  for (const { key, preset, name } of places) {
    const file = reader.file((await presetOf(preset)).roleFile(name));
    if (file !== null) found[key] = { file: file.path, text: Buffer.from(file.bytes).toString("utf8") };
  }
  return found;
}
