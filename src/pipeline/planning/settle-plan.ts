// What becomes of new documents beside what people wrote? They are merged three ways with the files as they are, the
// base being what was planned last. Where both changed the same, the files stay and a person decides.

import { join } from "node:path";
import { taskId } from "../../model/address.ts";
import { type Digest, digestOfBytes } from "../../model/digest.ts";
import type { PlanClash } from "../../model/failure.ts";
import { folderOf } from "../../model/feature.ts";
import type { PlannedTexts } from "../../model/planning.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { PlanningRecord } from "../../model/trace.ts";
import { requestText } from "../../spec/compare/feature-request.ts";
import { type PlanWidening, planWidenings } from "../../spec/compare/plan-widenings.ts";
import { mergeBacklog } from "../../spec/merge/merge-backlog.ts";
import { mergePlan } from "../../spec/merge/merge-plan.ts";
import { type Blobs, isLost } from "../../store/blobs.ts";
import { removeDurably, writeDurably } from "../../store/durable.ts";
import { mergeText } from "../../workspaces/merge-text.ts";
import { dropHeldPlan, holdPlan, plannedFeature } from "./held-plan.ts";
import { type PlanFacts, readText } from "./plan-facts.ts";
import { versionThat } from "./workspace-history.ts";
import { type PlanWriting, writePlan } from "./write-plan.ts";

const PLAN_PROPOSAL = "PLAN.proposed.md";
const BACKLOG_PROPOSAL = "BACKLOG.proposed.yaml";
/** Of the documents that clashed. */
export const RECORD_PROPOSAL = "planning.proposed.json";

export interface PlanStorage {
  readonly root: string;
  readonly blobs: Blobs;
}

/** One document on three sides; `base` is null where nobody has it any more, or a person wrote it. */
interface Sides {
  readonly base: string | null;
  readonly ours: string | null;
  readonly theirs: string;
}

type Clash = Omit<PlanClash, "file">;

interface Merged {
  readonly text: string;
  readonly clashes: readonly Clash[];
}

/** Documents with the text that was shown to whoever made them; null where nothing was. */
export interface Documents extends PlannedTexts {
  readonly context: string | null;
  /** Requirements that people edited since the last plan; null where no agent made the documents. */
  readonly edited: ReadonlySet<string> | null;
}

/**
 * Writes the documents. Fails with `plan-conflict` where people and planners changed the same; then the proposal lies in
 * `.factory/tasks/<feature>/`; with `change-waits` where an agent gives tasks more than they have. `replace`: a person said that their own files may go.
 */
export async function settlePlan(
  storage: PlanStorage,
  facts: PlanFacts,
  documents: Documents,
  replace: boolean,
): Promise<Result<void>> {
  const { feature, record } = facts;
  const planned = await sidesOf(storage, facts, { name: "PLAN.md", theirs: documents.plan });
  if (!planned.ok) return planned;
  const cut = await sidesOf(storage, facts, { name: "BACKLOG.yaml", theirs: documents.backlog });
  if (!cut.ok) return cut;
  const plan = planned.value && merged(planned.value, replace, planMerge);
  const backlog = cut.value && merged(cut.value, replace, backlogMerge(feature.id));
  if (backlog === null) throw new Error("bug: planning without a backlog");
  const clashes: PlanClash[] = [
    ...(plan?.clashes ?? []).map((clash) => ({ file: "PLAN.md" as const, ...clash })),
    ...backlog.clashes.map((clash) => ({ file: "BACKLOG.yaml" as const, ...clash })),
  ];
  const unchanged = backlog.text === facts.backlog;
  const next = await recordOf(storage, facts, documents, unchanged ? (record?.approved ?? null) : null);
  if (!next.ok) return next;
  if (clashes.length > 0) {
    const dropped = await dropHeldPlan(storage.root, feature.id);
    if (!dropped.ok) return dropped;
    const texts = { [PLAN_PROPOSAL]: plan?.text ?? null, [BACKLOG_PROPOSAL]: backlog.text };
    const written = await propose(storage.root, feature.id, {
      ...texts,
      [RECORD_PROPOSAL]: JSON.stringify(next.value),
    });
    if (!written.ok) return written;
    return failed({
      reason: "plan-conflict",
      feature: feature.id,
      folder: folderOf(feature),
      clashes,
      proposal: proposalFolder(feature.id),
    });
  }
  const { context } = documents;
  const known =
    context === null ? success(null) : readText(join(storage.root, folderOf(feature), "context.md"));
  if (!known.ok) return known;
  const files: PlanWriting["files"] = [
    ...(context === null ? [] : [{ name: "context.md" as const, before: known.value, after: context }]),
    ...(plan === null ? [] : [{ name: "PLAN.md" as const, before: facts.plan, after: plan.text }]),
    { name: "BACKLOG.yaml", before: facts.backlog, after: backlog.text },
  ];
  const writing = { feature: feature.id, folder: folderOf(feature), record: next.value, files };
  const unseen = unseenChanges(facts, backlog.text, documents.edited);
  if (!unseen.ok) return unseen;
  if (unseen.value.length > 0) return failed(await holdPlan(storage.root, writing, unseen.value));
  const written = await writePlan(storage.root, storage.blobs, writing);
  return written.ok ? withdraw(storage.root, feature.id) : written;
}

/** Templates are people's, and so is what takes the place of a backlog that was theirs: `replace` said so. */
function unseenChanges(
  facts: PlanFacts,
  backlog: string,
  edited: Documents["edited"],
): Result<readonly PlanWidening[]> {
  if (edited === null || facts.record === null || facts.backlog === null) return success([]);
  const after = plannedFeature(facts, backlog);
  return after.ok ? success(planWidenings(facts.feature.tasks, after.value.tasks, edited)) : after;
}

/** The plan as it will stand beside what people changed in PLAN.md, with the planned version where the two clash. */
export async function mergedPlan(
  storage: PlanStorage,
  facts: PlanFacts,
  theirs: string,
): Promise<Result<string>> {
  const sides = await sidesOf(storage, facts, { name: "PLAN.md", theirs });
  if (!sides.ok) return sides;
  return success(sides.value === null ? theirs : merged(sides.value, false, planMerge).text);
}

/** The plan as it was planned last, without what people changed in it since; null where nobody has it any more. */
export async function plannedPlan(storage: PlanStorage, facts: PlanFacts): Promise<Result<string | null>> {
  const sides = await sidesOf(storage, facts, { name: "PLAN.md", theirs: "" });
  return sides.ok ? success(sides.value?.base ?? null) : sides;
}

/** Notes down that the files are what the template plans. */
export async function adoptPlan(
  storage: PlanStorage,
  facts: PlanFacts,
  texts: PlannedTexts,
): Promise<Result<void>> {
  const record = await recordOf(storage, facts, texts, null);
  if (!record.ok) return record;
  return writePlan(storage.root, storage.blobs, {
    feature: facts.feature.id,
    folder: folderOf(facts.feature),
    record: record.value,
    files: [],
  });
}

/** The record of these documents, with all that it names in the store. */
export async function recordOf(
  { blobs }: Pick<PlanStorage, "blobs">,
  facts: Pick<PlanFacts, "key" | "request" | "requestDigest">,
  { plan, backlog }: PlannedTexts,
  approved: Digest | null,
): Promise<Result<PlanningRecord>> {
  for (const text of [requestText(facts.request), backlog, ...(plan === null ? [] : [plan])]) {
    const kept = await blobs.put(text, { paid: true });
    if (!kept.ok) return kept;
  }
  return success({
    key: facts.key,
    request: facts.requestDigest,
    plan: plan === null ? null : digestOfBytes(plan),
    backlog: digestOfBytes(backlog),
    approved,
  });
}

interface Document {
  readonly name: "PLAN.md" | "BACKLOG.yaml";
  readonly theirs: string | null;
}

/** Null where the document is not planned. */
async function sidesOf(
  storage: PlanStorage,
  facts: PlanFacts,
  { name, theirs }: Document,
): Promise<Result<Sides | null>> {
  if (theirs === null) return success(null);
  const { record, feature } = facts;
  const ours = name === "PLAN.md" ? facts.plan : facts.backlog;
  const digest = name === "PLAN.md" ? (record?.plan ?? null) : (record?.backlog ?? null);
  if (ours === null || digest === null) return success({ base: null, ours, theirs });
  if (digestOfBytes(ours) === digest) return success({ base: ours, ours, theirs });
  const base = await earlierText(storage, digest, `${folderOf(feature)}/${name}`);
  return base.ok ? success({ base: base.value, ours, theirs }) : base;
}

/** A text by its digest: from the store, or a version that the workspace's git keeps. Null where both have lost it. */
async function earlierText(
  { root, blobs }: PlanStorage,
  digest: Digest,
  path: string,
): Promise<Result<string | null>> {
  const stored = await blobs.get(digest);
  const found =
    stored.ok || !isLost(stored.failure)
      ? stored
      : await versionThat(root, path, (version) => digestOfBytes(version) === digest);
  if (!found.ok) return found;
  return success(found.value === null ? null : Buffer.from(found.value).toString("utf8"));
}

function merged(
  { base, ours, theirs }: Sides,
  replace: boolean,
  merge: (base: string, ours: string, theirs: string) => Merged,
): Merged {
  if (ours === null || ours === theirs) return { text: theirs, clashes: [] };
  if (base === null && replace) return { text: theirs, clashes: [] };
  if (base === null) return { text: theirs, clashes: [{ task: null, part: null, unknown: true }] };
  return merge(base, ours, theirs);
}

function planMerge(base: string, ours: string, theirs: string): Merged {
  const { text, clashes } = mergePlan(base, ours, theirs, (b, o, t) => {
    const lines = mergeText(Buffer.from(b), Buffer.from(o), Buffer.from(t));
    return lines === null ? null : Buffer.from(lines).toString("utf8");
  });
  return { text, clashes: clashes.map((heading) => ({ task: null, part: heading || null, unknown: false })) };
}

function backlogMerge(feature: string) {
  return (base: string, ours: string, theirs: string): Merged => {
    const { text, clashes } = mergeBacklog(base, ours, theirs);
    return {
      text,
      clashes: clashes.map(({ task, key }) => {
        return { task: task === null ? null : taskId(feature, task), part: key, unknown: false };
      }),
    };
  };
}

function proposalFolder(feature: string): string {
  return `.factory/tasks/${feature}`;
}

async function propose(
  root: string,
  feature: string,
  texts: Readonly<Record<string, string | null>>,
): Promise<Result<void>> {
  for (const [name, text] of Object.entries(texts)) {
    if (text === null) continue;
    const written = await writeDurably(join(root, proposalFolder(feature), name), text, { derived: true });
    if (!written.ok) return written;
  }
  return success(undefined);
}

/** What a conflict of this very planning left for a person to decide; null where there is none. */
export function proposedRecord(root: string, { feature, key }: PlanFacts): Result<PlanningRecord | null> {
  const path = join(root, proposalFolder(feature.id), RECORD_PROPOSAL);
  const text = readText(path);
  if (!text.ok || text.value === null) return text as Result<null>;
  const record = recordIn(text.value);
  if (record !== null) return success(record.key === key ? record : null);
  const fix = `Fix it, or drop what waits with \`factory retry ${feature.id}\`.`;
  return failed({ reason: "usage", message: `${path} cannot be used: it is not a record of a plan`, fix });
}

function recordIn(text: string): PlanningRecord | null {
  try {
    const record = JSON.parse(text) as Partial<PlanningRecord> | null;
    return typeof record?.key === "string" && typeof record.backlog === "string"
      ? (record as PlanningRecord)
      : null;
  } catch {
    return null;
  }
}

/** Takes away what waited for a person. */
export async function withdraw(root: string, feature: string): Promise<Result<void>> {
  const removed = await removeDurably(join(root, proposalFolder(feature), RECORD_PROPOSAL));
  return removed.ok ? dropHeldPlan(root, feature) : removed;
}
