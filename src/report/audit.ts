// Is the context of each session as clean as it is meant to be? A fold over what sessions were shown and what planners
// said: it measures, and knows neither windows' makers nor where transcripts lie.

import { isDrafter, type Role } from "../model/role.ts";
import { SEGMENT_KINDS, type SegmentKind } from "../model/window.ts";

/** A session as the journal tells of it. */
export interface SessionRecord {
  /** Unique for each conversation with a model: two attempts that share it shared what was said. */
  readonly session: string;
  readonly role: Role;
  /** Task, feature or project that it was about. */
  readonly subject: string;
  readonly attempt: number;
  readonly segments: readonly SegmentRecord[];
  /** What of the window counts against its bound. */
  readonly windowBytes: number;
  /** Bytes as sent, of the prompt and of all else but tools; null where a journal of an earlier version does not tell. */
  readonly sent: { readonly prompt: number; readonly text: number } | null;
  /** Bytes of the tools that were sent along; null where there were none, or nobody knows. */
  readonly toolBytes: number | null;
  /** The whole window as it was delivered; null where it is not kept any more. */
  readonly window: string | null;
}

export interface SegmentRecord {
  readonly kind: SegmentKind;
  readonly name: string;
  readonly bytes: number;
  /** Source file; null for what has no line of its own. */
  readonly file: string | null;
}

export interface AuditMaterial {
  readonly sessions: readonly SessionRecord[];
  /** What planners were told and said, and what was thrown away with their sessions. */
  readonly transcripts: readonly string[];
  /** What was meant to survive: feature.md, PLAN.md, BACKLOG.yaml, prompts, interfaces. */
  readonly documents: readonly string[];
  readonly limits: AuditLimits;
}

/** In bytes. */
export interface AuditLimits {
  /** Of the window of whoever drafts a task. */
  readonly windowBytes: number;
  /** Of that window with the role's prompt. */
  readonly totalBytes: number;
  /** Of a planner's window without its maps, and of these. */
  readonly planningBytes: number;
  readonly mapBytes: number;
  /** Of the maps for whoever cuts a plan into tasks. */
  readonly backlogMapBytes: number;
}

export interface Audit {
  readonly sessions: readonly AuditedSession[];
  /** Sessions that more than one attempt used. */
  readonly reused: number;
  readonly broken: readonly BrokenBound[];
  readonly limits: AuditLimits;
}

export interface AuditedSession extends Omit<SessionRecord, "window" | "sent" | "windowBytes"> {
  /** Of the prompt and the text as sent. */
  readonly bytes: number;
  /** What counts against the bound of its window. */
  readonly taskBytes: number;
  /** Of the maps in it. */
  readonly mapBytes: number;
  /**
   * Share of the shingles of its segments from specs that come from discarded transcripts alone, from 0 to 1; null without
   * the window, and where planners may be heard.
   */
  readonly debris: number | null;
}

export interface BrokenBound {
  readonly bound:
    | "window-bytes"
    | "total-bytes"
    | "map-bytes"
    | "session-reuse"
    | "planner-segment"
    | "debris";
  readonly subject: string;
  readonly session: string;
  /** The figure, and what it may be at most: bytes, attempts, segments or a share. */
  readonly found: number;
  readonly limit: number;
  /** A name or a phrase that shows it; empty where the figures say it all. */
  readonly sample: string;
}

const PLANNERS: ReadonlySet<Role> = new Set([
  "spec-planner",
  "architecture-planner",
  "qa-planner",
  "plan-merger",
  "backlog",
]);

/** What only planners, and those who read their documents, are shown. */
const PLANNING: ReadonlySet<SegmentKind> = new Set([
  "request",
  "map",
  "reporting-gates",
  "document",
  "claimed",
  "again",
  "previous",
  "changes",
  "refused",
  "findings",
]);

export function isDrafting({ role }: Pick<SessionRecord, "role">): boolean {
  return isDrafter(role) || role === "tester";
}

export function audit(material: AuditMaterial): Audit {
  const { sessions, limits } = material;
  const discarded = discardedShingles(material);
  const attempts = attemptsBySession(sessions);
  const audited: AuditedSession[] = [];
  const broken: BrokenBound[] = [];
  for (const record of sessions) {
    const { window, sent, windowBytes, ...rest } = record;
    const drafts = isDrafting(record);
    const remains = window === null || !drafts ? null : debrisIn(ofSpecs(window, record.segments), discarded);
    const session = { ...rest, ...bytesOf(record), debris: remains?.share ?? null };
    audited.push(session);
    broken.push(...brokenBounds(session, limits));
    if (drafts) broken.push(...brokenHygiene(session, attempts, remains?.sample ?? ""));
  }
  const reused = [...attempts.values()].filter((subjects) => subjects.size > 1).length;
  return { sessions: audited, reused, broken, limits };
}

type Sizes = Pick<AuditedSession, "bytes" | "taskBytes" | "mapBytes">;

/** Where an earlier version did not count what it sent, the texts of the segments are all that is known. */
function bytesOf({ segments, sent, windowBytes }: SessionRecord): Sizes {
  const sum = (of: readonly SegmentRecord[]) => of.reduce((total, { bytes }) => total + bytes, 0);
  return {
    bytes: sent === null ? sum(segments) : sent.prompt + sent.text,
    taskBytes: windowBytes,
    mapBytes: sum(segments.filter(({ kind }) => kind === "map")),
  };
}

/** The attempts of every role that used a session: a reviewer who goes on where an implementer ended is no reviewer. */
function attemptsBySession(sessions: readonly SessionRecord[]): Map<string, Set<string>> {
  const attempts = new Map<string, Set<string>>();
  for (const { session, role, subject, attempt } of sessions) {
    const known = attempts.get(session) ?? new Set();
    attempts.set(session, known.add(`${role} ${subject} ${attempt}`));
  }
  return attempts;
}

function brokenBounds(session: AuditedSession, limits: AuditLimits): BrokenBound[] {
  return boundsOf(session, limits)
    .filter(({ found, limit }) => found > limit)
    .map((bound) => ({ ...bound, ...labels(session), sample: fattest(session.segments) }));
}

/** A reviewer's window is bound by what of the change fits into it, and says what does not. */
function boundsOf(session: AuditedSession, limits: AuditLimits) {
  const { role, bytes, taskBytes, mapBytes } = session;
  if (isDrafting(session)) {
    return [
      { bound: "window-bytes", found: taskBytes, limit: limits.windowBytes },
      { bound: "total-bytes", found: bytes, limit: limits.totalBytes },
    ] as const;
  }
  if (!PLANNERS.has(role)) return [];
  return [
    { bound: "window-bytes", found: taskBytes, limit: limits.planningBytes },
    {
      bound: "map-bytes",
      found: mapBytes,
      limit: role === "backlog" ? limits.backlogMapBytes : limits.mapBytes,
    },
  ] as const;
}

function brokenHygiene(
  session: AuditedSession,
  attempts: ReadonlyMap<string, ReadonlySet<string>>,
  phrase: string,
): BrokenBound[] {
  const users = attempts.get(session.session) ?? new Set<string>();
  const planned = session.segments.filter(({ kind }) => PLANNING.has(kind));
  const bounds = [
    { bound: "session-reuse", found: users.size, limit: 1, sample: [...users].join(", ") },
    { bound: "planner-segment", found: planned.length, limit: 0, sample: planned[0]?.name ?? "" },
    { bound: "debris", found: session.debris ?? 0, limit: 0, sample: phrase },
  ] as const;
  return bounds
    .filter(({ found, limit }) => found > limit)
    .map((bound) => ({ ...bound, ...labels(session) }));
}

function labels({ subject, session }: AuditedSession): { subject: string; session: string } {
  return { subject, session };
}

function fattest(segments: readonly SegmentRecord[]): string {
  const [first] = [...segments].sort((a, b) => b.bytes - a.bytes);
  return first === undefined ? "" : `${first.kind} ${first.name}`;
}

/** Words in a row that two texts hardly share by chance. */
const SHINGLE = 8;

function discardedShingles({ transcripts, documents }: AuditMaterial): ReadonlySet<string> {
  const discarded = new Set(transcripts.flatMap(shingles));
  for (const document of documents) for (const shingle of shingles(document)) discarded.delete(shingle);
  return discarded;
}

/** What a window holds of accepted code, and of what gates and reviewers said of drafts: nobody took it from a planner. */
const OF_CODE: readonly SegmentKind[] = ["checks", "interface", "negative-evidence"];

/** The text of a window without the sections whose segments come from no spec. */
function ofSpecs(window: string, segments: readonly SegmentRecord[]): string {
  const present = new Set(segments.map(({ kind }) => kind));
  const kinds = Object.keys(SEGMENT_KINDS) as SegmentKind[];
  return OF_CODE.filter((kind) => present.has(kind)).reduce((text, kind) => {
    const start = text.indexOf(headingOf(kind));
    if (start < 0) return text;
    // Code may hold any line. The heading of the next section is looked for from the end, where none of it stands.
    const next = kinds
      .slice(kinds.indexOf(kind) + 1)
      .find((later) => present.has(later) && SEGMENT_KINDS[later].heading !== null);
    const end = next === undefined ? -1 : text.lastIndexOf(headingOf(next));
    return `${text.slice(0, start)}\n${end > start ? text.slice(end) : ""}`;
  }, window);
}

function headingOf(kind: SegmentKind): string {
  return `\n## ${SEGMENT_KINDS[kind].heading}\n`;
}

function debrisIn(window: string, discarded: ReadonlySet<string>): { share: number; sample: string } {
  const own = new Set(shingles(window));
  const found = [...own].filter((shingle) => discarded.has(shingle));
  return { share: own.size === 0 ? 0 : found.length / own.size, sample: found[0] ?? "" };
}

function shingles(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [];
  return words.slice(SHINGLE - 1).map((_, index) => words.slice(index, index + SHINGLE).join(" "));
}
