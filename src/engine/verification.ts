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

/** The key under which it is remembered that a project's gates pass untouched and fail on their canaries. */
export function canaryKey(gates: readonly Gate[], toolchain: Digest): Digest {
  return digestOf("canary/1", [gates.map((gate) => [...gateFacts(gate), gate.canary]), toolchain]);
}

/** The names of variables are facts, and their values are not: those belong to one machine. Nor does it matter when it runs. */
function gateFacts({ id, run, report, env }: Gate): readonly Json[] {
  return [id, run, report, ...(env.length === 0 ? [] : [{ env }])];
}
