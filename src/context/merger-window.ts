// What is the merger of plans shown? The request, the planners' documents, and what there is of an earlier plan. Of their
// sessions nothing else goes on.

import type { Result } from "../model/result.ts";
import type { Role } from "../model/role.ts";
import type { Segment, Window } from "../model/window.ts";
import { bounded, type RolePrompt } from "./bounded.ts";
import { type PlannedBefore, plannedBeforeSegments } from "./planned-before.ts";
import { mapSegment, type PlanningRequest, requestSegment } from "./planner-window.ts";
import { boundSegment, planRoom, workOf } from "./planning-room.ts";
import { type Refused, withRefused } from "./refused.ts";

export interface MergingMaterial {
  readonly prompt: RolePrompt | null;
  readonly request: PlanningRequest;
  readonly rules: readonly Segment[];
  readonly documents: readonly { readonly role: Role; readonly text: string }[];
  /** Of the planners: how large they are says how much there is to plan. They are not shown. */
  readonly maps: readonly { readonly project: string; readonly text: string }[];
  /** Null where the feature was never planned. */
  readonly before?: PlannedBefore | null;
  readonly refused: Refused | null;
}

/** Fails with `window-too-large` when the request passes `limit` bytes: the documents have kept to a room of their own. */
export function mergerWindow(material: MergingMaterial, limit: number): Result<Window> {
  const request = requestSegment(material.request);
  const documents = material.documents.map(({ role, text }): Segment => {
    return { kind: "document", name: role, text, place: null };
  });
  const maps = material.maps.map(mapSegment);
  const work = workOf([request, ...material.rules], { requirements: material.request.requirements, maps });
  const own = [
    ...documents,
    ...plannedBeforeSegments(material.before ?? null),
    boundSegment(planRoom(work, limit)),
  ];
  const asked = { role: "plan-merger", prompt: material.prompt } as const;
  return bounded(asked, withRefused([request, ...material.rules, ...own], material.refused), limit, own);
}
