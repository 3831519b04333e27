// What is the merger of plans shown? The request and the planners' documents. Of their sessions nothing else goes on.

import type { Result } from "../model/result.ts";
import type { Role } from "../model/role.ts";
import type { Segment, Window } from "../model/window.ts";
import { bounded, bytesOf, type RolePrompt } from "./bounded.ts";
import { boundSegment, requestSegment } from "./planner-window.ts";
import { type Refused, withRefused } from "./refused.ts";

export interface MergingMaterial {
  readonly prompt: RolePrompt | null;
  readonly request: { readonly file: string; readonly text: string };
  readonly rules: readonly Segment[];
  readonly documents: readonly { readonly role: Role; readonly text: string }[];
  readonly refused: Refused | null;
}

/** Fails with `window-too-large` when the whole passes `limit` bytes, which is that of every planning window. */
export function mergerWindow(material: MergingMaterial, limit: number): Result<Window> {
  const request = requestSegment(material.request);
  const documents = material.documents.map(({ role, text }): Segment => {
    return { kind: "document", name: role, text, place: null };
  });
  const given = [request, ...material.rules];
  const segments = [...given, ...documents, boundSegment(planRoom(bytesOf(given), limit))];
  const asked = { role: "plan-merger", prompt: material.prompt } as const;
  return bounded(asked, withRefused(segments, material.refused, limit), limit);
}

/** The plan meets the requirements again where it is cut into tasks, and beside them the tasks of an earlier backlog. */
function planRoom(givenBytes: number, limit: number): number {
  return Math.max(0, Math.floor((limit - givenBytes) * 0.6));
}
