// What of a shared store may go by its age? What is derived, and never what was paid for: the two lie apart there. Only where
// the server lists what it has; else it decides itself what it keeps.

import { failed, type Result, success } from "../../model/result.ts";
import { mayWrite, type StoreDeclaration, shownStore } from "../../model/store-declaration.ts";
import type { Workspace } from "../../model/workspace.ts";
import type { StoredObject } from "../../store/sharing/object-server.ts";

export interface RemoteCollection {
  readonly store: string;
  /** Null where the server lists nothing, and so decides itself. */
  readonly removed: { readonly objects: number; readonly bytes: number; readonly kept: number } | null;
}

export interface RemoteOrder {
  readonly workspace: Workspace;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly dryRun: boolean;
}

const AGE_MS = 30 * 24 * 60 * 60 * 1000;

/** Documents last: what names one goes before it. */
const FOLDERS = ["derived/ac", "derived/cas"];

export async function collectRemote(order: RemoteOrder): Promise<Result<RemoteCollection>> {
  const { workspace, environment, now, dryRun } = order;
  const declared = workspace.store;
  if (declared === undefined)
    return refused("projects.yaml declares no store", "Add `store: {url: …}`, or leave --remote out.");
  if (!mayWrite(declared, environment))
    return refused(
      "this machine only reads the shared store",
      "Run it where `write` of the store lets it, and CI is not set.",
    );
  const { openServer } = await import("../../store/sharing/open-store.ts");
  const server = openServer(declared, environment, new AbortController().signal);
  const old: StoredObject[] = [];
  let kept = 0;
  for (const folder of FOLDERS) {
    const listed = await server.list(folder);
    if (!listed.ok) return fault(declared, listed.failure.detail);
    if (listed.value === null) return success({ store: shownStore(declared), removed: null });
    // Of what does not tell its age, nobody knows that it is old.
    const gone = listed.value.filter(({ at }) => at <= now - AGE_MS);
    old.push(...gone);
    kept += listed.value.length - gone.length;
  }
  if (!dryRun) {
    for (const { path } of old) {
      const removed = await server.remove(path);
      if (!removed.ok) return fault(declared, removed.failure.detail);
    }
  }
  const bytes = old.reduce((sum, one) => sum + one.bytes, 0);
  return success({ store: shownStore(declared), removed: { objects: old.length, bytes, kept } });
}

function fault(declared: StoreDeclaration, detail: string): Result<never> {
  return failed({ reason: "store-refused", store: shownStore(declared), detail });
}

function refused(message: string, fix: string): Result<never> {
  return failed({ reason: "usage", message, fix });
}
