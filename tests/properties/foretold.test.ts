// Does a status name exactly what the build after it does? Random workspaces and random deeds, in both by the same options.

import fc from "fast-check";
import { expect, test } from "vitest";
import { featureOf, localIdOf } from "../../src/model/address.ts";
import type { BuildOptions } from "../../src/model/build-options.ts";
import type { Action, ReasonCode } from "../../src/model/verdict.ts";
import { statusesOf } from "../../src/pipeline/commands/task-statuses.ts";
import { type Evaluation, evaluate } from "../../src/pipeline/line/evaluate.ts";
import type { Outcome } from "../../src/pipeline/run/recorder.ts";
import type { TaskStatus } from "../../src/report/status-text.ts";
import { PATIENCE, runs } from "./field.ts";
import { type Deed, deeds, Village, type Villager, villages } from "./village.ts";

const ANYTHING: readonly Action[] = [
  ...(["fresh", "restored", "reverified", "rebased", "regenerated"] as const),
  ...(["failed", "blocked"] as const),
];

/** Only the gates look again. */
const VERIFIES: ReadonlySet<ReasonCode> = new Set([
  ...(["dependency-output-changed", "gates-changed", "toolchain-changed"] as const),
  ...(["criteria-changed", "verification-changed"] as const),
]);

/** In what a build may end for a task of which this was told. */
function endings({ verdict, reasons }: TaskStatus, task: Villager, hasProject: boolean): readonly Action[] {
  const codes = reasons.map(({ code }) => code).filter((code) => code !== "failed-before");
  // Nobody knows what an agent will make of a task before it: this one may end fresh, or as anything else.
  if (codes.includes("dependency-stale")) return ANYTHING;
  const drafted = endOfDraft(task);
  switch (verdict) {
    case "fresh":
    case "modified":
      return ["fresh"];
    case "cached":
      return ["restored"];
    case "missing":
      // What can be restored shows once its project is there.
      return hasProject ? [drafted] : ANYTHING;
    case "stale":
      if (codes.every((code) => VERIFIES.has(code))) return ["reverified"];
      if (codes.includes("base-changed") && task.by === "program") return ["rebased", drafted];
      return [drafted];
    case "blocked":
      return codes.includes("question-open") ? [drafted] : ["blocked", "failed"];
    case "conflict":
      return ANYTHING;
    case "orphan":
      return [];
  }
}

/** The same window is answered alike. */
function endOfDraft({ by, temper }: Villager): Action {
  if (by === "generator" || temper === "WORKS") return "regenerated";
  return temper === "ASKS" ? "blocked" : "failed";
}

function isGood(verdict: TaskStatus["verdict"] | undefined): boolean {
  return verdict === "fresh" || verdict === "modified";
}

/** What a person wrote in a file, around which a product that waited may be merged. */
function handsIn(text: string | null): string | null {
  return text === null ? null : (text.match(/.*(?:by hand|rewritten)$/gm) ?? []).join("\n");
}

function clashesIn({ failures }: Outcome): ReadonlySet<string> {
  return new Set(
    failures.flatMap(({ failure }) =>
      failure.reason === "merge-conflict" ? failure.paths.map(({ path }) => path) : [],
    ),
  );
}

async function look(village: Village, options: BuildOptions, how: "doubt" | "again"): Promise<Evaluation> {
  const evaluation = await evaluate(village.field.environment, options, how);
  if (!evaluation.ok) throw new Error(JSON.stringify(evaluation.failure, null, 2));
  return evaluation.value;
}

function short(statuses: readonly TaskStatus[]): string[] {
  return statuses.map(
    ({ id, verdict, reasons }) =>
      `${id} ${verdict} ${reasons.map(({ code, subject }) => `${code} ${subject}`).join(", ")}`,
  );
}

/** One status, one build, and every way in which they may disagree. */
async function compare(
  village: Village,
  wanted: Partial<BuildOptions>,
  deed: readonly Deed[],
): Promise<void> {
  const options = village.field.options({ ...wanted, removalsMeant: true });
  const told = statusesOf(await look(village, options, "doubt"));
  const again = statusesOf(await look(village, options, "again"));
  const { hasProject } = village;
  const edited = told.flatMap(({ verdict, reasons }) =>
    verdict === "modified" ? reasons.map(({ subject }) => [subject, village.show(subject)] as const) : [],
  );
  const left = told.filter(({ verdict }) => verdict === "orphan").map(({ id }) => id);
  const outcome = await village.field.outcome(options);
  const { tasks, projects } = outcome.result;
  const actions = new Map<string, Action>(tasks.map(({ id, action }) => [id, action]));
  const clashes = clashesIn(outcome);
  const suffered = deed.map(({ kind, at, number }) => `${kind} ${at} ${number}`);
  const wrong = told.flatMap((status): string[] => {
    const task = village.tasks.get(status.id);
    const action = actions.get(status.id);
    if (status.verdict === "orphan") return action === undefined ? [] : [`${status.id} was an orphan`];
    if (task === undefined || action === undefined) return [`${status.id} is not there`];
    const foreseen = endings(status, task, hasProject);
    return foreseen.includes(action) ? [] : [`${status.id}: ${status.verdict}, and then ${action}`];
  });
  const toldClashes = told.filter(({ verdict }) => verdict === "conflict");
  for (const { id, reasons } of toldClashes) {
    const paths = reasons.flatMap(({ code, subject }) => (code === "output-edited" ? [subject] : []));
    if (!paths.some((path) => clashes.has(path))) wrong.push(`${id}: a conflict, and then none`);
  }
  for (const path of clashes) {
    const owner = told.find(({ id }) => path === `src/${featureOf(id)}/${localIdOf(id)}.ts`);
    if (owner === undefined) continue;
    const isOpen = owner.reasons.some(({ code }) => code === "dependency-stale");
    const isDrafted = village.tasks.get(owner.id)?.by === "program" && actions.get(owner.id) !== "fresh";
    if (owner.verdict !== "conflict" && !isOpen && !isDrafted && hasProject)
      wrong.push(`${owner.id}: ${owner.verdict}, and then a conflict`);
  }
  for (const [path, text] of edited)
    if (handsIn(village.show(path)) !== handsIn(text)) wrong.push(`${path} lost its edit`);
  for (const id of left) {
    if (options.targets.length > 0) continue;
    if (village.lock(featureOf(id))?.tasks[localIdOf(id)] !== undefined) wrong.push(`${id} is still locked`);
  }
  for (const [index, status] of told.entries()) {
    const closer = again[index];
    // What became of a file that people keep and a task adds to, a merge may know better than what is remembered; and
    // without the store, nobody may know any more that an edit came to what is generated.
    const isOpen = village.tasks.get(status.id)?.keepsNotes === true;
    const isSame = village.hasLostStore && [status, closer].every((one) => isGood(one?.verdict));
    if (closer?.verdict !== status.verdict && !isOpen && !isSame)
      wrong.push(`${status.id}: ${status.verdict}, and ${closer?.verdict} on a closer look`);
  }
  const did = tasks.map(({ id, action }) => `${id} ${action}`);
  const problems = outcome.failures.map((failure) => JSON.stringify(failure).slice(0, 300));
  const merged = projects.map(({ merged }) => merged);
  const story = { suffered, wanted, told: short(told), again: short(again), did, problems, merged };
  expect(wrong, JSON.stringify(story, null, 1)).toEqual([]);
}

test(
  "a status names exactly what the build after it does",
  async () => {
    const steps = fc.array(
      fc.record({
        deeds: fc.array(deeds, { minLength: 0, maxLength: 3 }),
        keepFailed: fc.constantFrom(false, false, true),
        force: fc.integer({ min: 0, max: 19 }).map((number) => number === 0),
        targets: fc.constantFrom([], [], [], [], ["f0"]),
      }),
      { minLength: 4, maxLength: 4 },
    );
    await fc.assert(
      fc.asyncProperty(villages, steps, async (drawn, list) => {
        using village = new Village(drawn);
        await compare(village, {}, []);
        for (const { deeds: one, ...wanted } of list) {
          for (const deed of one) await village.suffer(deed);
          const hasTarget = [...village.tasks.values()].some(({ feature }) => feature === "f0");
          await compare(village, hasTarget ? wanted : { ...wanted, targets: [] }, one);
        }
      }),
      runs(3),
    );
  },
  PATIENCE,
);
