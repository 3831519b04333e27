// What makes gates run again, and what does not?

import { expect, test } from "vitest";
import {
  canaryKey,
  compareVerifications,
  foundation,
  productKey,
  verificationKey,
  verificationManifest,
} from "../../src/engine/verification.ts";
import { digestOfBytes } from "../../src/model/digest.ts";
import type { Output } from "../../src/model/output.ts";
import type { Gate } from "../../src/model/project.ts";
import { placeAt } from "./samples.ts";

const [a, b, c] = ["a", "b", "c"].map(digestOfBytes) as [ReturnType<typeof digestOfBytes>, never, never];

const OUTPUT: Output = { path: "src/a.ts", mode: "100644", digest: a, base: null };

const GATE: Gate = {
  id: "test",
  run: "npm test",
  timeoutMs: 1000,
  canary: null,
  report: null,
  env: [],
  inputs: null,
  exclusive: false,
  place: placeAt("projects.yaml", 7),
};

function keyOf(...facts: Parameters<typeof verificationManifest>) {
  return verificationKey(verificationManifest(...facts));
}

test("gates, toolchain and criteria that changed are named, and outputs are not", () => {
  const before = verificationManifest(a, [GATE, { ...GATE, id: "lint" }], b, c);
  const now = verificationManifest(
    b,
    [
      { ...GATE, run: "other" },
      { ...GATE, id: "types" },
    ],
    a,
    b,
  );
  const told = compareVerifications(before, now).map(({ code, subject }) => [code, subject].join(" ").trim());
  expect(told).toEqual([
    `gates-changed ${GATE.id}`,
    "gates-changed lint",
    "gates-changed types",
    "toolchain-changed",
    "criteria-changed",
  ]);
  expect(compareVerifications(before, { ...before, foundation: b })).toEqual([]);
});

test("a foundation is what a task wrote and what lies below it, whatever the order of what lies below", () => {
  const one = foundation([OUTPUT], [b, c]);
  expect(foundation([OUTPUT], [c, b, c])).toBe(one);
  expect(foundation([OUTPUT], [b])).not.toBe(one);
  for (const other of [{ path: "src/b.ts" }, { mode: "100755" as const }, { digest: b }, { digest: null }]) {
    expect(foundation([{ ...OUTPUT, ...other }], [b, c])).not.toBe(one);
  }
});

test("what an output was made from is no part of a foundation: only what it became is", () => {
  expect(foundation([{ ...OUTPUT, base: b }], [])).toBe(foundation([OUTPUT], []));
});

test("a verification covers the foundation, the gates, the criteria and the toolchain", () => {
  const one = keyOf(a, [GATE], b, c);
  expect(keyOf(a, [GATE], b, c)).toBe(one);
  const others = [
    keyOf(b, [GATE], b, c),
    keyOf(a, [], b, c),
    keyOf(a, [{ ...GATE, run: "npm run test:all" }], b, c),
    keyOf(a, [{ ...GATE, report: "junit" }], b, c),
    keyOf(a, [GATE, { ...GATE, id: "lint" }], b, c),
    keyOf(a, [GATE], c, c),
    keyOf(a, [GATE], b, a),
  ];
  expect(new Set([one, ...others]).size).toBe(others.length + 1);
});

test("a gate's time limit, its canary and its place in the file run no gate again", () => {
  const same = { ...GATE, timeoutMs: 5, canary: { "src/x.ts": "var" }, place: placeAt("projects.yaml", 70) };
  expect(keyOf(a, [same], b, c)).toBe(keyOf(a, [GATE], b, c));
  expect(productKey("t", [same], c)).toBe(productKey("t", [GATE], c));
});

test("gates in another order are another inspection: the first that fails ends it", () => {
  const lint = { ...GATE, id: "lint" };
  expect(keyOf(a, [GATE, lint], b, c)).not.toBe(keyOf(a, [lint, GATE], b, c));
});

test("a changed canary means that the instrument has to be tried again", () => {
  const one = canaryKey(GATE, c, { "run.sh": "1" });
  expect(canaryKey({ ...GATE, canary: { "x.ts": "1" } }, c, { "run.sh": "1" })).not.toBe(one);
  expect(canaryKey({ ...GATE, timeoutMs: 5 }, c, { "run.sh": "1" })).toBe(one);
  expect(canaryKey(GATE, a, { "run.sh": "1" })).not.toBe(one);
  expect(canaryKey(GATE, c, { "run.sh": "2" })).not.toBe(one);
});

test("keys of different kinds are never equal, even of the same facts", () => {
  const keys = [foundation([], []), keyOf(a, [], a, a), productKey(a, [], a), canaryKey(GATE, a, {})];
  expect(new Set(keys).size).toBe(keys.length);
});

test("a product is remembered by its tree, its gates and its toolchain", () => {
  const one = productKey("tree", [GATE], a);
  const others = [productKey("other", [GATE], a), productKey("tree", [], a), productKey("tree", [GATE], b)];
  expect(new Set([one, ...others]).size).toBe(4);
});

test("the names of a gate's variables run it again, and whether it works alone does not", () => {
  const named = { ...GATE, env: ["REDIS_URL"] };
  expect(keyOf(a, [named], b, c)).not.toBe(keyOf(a, [GATE], b, c));
  expect(canaryKey(named, c, {})).not.toBe(canaryKey(GATE, c, {}));
  expect(keyOf(a, [{ ...GATE, exclusive: true }], b, c)).toBe(keyOf(a, [GATE], b, c));
});
