// When must a task's gates run again, although its agent need not? A verification key covers the task's outputs, those
// of all that it builds on, its gates and the toolchain; the human layer is left to the product's own inspection.

import { type Digest, digestOf, type Json } from "../model/digest.ts";
import type { Output } from "../model/output.ts";
import type { Gate } from "../model/project.ts";

/** Digest of what a task put into its project, on top of what its dependencies put there. */
export function foundation(outputs: readonly Output[], below: readonly Digest[]): Digest {
  return digestOf("foundation/1", [
    outputs.map((output) => [output.path, output.mode, output.digest]),
    [...new Set(below)].sort(),
  ]);
}

export function verificationKey(
  own: Digest,
  gates: readonly Gate[],
  acceptance: Digest,
  toolchain: Digest,
): Digest {
  return digestOf("verification/1", [own, gates.map(gateFacts), acceptance, toolchain]);
}

/** The key under which a whole product's inspection is remembered. `tree` is the git tree that was inspected. */
export function productKey(tree: string, gates: readonly Gate[], toolchain: Digest): Digest {
  return digestOf("product/1", [tree, gates.map(gateFacts), toolchain]);
}

/**
 * The key under which it is remembered that a gate passes untouched and fails on its canary. `instrument` stands for the
 * files of the tree that it runs from, by path.
 */
export function canaryKey(
  gate: Gate,
  toolchain: Digest,
  instrument: Readonly<Record<string, string>>,
): Digest {
  return digestOf("canary/2", [[...gateFacts(gate), gate.canary], toolchain, instrument]);
}

/** The key under which it is remembered that a gate passed on a tree. */
export function passKey(tree: string, gate: Gate, toolchain: Digest): Digest {
  return digestOf("pass/1", [tree, gateFacts(gate), toolchain]);
}

/**
 * What a failure came of beside the draft: gates with their limits, toolchain and setup, and `instruments`, the files of
 * people that these run from. What was learnt in another environment may be false in this one.
 */
export function environmentKey(
  gates: readonly Gate[],
  toolchain: Digest,
  instruments: readonly (readonly [path: string, oid: string])[],
): Digest {
  const facts = gates.map((gate) => [...gateFacts(gate), gate.timeoutMs]);
  return digestOf("environment/1", [facts, toolchain, instruments]);
}

/** The names of variables are facts, and their values are not: those belong to one machine. Nor does it matter when it runs. */
function gateFacts({ id, run, report, env }: Gate): readonly Json[] {
  return [id, run, report, ...(env.length === 0 ? [] : [{ env }])];
}
