// What becomes of the files that a coding program reads? Ours are made, our parts of a person's files are added and
// renewed, and whatever a person wrote or changed stays.

import { realpathSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { type Result, success } from "../../model/result.ts";
import { fileFailure } from "../../platform/file-failure.ts";
import { isThere, readFileCapped } from "../../platform/files.ts";
import { writeDurably } from "../../store/durable.ts";
import { CODING_PROGRAMS, type Command, type Form, type ProgramFile } from "./coding-programs.ts";
import { renewEntry, renewTable } from "./file-entry.ts";
import { type Renewal, renewSection, renewWhole } from "./marked-part.ts";

export interface ProgramFileChange {
  /** As it is called in the workspace. */
  readonly path: string;
  readonly done: "made" | "extended" | "renewed" | "kept";
  /** Why nothing was written where something would have been; null where all is as it should be. */
  readonly kept: "edited" | "own" | "elsewhere" | null;
  readonly before: string;
  readonly after: string;
}

export interface ProgramFilesOrder {
  readonly root: string;
  readonly packageRoot: string;
  /** Names of the catalogue; each of their files is made. Null: what is there of any of them is renewed. */
  readonly programs: readonly string[] | null;
  /** Whether our text replaces what a person made of it. */
  readonly force: boolean;
  /** Whether nothing is written. */
  readonly dry: boolean;
}

/** Past this no one wrote it. */
const FILE_BYTES = 4 * 1024 * 1024;

/** A file of several programs is told once. */
export async function layProgramFiles(
  order: ProgramFilesOrder,
): Promise<Result<readonly ProgramFileChange[]>> {
  const names = order.programs ?? Object.keys(CODING_PROGRAMS);
  const files = new Map(
    names.flatMap((name) => CODING_PROGRAMS[name] ?? []).map((file) => [file.paths[0], file]),
  );
  const changes: ProgramFileChange[] = [];
  for (const file of files.values()) {
    const done = await layFile(order, file);
    if (!done.ok) return done;
    if (done.value !== null) changes.push(done.value);
  }
  return success(changes);
}

/**
 * A package that lies in the workspace or above it is called by npx, which finds it there; any other one is taken to be
 * on the PATH of whoever starts the program.
 */
function commandIn(root: string, packageRoot: string): Command {
  const found = /^(.*)[\\/]node_modules[\\/][^\\/]+$/.exec(packageRoot)?.[1];
  const isInstalled = found !== undefined && !relative(found, root).startsWith("..");
  return isInstalled ? ["npx", "factory"] : ["factory"];
}

/** Null where nothing is to be told of it: nothing of ours is there, or nothing of ours has changed. */
async function layFile(
  order: ProgramFilesOrder,
  file: ProgramFile,
): Promise<Result<ProgramFileChange | null>> {
  const { root, packageRoot, programs, force, dry } = order;
  const found = placeOf(root, file.paths);
  if (!found.ok) return found;
  const { path, real } = found.value;
  const read = real === null ? success(null) : readFileCapped(real, FILE_BYTES);
  // A folder, say: whatever it is, a person put it there.
  if (!read.ok && read.failure.reason === "io" && read.failure.code === "not-a-file")
    return success(programs === null ? null : { path, done: "kept", kept: "own", before: "", after: "" });
  if (!read.ok) return read;
  const before = read.value === null ? null : Buffer.from(read.value).toString("utf8");
  const renewal = renewed(file.form, before, order, packageRoot);
  if (!renewal.ok) return renewal;
  const told = { path, before: before ?? "", after: before ?? "" };
  const left = whyKept(renewal.value, { force, adds: programs !== null });
  if (left === "untold") return success(null);
  const { stood, text } = renewal.value;
  if (left !== null || text === null) return success({ ...told, done: "kept", kept: left });
  if (text === before) return success({ ...told, done: "kept", kept: null });
  // Another folder's file serves others, too.
  if (real !== null && relative(realpathSync(root), real).startsWith(".."))
    return success({ ...told, done: "kept", kept: "elsewhere" });
  if (!dry) {
    const mode = real === null ? {} : { mode: statSync(real).mode & 0o7777 };
    const written = await writeDurably(real ?? join(root, path), text, mode);
    if (!written.ok) return written;
  }
  const done = before === null ? "made" : stood === "nothing" ? "extended" : "renewed";
  return success({ ...told, done, kept: null, after: text });
}

/** Null where it is written. */
function whyKept(
  { stood, known, text }: Renewal,
  { force, adds }: { readonly force: boolean; readonly adds: boolean },
): ProgramFileChange["kept"] | "untold" {
  if (stood === "nothing") return adds ? (text === null ? "own" : null) : "untold";
  if (stood === "ours") return null;
  if (text === null) return adds ? "own" : "untold";
  if (force) return null;
  // What a person made of a text that is still the newest is nothing to tell.
  return known ? (adds ? "edited" : "untold") : "edited";
}

/** Of the names that a file may have, the one that is there; what a link leads to is written, and never the link. */
function placeOf(
  root: string,
  paths: ProgramFile["paths"],
): Result<{ readonly path: string; readonly real: string | null }> {
  for (const path of paths) {
    const there = isThere(join(root, path));
    if (!there.ok) return there;
    if (!there.value) continue;
    try {
      return success({ path, real: realpathSync(join(root, path)) });
    } catch (error) {
      return fileFailure(join(root, path), "follow", error);
    }
  }
  return success({ path: paths[0], real: null });
}

function renewed(
  form: Form,
  before: string | null,
  { root }: ProgramFilesOrder,
  packageRoot: string,
): Result<Renewal> {
  const command = commandIn(root, packageRoot);
  if (form.kind === "entry") return success(renewEntry(before, form.keys, form.value(command)));
  if (form.kind === "table") return success(renewTable(before, form.name, form.lines(command)));
  const text = readFileCapped(join(packageRoot, "templates", "programs", form.text), FILE_BYTES);
  if (!text.ok) return text;
  const body = calledBy(command, new TextDecoder().decode(text.value));
  return success(
    form.kind === "section" ? renewSection(before, body, "markdown") : renewWhole(before, body, form.comment),
  );
}

/** Our texts call the factory as somebody does who has it on the PATH. */
function calledBy(command: Command, text: string): string {
  return text
    .replaceAll("`factory ", `\`${command.join(" ")} `)
    .replace(/^const FACTORY = .*;$/m, `const FACTORY = ${JSON.stringify(command)};`);
}
