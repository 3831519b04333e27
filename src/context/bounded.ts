// How large may a window be? Every window of every role is closed here: its prompt first, then its segments within
// their limit. It knows no role's material.

import type { Failure } from "../model/failure.ts";
import { failed, type Result, success } from "../model/result.ts";
import type { Role } from "../model/role.ts";
import type { Segment, SegmentKind, Window } from "../model/window.ts";
import { sentBytes } from "./window-text.ts";

/** The prompt of a role, rendered, and the file that a person would edit. */
export interface RolePrompt {
  readonly text: string;
  readonly file: string;
}

/** Who is asked. A prompt of null is for agents that are given none. */
export interface Asked {
  readonly role: Role;
  readonly prompt: RolePrompt | null;
}

/** What a person can make no shorter; maps have a limit of their own, and so has an answer that comes back. */
const UNCOUNTED: ReadonlySet<SegmentKind> = new Set([
  ...["map", "reporting-gates", "claimed", "again", "refused", "findings"],
] as SegmentKind[]);

/**
 * The window of a role. Fails with `window-too-large` when its text passes `limit` bytes, maps, what the factory says of
 * gates and other features to planners, and refused answers aside; `apart` are segments that have kept to a room of their own.
 */
export function bounded(
  asked: Asked,
  segments: readonly Segment[],
  limit: number,
  apart: readonly Segment[] = [],
): Result<Window> {
  const counted = segments.filter(isCounted);
  const bounding = counted.filter((segment) => !apart.includes(segment));
  const bytes = sentBytes(bounding);
  if (bytes > limit) return failed(tooLarge(bounding, bytes, limit));
  return success({ segments: [...promptSegments(asked), ...segments], taskBytes: sentBytes(counted) });
}

/** What counts of them against the bound of a window, as it is sent. */
export function countedBytes(segments: readonly Segment[]): number {
  return sentBytes(segments.filter(isCounted));
}

function isCounted({ kind }: Segment): boolean {
  return !UNCOUNTED.has(kind);
}

/** Fails with `window-too-large` when the maps together pass `limit` bytes. */
export function boundedMaps(maps: readonly Segment[], limit: number): Result<readonly Segment[]> {
  const bytes = bytesOf(maps);
  return bytes > limit ? failed(tooLarge(maps, bytes, limit)) : success(maps);
}

export function segmentBytes(segment: Segment): number {
  return Buffer.byteLength(segment.text, "utf8");
}

export function bytesOf(segments: readonly Segment[]): number {
  return segments.reduce((sum, segment) => sum + segmentBytes(segment), 0);
}

function promptSegments({ role, prompt }: Asked): Segment[] {
  if (prompt === null) return [];
  const place = { file: prompt.file, line: 1, column: 1 };
  return [{ kind: "role", name: role, text: prompt.text.trim(), place }];
}

/** What takes most of the room is what a person would shorten. */
function tooLarge(segments: readonly Segment[], bytes: number, limit: number): Failure {
  const fattest = segments
    .map((segment) => ({ name: `${segment.kind} ${segment.name}`, bytes: segmentBytes(segment) }))
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, 3);
  return { reason: "window-too-large", bytes, limit, fattest };
}
