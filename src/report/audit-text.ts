// What does `factory audit` print? A line per session, what it was made of, and then every bound that is broken.

import type { Json } from "../model/digest.ts";
import { type Audit, type AuditedSession, type BrokenBound, isDrafting } from "./audit.ts";
import { pad } from "./columns.ts";
import { count, size } from "./figures.ts";
import { plain } from "./plain.ts";
import { type Line, paintAll } from "./theme.ts";

export function auditText(audit: Audit, color: boolean): string[] {
  if (audit.sessions.length === 0) return ["no session is recorded"];
  const labels = audit.sessions.map(({ subject, attempt }) => `${plain(subject)} #${attempt}`);
  const width = Math.max(...labels.map(({ length }) => length));
  const broken = new Set(audit.broken.map(({ session, subject }) => `${session} ${subject}`));
  const sessions = audit.sessions.flatMap((session, index): Line[] => {
    const isBroken = broken.has(`${session.session} ${session.subject}`);
    return [
      [
        isBroken ? ["bad", "✗ "] : ["good", "✓ "],
        ["strong", pad(labels[index] as string, width)],
        `  ${session.role}  ${sizes(session)}`,
      ],
      [["faint", `    ${sources(session)}`]],
    ];
  });
  return paintAll([...sessions, [], ...audit.broken.map(brokenLine), summary(audit)], color);
}

/** As sent: what counts against the bound of the window, and what goes along with it. */
function sizes({ taskBytes, mapBytes, bytes, toolBytes, debris }: AuditedSession): string {
  return [
    size(taskBytes),
    ...(mapBytes === 0 ? [] : [`maps ${size(mapBytes)}`]),
    `with its prompt ${size(bytes)}`,
    ...(toolBytes === null ? [] : [`tools ${size(toolBytes)}`]),
    ...(debris === null ? [] : [`debris ${share(debris)}`]),
  ].join(", ");
}

/** Each kind of segment once, with its bytes and the files that it comes from. */
function sources({ segments }: AuditedSession): string {
  const kinds = [...new Set(segments.map(({ kind }) => kind))];
  return kinds
    .map((kind) => {
      const own = segments.filter((segment) => segment.kind === kind);
      const files = [...new Set(own.flatMap(({ file }) => (file === null ? [] : [file])))];
      const bytes = size(own.reduce((sum, segment) => sum + segment.bytes, 0));
      return `${kind} ${bytes}${files.length === 0 ? "" : ` (${files.join(", ")})`}`;
    })
    .join(", ");
}

function brokenLine(broken: BrokenBound): Line {
  return [["bad", "✗ "], ["strong", plain(broken.subject)], `  ${plain(breakText(broken))}`];
}

/** A clause about the session's subject. */
export function breakText({ bound, found, limit, sample }: BrokenBound): string {
  switch (bound) {
    case "window-bytes":
      return `its window has ${size(found)} without the prompt, and ${size(limit)} are allowed; the largest: ${sample}`;
    case "total-bytes":
      return `its window has ${size(found)} with the prompt, and ${size(limit)} are allowed; the largest: ${sample}`;
    case "map-bytes":
      return `its maps have ${size(found)}, and ${size(limit)} are allowed`;
    case "session-reuse":
      return `its session was used for ${count(found, "attempt")}: ${sample}`;
    case "planner-segment":
      return `its window holds ${count(found, "segment")} that only planners may see, such as ${sample}`;
    case "debris":
      return `${share(found)} of its window comes from discarded planning sessions: "${sample}"`;
  }
}

function summary({ sessions, reused, broken, limits }: Audit): Line {
  const drafting = sessions.filter(isDrafting);
  const debris = Math.max(0, ...drafting.map((session) => session.debris ?? 0));
  const unknown = drafting.filter((session) => session.debris === null).length;
  const known = unknown === 0 ? "" : `, ${count(unknown, "window")} not kept`;
  const largest = Math.max(0, ...drafting.map(({ taskBytes }) => taskBytes));
  const windows =
    drafting.length === 0
      ? ""
      : `, largest window of a task ${size(largest)} of ${size(limits.windowBytes)}, debris at most ${share(debris)}${known}`;
  const facts = `${count(sessions.length, "session")}, ${reused} reused${windows}`;
  return broken.length === 0
    ? [["good", facts]]
    : [["bad", `${facts}; ${count(broken.length, "bound")} broken`]];
}

function share(part: number | null): string {
  if (part === null) return "unknown";
  const percent = part * 100;
  return `${percent > 0 && percent < 0.1 ? "< 0.1" : Number(percent.toFixed(1))} %`;
}

export function auditDocument({ sessions, reused, broken, limits }: Audit): { readonly [key: string]: Json } {
  return {
    schema: 1,
    ok: broken.length === 0,
    limits: {
      window_bytes: limits.windowBytes,
      total_bytes: limits.totalBytes,
      planning_bytes: limits.planningBytes,
      map_bytes: limits.mapBytes,
      backlog_map_bytes: limits.backlogMapBytes,
    },
    reused_sessions: reused,
    sessions: sessions.map((session) => ({
      session: session.session,
      role: session.role,
      subject: session.subject,
      attempt: session.attempt,
      task_bytes: session.taskBytes,
      bytes: session.bytes,
      map_bytes: session.mapBytes,
      tool_bytes: session.toolBytes,
      debris: session.debris,
      segments: session.segments.map(({ kind, name, bytes, file }) => ({ kind, name, bytes, file })),
    })),
    broken: broken.map(({ bound, subject, session, found, limit, sample }) => {
      return { bound, subject, session, found, limit, sample };
    }),
  };
}
