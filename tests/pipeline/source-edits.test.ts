// What may a build do that people edit beneath?

import { expect, test } from "vitest";
import { type Digest, digestOfBytes } from "../../src/model/digest.ts";
import { SourceEdits } from "../../src/pipeline/reading/source-edits.ts";

const FEATURE = "specs/products/feature.md";
const LOCK = "specs/products/factory.lock";

function read(text: string): Digest {
  return digestOfBytes(text);
}

function begun(mayPay: boolean, ...files: readonly (readonly [string, Digest | null])[]) {
  const told: string[] = [];
  const snapshot = new Map([
    [FEATURE, read("weighed")],
    [LOCK, read("lock")],
  ]);
  const edits = new SourceEdits(snapshot, mayPay, (joined) => told.push(...joined));
  edits.begins(new Map(files));
  return { edits, told };
}

test("an edit between the weighing and the reading is told and built, but not paid for yet", () => {
  const { edits, told } = begun(true, [FEATURE, read("edited")], [LOCK, read("lock")]);
  expect(told).toEqual([FEATURE]);
  expect(edits.stands.get(FEATURE)).toBe(read("edited"));
  expect(edits.withdraws("products:T01")).toBe(true);
  expect(edits.left).toBe("unpaid");
});

test("what was weighed is paid for, also where another build left other locks, and what never was is missing", () => {
  const { edits, told } = begun(true, [FEATURE, read("weighed")], [LOCK, read("other")], ["PLAN.md", null]);
  expect(told).toEqual([]);
  expect(edits.stands.get(LOCK)).toBe(read("other"));
  expect(edits.withdraws("products:T01")).toBe(false);
  expect(edits.left).toBe("nothing");
});
