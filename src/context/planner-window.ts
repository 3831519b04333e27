// What is a planner shown? The request and a map of the code, and nothing that another planner says. What it may read
// beyond that through its tools is not decided here.

import { failed, type Result, success } from "../model/result.ts";
import type { Role } from "../model/role.ts";
import type { Segment, Window } from "../model/window.ts";
import { bounded, boundedMaps, countedBytes, type RolePrompt, tooLarge } from "./bounded.ts";
import { type Refused, withRefused } from "./refused.ts";

export interface PlanningMaterial {
  readonly role: Extract<Role, "spec-planner" | "architecture-planner" | "qa-planner">;
  readonly prompt: RolePrompt | null;
  /** feature.md as its author wrote it. */
  readonly request: { readonly file: string; readonly text: string };
  /** One for each project of the feature, each of them as `repoMap` made it. */
  readonly maps: readonly { readonly project: string; readonly text: string }[];
  /** The projects of the feature, as `reportingGates` tells of their gates. */
  readonly proof: readonly Segment[];
  /** See rule-segments.ts. */
  readonly rules: readonly Segment[];
  readonly refused: Refused | null;
}

export interface PlanningLimits {
  readonly planningBytes: number;
  readonly mapBytes: number;
}

/** Fails with `window-too-large` when the request passes `planningBytes`, or the maps together `mapBytes`. */
export function plannerWindow(material: PlanningMaterial, limits: PlanningLimits): Result<Window> {
  const maps = boundedMaps(material.maps.map(mapSegment), limits.mapBytes);
  if (!maps.ok) return maps;
  const request = requestSegment(material.request);
  const { rules } = material;
  const room = documentRoom([request, ...rules], limits.planningBytes);
  if (!room.ok) return room;
  const bound = boundSegment(room.value);
  const limit = limits.planningBytes;
  const segments = [...maps.value, ...material.proof, request, ...rules, bound];
  return bounded(material, withRefused(segments, material.refused, limit), limit);
}

/** What each of three documents may take, so that all of them fit beside what is given into the window of the merger. */
function documentRoom(given: readonly Segment[], limit: number): Result<number> {
  const room = Math.floor((limit - countedBytes(given) - MARGIN) / 3);
  if (room >= LEAST_DOCUMENT) return success(room);
  const bytes = countedBytes(given) + MARGIN + 3 * LEAST_DOCUMENT;
  return failed(tooLarge(given, bytes, limit));
}

/** Bytes that the merger's window needs for all but the texts themselves. */
const MARGIN = 256;

/** A document below this could hold no plan. */
const LEAST_DOCUMENT = 512;

/** Nobody who writes can count bytes: so much less is asked for than would be refused. */
const ASKED = 0.95;

/** What is asked of an answer that may have so many bytes. */
export function boundSegment(bytes: number): Segment {
  return { kind: "bound", name: "bytes", text: String(Math.floor(bytes * ASKED)), place: null };
}

/** Beyond how many bytes an answer is refused that was asked for in this window; null where nothing was said. */
export function roomIn({ segments }: Window): number | null {
  const asked = segments.find(({ kind }) => kind === "bound");
  return asked === undefined ? null : Math.floor(Number(asked.text) / ASKED);
}

export function requestSegment(request: PlanningMaterial["request"]): Segment {
  const place = { file: request.file, line: 1, column: 1 };
  return { kind: "request", name: "feature.md", text: request.text, place };
}

function mapSegment({ project, text }: { readonly project: string; readonly text: string }): Segment {
  return { kind: "map", name: project, text, place: null };
}
