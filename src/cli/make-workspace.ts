// Which files make a folder a workspace? Its declarations, a folder of specs, what git leaves alone, and a repository. What
// exists already is kept as it is.

import { readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { basename, dirname, join, relative, sep } from "node:path";
import { CATALOGUE } from "../agents/agent-kinds.ts";
import type { Failure } from "../model/failure.ts";
import { failed, type Result, success } from "../model/result.ts";
import type { Workspace } from "../model/workspace.ts";
import { makeStateFolder, schemaInState } from "../pipeline/commands/state-folder.ts";
import { isThere, listIfThere, readFileCapped } from "../platform/files.ts";
import { parseWorkspace } from "../spec/read/parse-workspace.ts";
import { inlineYaml } from "../spec/yaml/yaml-scalar.ts";
import { writeDurably } from "../store/durable.ts";
import { onDisk } from "../workspaces/disk.ts";
import { repositoryAbove } from "../workspaces/find-repository.ts";
import { Git } from "../workspaces/git.ts";
import { workspaceRepository } from "../workspaces/workspace-repository.ts";
import { type ScaffoldName, scaffoldedProject, USUAL_SCAFFOLD } from "./scaffold-entries.ts";
import { startingText } from "./starting-text.ts";

/** What can be rebuilt is nobody's source; what is built has repositories of its own. */
const STATE = ".factory/";
const PROJECTS = "/projects/";
const DECLARATIONS = "projects.yaml";
const SCHEMA = "projects.schema.json";

export interface Step {
  readonly path: string;
  readonly done: "made" | "kept" | "extended" | "renewed";
}

/** Past this no one wrote it. */
const FILE_BYTES = 1024 * 1024;

export interface WorkspaceOrder {
  readonly root: string;
  readonly packageRoot: string;
  /** To be made from a scaffold; null for none. */
  readonly project: string | null;
  /** Null where nobody chose one. */
  readonly scaffold: ScaffoldName | null;
  /** The project that is there; null where none is proposed. */
  readonly proposed: ProposedEntry | null;
}

export interface ProposedEntry {
  /** Its entry in projects.yaml. */
  readonly entry: string;
  /** Presets of the programs that work on it. */
  readonly programs: readonly string[];
}

export async function makeWorkspace(order: WorkspaceOrder): Promise<Result<readonly Step[]>> {
  const { root } = order;
  const steps: Step[] = [];
  for (const step of [() => declare(order), () => makeSpecs(root), () => ignore(root)]) {
    const done = await step();
    if (!done.ok) return done;
    if (done.value !== null) steps.push(done.value);
  }
  const state = makeStateFolder(root, order.packageRoot);
  if (!state.ok) return state;
  return success(steps);
}

async function declare(order: WorkspaceOrder): Promise<Result<Step>> {
  const { root, packageRoot, project, scaffold, proposed } = order;
  const path = join(root, DECLARATIONS);
  const there = isThere(path);
  if (!there.ok) return there;
  if (there.value) {
    const present = readFileCapped(path, FILE_BYTES);
    if (!present.ok) return present;
    const fault = project === null ? null : faultOf(root, project, scaffold);
    return fault === null ? success<Step>({ path: DECLARATIONS, done: "kept" }) : failed(fault);
  }
  const scaffolded =
    project === null ? null : scaffoldedProject(inlineYaml(project, false), scaffold ?? USUAL_SCAFFOLD);
  const written = await writeDeclarations(root, packageRoot, proposed ?? { entry: scaffolded, programs: [] });
  return written.ok ? success<Step>({ path: DECLARATIONS, done: "made" }) : written;
}

/** `entry` is that of its one project; null for an example. */
export function writeDeclarations(
  root: string,
  packageRoot: string,
  { entry, programs }: { readonly entry: string | null; readonly programs: readonly string[] },
): Promise<Result<void>> {
  const schema = schemaPath(root, packageRoot);
  return writeDurably(join(root, DECLARATIONS), startingText({ project: entry, schema, programs }));
}

/** Why a projects.yaml that is there does not have the project that is asked for; null where it has. */
function faultOf(root: string, project: string, scaffold: ScaffoldName | null): Failure | null {
  const present = declaredIn(root)?.projects.find(({ id }) => id === project);
  if (present === undefined) return undeclared(project);
  if (scaffold === null || present.scaffold === scaffold) return null;
  const message = `projects.yaml already declares the project ${project}, with ${present.scaffold === null ? "no scaffold" : `the scaffold ${present.scaffold}`}`;
  const fix = `Change \`scaffold:\` and the gates there, or call \`factory init\` without --scaffold.`;
  return { reason: "usage", message, fix };
}

export function usesPreset(root: string, preset: string): boolean {
  const agents = declaredIn(root)?.agents ?? [];
  return agents.some((agent) => agent.kind === "command" && agent.preset === preset);
}

/** Null for a projects.yaml that says nothing whole. */
export function declaredIn(root: string): Workspace | null {
  const bytes = readFileSync(join(root, DECLARATIONS));
  return parseWorkspace({ path: DECLARATIONS, bytes }, CATALOGUE).value;
}

function undeclared(project: string): Failure {
  const message = `projects.yaml already exists, and declares no project ${project}`;
  const fix =
    "Add it under `projects:`; `factory init NAME` in an empty folder writes a complete entry to copy.";
  return { reason: "usage", message, fix };
}

/**
 * Where the package is installed in the workspace or above it, its schema from here; anywhere else the copy that every
 * command keeps in the state folder.
 */
function schemaPath(root: string, packageRoot: string): string {
  const modules = dirname(packageRoot);
  const installed =
    basename(modules) === "node_modules" && `${root}${sep}`.startsWith(`${dirname(modules)}${sep}`);
  if (!installed) return schemaInState(SCHEMA);
  const path = `${relative(root, packageRoot)}/schemas/${SCHEMA}`.replaceAll("\\", "/");
  return path.startsWith(".") ? path : `./${path}`;
}

async function makeSpecs(root: string): Promise<Result<Step>> {
  const path = join(root, "specs");
  const there = isThere(path);
  if (!there.ok) return there;
  if (there.value) return success({ path: "specs/", done: "kept" });
  const made = await onDisk(path, "make the folder of specs", () => mkdir(path));
  return made.ok ? success({ path: "specs/", done: "made" }) : made;
}

async function ignore(root: string): Promise<Result<Step>> {
  const path = join(root, ".gitignore");
  const there = isThere(path);
  if (!there.ok) return there;
  // A link that leads nowhere is somebody's, and not an empty file.
  const read = there.value ? readFileCapped(path, FILE_BYTES) : success(new Uint8Array());
  if (!read.ok) return read;
  const before = Buffer.from(read.value).toString("utf8");
  const present = new Set(before.split(/\r?\n/).map((line) => line.trim().replace(/^\/|\/$/g, "")));
  const peoples = await isPeoples(root, "projects");
  if (!peoples.ok) return peoples;
  const ignored = peoples.value ? [STATE] : [STATE, PROJECTS];
  const missing = ignored.filter((line) => !present.has(line.replace(/^\/|\/$/g, "")));
  if (missing.length === 0) return success({ path: ".gitignore", done: "kept" });
  const gap = before === "" || before.endsWith("\n") ? "" : "\n";
  const written = await writeDurably(path, `${before}${gap}${missing.join("\n")}\n`);
  return written.ok ? success({ path: ".gitignore", done: there.value ? "extended" : "made" }) : written;
}

/** Whether something lies in the folder, or git tracks something there that is not checked out now. */
async function isPeoples(root: string, folder: string): Promise<Result<boolean>> {
  const entries = listIfThere(join(root, folder));
  if (!entries.ok) return entries;
  if (entries.value.length > 0) return success(true);
  const repository = await workspaceRepository(root);
  if (!repository.ok) return repository;
  if (repository.value === null) return success(false);
  const { git, prefix } = repository.value;
  const tracked = await git.feed(["ls-files", "--cached", "-z", "--", `${prefix}${folder}/`]);
  return tracked.ok ? success(tracked.value.length > 0) : tracked;
}

/** Specs are sources: without a history there is nothing to compare them with. */
export async function makeRepository(root: string): Promise<Result<Step | null>> {
  if (repositoryAbove(root) !== null) return success(null);
  const git = new Git({ gitDir: join(root, ".git"), workTree: root, durable: true });
  // An empty template, as in projects: no hooks of the machine.
  const made = await git.feed(["init", "-q", "--template=", "--initial-branch=main"]);
  return made.ok ? success<Step>({ path: ".git/", done: "made" }) : made;
}
