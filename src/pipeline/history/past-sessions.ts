// What were the sessions of past builds shown, and what did planners say that nobody was to hear again? Gathers it for
// the audit from journals, from the calls that were kept, and from the documents that survived. It measures nothing.

import { join } from "node:path";
import type { ModelAnswer, ModelRequest } from "../../model/conversation.ts";
import type { Event } from "../../model/event.ts";
import { type Result, success } from "../../model/result.ts";
import type { Role } from "../../model/role.ts";
import { listFolder, readFileCapped } from "../../platform/files.ts";
import { type Audit, audit, type BrokenBound, type SessionRecord } from "../../report/audit.ts";
import { listJournals, readEvents } from "../../store/journal.ts";
import { type KeptCall, KeptCalls } from "../../store/kept-calls.ts";
import type { Sources } from "../reading/sources.ts";

const TEXT_LIMIT = 4 * 1024 * 1024;
/** What a role's prompt may add to the limit of a task's window, in bytes. */
const PROMPT_BYTES = 2048;

const PLANNERS: ReadonlySet<string> = new Set<Role>(["spec-planner", "architecture-planner", "qa-planner"]);
/** Their last word is a document; whatever they said before is not. */
const WRITERS: ReadonlySet<string> = new Set<Role>(["plan-merger", "backlog"]);

/** Where no build left a journal, there is nothing to audit. */
export async function auditSessions(
  root: string,
  { workspace, prompts }: Pick<Sources, "workspace" | "prompts">,
): Promise<Result<Audit>> {
  const { windowBytes } = workspace.limits;
  const limits = { windowBytes, totalBytes: windowBytes + PROMPT_BYTES };
  const started = startedSessions(root);
  if (!started.ok) return started;
  if (started.value.length === 0) {
    return success(audit({ sessions: [], transcripts: [], documents: [], limits }));
  }
  const kept = KeptCalls.open(join(root, ".factory", "store"));
  if (!kept.ok) return kept;
  const calls = bySession(kept.value.all);
  const logs = plannersLogs(root, started.value, calls);
  const said = await plannersWords(kept.value, calls);
  said.transcripts.push(...logs);
  // Where no planner said anything, nothing of it can be in a window, and none has to be read.
  const isQuiet = said.transcripts.length === 0;
  const last = lastSessions(started.value);
  const sessions: SessionRecord[] = [];
  for (const event of started.value) {
    const traces = {
      kept: kept.value,
      first: calls.get(event.session)?.[0],
      isLast: last.has(event.session),
    };
    // A log is of the last planning alone, and may tell anything that was read for it: only what stands is held against it.
    const isComparable = logs.length === 0 || traces.isLast;
    const window = isQuiet ? "" : isComparable ? await windowOf(root, event, traces) : null;
    const { session, role, subject, attempt, segments } = event;
    sessions.push({ session, role, subject, attempt, segments, window });
  }
  const texts = [...prompts.values()].map(({ text }) => text);
  const documents = isQuiet ? [] : [...said.documents, ...texts, ...survivors(root)];
  return success(audit({ sessions, transcripts: said.transcripts, documents, limits }));
}

type Started = Extract<Event, { readonly type: "session-started" }>;

/** The oldest first. */
function startedSessions(root: string): Result<readonly Started[]> {
  const all: Started[] = [];
  for (const path of listJournals(join(root, ".factory", "journal"))) {
    const events = readEvents(path, "session-started");
    if (!events.ok) return events;
    all.push(...events.value);
  }
  return success(all.sort((a, b) => a.at - b.at));
}

/** The last of each role for each subject. */
function lastSessions(
  sessions: readonly Pick<SessionRecord, "session" | "role" | "subject">[],
): ReadonlySet<string> {
  return new Set(
    new Map(sessions.map(({ role, subject, session }) => [`${role} ${subject}`, session])).values(),
  );
}

function bySession(calls: readonly KeptCall[]): ReadonlyMap<string, readonly KeptCall[]> {
  const sessions = new Map<string, KeptCall[]>();
  for (const call of calls) {
    if (typeof call.meta.session !== "string") continue;
    sessions.set(call.meta.session, [...(sessions.get(call.meta.session) ?? []), call]);
  }
  return sessions;
}

/** What planners that made their calls themselves printed last. */
function plannersLogs(
  root: string,
  sessions: readonly Started[],
  calls: ReadonlyMap<string, readonly KeptCall[]>,
): readonly string[] {
  const unheard = sessions.filter(({ role, session }) => PLANNERS.has(role) && !calls.has(session));
  const paths = unheard.map(({ subject, role }) => {
    return join(root, ".factory", "tasks", subject, `planning.${role}.log`);
  });
  return [...new Set(paths)].flatMap((path) => {
    const log = textOf(path);
    return log === null ? [] : [unescaped(log)];
  });
}

/** JSON inside a text: its escapes of line breaks would keep words together that are apart. */
function unescaped(text: string): string {
  return text.replaceAll("\\n", "\n");
}

interface Words {
  readonly transcripts: string[];
  readonly documents: string[];
}

async function plannersWords(
  kept: KeptCalls,
  calls: ReadonlyMap<string, readonly KeptCall[]>,
): Promise<Words> {
  const transcripts: string[] = [];
  const documents: string[] = [];
  for (const own of calls.values()) {
    const role = String(own[0]?.meta.role);
    if (!PLANNERS.has(role) && !WRITERS.has(role)) continue;
    const answers = await Promise.all(own.map((call) => kept.answerOf(call)));
    transcripts.push(...answers.map(wordsOf));
    // The request, the map and the prompt are no planner's words, whoever repeats them.
    const first = PLANNERS.has(role) && own[0] !== undefined ? await kept.requestOf(own[0]) : null;
    if (first !== null) documents.push(openingOf(first));
    if (WRITERS.has(role)) documents.push(wordsOf(answers.at(-1) ?? null));
  }
  return { transcripts, documents };
}

function wordsOf(answer: ModelAnswer | null): string {
  if (answer === null) return "";
  return [answer.text, ...answer.toolCalls.map((call) => call.arguments)].join("\n");
}

function openingOf({ system, messages }: ModelRequest): string {
  const first = messages[0];
  return `${system}\n\n${first?.role === "user" ? first.text : ""}`;
}

interface Traces {
  readonly kept: KeptCalls;
  readonly first: KeptCall | undefined;
  readonly isLast: boolean;
}

/** As it was sent; where a program made its calls itself, the file that it was given, which the next attempt replaces. */
async function windowOf(root: string, { subject, role }: Started, traces: Traces): Promise<string | null> {
  if (traces.first !== undefined) {
    const request = await traces.kept.requestOf(traces.first);
    return request === null ? null : openingOf(request);
  }
  const [feature = "", task = ""] = subject.split(":");
  const isDrafted = role === "implementer" || role === "documenter";
  if (!traces.isLast || !isDrafted) return null;
  return textOf(join(root, ".factory", "tasks", feature, `${task}.context.md`));
}

/** Documents of all features, and interfaces that windows show. */
function survivors(root: string): string[] {
  const specs = join(root, "specs");
  const documents = namesIn(specs).flatMap((feature) =>
    ["feature.md", "PLAN.md", "BACKLOG.yaml"].map((name) => textOf(join(specs, feature, name))),
  );
  const interfaces = join(root, ".factory", "store", "interfaces");
  const shown = namesIn(interfaces).flatMap((folder) =>
    namesIn(join(interfaces, folder)).map((name) => {
      const text = textOf(join(interfaces, folder, name));
      return text === null ? null : unescaped(text);
    }),
  );
  return [...documents, ...shown].filter((text) => text !== null);
}

function namesIn(folder: string): readonly string[] {
  const listed = listFolder(folder);
  return listed.ok ? listed.value.map((entry) => entry.name) : [];
}

function textOf(path: string): string | null {
  const read = readFileCapped(path, TEXT_LIMIT);
  return read.ok ? Buffer.from(read.value).toString("utf8") : null;
}

/**
 * What is wrong with the sessions behind the results that stand: the last of each role for each task. What was wrong
 * before that is history, which no build can mend.
 */
export function standingBreaks(
  { sessions, broken }: Audit,
  tasks: ReadonlySet<string>,
): readonly BrokenBound[] {
  const standing = lastSessions(sessions);
  return broken.filter(({ session, subject }) => standing.has(session) && tasks.has(subject));
}
