// What does the page show that no command tells as one document? A feature with its tasks, the builds that there were, and what
// an attempt left.

import { basename, join } from "node:path";
import { z } from "zod";
import { type Result, success } from "../model/result.ts";
import { type Operation, operation } from "../operations/operation.ts";
import { FEATURE, TASK } from "../operations/operation-input.ts";
import { taskDetails } from "../pipeline/commands/task-details.ts";
import { validSources } from "../pipeline/commands/valid-sources.ts";
import { pastWork } from "../pipeline/history/build-history.ts";
import { declaredWorkspace } from "../pipeline/reading/declared-projects.ts";
import { versionOf } from "../pipeline/run/open-stages.ts";
import { lookAtFleet } from "../pipeline/stages/look-at-fleet.ts";
import { shown } from "../pipeline/tasks/task-files.ts";
import { readIfThere } from "../platform/files.ts";
import type { DocumentOf } from "../report/document-schemas.ts";
import { fleetObject } from "../report/json.ts";
import { metricsByDay, metricsDocument, metricsOf } from "../report/metrics-text.ts";
import { listJournals, readEvents, readJournal } from "../store/journal.ts";
import { BUILD_EVENTS, BUILDS, FLEET_VIEW, LEFT, METRICS, REQUIREMENTS, SPEC } from "./view-documents.ts";

const TEXT_LIMIT = 4 * 1024 * 1024;
/** In a picture, a requirement is a label. */
const LABEL_LENGTH = 60;
const SCHEMA = 1 as const;
const NOTHING = z.strictObject({});

const spec = operation({
  name: "spec",
  title: "Spec",
  description:
    "A feature as it is declared: requirements, constraints and tasks, and what leads from one to another.",
  input: z.strictObject({ feature: FEATURE }),
  output: SPEC,
  effect: "looks",
  long: null,
  async run({ feature: id }, place) {
    const sources = await validSources(place);
    if (!sources.ok) return sources;
    const feature = sources.value.features.find((one) => one.id === id);
    if (feature === undefined)
      return { ok: false, failure: unknown(`there is no feature ${JSON.stringify(id)}`), target: id };
    const plan = textOf(join(place.root, feature.file, "..", "PLAN.md"));
    if (!plan.ok) return plan;
    const sections = feature.sections.filter(({ heading }) => !/^(requirements|constraints)$/i.test(heading));
    return {
      ok: true,
      document: {
        schema: SCHEMA,
        feature: id,
        title: feature.title,
        file: feature.file,
        plan: plan.value,
        sections: sections.map(({ heading, text }) => ({ heading, text })),
        requirements: feature.requirements.map(({ id: name, text, place: { line } }) => ({
          ...{ id: name, text, line },
          tasks: feature.tasks
            .filter(({ requirements }) => requirements.includes(name))
            .map((task) => task.id),
        })),
        constraints: feature.constraints.map(({ text }) => text),
        clarifications: feature.clarifications.map(({ text }) => text),
        tasks: feature.tasks.map((task) => ({
          ...{ id: task.id, title: task.title, project: task.project },
          requirements: [...task.requirements],
          files: [...task.filesHint],
          criteria: task.acceptance.map(({ id: name, text }) => ({ id: name, text })),
        })),
      },
    };
  },
});

const requirements = operation({
  name: "requirements",
  title: "Requirements",
  description: "The requirements of all features, and the tasks that name each.",
  input: NOTHING,
  output: REQUIREMENTS,
  effect: "looks",
  long: { list: "requirements", handful: 500 },
  async run(_, place) {
    const sources = await validSources(place);
    if (!sources.ok) return sources;
    const all = sources.value.features.flatMap((feature) => {
      const naming = new Map<string, string[]>(feature.requirements.map(({ id }) => [id, []]));
      for (const task of feature.tasks) for (const name of task.requirements) naming.get(name)?.push(task.id);
      return feature.requirements.map(({ id, text }) => ({
        ...{ feature: feature.id, id, text: text.slice(0, LABEL_LENGTH) },
        tasks: naming.get(id) ?? [],
      }));
    });
    return { ok: true, document: { schema: SCHEMA, requirements: all } };
  },
});

const builds = operation({
  name: "builds",
  title: "Builds",
  description: "The builds whose journals are still there, the latest first.",
  input: NOTHING,
  output: BUILDS,
  effect: "looks",
  long: { list: "builds", handful: 50 },
  async run(_, { root }) {
    const journals = listJournals(join(root, ".factory", "journal"));
    if (!journals.ok) return journals;
    const all: DocumentOf<typeof BUILDS>["builds"][number][] = [];
    for (const path of journals.value) {
      const started = readEvents(path, "build-started");
      if (!started.ok) return started;
      const ended = readEvents(path, "build-ended");
      if (!ended.ok) return ended;
      const [first, last] = [started.value[0], ended.value.at(-1)];
      all.push({
        build: basename(path, ".jsonl"),
        at: first?.at ?? null,
        tasks: first?.tasks ?? null,
        ok: last?.ok ?? null,
        ms: last?.ms ?? null,
      });
    }
    return { ok: true, document: { schema: SCHEMA, builds: all } };
  },
});

const buildEvents = operation({
  name: "build_events",
  title: "Events of a build",
  description: "All that happened in a build, in order.",
  input: z.strictObject({ build: z.string().describe("as `builds` names it") }),
  output: BUILD_EVENTS,
  effect: "looks",
  long: { list: "events", handful: 500 },
  async run({ build }, { root }) {
    const journals = listJournals(join(root, ".factory", "journal"));
    if (!journals.ok) return journals;
    const path = journals.value.find((one) => basename(one, ".jsonl") === build);
    if (path === undefined)
      return { ok: false, failure: unknown(`the journal of build ${JSON.stringify(build)} is not there`) };
    const reading = readJournal(path);
    if (!reading.ok) return reading;
    return { ok: true, document: { schema: SCHEMA, build, events: reading.value.events } };
  },
});

const metrics = operation({
  name: "metrics",
  title: "Metrics",
  description: "How often drafts were accepted, what was reused, and where the money went, day by day.",
  input: NOTHING,
  output: METRICS,
  effect: "looks",
  long: null,
  async run(_, { root }) {
    const past = pastWork(root);
    if (!past.ok) return past;
    const { builds: figures, spending } = past.value;
    const document = metricsDocument(metricsOf(figures, spending), metricsByDay(figures, spending));
    return { ok: true, document: document as never };
  },
});

const fleet = operation({
  name: "fleet",
  title: "Fleet",
  description: "The workers of the fleet that is declared, what they do, and how much waits for them.",
  input: NOTHING,
  output: FLEET_VIEW,
  effect: "looks",
  long: null,
  async run(_, { root, writer }) {
    const workspace = await declaredWorkspace(root);
    if (!workspace.ok) return workspace;
    const declaration = workspace.value.fleet ?? null;
    const state = declaration === null ? null : await lookAtFleet(declaration, versionOf(writer));
    return { ok: true, document: { schema: SCHEMA, ...fleetObject(state) } };
  },
});

const left = operation({
  name: "left",
  title: "What attempts left",
  description: "The change of the last attempt at a task, and the log of its session.",
  input: z.strictObject({ task: TASK }),
  output: LEFT,
  effect: "looks",
  long: null,
  async run({ task: id }, place) {
    const details = await taskDetails(place, id);
    if (!details.ok) return { ...details, target: id };
    const { task } = details.value;
    const diff = textOf(join(place.root, shown(task.id, "diff")));
    if (!diff.ok) return diff;
    const log = textOf(join(place.root, shown(task.id, "log")));
    if (!log.ok) return log;
    return { ok: true, document: { schema: SCHEMA, task: id, diff: diff.value, log: log.value } };
  },
});

function textOf(path: string): Result<string | null> {
  const read = readIfThere(path, TEXT_LIMIT);
  if (!read.ok) return read;
  return success(read.value === null ? null : Buffer.from(read.value).toString("utf8"));
}

function unknown(message: string) {
  return { reason: "usage", message, fix: "Load the page again: it may have gone meanwhile." } as const;
}

export const VIEW_OPERATIONS: readonly Operation[] = [
  spec,
  requirements,
  builds,
  buildEvents,
  metrics,
  fleet,
  left,
];
