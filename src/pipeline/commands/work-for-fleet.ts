// How does a machine work for others? In a workspace of its own, of which projects.yaml says where the store and the fleet are, and
// behind the lock of its builds, since it uses the same slots. It ends when it is interrupted, and gives back what it had begun.

import { rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import type { EventBody } from "../../model/event.ts";
import { type FleetDeclaration, shownFleet } from "../../model/fleet-declaration.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { Workspace } from "../../model/workspace.ts";
import { openSandbox } from "../../platform/sandbox.ts";
import { workerLines } from "../../report/worker-text.ts";
import { onDisk } from "../../workspaces/disk.ts";
import { declaredWorkspace } from "../reading/declared-projects.ts";
import { versionOf } from "../run/open-stages.ts";
import { ReceivedTrees } from "../stages/received-trees.ts";
import { StageServer } from "../stages/stage-server.ts";
import type { Caller } from "./caller.ts";
import { withLock } from "./locked-build.ts";

export interface Working {
  /** Address of the fleet; null: as projects.yaml declares it. */
  readonly fleet: string | null;
  readonly slots: number;
  /** Null: the host's. */
  readonly name: string | null;
}

export async function workForFleet(caller: Caller, working: Working): Promise<Result<void>> {
  return withLock(caller, async ({ root, signal }) => {
    const workspace = await declaredWorkspace(root);
    if (!workspace.ok) return workspace;
    const { store } = workspace.value;
    const declaration = fleetOf(workspace.value, working);
    if (declaration === null || store === undefined) return failed(lacking(declaration === null));
    const sandbox = await openSandbox({ ...workspace.value, sandbox: sandboxOf(workspace.value) }, root);
    if (!sandbox.ok) return sandbox;
    const folder = join(root, ".factory", "fleet");
    const cleared = await onDisk(folder, "clear", () => rm(folder, { recursive: true, force: true }));
    if (!cleared.ok) return cleared;
    const [{ FleetLink }, { OrderTaker }, { openServer }] = await Promise.all([
      import("../../fleet/fleet-link.ts"),
      import("../../fleet/order-taker.ts"),
      import("../../store/sharing/open-store.ts"),
    ]);
    const version = versionOf(caller.writer);
    const link = await FleetLink.open({ declaration, variables: process.env, version });
    if (!link.ok)
      return failed({
        reason: "fleet-unreachable",
        fleet: shownFleet(declaration),
        detail: link.failure.detail,
      });
    const emit = (event: EventBody) => caller.say(...workerLines(event));
    const { slots } = working;
    const name = working.name ?? hostname();
    const trees = new ReceivedTrees(root, openServer(store, process.env, signal));
    const server = new StageServer({ root, declaration, store, trees, slots, emit, signal });
    const taker = new OrderTaker({
      ...{ link: link.value, name, slots, signal },
      work: (order) => server.answer(order),
      onReach: (isReached) =>
        caller.warn(
          isReached ? "the fleet is back" : `the fleet ${shownFleet(declaration)} is away; waiting for it`,
        ),
    });
    caller.say(
      `${name} works for ${shownFleet(declaration)} with ${slots === 1 ? "1 slot" : `${slots} slots`}`,
    );
    await taker.run();
    server.close();
    return success(undefined);
  });
}

function fleetOf({ fleet }: Workspace, working: Working): Pick<FleetDeclaration, "url"> | null {
  return working.fleet === null ? (fleet ?? null) : { url: working.fleet };
}

/** What others send runs confined, unless the workspace or the machine says otherwise. */
function sandboxOf({ sandbox }: Workspace): NonNullable<Workspace["sandbox"]> {
  return sandbox ?? (process.env.FACTORY_SANDBOX === "off" ? "off" : "require");
}

function lacking(isFleet: boolean) {
  return {
    reason: "usage",
    message: isFleet
      ? "no fleet is named"
      : "trees come through a shared store, and projects.yaml declares none",
    fix: isFleet
      ? "Add `--fleet redis://HOST`, or `fleet: {url: …}` to projects.yaml."
      : "Add `store: {url: …}`, the same as that of the builds (`factory help fleet`).",
  } as const;
}
