// When must a task's gates run again, although its agent need not? A verification key covers the task's outputs, those
// of all that it builds on, its gates and the toolchain; the human layer is left to the product's own inspection.

import { type Digest, digestOf, type Json } from "../model/digest.ts";
import type { VerificationManifest } from "../model/manifest.ts";
import type { Output } from "../model/output.ts";
import type { Gate } from "../model/project.ts";
import type { Reason } from "../model/verdict.ts";
import { plainReason } from "./action-manifest.ts";

/** Digest of what a task put into its project, on top of what its dependencies put there. */
export function foundation(outputs: readonly Output[], below: readonly Digest[]): Digest {
  return digestOf("foundation/1", [
    outputs.map((output) => [output.path, output.mode, output.digest]),
    [...new Set(below)].sort(),
  ]);
}

export function verificationManifest(
  own: Digest,
  gates: readonly Gate[],
  criteria: Digest,
  toolchain: Digest,
): VerificationManifest {
  return { foundation: own, gates: gates.map(gateFacts), criteria, toolchain };
}

export function verificationKey({ foundation, gates, criteria, toolchain }: VerificationManifest): Digest {
  return digestOf("verification/1", [foundation, gates, criteria, toolchain]);
}

/** Why gates run again, by name. Outputs are not named: tasks below say that they changed. */
export function compareVerifications(before: VerificationManifest, now: VerificationManifest): Reason[] {
  const [then, today] = [before, now].map(({ gates }) => {
    return new Map(gates.map((facts) => [String(facts[0]), digestOf("gate", facts)]));
  }) as [Map<string, Digest>, Map<string, Digest>];
  const gates = [...new Set([...then.keys(), ...today.keys()])].filter(
    (id) => then.get(id) !== today.get(id),
  );
  return [
    ...gates.map((id) => plainReason("gates-changed", id)),
    ...(before.toolchain === now.toolchain ? [] : [plainReason("toolchain-changed", "")]),
    ...(before.criteria === now.criteria ? [] : [plainReason("criteria-changed", "")]),
  ];
}

/** The key under which a whole product's inspection is remembered. `tree` is the git tree that was inspected. */
export function productKey(tree: string, gates: readonly Gate[], toolchain: Digest): Digest {
  return digestOf("product/1", [tree, gates.map(gateFacts), toolchain]);
}

/**
 * The key under which it is remembered that a gate passes untouched and fails on its canary. `gateFiles` stand for the
 * files of the tree that it runs from, by path.
 */
export function canaryKey(
  gate: Gate,
  toolchain: Digest,
  gateFiles: Readonly<Record<string, string>>,
): Digest {
  return digestOf("canary/2", [[...gateFacts(gate), gate.canary], toolchain, gateFiles]);
}

/** The key under which it is remembered that a gate passed on what it looks at; `tests` are those it was told to run. */
export function passKey(lookedAt: string, gate: Gate, tests: readonly string[], toolchain: Digest): Digest {
  return digestOf("pass/1", [
    lookedAt,
    gateFacts(gate),
    toolchain,
    ...(tests.length === 0 ? [] : [{ tests }]),
  ]);
}

/**
 * What a failure came of beside the draft: gates with their limits, toolchain and setup, and `gateAndSetupFiles`, those of
 * people that these run from. What was learnt in another environment may be false in this one.
 */
export function environmentKey(
  gates: readonly Gate[],
  toolchain: Digest,
  gateAndSetupFiles: readonly (readonly [path: string, oid: string])[],
): Digest {
  const facts = gates.map((gate) => [...gateFacts(gate), gate.timeoutMs]);
  return digestOf("environment/1", [facts, toolchain, gateAndSetupFiles]);
}

/** The names of variables are facts, and their values are not: those belong to one machine. Nor does it matter when it runs. */
function gateFacts({ id, run, report, env, inputs, network }: Gate): readonly Json[] {
  return [
    ...[id, run, report],
    ...(env.length === 0 ? [] : [{ env }]),
    ...(inputs === null ? [] : [{ inputs }]),
    ...(network === undefined ? [] : [{ network }]),
  ];
}
