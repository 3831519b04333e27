// Which files tell a coding program about the factory's roles? One per role and program, from the one prompt library. A
// file that is there is a person's, and stays.

import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { RoleSheet } from "../agents/presets/preset.ts";
import { PRESETS, presetOf } from "../agents/presets/preset-names.ts";
import { failed, type Result, success } from "../model/result.ts";
import { isDrafter, type Role } from "../model/role.ts";
import { isThere, listIfThere, readFileCapped } from "../platform/files.ts";
import { writeDurably } from "../store/durable.ts";
import { onDisk } from "../workspaces/disk.ts";

const PROMPT_BYTES = 1024 * 1024;

export interface RoleFile {
  readonly path: string;
  readonly done: "made" | "kept";
}

/** The programs that `--with` names, separated by commas or given one by one. */
export function presetsNamed(words: readonly string[]): Result<readonly string[]> {
  const names = new Set(words.flatMap((word) => word.split(",")).map((name) => name.trim()));
  const unknown = [...names].find((name) => !Object.hasOwn(PRESETS, name));
  if (unknown === undefined) return success([...names]);
  const message = `there is no preset ${JSON.stringify(unknown)}`;
  return failed({ reason: "usage", message, fix: `Name any of ${Object.keys(PRESETS).join(", ")}.` });
}

export async function makeRoleFiles(
  root: string,
  packageRoot: string,
  presets: readonly string[],
): Promise<Result<readonly RoleFile[]>> {
  const sheets = roleSheets([root, packageRoot]);
  if (!sheets.ok) return sheets;
  const files: RoleFile[] = [];
  for (const name of presets) {
    const preset = await presetOf(name);
    for (const sheet of sheets.value) {
      const made = await makeFile(root, preset.roleFile(sheet.name), preset.roleText(sheet));
      if (!made.ok) return made;
      files.push(made.value);
    }
  }
  return success(files);
}

/** Every role that has a prompt; the workspace's own beats the one in the package. */
function roleSheets(bases: readonly string[]): Result<readonly RoleSheet[]> {
  const sheets = new Map<string, RoleSheet>();
  for (const base of bases) {
    const folder = join(base, "templates", "prompts");
    const entries = listIfThere(folder);
    if (!entries.ok) return entries;
    for (const { name: file } of entries.value) {
      const name = file.replace(/\.hbs$/, "");
      if (name === file || sheets.has(name)) continue;
      const bytes = readFileCapped(join(folder, file), PROMPT_BYTES);
      if (!bytes.ok) return bytes;
      const text = new TextDecoder().decode(bytes.value).trim();
      const [description = name] = text.split(/(?<=\.)\s/, 1);
      sheets.set(name, { name, description, drafts: drafts(name), text });
    }
  }
  return success([...sheets.values()].sort((a, b) => (a.name < b.name ? -1 : 1)));
}

/** Whether the work of a role is files; all others answer with a text. */
function drafts(name: string): boolean {
  return isDrafter(name as Role) || name === "tester";
}

async function makeFile(root: string, path: string, text: string): Promise<Result<RoleFile>> {
  const file = join(root, path);
  const there = isThere(file);
  if (!there.ok) return there;
  if (there.value) return success({ path, done: "kept" });
  const folder = await onDisk(dirname(file), "make a folder of roles", () =>
    mkdir(dirname(file), { recursive: true }),
  );
  if (!folder.ok) return folder;
  const written = await writeDurably(file, text);
  return written.ok ? success({ path, done: "made" }) : written;
}
