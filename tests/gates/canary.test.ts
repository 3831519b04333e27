// Can the gates of a project be believed?

import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { checkInstruments } from "../../src/gates/canary.ts";
import { runGate } from "../../src/gates/gate.ts";
import type { Gate } from "../../src/model/project.ts";
import { gateOf } from "./nouns.ts";

const BAD = { "canary.txt": "bad\n" };

/** Gates that run on a fresh folder each, as the line does it. */
async function check(gates: Gate[], controller = new AbortController()) {
  return checkInstruments({
    gates,
    signal: controller.signal,
    run: async (gate, files) => {
      const dir = await mkdtemp(join(tmpdir(), "factory-canary-"));
      for (const [path, text] of Object.entries(files ?? {})) await writeFile(join(dir, path), text);
      const scratch = await mkdtemp(join(tmpdir(), "factory-canary-"));
      return runGate({ gate, dir, scratch, env: {}, subject: "shop-api/", signal: controller.signal });
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
