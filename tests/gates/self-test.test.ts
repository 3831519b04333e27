// Can the gates of a project be believed?

import { existsSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { runGate } from "../../src/gates/gate.ts";
import { selfTestGates } from "../../src/gates/self-test.ts";
import type { Gate } from "../../src/model/project.ts";
import { Semaphore } from "../../src/platform/semaphore.ts";
import { gateOf } from "./nouns.ts";

const BAD = { "canary.txt": "bad\n" };

/** Gates that run on a fresh folder each, as the line does it. */
async function check(gates: Gate[], controller = new AbortController(), slots = new Semaphore(2)) {
  return selfTestGates({
    gates,
    signal: controller.signal,
    hold: (work) => slots.hold(work),
    run: async ({ gate, files, signal }) => {
      const dir = await mkdtemp(join(tmpdir(), "factory-canary-"));
      for (const [path, text] of Object.entries(files ?? {})) await writeFile(join(dir, path), text);
      const scratch = await mkdtemp(join(tmpdir(), "factory-canary-"));
      const ran = await runGate({
        gate,
        tests: [],
        dir,
        root: "",
        scratch,
        borrows: [],
        network: false,
        env: {},
        subject: "shop-api/",
        signal,
      });
      if (!ran.ok) throw new Error(ran.failure.operation);
      return ran.value;
    },
  });
}

it("Gates that pass untouched and fail with their canary are believed", async () => {
  const checked = await check([
    gateOf("! grep -r bad .", { id: "lint", canary: BAD }),
    gateOf("true", { id: "test" }),
  ]);
  expect(checked.ok && checked.value.map((run) => run.result.gate)).toEqual(["lint", "test"]);
});

it("A gate that fails on the untouched tree is broken", async () => {
  const checked = await check([gateOf("echo Error: no config; exit 1", { id: "lint" })]);
  expect(checked).toMatchObject({
    ok: false,
    failure: {
      reason: "gate-broken",
      gate: "lint",
      how: "fails-untouched",
      result: { evidence: "Error: no config" },
    },
  });
});

it("A gate that passes with its canary is broken", async () => {
  expect(await check([gateOf("true", { id: "lint", canary: BAD })])).toMatchObject({
    ok: false,
    failure: { reason: "gate-broken", gate: "lint", how: "passes-canary" },
  });
});

it("A cancelled run says nothing about a gate", async () => {
  const controller = new AbortController();
  const checked = check([gateOf("sleep 300")], controller);
  controller.abort();
  expect(await checked).toEqual({ ok: false, failure: { reason: "cancelled" } });
});

it("As many trials run side by side as there is room for, and no more", async () => {
  const dir = await mkdtemp(join(tmpdir(), "factory-trials-"));
  // Each waits until the other has begun; alone it would wait until its time is up.
  const meet = (own: string, other: string) =>
    gateOf(`touch ${dir}/${own}; until [ -e ${dir}/${other} ]; do sleep 0.01; done`, {
      id: own,
      timeoutMs: 30_000,
    });
  const checked = await check([meet("one", "other"), meet("other", "one")]);
  expect(checked.ok && checked.value.map(({ result }) => result.gate)).toEqual(["one", "other"]);

  const alone = (id: string) => gateOf(`mkdir ${dir}/busy || exit 1; sleep 0.05; rmdir ${dir}/busy`, { id });
  expect(await check([alone("a"), alone("b"), alone("c")], undefined, new Semaphore(1))).toMatchObject({
    ok: true,
  });
});

it("The first broken gate in the order of the gates is told, whichever was found first", async () => {
  const dir = await mkdtemp(join(tmpdir(), "factory-trials-"));
  const late = gateOf(`until [ -e ${dir}/found ]; do sleep 0.01; done; exit 1`, {
    id: "late",
    timeoutMs: 30_000,
  });
  const early = gateOf(`touch ${dir}/found; exit 1`, { id: "early" });
  expect(await check([late, early])).toMatchObject({ ok: false, failure: { gate: "late" } });
});

it("A broken gate ends the trials behind it, those that run and those that wait", async () => {
  const dir = await mkdtemp(join(tmpdir(), "factory-trials-"));
  const checked = await check([
    gateOf(`until [ -e ${dir}/begun ]; do sleep 0.01; done; exit 1`, { id: "broken", timeoutMs: 30_000 }),
    gateOf(`touch ${dir}/begun; sleep 300`, { id: "endless" }),
    gateOf(`touch ${dir}/never`, { id: "unborn" }),
  ]);
  expect(checked).toMatchObject({ ok: false, failure: { gate: "broken", how: "fails-untouched" } });
  expect(existsSync(join(dir, "never"))).toBe(false);
});

it("A check that is cancelled before it begins runs no gate", async () => {
  const dir = await mkdtemp(join(tmpdir(), "factory-trials-"));
  const controller = new AbortController();
  controller.abort();
  const checked = await check([gateOf(`touch ${dir}/ran`)], controller);
  expect(checked).toEqual({ ok: false, failure: { reason: "cancelled" } });
  expect(existsSync(join(dir, "ran"))).toBe(false);
});
