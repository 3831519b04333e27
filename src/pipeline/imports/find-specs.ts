// Which specs of other tools lie in a folder? Told by the names of folders and files, never by their contents; links
// are not followed, and what is too much is not read.

import { basename, dirname, join, relative } from "node:path";
import type { Failure } from "../../model/failure.ts";
import type { ImportFormat, ImportNote } from "../../model/imported.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { isAbsent } from "../../platform/file-failure.ts";
import { type Entry, kindBehind, listIfThere } from "../../platform/files.ts";

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
/** How far below a repository its packages may lie. */
const MAX_ROOT_DEPTH = 3;
const HOMES = ["openspec", ".kiro", ".specify", ".taskmaster"];

/** All specs at a path. `usage` where there is none, or where several formats meet and `from` names none of them. */
export function findSpecs(named: string, shown: string, from: ImportFormat | null): Result<Found> {
  // Who names one file of a spec means the spec; a tasks.json is one by itself.
  const isPaper = named.endsWith(".md") && !isFlatCapability(named);
  const path = isPaper ? dirname(named) : named;
  const there = kindBehind(named);
  if (!there.ok)
    return isAbsent(there.failure)
      ? usage(`there is nothing at ${shown}`, "Name a folder that exists.")
      : there;
  const notes: ImportNote[] = [];
  const look = new Look((code, message) => notes.push(note(code, message, shown)));
  const byFormat = FORMATS.filter(({ format }) => from === null || format === from).map((one) => {
    const here = one.find(path, look, from !== null);
    const below = here.length > 0 || isPaper ? [] : look.roots(path);
    return {
      format: one.format,
      specs: [...here, ...below.flatMap((root) => one.find(root, look, from !== null))],
    };
  });
  // Specs may lie in a folder that cannot be listed, so what was found elsewhere is not all of them.
  if (look.failure !== null) return failed(look.failure);
  const hits = byFormat.filter(({ specs }) => specs.length > 0);
  const [only, other] = hits;
  if (only === undefined) {
    if (isPaper && there.value === "file")
      return usage(
        `${shown} belongs to no spec of another tool`,
        `Make a feature of a request in your own words with \`factory add ${shown}\`.`,
      );
    const wanted = from ?? "spec-kit, OpenSpec, Kiro or Task Master";
    return usage(
      `there is no spec of ${wanted} in ${shown}`,
      "Name the repository, or the folder of one feature; --from names the format.",
    );
  }
  if (other !== undefined) {
    const formats = hits.map(({ format, specs }) => `--from ${format}  (${specs.length})`);
    return usage(`specs of several tools are in ${shown}`, "Say which of them you mean.", formats);
  }
  if (only.specs.length > MAX_SPECS)
    return usage(`there are more than ${MAX_SPECS} specs in ${shown}`, "Name the folders of some of them.");
  const apart = [...new Set(only.specs.map(({ root }) => relative(path, root)))].filter(
    (root) => root !== "",
  );
  if (apart.length > 1)
    notes.push(
      note(
        "several-roots",
        `Specs stand apart in ${apart.join(", ")}; their paths stay as they are written. Import each with its own --project where they are projects of their own.`,
        shown,
      ),
    );
  return success({ specs: only.specs, notes });
}

function usage(message: string, fix: string, detail?: readonly string[]): Result<never> {
  return failed({ reason: "usage", message, fix, ...(detail === undefined ? {} : { detail }) });
}

function note(code: string, message: string, file: string): ImportNote {
  return { severity: "note", code, message, file, line: null };
}

type Tell = (code: string, message: string) => void;

/** What lies in folders. A folder that cannot be listed counts as empty only until all is looked at: then it is told. */
class Look {
  readonly tell: Tell;
  /** The first one; null while everything could be looked at. */
  failure: Failure | null = null;

  constructor(tell: Tell) {
    this.tell = tell;
  }

  has(folder: string, name: string, kind: "file" | "folder" = "file"): boolean {
    return this.#entries(folder).some((entry) => entry.name === name && entry.kind === kind);
  }

  /** Absolute. `tellsLinks`: somebody may wonder why what they lead to is not among them. */
  folders(folder: string, tellsLinks = false): string[] {
    const entries = this.#entries(folder);
    for (const { name, kind } of entries)
      if (tellsLinks && kind === "link")
        this.tell("not-a-file", `${name} is a link and is not followed: name what it leads to.`);
    return entries.filter(({ kind }) => kind === "folder").map(({ name }) => join(folder, name));
  }

  /** Absolute. */
  files(folder: string): string[] {
    return this.#entries(folder)
      .filter(({ kind }) => kind === "file")
      .map(({ name }) => join(folder, name));
  }

  /**
   * Folders below a repository that have specs of their own, such as `packages/shop` with `packages/shop/openspec`. Whoever
   * names one of them gets it alone.
   */
  roots(folder: string, depth = 0): readonly string[] {
    if (depth >= MAX_ROOT_DEPTH) return [];
    return this.folders(folder)
      .filter(
        (one) => !/^(?:\.|node_modules$|vendor$|dist$|build$|target$|specs$|openspec$)/.test(basename(one)),
      )
      .flatMap((one) => {
        const isRoot = HOMES.some((home) => this.has(one, home, "folder"));
        return [...(isRoot ? [one] : []), ...this.roots(one, depth + 1)];
      });
  }

  #entries(folder: string): readonly Entry[] {
    const entries = listIfThere(folder);
    if (entries.ok) return entries.value;
    // A file in the place of a folder holds no specs.
    const isFile = entries.failure.reason === "io" && entries.failure.code === "ENOTDIR";
    if (!isFile) this.failure ??= entries.failure;
    return [];
  }
}

interface Format {
  readonly format: ImportFormat;
  find(path: string, look: Look, isNamed: boolean): FoundSpec[];
}

const FORMATS: readonly Format[] = [
  { format: "spec-kit", find: specKit },
  { format: "openspec", find: openSpec },
  { format: "kiro", find: kiro },
  { format: "task-master", find: taskMaster },
  { format: "github", find: issues },
];

function specKit(path: string, look: Look): FoundSpec[] {
  const format = "spec-kit";
  const isFeature = (folder: string) => look.has(folder, "spec.md") && !isWithin(folder, "openspec");
  if (isFeature(path)) return [{ format, name: basename(path), path, root: dirname(dirname(path)) }];
  const homes = [
    join(path, "specs"),
    join(path, ".specify", "specs"),
    ...(basename(path) === "specs" ? [path] : []),
  ];
  return homes.flatMap((home) =>
    look
      .folders(home, true)
      .filter(isFeature)
      .map((folder) => ({ format, name: basename(folder), path: folder, root: rootAbove(home) })),
  );
}

/** Changes are what is to be built. Capabilities say what is already so; they count where they are named, or alone. */
function openSpec(path: string, look: Look): FoundSpec[] {
  const format = "openspec";
  if (isFlatCapability(path))
    return [{ format, name: basename(path, ".md"), path, root: rootAbove(dirname(path)) }];
  const home = look.has(path, "openspec", "folder")
    ? join(path, "openspec")
    : basename(path) === "openspec"
      ? path
      : null;
  const found = (folder: string): FoundSpec => {
    return { format, name: basename(folder, ".md"), path: folder, root: rootAbove(dirname(folder)) };
  };
  if (home === null) {
    const isOne = isWithin(path, "openspec") && (look.has(path, "spec.md") || isChange(path, look));
    if (isOne) return [found(path)];
    if (!isWithin(path, "openspec")) return [];
    return look
      .folders(path)
      .filter((folder) => isChange(folder, look) || look.has(folder, "spec.md"))
      .map(found);
  }
  const changes = changesIn(join(home, "changes"), look);
  const capabilities = capabilitiesIn(join(home, "specs"), look);
  const archived = look.folders(join(home, "changes", "archive")).length;
  if (archived > 0)
    look.tell("archived", `Archived changes (${archived}) are history, and are not imported.`);
  if (changes.length === 0) return capabilities.map(found);
  if (capabilities.length > 0) {
    const names = capabilities.map((one) => basename(one, ".md")).join(", ");
    look.tell(
      "capabilities",
      `Capabilities say what is so already, and are not built again: ${names}. To import one, name its folder.`,
    );
  }
  return changes.map(found);
}

/** Changes may stand in folders that group them, as `changes/shop/add-cart`. */
function changesIn(folder: string, look: Look, depth = 0): readonly string[] {
  return look.folders(folder, depth === 0).flatMap((one) => {
    if (isChange(one, look)) return [one];
    return depth < MAX_GROUPS && basename(one) !== "archive" ? changesIn(one, look, depth + 1) : [];
  });
}

/** `specs/auth/spec.md`, `specs/shop/auth/spec.md` and `specs/auth.md`. */
function capabilitiesIn(folder: string, look: Look, depth = 0): readonly string[] {
  const flat = look.files(folder).filter(isFlatCapability);
  const deep = look.folders(folder).flatMap((one) => {
    if (look.has(one, "spec.md")) return [one];
    return depth < MAX_GROUPS ? capabilitiesIn(one, look, depth + 1) : [];
  });
  return [...flat, ...deep];
}

const MAX_GROUPS = 3;

/** A capability that is a file and no folder. */
function isFlatCapability(path: string): boolean {
  const isNamed = path.endsWith(".md") && !/^(?:spec|README|AGENTS|project)\.md$/i.test(basename(path));
  return isNamed && /[\\/]openspec[\\/]specs[\\/]/.test(path);
}

function isChange(folder: string, look: Look): boolean {
  return (
    basename(folder) !== "archive" &&
    (look.has(folder, "proposal.md") || look.has(folder, "tasks.md") || look.has(folder, "specs", "folder"))
  );
}

function kiro(path: string, look: Look): FoundSpec[] {
  const format = "kiro";
  const isSpec = (folder: string) =>
    look.has(folder, "requirements.md") ||
    look.has(folder, "bugfix.md") ||
    (isWithin(folder, ".kiro") && look.has(folder, "tasks.md"));
  if (isSpec(path) && (isWithin(path, ".kiro") || look.has(path, "tasks.md") || look.has(path, "design.md")))
    return [{ format, name: basename(path), path, root: rootAbove(dirname(path)) }];
  const homes = [
    join(path, ".kiro", "specs"),
    ...(basename(path) === ".kiro" ? [join(path, "specs")] : [path]),
  ];
  return homes.flatMap((home) =>
    home === path && !isWithin(path, ".kiro")
      ? []
      : look
          .folders(home, true)
          .filter(isSpec)
          .map((folder) => ({ format, name: basename(folder), path: folder, root: rootAbove(home) })),
  );
}

/** Exported issues lie wherever somebody has put them; a tasks.json is one of Task Master. */
function issues(path: string, look: Look): FoundSpec[] {
  const isExport = path.endsWith(".json") && !isTaskMaster(path) && look.has(dirname(path), basename(path));
  return isExport ? [{ format: "github", name: basename(path, ".json"), path, root: dirname(path) }] : [];
}

function isTaskMaster(path: string): boolean {
  return basename(path) === "tasks.json" || isWithin(path, ".taskmaster");
}

/** `isNamed`: a person says that it is one, so it may be called otherwise. */
function taskMaster(path: string, look: Look, isNamed: boolean): FoundSpec[] {
  const format = "task-master";
  const candidates = path.endsWith(".json")
    ? [path].filter((one) => isNamed || isTaskMaster(one))
    : [
        join(path, ".taskmaster", "tasks", "tasks.json"),
        join(path, "tasks", "tasks.json"),
        join(path, "tasks.json"),
      ];
  const file = candidates.find((one) => look.has(dirname(one), basename(one)));
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
