// What do the sources say? Reads what changed since the last build and takes the rest from the index, so that reading
// ten thousand tasks costs a stat per file. It finds; whether the findings stop anything is the caller's.

import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Digest } from "../../model/digest.ts";
import { type Feature, folderOf } from "../../model/feature.ts";
import { wholeFile } from "../../model/place.ts";
import type { Project } from "../../model/project.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { featureIn, SPECS, specFolders } from "../../model/spec-folders.ts";
import type { Lock } from "../../model/trace.ts";
import { DEFAULT_LIMITS, type TemplateRepository, type Workspace } from "../../model/workspace.ts";
import { ABSENT, type Stamp, stampOf } from "../../platform/stamp.ts";
import { diagnosticOf } from "../../report/failure-diagnostic.ts";
import type { SourceFile } from "../../spec/read/source.ts";
import { LOCK_NAME, readLock } from "../../store/locks.ts";
import { FeatureCache } from "./feature-cache.ts";
import { type FeatureReading, haveOutlines, Locks, RememberedFeature } from "./feature-reading.ts";
import { foreignDocuments } from "./foreign-documents.ts";
import { withDefaults } from "./param-defaults.ts";
import { parseOnce } from "./parse-once.ts";
import { countsOf, unprovenIn } from "./proof-counts.ts";
import { readPrompts } from "./read-prompts.ts";
import { shelfOf, templateBases, templateRoots, unfetchedIn } from "./read-templates.ts";
import { NOTHING_THOUGHT, Reader, type Thought } from "./source-reader.ts";
import type { Prompt, Sources } from "./sources.ts";
import type { TemplateSources } from "./template-shelf.ts";
import { windowFindings } from "./window-findings.ts";

/** What of the last reading still holds; empty where there is none. */
export interface Remembered {
  readonly workspace: Workspace | null;
  readonly templates: readonly TemplateSources[] | null;
  readonly prompts: Readonly<Record<string, Prompt>> | null;
  /** Sound features by their folder, each as it was read. */
  readonly features: ReadonlyMap<string, RememberedFeature>;
  /** Outlines of all features that the last build knew, also of those that changed since, by folder. */
  readonly outlines: ReadonlyMap<string, Buffer>;
}

export interface Reading {
  readonly sources: Sources;
  /** Repositories of templates that have to be fetched first. */
  readonly unfetched: readonly TemplateRepository[];
  readonly features: readonly FeatureReading[];
  /** What every file and folder looked like when it was read, by path from the root. */
  readonly stamps: ReadonlyMap<string, Stamp>;
  /** Of every file that was read and not remembered; null for one that was not there. */
  readonly digests: ReadonlyMap<string, Digest | null>;
}

export const NOTHING_REMEMBERED: Remembered = {
  workspace: null,
  templates: null,
  prompts: null,
  features: new Map(),
  outlines: new Map(),
};

/** Fails only where there is no workspace at all; all else is in `sources.diagnostics`. */
export async function readSources(
  root: string,
  packageRoot: string,
  remembered: Remembered,
  thought: Thought = NOTHING_THOUGHT,
): Promise<Result<Reading>> {
  const reader = new Reader(root, thought);
  const workspace = remembered.workspace ?? (await readWorkspace(reader));
  if (workspace === null && reader.diagnostics.length === 0) {
    return failed({
      reason: "usage",
      message: `there is no projects.yaml in ${root}`,
      fix: "Run `factory init` here, or name the workspace with -C DIR.",
      place: wholeFile("projects.yaml"),
    });
  }
  const bases = templateBases(reader, packageRoot, workspace);
  const templates = await shelfOf(reader, bases, remembered.templates);
  const prompts =
    remembered.prompts ?? (await readPrompts(reader, templateRoots(root, packageRoot), workspace));
  const promptsByName = new Map(Object.entries(prompts));
  const features = await readFeatures(reader, workspace?.projects ?? [], remembered.features);
  reader.diagnostics.push(...foreignDocuments(reader, features));
  const anew = features.filter((reading) => !(reading instanceof RememberedFeature));
  const known = features.flatMap(({ feature }) => (feature === null ? [] : withDefaults(feature, templates)));
  const unfetched = remembered.templates === null ? unfetchedIn(reader, workspace) : [];
  const found: Diagnostic[] = [];
  if (workspace !== null) {
    const { findings } = await import("../../spec/validate/validate.ts");
    const folders = new Set(anew.map(({ folder }) => folder));
    const changed = known.filter((feature) => folders.has(folderOf(feature)));
    const linksChanged = !haveOutlines(features, remembered.outlines);
    const scope = { features: changed, links: linksChanged };
    found.push(...findings(workspace, known, templates, scope, promptsByName.keys()));
    found.push(...(await windowFindings({ workspace, prompts: promptsByName }, changed, templates)));
  }
  const diagnostics = [...reader.diagnostics, ...found];
  templates.seal();
  const told = await Promise.all(
    features.map(async (reading) =>
      reading instanceof RememberedFeature
        ? reading
        : {
            ...reading,
            warnings: warningsIn(reading, diagnostics),
            criteria: await countsOf(reading, workspace),
          },
    ),
  );
  diagnostics.push(...features.flatMap(({ warnings }) => warnings));
  // What tasks are worth is asked where it is known which tasks there are.
  const isSound = diagnostics.every(({ severity }) => severity !== "error");
  if (workspace !== null && isSound) diagnostics.push(...(await unprovenIn(workspace, told)));
  // An outline lacks the places that an error is told with.
  const partial = features.some(({ outlineOf }) => outlineOf !== null);
  if (partial && diagnostics.some(({ severity }) => severity === "error")) {
    return readSources(root, packageRoot, NOTHING_REMEMBERED, thought);
  }
  return success({
    sources: {
      root,
      workspace: workspace ?? EMPTY_WORKSPACE,
      features: known,
      templates,
      prompts: promptsByName,
      locks: new Locks(told),
      diagnostics,
    },
    unfetched,
    features: told,
    stamps: reader.stamps,
    digests: reader.digests,
  });
}

function warningsIn({ folder }: FeatureReading, diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.filter(({ severity, file }) => severity === "warning" && file?.startsWith(`${folder}/`));
}

/** The whole of a feature of which only the outline was remembered. It is unchanged, so it is sound. */
export async function wholeFeature(
  { folder, outlineOf, feature }: FeatureReading,
  { root, templates }: Pick<Sources, "root" | "templates">,
): Promise<Feature | null> {
  const cached = outlineOf === null ? feature : new FeatureCache(root).load(outlineOf);
  const whole = cached ?? (await readFeature(new Reader(root), folder)).feature;
  return whole === null ? null : withDefaults(whole, templates);
}

/** The feature in a folder as its files say now, whatever the last build knew of it; null where it cannot be told. */
export async function featureNow(
  folder: string,
  { root, templates }: Pick<Sources, "root" | "templates">,
): Promise<Feature | null> {
  const reader = new Reader(root);
  const { feature } = await readFeature(reader, folder);
  const isSound = reader.diagnostics.every(({ severity }) => severity !== "error");
  return feature === null || !isSound ? null : withDefaults(feature, templates);
}

const EMPTY_WORKSPACE: Workspace = {
  projects: [],
  agents: [],
  routing: { roles: {}, implementer: {} },
  budget: { usd: null, perTaskUsd: null, perHourUsd: null },
  prices: {},
  limits: DEFAULT_LIMITS,
  checkpoints: { backlog: "auto" },
  templates: [],
};

async function readWorkspace(reader: Reader): Promise<Workspace | null> {
  const file = reader.file("projects.yaml");
  if (file === null) return null;
  const { CATALOGUE } = await import("../../agents/agent-kinds.ts");
  const { parseWorkspace } = await import("../../spec/read/parse-workspace.ts");
  return reader.keep(parseWorkspace(file, CATALOGUE));
}

async function readFeatures(
  reader: Reader,
  projects: readonly Project[],
  remembered: ReadonlyMap<string, RememberedFeature>,
): Promise<FeatureReading[]> {
  const readings = new Map<string, FeatureReading>();
  for (const specs of specFolders(projects)) {
    const names = reader.list(specs, "folder");
    if (specs !== SPECS && reader.stamps.get(specs) === ABSENT)
      reader.diagnostics.push(...missingSpecs(projects, specs));
    for (const name of names) {
      // `factory new` makes a feature in such a folder and renames it when it is whole.
      if (name.startsWith(".")) continue;
      const folder = `${specs}/${name}`;
      const other = readings.get(name);
      if (other !== undefined) {
        reader.diagnostics.push(twoFolders(other.folder, folder));
        continue;
      }
      const known = remembered.get(folder);
      readings.set(name, known ?? (await readFeature(reader, folder)));
      // Parsing is long: whoever waits for another process meanwhile gets a turn.
      if (known === undefined) await setImmediate();
    }
  }
  return [...readings.values()];
}

/** Whoever named a folder has features there: that none are there now is no reason to take their code away. */
function missingSpecs(projects: readonly Project[], folder: string): readonly Diagnostic[] {
  const naming = projects.filter(({ specs }) => specs === folder);
  return naming.map(({ id, place }) => ({
    severity: "error",
    code: "specs-missing",
    message: `The folder ${folder}, which ${id} names for its features, is not there.`,
    target: `${id}/`,
    file: place.file,
    line: place.line,
    column: place.column,
    fix: `Restore it, make it where there is no feature yet, or remove \`specs\` of ${id}.`,
  }));
}

function twoFolders(first: string, second: string): Diagnostic {
  return {
    severity: "error",
    code: "duplicate-feature",
    message: `${first} and ${second} have one name, and a feature is known by its name.`,
    target: featureIn(first),
    file: `${second}/feature.md`,
    line: null,
    column: null,
    fix: "Rename one of the two folders.",
  };
}

async function readFeature(reader: Reader, folder: string): Promise<FeatureReading> {
  reader.stamps.set(folder, stampOf(join(reader.root, folder)));
  const [feature, plan, backlog] = ["feature.md", "PLAN.md", "BACKLOG.yaml"].map((name) => {
    return reader.read(`${folder}/${name}`);
  }) as [Found, Found, Found];
  const lock = readLockOf(reader, folder);
  // What a file that cannot be read would say is not known, so nothing is concluded from its absence.
  if (feature === "unreadable" || plan === "unreadable" || backlog === "unreadable") {
    return { folder, feature: null, lock, outlineOf: null, warnings: [], criteria: [] };
  }
  if (feature === null) {
    if (backlog !== null) reader.diagnostics.push(withoutRequest(folder));
    return { folder, feature: null, lock, outlineOf: null, warnings: [], criteria: [] };
  }
  return {
    folder,
    feature: reader.keep(await parseOnce({ feature, backlog, plan })),
    lock,
    outlineOf: null,
    warnings: [],
    criteria: [],
  };
}

type Found = SourceFile | null | "unreadable";

function readLockOf(reader: Reader, path: string): Lock | null {
  const file = reader.file(`${path}/${LOCK_NAME}`);
  if (file === null) return null;
  const lock = readLock(file.bytes, file.path);
  if (lock.ok) return lock.value;
  reader.diagnostics.push(...diagnosticOf(lock.failure, null));
  return null;
}

function withoutRequest(path: string): Diagnostic {
  return {
    severity: "error",
    code: "missing-feature-file",
    message: `${path} has a backlog but no feature.md`,
    target: null,
    file: `${path}/feature.md`,
    line: null,
    column: null,
    fix: `Write ${path}/feature.md, or remove the folder.`,
  };
}
