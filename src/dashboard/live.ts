// What happens in a workspace while a page is open? Events of a build as they are written down, whoever builds, and what
// each edit of a source makes stale. Whoever listens hears only what is new; nothing is kept for those who are gone.

import { type FSWatcher, watch } from "node:fs";
import { basename, join } from "node:path";
import type { Event } from "../model/event.ts";
import { type Result, success } from "../model/result.ts";
import type { Action, Verdict } from "../model/verdict.ts";
import type { Place } from "../pipeline/commands/caller.ts";
import { fileFailure } from "../platform/file-failure.ts";
import { failureBlock } from "../report/failure-block.ts";
import type { Cost } from "../report/figures.ts";
import { jsonLine } from "../report/json.ts";
import { type Activity, BEFORE, fold, type LiveState } from "../report/live-state.ts";
import { isBuildHeld } from "../store/build-lock.ts";
import { makeFolder } from "../store/durable.ts";
import { listJournals, readOn } from "../store/journal.ts";
import { type Folders, watchFolders } from "../watch/folders.ts";
import { type Overview, overviewOf, type Spent, type StatusDocument } from "./overview.ts";

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
  readonly cost: Cost;
  readonly judged: readonly (readonly [task: string, verdict: Verdict])[];
  readonly settled: readonly (readonly [task: string, action: Action])[];
}

/** What is other than it was told last. */
export interface StatusChange extends Pick<StatusDocument, "plans" | "diagnostics"> {
  readonly tasks: StatusDocument["tasks"];
  readonly gone: readonly string[];
  readonly spent: Spent;
  /** Tasks, or what they depend on. */
  readonly isOtherGraph: boolean;
}

/** Texts of what was told last, to see what is another one; empty where a build told of the task since then. */
interface Told {
  readonly tasks: Map<string, string>;
  readonly graph: string;
}

type Listener = (message: Message) => void;

/** Writes of one turn of a build come together; a person does not see the difference. */
const EVENTS_MS = 30;
/** An editor that saves by a rename touches a file more than once. */
const SOURCES_MS = 60;
/** Between two looks at whether a build that has not ended still lives: one that was killed says nothing more. */
const ALIVE_MS = 1_000;

export class Live {
  readonly #place: Place;
  readonly #listeners = new Set<Listener>();
  /** The journal that is read along, and how far. */
  #reading: { readonly path: string; readonly next: number; readonly state: LiveState } | null = null;
  /** As it was told last; null until it was judged once. */
  #overview: Result<Overview> | null = null;
  #told: Told = { tasks: new Map(), graph: "" };
  #journals: FSWatcher | null = null;
  #sources: Folders | null = null;
  readonly #timers = new Map<"events" | "status" | "alive", NodeJS.Timeout>();
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
    const [latest] = listed.value;
    const read = latest === undefined ? null : readOn(latest, 0);
    if (read?.ok === false) return read;
    if (latest !== undefined && read !== null)
      live.#reading = { path: latest, next: read.value.next, state: read.value.events.reduce(fold, BEFORE) };
    const trouble = (message: string) => live.#tell({ event: "trouble", data: { words: [message] } });
    try {
      live.#journals = watch(folder, () => live.#soon("events", EVENTS_MS));
    } catch (error) {
      return fileFailure(folder, "watch", error);
    }
    live.#journals.on("error", (error) => trouble(error.message));
    live.#sources = await watchFolders(place.root, () => live.#soon("status", SOURCES_MS), trouble);
    await live.#lookAlive();
    live.#judge().catch(fatal);
    return success(live);
  }

  /** Tells at once what has happened in the build that runs. What it gives back ends the listening. */
  listen(listener: Listener): () => void {
    if (this.#reading !== null && this.#reading.state.startedAt !== null && !this.#reading.state.ended) {
      const all = readOn(this.#reading.path, 0);
      listener(
        all.ok ? happened(this.#reading.path, this.#reading.state, all.value.events) : inWords(all.failure),
      );
    }
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** How all stands, as those who listen were told last. */
  async overview(): Promise<Result<Overview>> {
    if (this.#overview === null) await this.#judge();
    return this.#overview ?? (await overviewOf(this.#place));
  }

  #judge(): Promise<void> {
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

  #soon(what: "events" | "status" | "alive", ms: number): void {
    if (this.#timers.has(what)) return;
    const timer = setTimeout(() => {
      this.#timers.delete(what);
      if (what === "events") this.#readOn();
      else if (what === "alive") this.#lookAlive().catch(fatal);
      else if (this.#judging === null) this.#judge().catch(fatal);
      // What is being judged may have been read before this edit.
      else this.#soon("status", SOURCES_MS);
    }, ms);
    this.#timers.set(what, timer);
  }

  #readOn(): void {
    const listed = listJournals(join(this.#place.root, ".factory", "journal"));
    if (!listed.ok) {
      this.#tell(inWords(listed.failure));
      return;
    }
    const newest = listed.value[0];
    if (newest === undefined) return;
    // The end of one build and the beginning of the next may come in one turn.
    if (this.#reading !== null && this.#reading.path !== newest) this.#pass();
    if (this.#reading?.path !== newest) this.#reading = { path: newest, next: 0, state: BEFORE };
    this.#pass();
  }

  /** Hands on what was appended to the journal that is read. */
  #pass(): void {
    if (this.#reading === null) return;
    const { path, next: from, state: before } = this.#reading;
    const read = readOn(path, from);
    if (!read.ok) {
      this.#tell(inWords(read.failure));
      return;
    }
    const { events, next } = read.value;
    const state = events.reduce(fold, before);
    this.#reading = { path, next, state };
    if (events.length > 0) this.#tellHappened(happened(path, state, events));
    if (!state.ended) this.#soon("alive", ALIVE_MS);
    if (events.some(({ type }) => type === "build-ended")) this.#soon("status", SOURCES_MS);
  }

  /** Ends a build that nobody holds any more, and looks again where somebody does. */
  async #lookAlive(): Promise<void> {
    const seen = this.#reading;
    if (seen === null || seen.state.ended) return;
    const held = await isBuildHeld(this.#place.root);
    // It went on, or came to its end meanwhile.
    if (this.#reading !== seen || !held.ok || held.value) {
      if (!held.ok) this.#tell(inWords(held.failure));
      this.#soon("alive", ALIVE_MS);
      return;
    }
    const state = { ...seen.state, running: new Map(), ended: true };
    this.#reading = { ...seen, state };
    this.#tell(happened(seen.path, state, []));
    this.#soon("status", SOURCES_MS);
  }

  async #judged(): Promise<void> {
    const overview = await overviewOf(this.#place);
    this.#overview = overview;
    if (!overview.ok) return this.#tell(inWords(overview.failure));
    const { status, graph, spent } = overview.value;
    const { plans, diagnostics } = status;
    const before = this.#told;
    const lines = new Map(status.tasks.map((task) => [task.id, jsonLine(task)]));
    const shape = jsonLine({ nodes: graph.nodes.map(({ id, title }) => [id, title]), edges: graph.edges });
    this.#told = { tasks: lines, graph: shape };
    const tasks = status.tasks.filter(({ id }) => before.tasks.get(id) !== lines.get(id));
    const gone = [...before.tasks.keys()].filter((id) => !lines.has(id));
    const isOtherGraph = before.graph !== shape;
    this.#tell({ event: "status", data: { tasks, gone, plans, diagnostics, spent, isOtherGraph } });
  }

  /** Whoever listens takes the word of a build, also where an edit since then has the task judged as before. */
  #tellHappened(message: Extract<Message, { readonly event: "happened" }>): void {
    const { judged, settled } = message.data;
    for (const [task] of [...judged, ...settled])
      if (this.#told.tasks.has(task)) this.#told.tasks.set(task, "");
    this.#tell(message);
  }

  #tell(message: Message): void {
    for (const listener of this.#listeners) listener(message);
  }
}

function happened(
  path: string,
  state: LiveState,
  events: readonly Event[],
): Extract<Message, { readonly event: "happened" }> {
  const { startedAt, ended, total, done, running, cost } = state;
  return {
    event: "happened",
    data: {
      build: basename(path, ".jsonl"),
      ...{ startedAt, ended, total, done },
      running: [...running],
      cost,
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
  return { event: "trouble", data: { words: failureBlock(failure, null, false) } };
}

function fatal(error: Error): void {
  process.stderr.write(`factory: ${error.stack ?? error.message}\n`);
}
