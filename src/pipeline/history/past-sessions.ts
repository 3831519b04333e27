// What were the sessions of past builds shown, and what did planners say that nobody was to hear again? Gathers it for
// the audit from journals, from the calls that were kept, and from the documents that survived. It measures nothing.

import { join } from "node:path";
import { backlogMapBytes } from "../../context/backlog-window.ts";
import type { ModelAnswer, ModelRequest } from "../../model/conversation.ts";
import type { Event } from "../../model/event.ts";
import { type Result, success } from "../../model/result.ts";
import { isDrafter, type Role } from "../../model/role.ts";
import { specFolders } from "../../model/spec-folders.ts";
import { listIfThere, readIfThere } from "../../platform/files.ts";
import { type Audit, audit, type BrokenBound, type SessionRecord } from "../../report/audit.ts";
import { listJournals, readEvents } from "../../store/journal.ts";
import { type KeptCall, KeptCalls } from "../../store/kept-calls.ts";
import type { Sources } from "../reading/sources.ts";

/** A planner's log is of that order; a document never is. */
const TEXT_LIMIT = 64 * 1024 * 1024;
/** What a role's prompt may add to the limit of a task's window, in bytes. */
const PROMPT_BYTES = 2048;

const PLANNERS: ReadonlySet<string> = new Set<Role>(["spec-planner", "architecture-planner", "qa-planner"]);
/** Their last word is a document; whatever they said before is not. */
const WRITERS: ReadonlySet<string> = new Set<Role>(["plan-merger", "backlog"]);

/** Where no build left a journal, there is nothing to audit. Whoever asks for no bound on tools saves to read every request. */
export async function auditSessions(
  root: string,
  { workspace, prompts }: Pick<Sources, "workspace" | "prompts">,
  { withTools }: { readonly withTools: boolean },
): Promise<Result<Audit>> {
  const { windowBytes, planningBytes, mapBytes } = workspace.limits;
  const limits = {
    ...{ windowBytes, totalBytes: windowBytes + PROMPT_BYTES, planningBytes, mapBytes },
    backlogMapBytes: backlogMapBytes(mapBytes),
  };
  const started = startedSessions(root);
  if (!started.ok) return started;
  if (started.value.length === 0) {
    return success(audit({ sessions: [], transcripts: [], documents: [], limits }));
  }
  const kept = KeptCalls.open(join(root, ".factory", "store"));
  if (!kept.ok) return kept;
  const calls = bySession(kept.value.all);
  const logs = plannersLogs(root, started.value, calls);
  if (!logs.ok) return logs;
  const said = await plannersWords(kept.value, calls);
  if (!said.ok) return said;
  const transcripts = [...said.value.transcripts, ...logs.value];
  // Where no planner said anything, nothing of it can be in a window, and none has to be read.
  const isQuiet = transcripts.length === 0;
  const last = lastSessions(started.value);
  const sessions: SessionRecord[] = [];
  for (const event of started.value) {
    const traces = {
      kept: kept.value,
      first: calls.get(event.session)?.[0],
      isLast: last.has(event.session),
    };
    // A log is of the last planning alone, and may tell anything that was read for it: only what stands is held against it.
    const isComparable = logs.value.length === 0 || traces.isLast;
    const window = isQuiet ? success("") : isComparable ? await windowOf(root, event, traces) : success(null);
    if (!window.ok) return window;
    const tools = withTools ? await toolBytesOf(traces) : success(null);
    if (!tools.ok) return tools;
    const { session, role, subject, attempt, segments, windowBytes, sent = null } = event;
    const sizes = { windowBytes, sent, toolBytes: tools.value };
    sessions.push({ session, role, subject, attempt, segments, ...sizes, window: window.value });
  }
  if (isQuiet) return success(audit({ sessions, transcripts, documents: [], limits }));
  const texts = [...prompts.values()].map(({ text }) => text);
  const surviving = survivors(root, specFolders(workspace.projects));
  if (!surviving.ok) return surviving;
  const documents = [...said.value.documents, ...texts, ...surviving.value];
  return success(audit({ sessions, transcripts, documents, limits }));
}

type Started = Extract<Event, { readonly type: "session-started" }>;

/** The oldest first. */
function startedSessions(root: string): Result<readonly Started[]> {
  const all: Started[] = [];
  const journals = listJournals(join(root, ".factory", "journal"));
  if (!journals.ok) return journals;
  for (const path of journals.value) {
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
): Result<readonly string[]> {
  const unheard = sessions.filter(({ role, session }) => PLANNERS.has(role) && !calls.has(session));
  const paths = unheard.map(({ subject, role }) => {
    return join(root, ".factory", "tasks", subject, `planning.${role}.log`);
  });
  const logs = textsOf([...new Set(paths)]);
  return logs.ok ? success(logs.value.map(unescaped)) : logs;
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
): Promise<Result<Words>> {
  const transcripts: string[] = [];
  const documents: string[] = [];
  for (const own of calls.values()) {
    const role = String(own[0]?.meta.role);
    if (!PLANNERS.has(role) && !WRITERS.has(role)) continue;
    let last = "";
    for (const call of own) {
      const answer = await kept.answerOf(call);
      if (!answer.ok) return answer;
      last = wordsOf(answer.value);
      transcripts.push(last);
    }
    // The request, the map and the prompt are no planner's words, whoever repeats them.
    const first = PLANNERS.has(role) && own[0] !== undefined ? await kept.requestOf(own[0]) : success(null);
    if (!first.ok) return first;
    if (first.value !== null) documents.push(openingOf(first.value));
    if (WRITERS.has(role)) documents.push(last);
  }
  return success({ transcripts, documents });
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

/** Of the declarations that a model was given; null where nobody kept what was sent. */
async function toolBytesOf({ kept, first }: Traces): Promise<Result<number | null>> {
  const request = first === undefined ? success(null) : await kept.requestOf(first);
  if (!request.ok || request.value === null) return request.ok ? success(null) : request;
  const { tools } = request.value;
  return success(tools.length === 0 ? null : Buffer.byteLength(JSON.stringify(tools)));
}

/** As it was sent; where a program made its calls itself, the file that it was given, which the next attempt replaces. */
async function windowOf(
  root: string,
  { subject, role }: Started,
  traces: Traces,
): Promise<Result<string | null>> {
  if (traces.first !== undefined) {
    const request = await traces.kept.requestOf(traces.first);
    if (!request.ok) return request;
    return success(request.value === null ? null : openingOf(request.value));
  }
  const [feature = "", task = ""] = subject.split(":");
  if (!traces.isLast || !isDrafter(role)) return success(null);
  return textOf(join(root, ".factory", "tasks", feature, `${task}.context.md`));
}

/** Documents of all features, and interfaces that windows show. */
function survivors(root: string, specs: readonly string[]): Result<readonly string[]> {
  const paths: string[] = [];
  for (const folder of specs.map((one) => join(root, one))) {
    const features = listIfThere(folder);
    if (!features.ok) return features;
    for (const { name: feature } of features.value)
      paths.push(...["feature.md", "PLAN.md", "BACKLOG.yaml"].map((name) => join(folder, feature, name)));
  }
  const documents = textsOf(paths);
  if (!documents.ok) return documents;
  const interfaces = join(root, ".factory", "store", "interfaces");
  const folders = listIfThere(interfaces);
  if (!folders.ok) return folders;
  const shown: string[] = [];
  for (const { name } of folders.value) {
    const folder = join(interfaces, name);
    const files = listIfThere(folder);
    if (!files.ok) return files;
    const texts = textsOf(files.value.map(({ name }) => join(folder, name)));
    if (!texts.ok) return texts;
    shown.push(...texts.value.map(unescaped));
  }
  return success([...documents.value, ...shown]);
}

/** Of those that are there. One that cannot be read could hold what the audit looks for. */
function textsOf(paths: readonly string[]): Result<readonly string[]> {
  const texts: string[] = [];
  for (const path of paths) {
    const text = textOf(path);
    if (!text.ok) return text;
    if (text.value !== null) texts.push(text.value);
  }
  return success(texts);
}

function textOf(path: string): Result<string | null> {
  const read = readIfThere(path, TEXT_LIMIT);
  if (!read.ok) {
    // Beside the features lies a loose file, below which there is nothing.
    return read.failure.reason === "io" && read.failure.code === "ENOTDIR" ? success(null) : read;
  }
  return success(read.value === null ? null : Buffer.from(read.value).toString("utf8"));
}

/**
 * What is wrong with the sessions behind the results that stand: the last of each role for each task. What was wrong
 * before that is history, which no build can mend.
 */
export function currentBreaks(
  { sessions, broken }: Audit,
  tasks: ReadonlySet<string>,
): readonly BrokenBound[] {
  const latest = lastSessions(sessions);
  return broken.filter(({ session, subject }) => latest.has(session) && tasks.has(subject));
}
