// What does one line of a foreign task list ask for: code, a test, or something to run? And which files does it name?

import type { ImportedStep, SourceLine } from "../../model/imported.ts";
import { isTestPath } from "../../model/test-path.ts";
import { clip } from "../findings/nearest.ts";
import { TASK_ID } from "../schema/schema-words.ts";
import { filesIn, pathCalled } from "./file-names.ts";
import type { Notes } from "./foreign.ts";

const TEST =
  /^(?:(?:write|add|create|implement|extend|update)\s+)?(?:an?\s+|the\s+)?(?:[\p{L}-]+\s+){0,3}tests?\b|^(?:test|cover)\s/iu;
const CHECK =
  /^(?:final\s+)?(?:checkpoint|run|verify|ensure|confirm|validate|review|check|commit|manual(?:ly)?|deploy|demo|measure|execute|re-?run)\b/i;
const FOLDERS = /\b(?:director(?:y|ies)|folders?|(?:project|module|folder) structure)\b/i;

export function kindOf(text: string, files: readonly string[]): ImportedStep["kind"] {
  const written = files.filter((file) => !file.endsWith("/**"));
  // An empty folder is nothing to keep; it comes with its first file.
  if (written.length === 0 && FOLDERS.test(text)) return "check";
  if (written.length === 0 && CHECK.test(text)) return "check";
  if (TEST.test(text) || (files.length > 0 && files.every(isTestPath))) return "test";
  return "work";
}

/** The files that the steps of one task list name. Names without a folder are looked up among all that is named. */
export class FileNames {
  private readonly root: string;
  private readonly known: readonly string[];
  private readonly notes: Notes;

  /** `texts` is where full paths may stand; `root` is the absolute folder that paths may begin with. */
  constructor(root: string, texts: readonly string[], notes: Notes) {
    this.root = root;
    this.known = [...new Set(texts.flatMap((text) => [...filesIn(text, root).files, ...treePaths(text)]))];
    this.notes = notes;
  }

  of(id: string, texts: readonly string[], spot: SourceLine): string[] {
    const named = texts.map((text) => filesIn(text, this.root));
    const all = named.flatMap((one) => one.files);
    const exact = all.filter((file) => !file.endsWith("/**"));
    const files = new Set(exact.length > 0 ? exact : all);
    for (const name of named.flatMap(({ bare }) => bare)) {
      const path = pathCalled(name, this.known);
      if (path !== null) files.add(path);
      else if (![...files].some((file) => file.endsWith(`/${name}`)))
        this.notes.note(
          "bare-file",
          spot,
          `${id} names ${name} without a folder, so it claims no such file.`,
        );
    }
    for (const path of named.flatMap(({ strange }) => strange))
      this.notes.warn("strange-path", spot, `${id} names ${path}, which is not a path inside a project.`);
    return [...files];
  }

  /** Everything that is named anywhere, without whole folders. */
  all(): readonly string[] {
    return this.known.filter((path) => !path.endsWith("/**"));
  }
}

/** Paths of a drawn tree of files, as design documents have it: indentation or lines lead from a folder to its files. */
function treePaths(text: string): string[] {
  const paths: string[] = [];
  const open: { readonly column: number; readonly name: string }[] = [];
  for (const line of text.split("\n")) {
    const match = /^([\s│|├└─+`-]*)([\w@.[\]()-]+\/?)(?:\s+(?:#|\/\/|←|-|—|\().*)?\s*$/.exec(line);
    const [, margin = "", name = ""] = match ?? [];
    if (match === null || name === "") {
      open.length = 0;
      continue;
    }
    while ((open.at(-1)?.column ?? -1) >= margin.length) open.pop();
    if (name.endsWith("/")) open.push({ column: margin.length, name });
    else if (open.length > 0) {
      const path = `${open.map((folder) => folder.name).join("")}${name}`;
      if (filesIn(`\`${path}\``, "").files.includes(path)) paths.push(path);
    }
  }
  return paths;
}

/** Ids of steps, each kept as it is where it is legal and free. */
export class StepIds {
  private readonly taken = new Set<string>();
  private readonly notes: Notes;

  constructor(notes: Notes) {
    this.notes = notes;
  }

  /** `prefix` begins the id of a step that has none. */
  of(id: string | null, prefix: string, spot: SourceLine): string {
    const isFree = (name: string) => !this.taken.has(name.toLowerCase());
    let kept = id !== null && TASK_ID.test(id) ? id : null;
    if (kept === null || !isFree(kept)) {
      const base = kept ?? prefix;
      let number = kept === null ? 1 : 2;
      const named = () => (kept === null ? `${base}${String(number).padStart(3, "0")}` : `${base}-${number}`);
      while (!isFree(named())) number++;
      const other = named();
      if (id === null) this.notes.note("no-task-id", spot, `A task has no id, so it is called ${other}.`);
      else if (kept === null)
        this.notes.note("renamed-id", spot, `${clip(id)} is not a valid id here, so it is called ${other}.`);
      else this.notes.warn("duplicate-id", spot, `${id} is given twice; this one is called ${other}.`);
      kept = other;
    }
    this.taken.add(kept.toLowerCase());
    return kept;
  }
}
