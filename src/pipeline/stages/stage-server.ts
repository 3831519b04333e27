// What does a worker do with an order? It looks whether the order is one that it can do, fetches the tree, and has it judged in a
// slot of its own, as a build would. Whatever goes wrong is an answer. Nothing that an order names gets a key of the worker's.

import type { TakenOrder } from "../../fleet/order-taker.ts";
import type { Rest } from "../../fleet/rest.ts";
import { headerVariables } from "../../model/agent-declaration.ts";
import type { EventBody } from "../../model/event.ts";
import { type FleetDeclaration, fleetVariables } from "../../model/fleet-declaration.ts";
import type { Gate } from "../../model/project.ts";
import type { StoreDeclaration } from "../../model/store-declaration.ts";
import { now } from "../../platform/clock.ts";
import { failureText } from "../../report/failure-text.ts";
import { GatePlaces } from "../gating/gate-places.ts";
import { Services } from "../gating/running-services.ts";
import type { Slots } from "../slots/slots.ts";
import type { ReceivedTrees, ReceiveFault } from "./received-trees.ts";
import { SlotStages } from "./slot-stages.ts";
import type { GateCheck, GateStage } from "./stage.ts";
import {
  digestOfOrder,
  type OrderedGate,
  type StageAnswer,
  type StageOrder,
  stageOrderIn,
} from "./stage-order.ts";

export interface StageServerOrder {
  /** Of the worker's own workspace. */
  readonly root: string;
  readonly declaration: Pick<FleetDeclaration, "url">;
  readonly store: Pick<StoreDeclaration, "headers">;
  readonly trees: ReceivedTrees;
  readonly slots: Slots;
  readonly rest: Rest;
  /** How many stages at once. */
  readonly atOnce: number;
  readonly emit: (event: EventBody) => void;
  readonly signal: AbortSignal;
}

type Without<A, K extends string> = A extends unknown ? Omit<A, K> : never;
type Said = Without<StageAnswer, "order">;

/** Those of a store that speaks S3. */
const STORE_KEYS = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];
/** Of an answer, in characters. */
const LARGEST = 32 * 1024 * 1024;
/** What a failure on this machine says of a tree is for the machine that asks to find out. */
const NO_DOUBT: GateCheck["doubt"] = { passedOnIt: false, passedTests: [], changed: null };

export class StageServer {
  readonly #order: StageServerOrder;
  readonly #gatePlaces: GatePlaces;
  readonly #services: Services;
  readonly #own: ReadonlySet<string>;

  constructor(order: StageServerOrder) {
    const { root, signal, slots } = order;
    this.#order = order;
    this.#gatePlaces = new GatePlaces(order.atOnce);
    this.#services = new Services({ root, signal, clock: now, slots });
    this.#own = workerKeys(order);
  }

  /** Never rejects. Null: the store is away, so the order is for another worker. */
  async answer({ body, signal }: TakenOrder): Promise<string | null> {
    const order = stageOrderIn(body);
    if (order === null) return JSON.stringify({ kind: "unable", why: "it is no order" });
    const said = await this.#judged(order, signal).catch((error: unknown) => unable(`bug: ${String(error)}`));
    if (said === null) return null;
    const answer = { order: digestOfOrder(order), ...said };
    const text = JSON.stringify(answer);
    if (text.length <= LARGEST) return text;
    return JSON.stringify({ ...answer, ...unable("what the gates said is too long to be sent"), runs: [] });
  }

  async #judged(order: StageOrder, signal: AbortSignal): Promise<Said | null> {
    const asked = [...order.env, ...order.gates.flatMap(({ env }) => env)].find((name) =>
      this.#own.has(name),
    );
    if (asked !== undefined) return unable(`the order asks for ${asked}, a key of the worker's own`);
    const received = await this.#order.trees.receive(order);
    if (!received.ok) {
      if (!("away" in received.failure)) return unreceived(received.failure);
      this.#order.rest.begin(received.failure.away);
      return null;
    }
    const { state, tree } = received.value;
    if (state.toolchain !== order.toolchain) return unable("its toolchain is another one");
    const [first, ...others] = order.gates.map(checkOf) as [GateCheck, ...GateCheck[]];
    const stage: GateStage = {
      ...{ state, tree, subject: order.subject, isProduct: false },
      checks: [first, ...others],
    };
    const { emit, slots, atOnce } = this.#order;
    const stages = new SlotStages({
      ...{ slots, gatePlaces: this.#gatePlaces, services: this.#services, atOnce, emit },
      clock: now,
      signal: AbortSignal.any([this.#order.signal, signal]),
    });
    const judged = await stages.judge(stage);
    if (!judged.ok) return unable(wordsOf(judged.failure));
    return { kind: "judged", toolchain: state.toolchain, runs: judged.value.runs };
  }
}

/** Variables by which the worker reaches the queue and the store. */
export function workerKeys({
  declaration,
  store,
}: Pick<StageServerOrder, "declaration" | "store">): ReadonlySet<string> {
  return new Set([...fleetVariables(declaration), ...headerVariables(store), ...STORE_KEYS]);
}

function checkOf({ tests, network, ...gate }: OrderedGate): GateCheck {
  const { id, run, timeoutMs, report, env } = gate;
  const place = { file: "projects.yaml", line: 1, column: 1 };
  const asGate: Gate = {
    ...{ id, run, timeoutMs, report, env, canary: null, inputs: null, exclusive: false, place },
    ...(network === null ? {} : { network }),
  };
  return { gate: asGate, tests, doubt: NO_DOUBT };
}

function unreceived(fault: Exclude<ReceiveFault, { readonly away: unknown }>): Said {
  if ("missing" in fault) return { kind: "missing", toolchain: null, files: fault.missing };
  return unable(faultWords(fault));
}

export function faultWords(
  fault: Exclude<ReceiveFault, { readonly missing: unknown } | { readonly away: unknown }>,
): string {
  return "store" in fault ? `the shared store ${fault.store}` : wordsOf(fault.failure);
}

function unable(why: string): Said {
  return { kind: "unable", toolchain: null, why: why.slice(0, 2000) };
}

export function wordsOf(failure: Parameters<typeof failureText>[0]): string {
  return failureText(failure, "worker").message;
}
