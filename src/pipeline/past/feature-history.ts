// What did a feature ask for, commit by commit? Read from the workspace's own git along its first parents, and from the
// working copy behind that. A few git processes serve however long a history; nothing is checked out.

import { join } from "node:path";
import { basename, dirname } from "node:path/posix";
import type { Diagnostic } from "../../model/diagnostic.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { featureIn, SPECS } from "../../model/spec-folders.ts";
import type { Origin, SpecState, SpecVersion } from "../../model/spec-version.ts";
import type { Oid } from "../../model/tree.ts";
import { isAbsent } from "../../platform/file-failure.ts";
import { listFolder } from "../../platform/files.ts";
import { semanticDigest } from "../../spec/compare/semantic-digest.ts";
import { versionsOf } from "../../spec/compare/versions.ts";
import { suggestion } from "../../spec/findings/nearest.ts";
import { parseFeature } from "../../spec/read/parse-feature.ts";
import type { SourceFile } from "../../spec/read/source.ts";
import { folderHistory, movesOf } from "../../workspaces/folder-history.ts";
import type { Git } from "../../workspaces/git.ts";
import { readBlobs } from "../../workspaces/objects.ts";
import {
  hasCommit,
  type WorkspaceRepository,
  workspaceRepository,
} from "../../workspaces/workspace-repository.ts";
import { declaredSpecFolders, foldersOf } from "../reading/declared-projects.ts";
import { featureFiles } from "../run/task-source.ts";

const DOCUMENTS = ["feature.md", "BACKLOG.yaml", "PLAN.md"] as const;

/** Files of a feature's folder by their path in it. */
export type FolderFiles = ReadonlyMap<string, { readonly mode: string; readonly oid: Oid }>;

export interface FeatureHistory {
  readonly feature: string;
  /** Where its documents lie, or lay last, from the workspace root. */
  readonly folder: string;
  /** The oldest first; what is not committed yet is the last. */
  readonly versions: readonly SpecVersion[];
  /** Where the feature was there and could not be read, with the first finding about it. */
  readonly unreadable: readonly { readonly origin: Origin | null; readonly finding: Diagnostic }[];
  /** The working copy, where it has the feature and can be read. */
  readonly present: SpecState | null;
  readonly archive: Archive;
}

/** What git keeps of the folder. Empty where there is no repository, or no commit that has the feature. */
export interface Archive {
  /** Null where the workspace has no repository. */
  readonly git: Git | null;
  readonly objectFormat: "sha1" | "sha256";
  readonly filesAt: ReadonlyMap<SpecState, FolderFiles>;
  /** The clone is shallow: older versions may be elsewhere, so the numbers are not those of a whole clone. */
  readonly shallow: boolean;
}

/** Fails with `usage` where neither the working copy nor the history has the feature. */
export async function historyOf(root: string, feature: string): Promise<Result<FeatureHistory>> {
  const repository = await workspaceRepository(root);
  if (!repository.ok) return repository;
  const specs = await declaredSpecFolders(root);
  if (!specs.ok) return specs;
  const there = foldersOf(root, specs.value, feature);
  if (!there.ok) return there;
  // A feature that is gone lay in any of them.
  const places = there.value.length > 0 ? there.value : specs.value.map((one) => `${one}/${feature}`);
  const past = await pastIn(repository.value, places, specs.value);
  if (!past.ok) return past;
  const { folder, states, findings, archive } = past.value;
  const looked = presentOf(root, folder);
  if (!looked.ok) return looked;
  const present = looked.value;
  if (states.length === 0 && present === null) return unknownFeature(root, specs.value, feature);
  const unreadable = [...findings];
  if (present !== null && present.finding !== null)
    unreadable.push({ origin: null, finding: present.finding });
  return success({
    feature,
    folder,
    versions: withPresent(states, present?.state ?? null),
    unreadable,
    present: present?.state ?? null,
    archive,
  });
}

/** What is not committed is a version where it means something else than the last commit. */
function withPresent(states: readonly SpecState[], present: SpecState | null): readonly SpecVersion[] {
  const committed = versionsOf(states);
  if (present?.feature == null) return committed;
  const last = states.at(-1)?.feature ?? null;
  const isSame = last !== null && semanticDigest(last) === semanticDigest(present.feature);
  return isSame ? committed : versionsOf([...states, present]);
}

interface Past {
  /** Where the feature lies, or lay last, from the workspace root. */
  readonly folder: string;
  readonly states: readonly SpecState[];
  readonly findings: FeatureHistory["unreadable"];
  readonly archive: Archive;
}

const NO_ARCHIVE: Archive = { git: null, objectFormat: "sha1", filesAt: new Map(), shallow: false };

/** Of the first of these folders that git knows; of none where there is no git, or it knows none. */
async function pastIn(
  repository: WorkspaceRepository | null,
  places: readonly string[],
  specs: readonly string[],
): Promise<Result<Past>> {
  const [first = ""] = places;
  const unknown: Past = { folder: first, states: [], findings: [], archive: NO_ARCHIVE };
  if (repository === null) return success(unknown);
  const { git, objectFormat, shallow } = repository;
  const born = await hasCommit(git);
  if (!born.ok) return born;
  for (const folder of born.value ? places : []) {
    const past = await pastOf(repository, folder, specs);
    if (!past.ok || past.value.states.length > 0) return past;
  }
  return success({ ...unknown, archive: { git, objectFormat, filesAt: new Map(), shallow } });
}

async function pastOf(
  { git, prefix, objectFormat, shallow }: WorkspaceRepository,
  place: string,
  specs: readonly string[],
): Promise<Result<Past>> {
  const moments = await momentsOf({ git, prefix }, place, specs);
  if (!moments.ok) return moments;
  const texts = await textsOf(git, moments.value);
  if (!texts.ok) return texts;
  const states: SpecState[] = [];
  const findings: { origin: Origin; finding: Diagnostic }[] = [];
  const filesAt = new Map<SpecState, FolderFiles>();
  const known = new Map<string, PastFeature>();
  for (const { origin, path, files } of moments.value) {
    const folder = featureIn(path);
    const name = [path, ...DOCUMENTS.map((document) => files.get(document)?.oid ?? "")].join(" ");
    const reading = known.get(name) ?? readAs(path, files, texts.value);
    known.set(name, reading);
    const { feature: read, finding } = reading;
    const state = { origin, folder, feature: read, unreadable: finding !== null };
    if (finding !== null && states.at(-1)?.unreadable !== true) findings.push({ origin, finding });
    states.push(state);
    filesAt.set(state, files);
  }
  return success({ folder: place, states, findings, archive: { git, objectFormat, filesAt, shallow } });
}

interface Moment {
  readonly origin: Origin;
  /** Of the folder, from the workspace root as far as it lay below that. */
  readonly path: string;
  readonly files: FolderFiles;
}

/** Every commit that touched the folder, the oldest first; before the commit that put it there, those where it was. */
async function momentsOf(
  { git, prefix }: Pick<WorkspaceRepository, "git" | "prefix">,
  place: string,
  specs: readonly string[],
): Promise<Result<readonly Moment[]>> {
  const moments: Moment[] = [];
  const seen = new Set<string>();
  const places = specs.map((folder) => `${prefix}${folder}`);
  let stretch: Stretch | null = { tip: "HEAD", folder: `${prefix}${place}` };
  while (stretch !== null && !seen.has(stretch.folder)) {
    const { folder }: Stretch = stretch;
    seen.add(folder);
    const own: Result<readonly Omit<Moment, "path">[]> = await momentsUnder(git, stretch);
    if (!own.ok) return own;
    const path = folder.startsWith(prefix) ? folder.slice(prefix.length) : folder;
    moments.unshift(...own.value.map((moment) => ({ ...moment, path })));
    const first = own.value[0];
    if (first === undefined || !first.files.has("feature.md")) break;
    const former = await formerPlace(git, first.origin.commit, folder, places);
    if (!former.ok) return former;
    stretch = former.value === null ? null : { tip: `${first.origin.commit}^1`, folder: former.value };
  }
  return success(moments);
}

/** Where a folder was found, as a path of the repository, and the commit up to which it was there. */
interface Stretch {
  readonly tip: string;
  readonly folder: string;
}

/**
 * Where the folder was before that commit; null where it is not a folder of another feature that moved. A folder of features
 * moves with its workspace, too.
 */
async function formerPlace(
  git: Git,
  commit: Oid,
  folder: string,
  specs: readonly string[],
): Promise<Result<string | null>> {
  const moved = await movesOf(git, commit);
  if (!moved.ok) return moved;
  const from = moved.value.find((change) => change.path === `${folder}/feature.md`)?.from ?? "";
  if (basename(from) !== "feature.md") return success(null);
  const around = dirname(dirname(from));
  return success(specs.includes(around) || basename(around) === SPECS ? dirname(from) : null);
}

async function momentsUnder(
  git: Git,
  { tip, folder }: Stretch,
): Promise<Result<readonly Omit<Moment, "path">[]>> {
  const prefix = `${folder}/`;
  const commits = await folderHistory(git, tip, folder);
  if (!commits.ok) return commits;
  const files = new Map<string, { mode: string; oid: Oid }>();
  const moments = commits.value.map(({ changes, ...origin }) => {
    for (const { path, mode, oid } of changes) {
      if (!path.startsWith(prefix)) continue;
      if (oid === null) files.delete(path.slice(prefix.length));
      else files.set(path.slice(prefix.length), { mode, oid });
    }
    return { origin, files: new Map(files) };
  });
  return success(moments);
}

async function textsOf(git: Git, moments: readonly Moment[]): Promise<Result<ReadonlyMap<Oid, Uint8Array>>> {
  const all = moments.flatMap(({ files }) => DOCUMENTS.flatMap((name) => files.get(name)?.oid ?? []));
  const oids = [...new Set(all)];
  const contents = await readBlobs(git, oids);
  return contents.ok
    ? success(new Map(oids.map((oid, index) => [oid, contents.value[index] as Uint8Array])))
    : contents;
}

type PastFeature = Pick<SpecState, "feature"> & { readonly finding: Diagnostic | null };

function readAs(path: string, files: FolderFiles, texts: ReadonlyMap<Oid, Uint8Array>): PastFeature {
  const [feature = null, backlog = null, plan = null] = DOCUMENTS.map((name): SourceFile | null => {
    const oid = files.get(name)?.oid;
    return oid === undefined ? null : { path: `${path}/${name}`, bytes: texts.get(oid) as Uint8Array };
  });
  return feature === null ? { feature: null, finding: null } : readDocuments({ feature, backlog, plan });
}

/** What has an error may lack a task or more, so it counts as not read: half a spec is no version of it. */
function readDocuments(documents: Parameters<typeof parseFeature>[0]): PastFeature {
  const { value, diagnostics } = parseFeature(documents);
  const fatal = diagnostics.find(({ severity }) => severity === "error") ?? null;
  return { feature: fatal === null ? value : null, finding: fatal };
}

interface Present {
  readonly state: SpecState;
  readonly finding: Diagnostic | null;
}

/** Null where the working copy does not have the feature. */
function presentOf(root: string, folder: string): Result<Present | null> {
  const files = featureFiles(root, folder);
  if (!files.ok) return isAbsent(files.failure) ? success(null) : files;
  const { feature: read, finding } = readDocuments(files.value);
  const state: SpecState = {
    origin: null,
    folder: featureIn(folder),
    feature: read,
    unreadable: finding !== null,
  };
  return success({ state, finding });
}

function unknownFeature(root: string, specs: readonly string[], feature: string): Result<never> {
  const entries = specs.map((folder) => listFolder(join(root, folder)));
  const known = entries
    .flatMap((one) => (one.ok ? one.value : []))
    .flatMap(({ name, kind }) => (kind === "folder" && !name.startsWith(".") ? [name] : []));
  return failed({
    reason: "usage",
    message: `there is no feature ${JSON.stringify(feature)}, neither now nor in the workspace's history`,
    fix: known.length === 0 ? "Write specs/<feature>/feature.md." : suggestion(feature, known),
  });
}
