// Which specs of other tools lie in a folder? Told by the names of folders and files, never by their contents; links
// are not followed, and what is too much is not read.

import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { ImportFormat, ImportNote } from "../../model/imported.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { listFolder } from "../../platform/files.ts";

/** Where one spec lies. */
export interface FoundSpec {
  readonly format: ImportFormat;
  readonly name: string;
  /** Absolute path of its folder, or of its file. */
  readonly path: string;
  /** Absolute folder of the repository that it is about. */
  readonly root: string;
}

export interface Found {
  readonly specs: readonly FoundSpec[];
  readonly notes: readonly ImportNote[];
}

const MAX_SPECS = 1_000;

/** All specs at a path. `usage` where there is none, or where several formats meet and `from` names none of them. */
export function findSpecs(named: string, shown: string, from: ImportFormat | null): Result<Found> {
  // Who names one file of a spec means the spec; a tasks.json is one by itself.
  const path = named.endsWith(".md") ? dirname(named) : named;
  if (!existsSync(named)) return usage(`there is nothing at ${shown}`, "Name a folder that exists.");
  const notes: ImportNote[] = [];
  const byFormat = FORMATS.filter(({ format }) => from === null || format === from).map((one) => {
    return {
      format: one.format,
      specs: one.find(path, (code, message) => notes.push(note(code, message, shown))),
    };
  });
  const hits = byFormat.filter(({ specs }) => specs.length > 0);
  const [only, other] = hits;
  if (only === undefined) {
    const wanted = from ?? "spec-kit, OpenSpec, Kiro or Task Master";
    return usage(
      `there is no spec of ${wanted} in ${shown}`,
      "Name the repository, or the folder of one feature; --from names the format.",
    );
  }
  if (other !== undefined) {
    const formats = hits.map(({ format, specs }) => `--from ${format}  (${specs.length})`);
    return usage(`specs of several tools are in ${shown}`, "Say which of them are meant.", formats);
  }
  if (only.specs.length > MAX_SPECS)
    return usage(`there are more than ${MAX_SPECS} specs in ${shown}`, "Name the folders of some of them.");
  return success({ specs: only.specs, notes });
}

function usage(message: string, fix: string, detail?: readonly string[]): Result<never> {
  return failed({ reason: "usage", message, fix, ...(detail === undefined ? {} : { detail }) });
}

function note(code: string, message: string, file: string): ImportNote {
  return { severity: "note", code, message, file, line: null };
}

type Tell = (code: string, message: string) => void;

interface Format {
  readonly format: ImportFormat;
  find(path: string, tell: Tell): FoundSpec[];
}

const FORMATS: readonly Format[] = [
  { format: "spec-kit", find: specKit },
  { format: "openspec", find: openSpec },
  { format: "kiro", find: kiro },
  { format: "task-master", find: taskMaster },
];

function specKit(path: string, tell: Tell): FoundSpec[] {
  const format = "spec-kit";
  const isFeature = (folder: string) => has(folder, "spec.md") && !isWithin(folder, "openspec");
  if (isFeature(path)) return [{ format, name: basename(path), path, root: dirname(dirname(path)) }];
  const homes = [
    join(path, "specs"),
    join(path, ".specify", "specs"),
    ...(basename(path) === "specs" ? [path] : []),
  ];
  return homes.flatMap((home) =>
    foldersIn(home, tell)
      .filter(isFeature)
      .map((folder) => ({ format, name: basename(folder), path: folder, root: rootAbove(home) })),
  );
}

/** Changes are what is to be built. Capabilities say what is already so; they count where they are named, or alone. */
function openSpec(path: string, tell: Tell): FoundSpec[] {
  const format = "openspec";
  const home = has(path, "openspec", "folder")
    ? join(path, "openspec")
    : basename(path) === "openspec"
      ? path
      : null;
  const found = (folder: string): FoundSpec => {
    return { format, name: basename(folder), path: folder, root: rootAbove(dirname(folder)) };
  };
  if (home === null) {
    const isOne = isWithin(path, "openspec") && (has(path, "spec.md") || isChange(path));
    if (isOne) return [found(path)];
    if (!isWithin(path, "openspec")) return [];
    return foldersIn(path)
      .filter((folder) => isChange(folder) || has(folder, "spec.md"))
      .map(found);
  }
  const changes = foldersIn(join(home, "changes"), tell).filter(isChange);
  const capabilities = foldersIn(join(home, "specs")).filter((folder) => has(folder, "spec.md"));
  const archived = foldersIn(join(home, "changes", "archive")).length;
  if (archived > 0) tell("archived", `Archived changes (${archived}) are history, and are not imported.`);
  if (changes.length === 0) return capabilities.map(found);
  if (capabilities.length > 0) {
    const names = capabilities.map((folder) => basename(folder)).join(", ");
    tell(
      "capabilities",
      `Capabilities say what is so already, and are not built again: ${names}. To import one, name its folder.`,
    );
  }
  return changes.map(found);
}

function isChange(folder: string): boolean {
  return (
    basename(folder) !== "archive" &&
    (has(folder, "proposal.md") || has(folder, "tasks.md") || has(folder, "specs", "folder"))
  );
}

function kiro(path: string, tell: Tell): FoundSpec[] {
  const format = "kiro";
  const isSpec = (folder: string) =>
    has(folder, "requirements.md") ||
    has(folder, "bugfix.md") ||
    (isWithin(folder, ".kiro") && has(folder, "tasks.md"));
  if (isSpec(path) && (isWithin(path, ".kiro") || has(path, "tasks.md") || has(path, "design.md")))
    return [{ format, name: basename(path), path, root: rootAbove(dirname(path)) }];
  const homes = [
    join(path, ".kiro", "specs"),
    ...(basename(path) === ".kiro" ? [join(path, "specs")] : [path]),
  ];
  return homes.flatMap((home) =>
    home === path && !isWithin(path, ".kiro")
      ? []
      : foldersIn(home, tell)
          .filter(isSpec)
          .map((folder) => ({ format, name: basename(folder), path: folder, root: rootAbove(home) })),
  );
}

function taskMaster(path: string): FoundSpec[] {
  const format = "task-master";
  const candidates = path.endsWith(".json")
    ? [path]
    : [
        join(path, ".taskmaster", "tasks", "tasks.json"),
        join(path, "tasks", "tasks.json"),
        join(path, "tasks.json"),
      ];
  const file = candidates.find((one) => has(dirname(one), basename(one)));
  if (file === undefined) return [];
  const root = rootAbove(dirname(file));
  return [{ format, name: basename(root), path: file, root }];
}

/** The repository above the folders that tools keep their specs in. */
function rootAbove(folder: string): string {
  let root = folder;
  while (
    ["specs", "changes", "openspec", ".kiro", ".specify", ".taskmaster", "tasks"].includes(basename(root))
  )
    root = dirname(root);
  return root;
}

function isWithin(path: string, folder: string): boolean {
  return path.split(/[\\/]/).includes(folder);
}

function has(folder: string, name: string, kind: "file" | "folder" = "file"): boolean {
  const entries = listFolder(folder);
  return entries.ok && entries.value.some((entry) => entry.name === name && entry.kind === kind);
}

function foldersIn(folder: string, tell: Tell = () => {}): string[] {
  const entries = listFolder(folder);
  if (!entries.ok) return [];
  for (const { name, kind } of entries.value)
    if (kind === "link") tell("not-a-file", `${name} is a link and is not followed: name what it leads to.`);
  return entries.value.filter(({ kind }) => kind === "folder").map(({ name }) => join(folder, name));
}
