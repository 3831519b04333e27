// Which files tell a coding program about a role that it plays as an agent? One for each role that an agent of projects.yaml
// names, made from the prompt library. Others would only crowd the list of agents of whoever sits at the program: the
// window says what a role is. A file that is there is a person's, and stays.

import { join } from "node:path";
import type { RoleSheet } from "../agents/presets/preset.ts";
import { presetOf } from "../agents/presets/preset-names.ts";
import { type Result, success } from "../model/result.ts";
import { isDrafter, type Role } from "../model/role.ts";
import { isThere, readIfThere } from "../platform/files.ts";
import { writeDurably } from "../store/durable.ts";
import { declaredIn, type Step } from "./make-workspace.ts";

const PROMPT_BYTES = 1024 * 1024;

export async function makeRoleFiles(
  root: string,
  packageRoot: string,
  presets: readonly string[],
): Promise<Result<readonly Step[]>> {
  const files: Step[] = [];
  for (const name of presets) {
    const preset = await presetOf(name);
    for (const role of rolesNamed(root, name)) {
      const sheet = roleSheet(role, [root, packageRoot]);
      if (!sheet.ok) return sheet;
      if (sheet.value === null) continue;
      const made = await makeFile(root, preset.roleFile(role), preset.roleText(sheet.value));
      if (!made.ok) return made;
      files.push(made.value);
    }
  }
  return success(files);
}

function rolesNamed(root: string, preset: string): readonly string[] {
  const agents = declaredIn(root)?.agents ?? [];
  const roles = agents.flatMap((agent) =>
    agent.kind === "command" && agent.preset === preset && agent.role !== null ? [agent.role] : [],
  );
  return [...new Set(roles)].sort();
}

/** The workspace's own prompt beats the one in the package; null for a role without one. */
function roleSheet(name: string, bases: readonly string[]): Result<RoleSheet | null> {
  for (const base of bases) {
    const bytes = readIfThere(join(base, "templates", "prompts", `${name}.hbs`), PROMPT_BYTES);
    if (!bytes.ok) return bytes;
    if (bytes.value === null) continue;
    const text = new TextDecoder().decode(bytes.value).trim();
    const [description = name] = text.split(/(?<=\.)\s/, 1);
    return success({ name, description, drafts: drafts(name), text });
  }
  return success(null);
}

/** Whether the work of a role is files; all others answer with a text. */
function drafts(name: string): boolean {
  return isDrafter(name as Role) || name === "tester";
}

async function makeFile(root: string, path: string, text: string): Promise<Result<Step>> {
  const file = join(root, path);
  const there = isThere(file);
  if (!there.ok) return there;
  if (there.value) return success({ path, done: "kept" });
  const written = await writeDurably(file, text);
  return written.ok ? success({ path, done: "made" }) : written;
}
