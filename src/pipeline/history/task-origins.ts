// From where does a task's code come? From a commit's trailers to the task, to the version of its spec, to the words of
// the requirements as they are now, and to what the store remembers of the work.

import { join } from "node:path";
import { featureOf, type TaskId } from "../../model/address.ts";
import type { CodeCommit, TaskOrigin } from "../../model/blame.ts";
import type { Feature } from "../../model/feature.ts";
import type { SpecVersion } from "../../model/spec-version.ts";
import type { Trace } from "../../model/trace.ts";
import { renamed, shortDigest } from "../../spec/compare/semantic-digest.ts";
import { versionAddress } from "../../spec/compare/versions.ts";
import { Traces } from "../../store/traces.ts";
import { historyOf } from "../past/feature-history.ts";
import { workOn } from "../past/recorded-work.ts";
import type { Sources } from "../reading/sources.ts";

/** What is known of the result that a line belongs to. */
export interface ResultName {
  readonly task: TaskId;
  readonly key: string | null;
  readonly agent: string | null;
  readonly spec: string | null;
}

/** Null where the commit is not of one task. */
export function resultIn({ trailers, byFactory }: CodeCommit): ResultName | null {
  const task = trailers["Factory-Task"];
  if (!byFactory || task === undefined || !task.includes(":")) return null;
  return {
    task: task as TaskId,
    key: trailers["Factory-Key"] ?? null,
    agent: trailers["Factory-Agent"] ?? null,
    spec: trailers["Factory-Spec"] ?? null,
  };
}

/** Each feature's history is read once, whatever many lines ask of it. */
export class TaskOrigins {
  readonly #sources: Sources;
  readonly #traces: Traces;
  readonly #versions = new Map<string, readonly SpecVersion[]>();

  constructor(sources: Sources) {
    this.#sources = sources;
    this.#traces = Traces.reader(join(sources.root, ".factory", "store"));
  }

  async of(result: ResultName): Promise<TaskOrigin> {
    const feature = featureOf(result.task);
    const versions = await this.#versionsOf(feature);
    const version = versionNamed(versions, result.spec);
    const now = this.#sources.features.find(({ id }) => id === feature) ?? null;
    const then = version === null ? null : renamed(version.feature, feature);
    const current = taskIn(now, result.task);
    const task = current ?? taskIn(then, result.task);
    const needed = taskIn(then, result.task)?.requirements ?? task?.requirements ?? [];
    const work = result.key === null ? null : await workOn(this.#traces, result.task, result.key);
    return {
      task: result.task,
      title: task?.title ?? null,
      place: current?.place ?? null,
      acceptance: (task?.acceptance ?? []).map(({ id, text }) => ({ id, text })),
      requirements: needed.flatMap((id) => requirementOf(id, now, then)),
      current: current !== null,
      spec: result.spec,
      version: version?.number ?? null,
      newest: versions.at(-1)?.number ?? null,
      agent: work?.trace.agent ?? result.agent,
      model: modelIn(work?.trace ?? null),
      attempts: work?.attempts ?? null,
      usd: work?.usd ?? null,
      recorded: work !== null,
    };
  }

  async #versionsOf(feature: string): Promise<readonly SpecVersion[]> {
    const known = this.#versions.get(feature);
    if (known !== undefined) return known;
    const history = await historyOf(this.#sources.root, feature);
    // A feature that is gone, or whose history git does not give, has no numbers to tell.
    const versions = history.ok ? history.value.versions : [];
    this.#versions.set(feature, versions);
    return versions;
  }
}

/** Of versions that mean the same, the newest. Commits of old say the path of the spec, and no version. */
function versionNamed(versions: readonly SpecVersion[], spec: string | null): SpecVersion | null {
  const digest = spec === null ? null : versionAddress(spec).version;
  if (digest === null) return null;
  return versions.findLast((version) => shortDigest(version.digest) === digest) ?? null;
}

function taskIn(feature: Feature | null, id: TaskId) {
  return feature?.tasks.find((task) => task.id === id) ?? null;
}

function requirementOf(id: string, now: Feature | null, then: Feature | null): TaskOrigin["requirements"] {
  const before = then?.requirements.find((one) => one.id === id);
  const current = now?.requirements.find((one) => one.id === id);
  const text = current?.text ?? before?.text;
  if (text === undefined) return [];
  const reworded = before !== undefined && current !== undefined && before.text !== current.text;
  return [{ id, text, place: current?.place ?? null, reworded }];
}

/** The drafting agent's own component comes before those of whoever else has a part. */
function modelIn(trace: Trace | null): string | null {
  const text = trace?.manifest.components.find(({ kind }) => kind === "agent")?.text;
  if (text == null) return null;
  const { model } = JSON.parse(text) as { readonly model?: unknown };
  return typeof model === "string" ? model : null;
}
