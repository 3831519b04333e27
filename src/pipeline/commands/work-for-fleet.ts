// How does a machine work for others? In a workspace of its own, of which projects.yaml says where the store and the fleet are, and
// behind the lock of its builds, since it uses the same slots. It ends when it is interrupted, and gives back what it had begun.

import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import type { DraftTaker, DraftTakerOrder } from "../../fleet/draft-taker.ts";
import { NO_DRAFTS } from "../../fleet/fleet-member.ts";
import type { EventBody } from "../../model/event.ts";
import { type FleetDeclaration, shownFleet } from "../../model/fleet-declaration.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { StoreDeclaration } from "../../model/store-declaration.ts";
import type { Workspace } from "../../model/workspace.ts";
import { childEnvironment } from "../../platform/child-environment.ts";
import { now } from "../../platform/clock.ts";
import { runProcess } from "../../platform/process.ts";
import { openSandbox } from "../../platform/sandbox.ts";
import { count } from "../../report/figures.ts";
import { workerLines } from "../../report/worker-text.ts";
import { onDisk } from "../../workspaces/disk.ts";
import { declaredWorkspace } from "../reading/declared-projects.ts";
import { versionOf } from "../run/open-stages.ts";
import { Slots } from "../slots/slots.ts";
import { ReceivedTrees } from "../stages/received-trees.ts";
import { StageServer, type StageServerOrder } from "../stages/stage-server.ts";
import type { Caller } from "./caller.ts";
import { withLock } from "./locked-build.ts";

export interface Working {
  /** Address of the fleet; null: as projects.yaml declares it. */
  readonly fleet: string | null;
  readonly slots: number;
  /** How many drafts by programs at once; 0: none. */
  readonly drafts: number;
  /** Null: the host's. */
  readonly name: string | null;
}

/** Longest look for a program. */
const LOOK_MS = 10_000;

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
    const [{ FleetLink }, { OrderTaker }, { Rest }, { openServer }] = await Promise.all([
      import("../../fleet/fleet-link.ts"),
      import("../../fleet/order-taker.ts"),
      import("../../fleet/rest.ts"),
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
    const name = working.name ?? hostname();
    const id = randomUUID();
    const trees = new ReceivedTrees(root, openServer(store, process.env, signal));
    const slots = new Slots({ root, emit, signal, clock: now });
    let beat = () => {};
    const rest = new Rest({
      signal,
      hindrance: () => trees.hindrance(),
      onChange: (why) => {
        caller.warn(why === null ? "the shared store is back" : `takes nothing until it can: ${why}`);
        beat();
      },
    });
    const place = { root, declaration, store, trees, slots, rest, emit, signal };
    const server = new StageServer({ ...place, atOnce: working.slots });
    const taking = { link: link.value, id, name, onChange: () => beat() };
    const taken = working.drafts === 0 ? success(null) : await draftsOf(place, working.drafts, taking);
    if (!taken.ok) {
      await link.value.close();
      return taken;
    }
    const drafts = taken.value;
    const taker = new OrderTaker({
      ...{ link: link.value, id, name, slots: working.slots, rest, signal },
      drafts: () => drafts?.member ?? NO_DRAFTS,
      work: (order) => server.answer(order),
      onReach: (isReached) =>
        caller.warn(
          isReached ? "the fleet is back" : `the fleet ${shownFleet(declaration)} is away; waiting for it`,
        ),
    });
    beat = () => taker.beat();
    const rooms = working.drafts === 0 ? "" : ` and ${count(working.drafts, "draft")} at once`;
    caller.say(`${name} works for ${shownFleet(declaration)} with ${count(working.slots, "slot")}${rooms}`);
    await Promise.all([taker.run(), drafts?.run()]);
    await link.value.close();
    slots.close();
    return success(undefined);
  });
}

async function draftsOf(
  place: Omit<StageServerOrder, "atOnce"> & { readonly store: StoreDeclaration },
  rooms: number,
  taker: Pick<DraftTakerOrder, "link" | "id" | "name" | "onChange">,
): Promise<Result<DraftTaker>> {
  const [{ DraftTaker }, { DraftServer }, { openServer }, { DraftRecords }] = await Promise.all([
    import("../../fleet/draft-taker.ts"),
    import("../stages/draft-server.ts"),
    import("../../store/sharing/open-store.ts"),
    import("../../store/draft-records.ts"),
  ]);
  // What was paid for is told although the worker is interrupted.
  const over = new AbortController().signal;
  const server = new DraftServer({ ...place, server: openServer(place.store, process.env, over) });
  const { root, rest, signal } = place;
  const kept = await DraftRecords.open(join(root, ".factory", "drafts"));
  if (!kept.ok) return kept;
  const taken = new DraftTaker({
    ...{ ...taker, rooms, rest, signal, kept: kept.value },
    has: (program) => hasProgram(program, signal),
    work: (draft) => server.answer(draft),
    share: (draft, answer) => server.share(draft, answer),
  });
  return success(taken);
}

/** As a shell finds it that a program is started with. */
async function hasProgram(program: string, signal: AbortSignal): Promise<boolean> {
  const end = await runProcess({
    ...{ file: "sh", args: ["-c", 'command -v -- "$1"', "sh", program], cwd: "/" },
    ...{ env: childEnvironment({}, []), timeoutMs: LOOK_MS, outputLimit: 4096, signal },
    marker: `look-${randomUUID()}`,
  });
  return end.end === "exited" && end.code === 0;
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
