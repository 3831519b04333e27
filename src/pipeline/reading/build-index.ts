// What does the next build need to know of this one, so that it looks only at what changed? Kept in the index: derived
// state, forgotten at any doubt.

import { join, relative } from "node:path";
import type { TaskId } from "../../model/address.ts";
import type { ProjectResult, TaskResult } from "../../model/build-result.ts";
import { NO_USAGE } from "../../model/output.ts";
import { rulesKey } from "../../model/rules.ts";
import { featureFolderAt, featureIn, specFolders } from "../../model/spec-folders.ts";
import type { Lock } from "../../model/trace.ts";
import type { Workspace } from "../../model/workspace.ts";
import {
  changedPaths,
  isUnchanged,
  type PackedStamps,
  packStamps,
  type Stamp,
  unpackStamps,
} from "../../platform/stamp.ts";
import {
  type IndexHead,
  Lines,
  readIndexHead,
  readIndexLines,
  readIndexSection,
  readIndexText,
  writeIndex,
} from "../../store/index-file.ts";
import { FeatureCache } from "./feature-cache.ts";
import { type FeatureReading, type Packed, packReading, RememberedFeature } from "./feature-reading.ts";
import { NOTHING_REMEMBERED, type Remembered } from "./read.ts";
import type { Prompt } from "./sources.ts";
import type { TemplateSources } from "./template-shelf.ts";

/** All that a build with nothing to do reads. */
export interface Head {
  /** Major version of Node: part of the toolchain that the gates ran with. */
  readonly node: string;
  /** Every file and folder that was read, and every ref of a project that was built on. */
  readonly stamps: PackedStamps;
  /** True where everything was fresh and merged when the build ended. */
  readonly clean: boolean;
  readonly projects: readonly ProjectResult[];
  readonly tasks: number;
}

/** What is remembered of one task. */
export interface TaskSummary {
  readonly id: TaskId;
  readonly project: string;
  readonly agent: string;
  readonly windowBytes: number;
  /** Outputs in which a person's edit was kept. */
  readonly edited: readonly string[];
}

/** On the disk, where there may be thousands: its fields in that order. */
type PackedSummary = readonly [TaskId, string, string, number, readonly string[]];

interface Facts {
  readonly workspace: Workspace;
  readonly templates: readonly TemplateSources[];
  readonly prompts: Readonly<Record<string, Prompt>>;
  /** Tasks that were not fresh when the build ended. */
  readonly unsettled: readonly TaskId[];
  /** Features whose planning waits for something: an answer, an agent, a person. */
  readonly replan: readonly string[];
  /** Projects whose product had not reached their branch. */
  readonly unmerged: readonly string[];
  /** Features, and projects as `name/`, that are gone and that a person said are meant to be. */
  readonly meant: readonly string[];
  /** Stamped paths of each project's refs. */
  readonly refs: Readonly<Record<string, readonly string[]>>;
}

interface Body extends Facts {
  /** Their outlines and locks are lines of sections of their own, in the same order. */
  readonly features: readonly Packed["facts"][];
}

/** Counts up when the sections below mean something else: an index of another shape is none. */
const SHAPE = 10;

const SUMMARIES = 1;
const BODY = 2;
const OUTLINES = 3;
const LOCKS = 4;

function indexPath(root: string): string {
  return join(root, ".factory", "index");
}

/** The head of an index whose every stamp still holds, after a build that left nothing undone; else null. */
export function nothingToDo(root: string, writer: string): IndexHead<Head> | null {
  const head = readIndexHead<Head>(indexPath(root), `${writer} ${SHAPE}`);
  if (head === null || !head.value.clean || head.value.node !== nodeMajor()) return null;
  return isUnchanged(root, head.value.stamps) ? head : null;
}

/** The head as the last build left it, whatever has changed since: enough to offer names, and for nothing else. */
export function unjudgedHead(root: string, writer: string): IndexHead<Head> | null {
  return readIndexHead<Head>(indexPath(root), `${writer} ${SHAPE}`);
}

/** Ids of the projects that the last build knew. */
export function projectsOf(head: IndexHead<Head> | null): readonly string[] {
  return head?.value.projects.map(({ id }) => id) ?? [];
}

export function taskSummariesOf(head: IndexHead<Head>): readonly TaskSummary[] | null {
  const packed = readIndexSection<readonly PackedSummary[]>(head, SUMMARIES);
  return (
    packed?.map(([id, project, agent, windowBytes, edited]) => ({
      id,
      project,
      agent,
      windowBytes,
      edited,
    })) ?? null
  );
}

const ID_AND_PROJECT = /\[("(?:[^"\\]|\\.)*"),("(?:[^"\\]|\\.)*")/y;

/** The tasks of one feature, without parsing those of all others. */
export function tasksOfFeature(
  head: IndexHead<Head>,
  feature: string,
): readonly Pick<TaskSummary, "id" | "project">[] {
  const text = readIndexText(head, SUMMARIES) ?? "";
  const begins = `["${feature}:`;
  const found: Pick<TaskSummary, "id" | "project">[] = [];
  for (let at = text.indexOf(begins); at >= 0; at = text.indexOf(begins, at + 1)) {
    ID_AND_PROJECT.lastIndex = at;
    const [, id, project] = ID_AND_PROJECT.exec(text) ?? [];
    if (id !== undefined && project !== undefined)
      found.push({ id: JSON.parse(id) as TaskId, project: JSON.parse(project) as string });
  }
  return found;
}

/** The result of a task that needed nothing. */
export function freshResult({ id, project, agent, windowBytes }: TaskSummary): TaskResult {
  return { id, project, action: "fresh", reasons: [], attempts: 0, agent, ...NO_USAGE, windowBytes, ms: 0 };
}

/** What still holds of the last build, and what has to be looked at again. */
export interface PreviousBuild {
  readonly remembered: Remembered;
  readonly taskSummaries: ReadonlyMap<TaskId, TaskSummary>;
  readonly stamps: ReadonlyMap<string, Stamp>;
  readonly refs: Readonly<Record<string, readonly string[]>>;
  readonly projects: readonly ProjectResult[];
  /** Projects whose product had not reached their branch, or did not pass its gates there, when the build ended. */
  readonly unmerged: readonly string[];
  /** Features, and projects as `name/`, that are gone with a person's word. */
  readonly meant: ReadonlySet<string>;
  /** Where the projects were declared to be, by id. */
  readonly places: ReadonlyMap<string, string>;
  /** Where the features lay that it knew, by id. */
  readonly folders: ReadonlyMap<string, string>;
  /** Null: everything. */
  readonly suspects: Suspects | null;
}

/** Beside the features that are not remembered. */
export interface Suspects {
  readonly projects: ReadonlySet<string>;
  readonly tasks: ReadonlySet<TaskId>;
}

/** As if there never had been a build. */
export const NO_PREVIOUS_BUILD: PreviousBuild = {
  remembered: NOTHING_REMEMBERED,
  taskSummaries: new Map(),
  stamps: new Map(),
  refs: {},
  projects: [],
  unmerged: [],
  meant: new Set(),
  places: new Map(),
  folders: new Map(),
  suspects: null,
};

/** `thought`: paths of sources that are to be taken for changed, because somebody asks what if. */
export function loadPreviousBuild(
  root: string,
  writer: string,
  thought: Iterable<string> = [],
): PreviousBuild {
  const head = readIndexHead<Head>(indexPath(root), `${writer} ${SHAPE}`);
  if (head === null || head.value.node !== nodeMajor()) return NO_PREVIOUS_BUILD;
  const body = readIndexSection<Body>(head, BODY);
  const taskSummaries = taskSummariesOf(head);
  const features = body === null ? null : readFeatures(head, body);
  if (body === null || taskSummaries === null || features === null) return NO_PREVIOUS_BUILD;
  const changed = [...new Set([...changedPaths(root, head.value.stamps), ...thought])];
  const stamps = unpackStamps(head.value.stamps);
  for (const path of changed) stamps.delete(path);
  return {
    taskSummaries: new Map(taskSummaries.map((summary) => [summary.id, summary])),
    stamps,
    ...sortOut(body, features, changed),
    ...kept(head, body),
  };
}

function readFeatures(head: IndexHead<Head>, body: Body): readonly Packed[] | null {
  const outlines = readIndexLines(head, OUTLINES);
  const locks = readIndexLines(head, LOCKS);
  if (outlines === null || locks === null) return null;
  return body.features.map((facts, at) => {
    return { facts, outline: outlines[at] as Buffer, lock: locks[at] as Buffer };
  });
}

function kept(head: IndexHead<Head>, body: Body) {
  return {
    refs: body.refs,
    projects: head.value.projects,
    unmerged: body.unmerged,
    meant: new Set(body.meant),
    places: new Map(body.workspace.projects.map(({ id, path }) => [id, path])),
    folders: new Map(body.features.map(([folder]) => [featureIn(folder), folder])),
  };
}

function sortOut(
  body: Body,
  packed: readonly Packed[],
  changed: readonly string[],
): Pick<PreviousBuild, "remembered" | "suspects"> {
  const specs = specFolders(body.workspace.projects);
  const folders = new Set<string>();
  const replan = new Set(body.replan);
  const projects = new Set<string>(body.unmerged);
  const refs = Object.entries(body.refs);
  for (const path of changed) {
    // Projects of one repository share its refs.
    const moved = refs.filter(([, paths]) => paths.includes(path)).map(([id]) => id);
    for (const id of moved) projects.add(id);
    if (moved.length > 0) continue;
    // Also where the folder itself changed.
    const folder = featureFolderAt(specs, `${path}/`);
    if (folder !== null && body.prompts[rulesKey(path)] === undefined) folders.add(folder);
    // What every feature is checked against.
    else if (!specs.includes(path)) return { remembered: NOTHING_REMEMBERED, suspects: null };
  }
  const unchanged = packed.filter(
    ({ facts: [folder] }) => !folders.has(folder) && !replan.has(featureIn(folder)),
  );
  return {
    remembered: {
      workspace: body.workspace,
      templates: body.templates,
      prompts: body.prompts,
      features: new Map(unchanged.map((one) => [one.facts[0], new RememberedFeature(one)])),
      outlines: new Map(packed.map(({ facts: [folder], outline }) => [folder, outline])),
    },
    suspects: { projects, tasks: new Set(body.unsettled) },
  };
}

export interface IndexContents extends Facts {
  readonly features: readonly FeatureReading[];
  /** Locks that the build wrote, by feature. */
  readonly locks: ReadonlyMap<string, Lock>;
  readonly stamps: ReadonlyMap<string, Stamp>;
  readonly taskSummaries: readonly TaskSummary[];
  readonly projects: readonly ProjectResult[];
}

/** A failure to remember costs the next build a second look, so it is not one of this build. */
export async function saveIndex(root: string, writer: string, contents: IndexContents): Promise<void> {
  const { features, locks, stamps, taskSummaries, projects, ...facts } = contents;
  const cache = new FeatureCache(root);
  const all = await Promise.all(
    features.map((reading) => packReading(reading, locks.get(featureIn(reading.folder)) ?? null, cache)),
  );
  const packed = all.filter((one) => one !== null);
  const body: Body = { ...facts, features: packed.map((one) => one.facts) };
  const head: Head = {
    node: nodeMajor(),
    stamps: packStamps(stamps),
    clean: [body.unsettled, body.unmerged, body.replan].every((undone) => undone.length === 0),
    projects,
    tasks: taskSummaries.length,
  };
  const outlines = new Lines(packed.map(({ outline }) => outline));
  const lines = new Lines(packed.map(({ lock }) => lock));
  const summaries = taskSummaries.map(
    ({ id, project, agent, windowBytes, edited }): PackedSummary => [id, project, agent, windowBytes, edited],
  );
  await writeIndex(indexPath(root), `${writer} ${SHAPE}`, [head, summaries, body, outlines, lines]);
}

/** The files of a repository that say where its branches are, which is checked out, and where history ends, as paths from the root. */
export function refPaths(
  root: string,
  { gitDir, commonDir }: { readonly gitDir: string; readonly commonDir: string },
  branch: string,
): readonly string[] {
  const own = ["HEAD", "reftable/tables.list"].map((path) => join(gitDir, path));
  const refs = ["packed-refs", "reftable/tables.list", `refs/heads/${branch}`, `refs/factory/${branch}`];
  const shared = [...refs, "shallow"].map((path) => join(commonDir, path));
  return [...new Set([...own, ...shared])].map((path) => relative(root, path));
}

function nodeMajor(): string {
  return process.versions.node.split(".")[0] as string;
}
