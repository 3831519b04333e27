// What travels to a worker, and what comes back? Values of JSON, looked at field by field where they arrive: either end may be
// somebody else. A variable travels by its name, a tree by the digest of what lists it.

import { type GateRun, isGateRun } from "../../gates/gate.ts";
import { type Digest, digestOf, isDigest, type Json } from "../../model/digest.ts";
import type { Network } from "../../model/network.ts";
import { pathFault } from "../../model/path.ts";
import { REPORT_FORMATS, type ReportFormat } from "../../model/project.ts";

/** A tree, and the place in which work on it is done. */
export interface OrderedTree {
  readonly project: string;
  /** First project of its repository. */
  readonly repository: string;
  /** Folder of the project in it. */
  readonly root: string;
  /** As a checkout of the repository calls it. */
  readonly branch: string;
  readonly setup: string | null;
  /** Names of variables that the setup may see. */
  readonly env: readonly string[];
  readonly keep: readonly string[];
  /** Of the setup; null: where nothing is said. */
  readonly network: Network | null;
  /** Of the lists of files that people wrote, and of those to judge. */
  readonly human: Digest;
  readonly tree: Digest;
}

export interface StageOrder extends OrderedTree {
  readonly stage: 1;
  readonly toolchain: Digest;
  readonly subject: string;
  readonly gates: readonly OrderedGate[];
}

export interface OrderedGate {
  readonly id: string;
  readonly run: string;
  readonly timeoutMs: number;
  readonly report: ReportFormat | null;
  readonly env: readonly string[];
  readonly network: Network | null;
  readonly tests: readonly string[];
}

export type StageAnswer = {
  /** Of the order that it answers. */
  readonly order: Digest;
  /** With which the worker did it, as it found by itself. */
  readonly toolchain: Digest | null;
} & (
  | { readonly kind: "judged"; readonly runs: readonly GateRun[] }
  /** Files that the store does not have. */
  | { readonly kind: "missing"; readonly files: readonly Digest[] }
  /** It could not be done there. */
  | { readonly kind: "unable"; readonly why: string }
);

/** In characters. */
const EVIDENCE = 10_000;
const OUTPUT = 256 * 1024;

/** Also the name of an order: an answer that names another one is none. */
export function digestOfOrder(order: StageOrder): Digest {
  return digestOf("stage-order/1", order as unknown as Json);
}

/** Null for what is no order. */
export function stageOrderIn(text: string): StageOrder | null {
  const said = recordIn(text);
  if (said === null || said.stage !== 1) return null;
  const { gates } = said;
  const isWhole =
    isOrderedTree(said) &&
    isName(said.subject) &&
    isDigestText(said.toolchain) &&
    Array.isArray(gates) &&
    gates.length > 0 &&
    gates.every(isGate);
  return isWhole ? (said as unknown as StageOrder) : null;
}

export function isOrderedTree(said: Record<string, unknown>): boolean {
  const { project, repository, root, branch, setup, env, keep, network, human, tree } = said;
  return (
    [project, repository, branch].every(isName) &&
    typeof root === "string" &&
    (root === "" || pathFault(root) === null) &&
    isTextOrNull(setup) &&
    [env, keep].every(areTexts) &&
    isNetworkOrNull(network) &&
    [human, tree].every(isDigestText)
  );
}

/**
 * Null for what does not answer the order: another one, with another toolchain, or runs that are not those of its gates, in their
 * order up to the first that failed.
 */
export function stageAnswerIn(text: string, order: StageOrder): StageAnswer | null {
  const said = recordIn(text);
  if (said === null || said.order !== digestOfOrder(order)) return null;
  switch (said.kind) {
    case "unable":
      return typeof said.why === "string" ? (said as unknown as StageAnswer) : null;
    case "missing": {
      const { files } = said;
      return Array.isArray(files) && files.length > 0 && files.every(isDigestText)
        ? (said as unknown as StageAnswer)
        : null;
    }
    case "judged":
      return said.toolchain === order.toolchain && areRunsOf(said.runs, order)
        ? (said as unknown as StageAnswer)
        : null;
    default:
      return null;
  }
}

function areRunsOf(runs: unknown, { gates }: StageOrder): boolean {
  if (!Array.isArray(runs) || runs.length === 0 || runs.length > gates.length) return false;
  if (!runs.every((run) => isGateRun(run) && isBounded(run))) return false;
  const last = runs.length - 1;
  const inOrder = runs.every(
    ({ result }, index) => result.gate === gates[index]?.id && (index === last || result.passed),
  );
  return inOrder && (runs.length === gates.length || runs[last]?.result.passed === false);
}

/** As our own gates say it: one line of evidence, and so much of the output. */
function isBounded({ result: { evidence, output, end } }: GateRun): boolean {
  const isLine = evidence.length <= EVIDENCE && !evidence.includes("\n");
  return isLine && output.length <= OUTPUT && ["exited", "timeout", "killed"].includes(end);
}

export function recordIn(text: string): Record<string, unknown> | null {
  try {
    const said: unknown = JSON.parse(text);
    return typeof said === "object" && said !== null && !Array.isArray(said)
      ? (said as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

function isGate(said: unknown): boolean {
  const { id, run, timeoutMs, report, env, network, tests } = (said ?? {}) as Record<string, unknown>;
  return (
    [id, run].every((text) => typeof text === "string") &&
    typeof timeoutMs === "number" &&
    (report === null || REPORT_FORMATS.includes(report as ReportFormat)) &&
    [env, tests].every(areTexts) &&
    isNetworkOrNull(network)
  );
}

/** Of which folders and files are called on a worker, too. */
function isName(said: unknown): boolean {
  return typeof said === "string" && said !== "" && said.length < 512 && !/[\0\n]/.test(said);
}

function isDigestText(said: unknown): boolean {
  return typeof said === "string" && isDigest(said);
}

function isTextOrNull(said: unknown): boolean {
  return said === null || typeof said === "string";
}

function isNetworkOrNull(said: unknown): boolean {
  return said === null || typeof said === "boolean" || areTexts(said);
}

function areTexts(said: unknown): boolean {
  return Array.isArray(said) && said.every((one) => typeof one === "string");
}
