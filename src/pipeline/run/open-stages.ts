// Who judges trees in a build: this machine alone, or a fleet with it? Nothing of a fleet is loaded where none is asked for.

import { randomUUID } from "node:crypto";
import type { Graph } from "../../engine/graph.ts";
import { heightsOf } from "../../engine/schedule-state.ts";
import type { TaskId } from "../../model/address.ts";
import type { BuildOptions } from "../../model/build-options.ts";
import type { FleetDeclaration } from "../../model/fleet-declaration.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { mayWrite } from "../../model/store-declaration.ts";
import type { Workspace } from "../../model/workspace.ts";
import type { GatePlaces } from "../gating/gate-places.ts";
import type { FleetDrafts } from "../stages/fleet-drafts.ts";
import type { SlotStages, SlotStagesOrder } from "../stages/slot-stages.ts";
import type { Stages } from "../stages/stage.ts";

export interface StagesOpening extends Pick<SlotStagesOrder, "emit" | "clock" | "signal"> {
  /** Of the workspace. */
  readonly root: string;
  readonly workspace: Workspace;
  readonly options: Pick<BuildOptions, "fleet" | "modelCalls">;
  readonly graph: Graph;
  readonly here: SlotStages;
  readonly gatePlaces: GatePlaces;
  /** Of the product. */
  readonly version: string;
}

export interface OpenedStages {
  readonly stages: Stages;
  /** Who makes drafts by programs elsewhere; null: nobody. */
  readonly drafts: FleetDrafts | null;
}

/** Of the product; what else names a writer is a branch. */
export function versionOf(writer: string): string {
  return writer.split(" ")[0] as string;
}

/** The fleet that works for a build; null where none does. The command line beats what is declared. */
export function fleetFor({ fleet: declared }: Workspace, { fleet, modelCalls }: StagesOpening["options"]) {
  if (modelCalls === "offline") return null;
  if (fleet === undefined) return declared ?? null;
  return { url: fleet, verify: declared?.verify ?? true, place: null } satisfies FleetDeclaration;
}

/** Fails with `usage` where trees have no way to a fleet. One that cannot be reached is told of, and left alone. */
export async function openStages(opening: StagesOpening): Promise<Result<OpenedStages>> {
  const { root, workspace, options, here, gatePlaces, graph, emit, clock, signal, version } = opening;
  const declaration = fleetFor(workspace, options);
  if (declaration === null) return success({ stages: here, drafts: null });
  const { store } = workspace;
  if (store === undefined || !mayWrite(store, process.env))
    return failed({
      reason: "usage",
      message:
        store === undefined
          ? "trees get to a fleet through a shared store, and projects.yaml declares none"
          : "trees get to a fleet through the shared store, and this machine may not write there",
      fix: "Add `store: {url: …}` with the right to write (`factory help fleet`), or build without the fleet.",
    });
  const [
    { FleetLink },
    { OrderSender },
    { DraftSender },
    { FleetStages },
    { FleetDrafts },
    { FleetWarnings },
    { FleetWatch },
    { SentTrees },
    { openServer },
  ] = await Promise.all([
    import("../../fleet/fleet-link.ts"),
    import("../../fleet/order-sender.ts"),
    import("../../fleet/draft-sender.ts"),
    import("../stages/fleet-stages.ts"),
    import("../stages/fleet-drafts.ts"),
    import("../stages/fleet-warnings.ts"),
    import("../stages/fleet-watch.ts"),
    import("../stages/sent-trees.ts"),
    import("../../store/sharing/open-store.ts"),
  ]);
  const warnings = new FleetWarnings({ declaration, store, emit });
  const link = await FleetLink.open({ declaration, variables: process.env, version });
  if (!link.ok) {
    warnings.tell({ news: "left", detail: link.failure.detail });
    return success({ stages: here, drafts: null });
  }
  const heights = heightsOf(graph);
  const heightOf = (subject: string) => heights[graph.indexOf.get(subject as TaskId) ?? -1] ?? 0;
  const server = openServer(store, process.env, signal);
  const trees = new SentTrees(server);
  const drafts = new FleetDrafts({
    ...{ root, trees, warnings, heightOf },
    // What was paid for is fetched although the build is interrupted.
    server: openServer(store, process.env, new AbortController().signal),
    sender: new DraftSender(link.value, randomUUID()),
  });
  await drafts.announce(workspace.agents);
  const stages = new FleetStages({
    ...{ declaration, warnings, here, emit, clock, signal, trees, heightOf },
    sender: new OrderSender(link.value, randomUUID()),
    watch: new FleetWatch({ link: link.value, declaration, emit }),
    isIdle: () => gatePlaces.isIdle,
  });
  return success({ stages, drafts });
}
