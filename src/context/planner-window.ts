// What is a planner shown? The request and a map of the code, what there is of an earlier plan, and nothing that another
// planner says. What it may read beyond that through its tools is not decided here.

import type { Result } from "../model/result.ts";
import type { Role } from "../model/role.ts";
import type { Segment, Window } from "../model/window.ts";
import { bounded, boundedMaps, type RolePrompt } from "./bounded.ts";
import { type PlannedBefore, plannedBeforeSegments } from "./planned-before.ts";
import { boundSegment, documentRoom, workOf } from "./planning-room.ts";
import { type Refused, withRefused } from "./refused.ts";

export interface PlanningMaterial {
  readonly role: Extract<Role, "spec-planner" | "architecture-planner" | "qa-planner">;
  readonly prompt: RolePrompt | null;
  /** feature.md as its author wrote it, and how many requirements it has. */
  readonly request: PlanningRequest;
  /** One for each project of the feature, each of them as `repoMap` made it. */
  readonly maps: readonly { readonly project: string; readonly text: string }[];
  /** The projects of the feature, as `reportingGates` tells of their gates. */
  readonly proof: readonly Segment[];
  /** See rule-segments.ts. */
  readonly rules: readonly Segment[];
  /** Null where the feature was never planned. */
  readonly before?: PlannedBefore | null;
  readonly refused: Refused | null;
}

export interface PlanningRequest {
  readonly file: string;
  readonly text: string;
  readonly requirements: number;
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
  const given = [request, ...material.rules];
  const work = workOf(given, { requirements: material.request.requirements, maps: maps.value });
  const bound = boundSegment(documentRoom(work, limits.planningBytes));
  const before = plannedBeforeSegments(material.before ?? null);
  const segments = [...maps.value, ...material.proof, ...given, ...before, bound];
  return bounded(material, withRefused(segments, material.refused), limits.planningBytes, [...before, bound]);
}

export function requestSegment(request: Pick<PlanningRequest, "file" | "text">): Segment {
  const place = { file: request.file, line: 1, column: 1 };
  return { kind: "request", name: "feature.md", text: request.text, place };
}

export function mapSegment({ project, text }: { readonly project: string; readonly text: string }): Segment {
  return { kind: "map", name: project, text, place: null };
}
