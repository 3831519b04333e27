// What do the sources say? Reads what changed since the last build and takes the rest from the index, so that reading
// ten thousand tasks costs a stat per file. It finds; whether the findings stop anything is the caller's.

import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Digest } from "../../model/digest.ts";
import type { Feature } from "../../model/feature.ts";
import { wholeFile } from "../../model/place.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { Lock } from "../../model/trace.ts";
import { DEFAULT_LIMITS, type TemplateRepository, type Workspace } from "../../model/workspace.ts";
import { type Stamp, stampOf } from "../../platform/stamp.ts";
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
  /** Sound features by folder, each as it was read. */
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
  const features = await readFeatures(reader, remembered.features);
  reader.diagnostics.push(...foreignDocuments(reader, features));
  const anew = features.filter((reading) => !(reading instanceof RememberedFeature));
  const known = features.flatMap(({ feature }) => (feature === null ? [] : withDefaults(feature, templates)));
  const unfetched = remembered.templates === null ? unfetchedIn(reader, workspace) : [];
  const found: Diagnostic[] = [];
  if (workspace !== null) {
    const { findings } = await import("../../spec/validate/validate.ts");
    const folders = new Set(anew.map(({ folder }) => folder));
    const changed = known.filter(({ id }) => folders.has(id));
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
  const path = `specs/${folder}/`;
  return diagnostics.filter(({ severity, file }) => severity === "warning" && file?.startsWith(path));
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

/** One feature as its files say now, whatever the last build knew of it; null where it cannot be told. */
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
  remembered: ReadonlyMap<string, RememberedFeature>,
): Promise<FeatureReading[]> {
  const readings: FeatureReading[] = [];
  for (const folder of reader.list("specs", "folder")) {
    // `factory new` makes a feature in such a folder and renames it when it is whole.
    if (folder.startsWith(".")) continue;
    const known = remembered.get(folder);
    readings.push(known ?? (await readFeature(reader, folder)));
    // Parsing is long: whoever waits for another process meanwhile gets a turn.
    if (known === undefined) await setImmediate();
  }
  return readings;
}

async function readFeature(reader: Reader, folder: string): Promise<FeatureReading> {
  const path = `specs/${folder}`;
  reader.stamps.set(path, stampOf(join(reader.root, path)));
  const [feature, plan, backlog] = ["feature.md", "PLAN.md", "BACKLOG.yaml"].map((name) => {
    return reader.read(`${path}/${name}`);
  }) as [Found, Found, Found];
  const lock = readLockOf(reader, path);
  // What a file that cannot be read would say is not known, so nothing is concluded from its absence.
  if (feature === "unreadable" || plan === "unreadable" || backlog === "unreadable") {
    return { folder, feature: null, lock, outlineOf: null, warnings: [], criteria: [] };
  }
  if (feature === null) {
    if (backlog !== null) reader.diagnostics.push(withoutRequest(path));
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
