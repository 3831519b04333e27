// What happens in a workspace while a page is open? Events of a build as they are written down, whoever builds, and what
// each edit of a source makes stale. Whoever listens hears only what is new; nothing is kept for those who are gone.

import { type FSWatcher, watch } from "node:fs";
import { basename, join } from "node:path";
import type { Event } from "../model/event.ts";
import { type Result, success } from "../model/result.ts";
import type { Action, Verdict } from "../model/verdict.ts";
import { optionsFor } from "../operations/operation-input.ts";
import type { Place } from "../pipeline/commands/caller.ts";
import { quietEnvironment } from "../pipeline/commands/locked-build.ts";
import { statusesOf } from "../pipeline/commands/task-statuses.ts";
import { evaluate } from "../pipeline/line/evaluate.ts";
import { ownRedactor } from "../platform/redact.ts";
import { failureBlock } from "../report/failure-block.ts";
import { jsonLine, statusDocument } from "../report/json.ts";
import { type Activity, BEFORE, fold, type LiveState } from "../report/live-state.ts";
import { makeFolder } from "../store/durable.ts";
import { listJournals, readOn } from "../store/journal.ts";
import { type Folders, watchFolders } from "../watch/folders.ts";

/** As the page gets it: the name of a server-sent event and its data. */
export type Message =
  | { readonly event: "happened"; readonly data: Happened }
  | { readonly event: "status"; readonly data: StatusChange }
  | { readonly event: "trouble"; readonly data: { readonly words: readonly string[] } };

/** How a build stands, and which tasks it has judged or ended since it was told last. */
export interface Happened {
  readonly build: string;
  /** Milliseconds since the epoch; null before its first event. */
  readonly startedAt: number | null;
  readonly ended: boolean;
  readonly total: number;
  readonly done: number;
  /** By subject: a task's address, or `project/`. */
  readonly running: readonly (readonly [subject: string, activity: Activity])[];
  readonly usd: number;
  readonly judged: readonly (readonly [task: string, verdict: Verdict])[];
  readonly settled: readonly (readonly [task: string, action: Action])[];
}

export interface StatusChange {
  /** Documents of tasks whose verdict or reasons are others now. */
  readonly tasks: readonly ReturnType<typeof statusDocument>["tasks"][number][];
  readonly gone: readonly string[];
  readonly plans: ReturnType<typeof statusDocument>["plans"];
  readonly diagnostics: ReturnType<typeof statusDocument>["diagnostics"];
}

type Listener = (message: Message) => void;

/** Writes of one turn of a build come together; a person does not see the difference. */
const EVENTS_MS = 30;
/** An editor that saves by a rename touches a file more than once. */
const SOURCES_MS = 60;

export class Live {
  readonly #place: Place;
  readonly #listeners = new Set<Listener>();
  /** The journal that is read along, and how far. */
  #reading: { readonly path: string; readonly next: number; readonly state: LiveState } | null = null;
  /** Each task as it was last told. */
  #told: ReadonlyMap<string, string> = new Map();
  #journals: FSWatcher | null = null;
  #sources: Folders | null = null;
  readonly #timers = new Map<"events" | "status", NodeJS.Timeout>();
  #judging: Promise<void> | null = null;

  private constructor(place: Place) {
    this.#place = place;
  }

  static async open(place: Place): Promise<Result<Live>> {
    const live = new Live(place);
    const folder = join(place.root, ".factory", "journal");
    const made = await makeFolder(folder);
    if (!made.ok) return made;
    const listed = listJournals(folder);
    if (!listed.ok) return listed;
    live.#readAlong(listed.value[0] ?? null);
    const trouble = (message: string) => live.#tell({ event: "trouble", data: { words: [message] } });
    live.#journals = watch(folder, () => live.#soon("events", EVENTS_MS));
    live.#journals.on("error", (error) => trouble(error.message));
    live.#sources = await watchFolders(place.root, () => live.#soon("status", SOURCES_MS), trouble);
    return success(live);
  }

  /** Tells at once what has happened in the build that runs. What it gives back ends the listening. */
  listen(listener: Listener): () => void {
    if (this.#reading !== null && this.#reading.state.startedAt !== null && !this.#reading.state.ended) {
      const all = readOn(this.#reading.path, 0);
      if (all.ok) listener(happened(this.#reading.path, this.#reading.state, all.value.events));
    }
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Judges all tasks, and tells which are others than they were. */
  judge(): Promise<void> {
    this.#judging ??= this.#judged().finally(() => {
      this.#judging = null;
    });
    return this.#judging;
  }

  async close(): Promise<void> {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#listeners.clear();
    this.#journals?.close();
    await this.#sources?.close();
  }

  #soon(what: "events" | "status", ms: number): void {
    if (this.#timers.has(what)) return;
    const timer = setTimeout(() => {
      this.#timers.delete(what);
      if (what === "events") this.#readOn();
      else if (this.#judging === null) this.judge().catch(fatal);
      // What is being judged may have been read before this edit.
      else this.#soon("status", SOURCES_MS);
    }, ms);
    this.#timers.set(what, timer);
  }

  #readOn(): void {
    const listed = listJournals(join(this.#place.root, ".factory", "journal"));
    if (!listed.ok) return this.#tell(inWords(listed.failure));
    const newest = listed.value[0];
    if (newest === undefined) return;
    // The end of one build and the beginning of the next may come in one turn.
    if (this.#reading !== null && this.#reading.path !== newest) this.#pass();
    if (this.#reading?.path !== newest) this.#reading = { path: newest, next: 0, state: BEFORE };
    this.#pass();
  }

  #readAlong(path: string | null): void {
    const read = path === null ? null : readOn(path, 0);
    if (path === null || read?.ok !== true) return;
    this.#reading = { path, next: read.value.next, state: read.value.events.reduce(fold, BEFORE) };
  }

  /** Hands on what was appended to the journal that is read. */
  #pass(): void {
    if (this.#reading === null) return;
    const { path, next: from, state: before } = this.#reading;
    const read = readOn(path, from);
    if (!read.ok) return this.#tell(inWords(read.failure));
    const { events, next } = read.value;
    const state = events.reduce(fold, before);
    this.#reading = { path, next, state };
    if (events.length > 0) this.#tell(happened(path, state, events));
    if (events.some(({ type }) => type === "build-ended")) this.#soon("status", SOURCES_MS);
  }

  async #judged(): Promise<void> {
    const evaluation = await evaluate(quietEnvironment(this.#place), optionsFor([]));
    if (!evaluation.ok) return this.#tell(inWords(evaluation.failure));
    const { diagnostics, plans } = evaluation.value;
    const document = statusDocument(statusesOf(evaluation.value), diagnostics, plans);
    const before = this.#told;
    const now = new Map(document.tasks.map((task) => [task.id, jsonLine(task)]));
    this.#told = now;
    this.#tell({
      event: "status",
      data: {
        tasks: document.tasks.filter(({ id }) => before.get(id) !== now.get(id)),
        gone: [...before.keys()].filter((id) => !now.has(id)),
        plans: document.plans,
        diagnostics: document.diagnostics,
      },
    });
  }

  #tell(message: Message): void {
    for (const listener of this.#listeners) listener(message);
  }
}

function happened(path: string, state: LiveState, events: readonly Event[]): Message {
  const { startedAt, ended, total, done, running, cost } = state;
  return {
    event: "happened",
    data: {
      build: basename(path, ".jsonl"),
      ...{ startedAt, ended, total, done },
      running: [...running],
      usd: cost.usd,
      judged: events.flatMap((event) =>
        event.type === "task-judged" ? [[event.task, event.verdict] as const] : [],
      ),
      settled: events.flatMap((event) =>
        event.type === "task-settled" ? [[event.result.id, event.result.action] as const] : [],
      ),
    },
  };
}

function inWords(failure: Parameters<typeof failureBlock>[0]): Message {
  return { event: "trouble", data: { words: failureBlock(failure, null, false).map(ownRedactor()) } };
}

function fatal(error: Error): void {
  process.stderr.write(`factory: ${error.stack ?? error.message}\n`);
}
