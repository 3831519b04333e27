// What does a new project begin with? The files of `templates/projects/<name>/`, read only where the project is missing.

import { existsSync, lstatSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import type { Project } from "../../model/project.ts";
import { loadRenderer } from "../../model/render.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { listFolder, readFileCapped } from "../../platform/files.ts";
import type { Scaffold, ScaffoldFile } from "../../workspaces/project-repository.ts";

const FILE_LIMIT = 16 * 1024 * 1024;

interface FilesQuestion {
  readonly root: string;
  readonly packageRoot: string;
  readonly project: Project;
}

export interface ScaffoldQuestion extends FilesQuestion {
  /** Absolute folder of the project. */
  readonly path: string;
  readonly signal: AbortSignal;
}

/** Null where the project declares no scaffold, or exists already and needs none. */
export async function readScaffold(question: ScaffoldQuestion): Promise<Result<Scaffold | null>> {
  const { project, path, signal } = question;
  const { scaffold: name, commits } = project;
  if (name === null || existsSync(join(path, ".git"))) return success(null);
  const files = await scaffoldFiles({ ...question, name });
  return files.ok ? success({ name, files: files.value, commits, signal }) : files;
}

/** Files of the scaffold `name`, as the project begins with them. */
export async function scaffoldFiles({
  root,
  packageRoot,
  project,
  name,
}: FilesQuestion & { readonly name: string }): Promise<Result<readonly ScaffoldFile[]>> {
  const folders = [root, packageRoot].map((base) => join(base, "templates", "projects", name));
  const folder = folders.find((candidate) => existsSync(candidate));
  if (folder === undefined) {
    return failed({
      reason: "usage",
      message: `project ${project.id} names the scaffold ${name}, which is not in templates/projects/`,
      fix: `Write templates/projects/${name}/, or correct \`scaffold:\` in projects.yaml.`,
      place: project.place,
    });
  }
  const files: ScaffoldFile[] = [];
  const collected = await collect(folder, "", files, { project: { id: project.id } });
  return collected.ok ? success(files) : collected;
}

async function collect(
  folder: string,
  below: string,
  files: ScaffoldFile[],
  values: { readonly project: { readonly id: string } },
): Promise<Result<void>> {
  const entries = listFolder(join(folder, below));
  if (!entries.ok) return entries;
  for (const { name, kind } of entries.value) {
    const path = below === "" ? name : `${below}/${name}`;
    if (kind === "folder") {
      const inner = await collect(folder, path, files, values);
      if (!inner.ok) return inner;
    } else if (kind === "link") {
      files.push({ path, mode: "120000", content: Buffer.from(readlinkSync(join(folder, path))) });
    } else {
      const file = await readOne(folder, path, values);
      if (!file.ok) return file;
      files.push(file.value);
    }
  }
  return success(undefined);
}

/** A file that ends in `.hbs` is rendered with the project's id; all others are taken as they are. */
async function readOne(
  folder: string,
  path: string,
  values: { readonly project: { readonly id: string } },
): Promise<Result<ScaffoldFile>> {
  const source = join(folder, path);
  const read = readFileCapped(source, FILE_LIMIT);
  if (!read.ok) return read;
  const mode = (lstatSync(source).mode & 0o111) === 0 ? "100644" : "100755";
  if (!path.endsWith(".hbs")) return success({ path, mode, content: read.value });
  const renderer = await loadRenderer();
  const text = renderer.render(Buffer.from(read.value).toString("utf8"), path, values);
  if (!text.ok) return text;
  return success({ path: path.slice(0, -".hbs".length), mode, content: Buffer.from(text.value) });
}
