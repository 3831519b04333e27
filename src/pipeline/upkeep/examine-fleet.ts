// Can the fleet be used from here? The queue is asked, and each worker of our kind gets one stage, which goes the whole way: its
// tree through the store, into a slot, to a gate, and back.

import { randomUUID } from "node:crypto";
import { FleetLink } from "../../fleet/fleet-link.ts";
import { OrderSender } from "../../fleet/order-sender.ts";
import { currentNodeMajor, toolchainDigest } from "../../gates/toolchain.ts";
import { digestOfBytes } from "../../model/digest.ts";
import { type FleetDeclaration, shownFleet } from "../../model/fleet-declaration.ts";
import type { WorkerState } from "../../model/fleet-state.ts";
import type { StoreDeclaration } from "../../model/store-declaration.ts";
import { monotonic } from "../../platform/clock.ts";
import { count, duration } from "../../report/figures.ts";
import { START_A_WORKER } from "../../report/fleet-text.ts";
import { openServer } from "../../store/sharing/open-store.ts";
import { fileListBytes, storedAt } from "../stages/file-list.ts";
import { fleetState } from "../stages/look-at-fleet.ts";
import { type StageOrder, stageAnswerIn } from "../stages/stage-order.ts";
import { fine, type HealthFinding, problem } from "./health-finding.ts";

export interface ExaminedFleet {
  readonly declaration: FleetDeclaration;
  readonly store: StoreDeclaration;
  /** Of the product. */
  readonly version: string;
}

const SUBJECT = "fleet";
const FILE = Buffer.from("A file of spec-factory, by which `factory doctor --fleet` tries workers.\n");
const LONGEST_MS = 60_000;

export async function examineFleet(patient: ExaminedFleet): Promise<readonly HealthFinding[]> {
  const { declaration, version } = patient;
  const { place } = declaration;
  const name = shownFleet(declaration);
  const from = monotonic();
  const link = await FleetLink.open({ declaration, variables: process.env, version });
  const unreachable = (detail: string) =>
    problem("warning", {
      ...{ subject: SUBJECT, code: "fleet-unreachable", says: `${name} ${detail}`, place },
      fix: "Mend the address, its variables or the server; builds go on without it, and say so.",
    });
  if (!link.ok) return [unreachable(link.failure.detail)];
  const took = monotonic() - from;
  const sender = new OrderSender(link.value, randomUUID());
  try {
    const state = await fleetState(link.value, declaration);
    if (state.fault !== null) return [unreachable(state.fault)];
    const ours = state.workers.filter(({ serves }) => serves);
    const queue = `${name} answers in ${duration(took)}, ${count(state.waiting, "stage")} waiting`;
    const tried = await Promise.all(ours.map((worker) => tryWorker(sender, patient, worker)));
    const others = state.workers.filter(({ serves }) => !serves);
    return [
      fine(SUBJECT, queue),
      ...(ours.length === 0 ? [alone(declaration)] : tried),
      ...others.map(({ name: other, kind }) =>
        fine(`worker ${other}`, `serves builds of another kind: ${kind}`),
      ),
    ];
  } finally {
    await sender.close();
  }
}

function alone({ place }: FleetDeclaration): HealthFinding {
  return problem("warning", {
    ...{
      subject: SUBJECT,
      code: "fleet-without-workers",
      says: "has no worker of this version and platform",
      place,
    },
    fix: START_A_WORKER,
  });
}

async function tryWorker(
  sender: OrderSender,
  { store, declaration: { place } }: ExaminedFleet,
  { id, name, slots }: WorkerState,
): Promise<HealthFinding> {
  const subject = `worker ${name}`;
  const unable = (says: string) =>
    problem("warning", {
      ...{ subject, code: "fleet-worker-unable", says, place },
      fix: "Look at that machine, and whether it reaches the store.",
    });
  const file = digestOfBytes(FILE);
  const human = fileListBytes({ base: null, files: { "probe.txt": ["100644", file] } });
  const tree = fileListBytes({ base: human.digest, files: {} });
  const server = openServer(store, process.env, new AbortController().signal);
  for (const [digest, bytes] of [
    [file, FILE],
    [human.digest, human.bytes],
    [tree.digest, tree.bytes],
  ] as const) {
    const put = await server.put(storedAt(digest), bytes);
    if (!put.ok) return unable(`is not tried, since the shared store ${put.failure.detail}`);
  }
  const order = probe(human.digest, tree.digest);
  const from = monotonic();
  const reply = await sender.ask({
    ...{ lane: `worker-${id}`, body: JSON.stringify(order), label: "factory doctor", urgency: 0 },
    ...{ longestMs: LONGEST_MS, isIdle: () => true, onTaken: () => {}, signal: new AbortController().signal },
  });
  if (reply.kind === "lost") return unable(`the fleet ${reply.detail}`);
  if (reply.kind !== "done") return unable("does not begin what it is asked");
  const answer = stageAnswerIn(reply.body, order);
  if (answer === null) return unable("says something else than it was asked");
  if (answer.kind === "unable") return unable(answer.why);
  if (answer.kind === "missing")
    return unable("does not find in its store what this machine put into its own");
  const [run] = answer.runs;
  if (run?.result.passed !== true) return unable(`cannot run a gate: ${run?.result.evidence ?? ""}`);
  return fine(
    subject,
    `${count(slots, "slot")}, one stage there and back in ${duration(monotonic() - from)}`,
  );
}

function probe(human: StageOrder["human"], tree: StageOrder["tree"]): StageOrder {
  const node = currentNodeMajor();
  const toolchain = toolchainDigest({ nodeMajor: node, setup: null, lockfiles: [], root: "", services: [] });
  return {
    ...{ stage: 1, project: "doctor", repository: "doctor", root: "", branch: "main", setup: null },
    ...{ env: [], keep: [], network: null, human, tree, toolchain, subject: "factory doctor" },
    gates: [
      {
        ...{ id: "probe", run: "test -s probe.txt", timeoutMs: LONGEST_MS, report: null },
        ...{ env: [], network: null, tests: [] },
      },
    ],
  };
}
