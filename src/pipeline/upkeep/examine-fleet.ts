// Can the fleet be used from here? The queue is asked, and each worker of our kind gets one stage, which goes the whole way: its
// tree through the store, into a slot, to a gate, and back.

import { randomUUID } from "node:crypto";
import { askForPrograms } from "../../fleet/draft-mark.ts";
import { FleetLink } from "../../fleet/fleet-link.ts";
import { OrderSender } from "../../fleet/order-sender.ts";
import { currentNodeMajor, toolchainDigest } from "../../gates/toolchain.ts";
import type { AgentDeclaration } from "../../model/agent-declaration.ts";
import { digestOfBytes } from "../../model/digest.ts";
import { type FleetDeclaration, shownFleet } from "../../model/fleet-declaration.ts";
import type { FleetState, WorkerState } from "../../model/fleet-state.ts";
import type { StoreDeclaration } from "../../model/store-declaration.ts";
import { monotonic, pause } from "../../platform/clock.ts";
import { count, duration } from "../../report/figures.ts";
import { START_A_WORKER } from "../../report/fleet-text.ts";
import { plain } from "../../report/plain.ts";
import { openServer } from "../../store/sharing/open-store.ts";
import { fileListBytes, storedAt } from "../stages/file-list.ts";
import { travellingPrograms } from "../stages/fleet-drafts.ts";
import { fleetState } from "../stages/look-at-fleet.ts";
import { type StageOrder, stageAnswerIn } from "../stages/stage-order.ts";
import { fine, type HealthFinding, problem } from "./health-finding.ts";

export interface ExaminedFleet {
  readonly declaration: FleetDeclaration;
  readonly store: StoreDeclaration;
  readonly agents: readonly AgentDeclaration[];
  /** Of the product. */
  readonly version: string;
}

const SUBJECT = "fleet";
const FILE = Buffer.from("A file of spec-factory, by which `factory doctor --fleet` tries workers.\n");
const LONGEST_MS = 60_000;
/** For how long workers may look for programs, and between two looks whether they have told. */
const TOLD_MS = 3000;
const LOOK_MS = 100;

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
    const programs = await travellingPrograms(patient.agents);
    const state = await lookedAt(link.value, patient, programs);
    if (state.fault !== null) return [unreachable(state.fault)];
    const ours = state.workers.filter(({ serves }) => serves);
    const queue = `${name} answers in ${duration(took)}, ${count(state.waiting, "stage")} waiting`;
    const tried = await Promise.all(ours.map((worker) => tryWorker(sender, patient, worker)));
    const others = state.workers.filter(({ serves }) => !serves);
    return [
      fine(SUBJECT, queue),
      ...(ours.length === 0 ? [alone(declaration)] : tried),
      ...ours.filter(({ drafts }) => drafts > 0).map((worker) => draftsOf(worker, programs, declaration)),
      ...others.map(({ name: other, kind }) =>
        fine(`worker ${other}`, `serves builds of another kind: ${kind}`),
      ),
    ];
  } finally {
    await sender.close();
  }
}

/** Once each worker that takes drafts has said which of the programs it has, or after a moment. */
async function lookedAt(
  link: FleetLink,
  { declaration }: ExaminedFleet,
  programs: readonly string[],
): Promise<FleetState> {
  await askForPrograms(link, programs).catch(() => {});
  const since = monotonic();
  for (;;) {
    const state = await fleetState(link, declaration);
    const isTold = ({ serves, drafts, programs: there, lacks }: WorkerState) =>
      !serves || drafts === 0 || programs.every((one) => there.includes(one) || lacks.includes(one));
    if (state.fault !== null || state.workers.every(isTold) || monotonic() - since > TOLD_MS) return state;
    await pause(LOOK_MS, new AbortController().signal);
  }
}

function draftsOf(
  { name, drafts, programs: there }: WorkerState,
  programs: readonly string[],
  { place }: FleetDeclaration,
): HealthFinding {
  const subject = `worker ${name}`;
  const lacking = programs.filter((program) => !there.includes(program));
  const rooms = `${count(drafts, "draft")} at once`;
  if (lacking.length === 0)
    return fine(
      subject,
      programs.length === 0
        ? `${rooms}, and no agent here is a program`
        : `${rooms}, by ${programs.join(", ")}`,
    );
  return problem("warning", {
    ...{
      subject,
      code: "fleet-worker-unable",
      says: `takes ${rooms}, and lacks ${lacking.join(", ")}`,
      place,
    },
    fix: "Install it there, on the PATH of `factory worker`; its drafts are made here meanwhile.",
  });
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
  { id, name, slots, rests }: WorkerState,
): Promise<HealthFinding> {
  const subject = `worker ${name}`;
  const unable = (says: string) =>
    problem("warning", {
      ...{ subject, code: "fleet-worker-unable", says, place },
      fix: "Look at that machine, and whether it reaches the store.",
    });
  if (rests !== null) return unable(plain(`takes nothing: ${rests}`));
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
