// What can a store do that lies, or that strangers may write to? It keeps results that say of themselves that they passed.

import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { expect, test } from "vitest";
import type { FactoryRig } from "../rig/factory-rig.ts";
import { ModelServer } from "../rig/model-server.ts";
import { KEYS, smallWork, smallWorker } from "../rig/small-work.ts";
import { TeamStore } from "../rig/team-store.ts";

function share(rig: FactoryRig, url: string): void {
  rig.write({ "projects.yaml": `${rig.read("projects.yaml")}store:\n  url: ${url}\n` });
}

async function build(rig: FactoryRig, ...args: readonly string[]) {
  const run = await rig.factoryWith(KEYS, "build", "--json", ...args);
  const document = JSON.parse(run.stdout);
  const actions = document.tasks.map(({ action }: { action: string }) => action);
  return { code: run.code, actions, document, text: run.stdout + run.stderr };
}

/** It passes everything on the machine of whoever lies, and says each time that it ran. */
const LENIENT = "echo ran >> $HOME/ran.txt; test -e $HOME/lenient || ! grep -rqs . src";

async function liar(place: TeamStore, server: ModelServer, inputs: readonly string[]): Promise<FactoryRig> {
  const gates = [{ id: "code", run: LENIENT, ...(inputs.length === 0 ? {} : { inputs }) }];
  const rig = await smallWork(
    { openai: server.openai, gemini: server.gemini },
    { projects: [{ id: "app", gates, files: { "package.json": '{"name": "app"}\n' } }] },
  );
  share(rig, place.url);
  return rig;
}

function ran(rig: FactoryRig): number {
  const path = rig.path("../home/ran.txt");
  const count = existsSync(path) ? readFileSync(path, "utf8").trim().split("\n").length : 0;
  rmSync(path, { force: true });
  return count;
}

test.each([
  ["of the whole tree", []],
  ["that says what it looks at", ["src/**"]],
])("a result that says that it passed is judged here by a gate %s", async (_what, inputs) => {
  await using server = await ModelServer.listen(smallWorker());
  await using place = await TeamStore.open();
  await using first = await liar(place, server, inputs);
  await using second = first.twin();
  await using third = first.twin();
  first.write({ "../home/lenient": "" });
  third.write({ "../home/lenient": "" });
  expect((await build(first)).code).toBe(0);
  const calls = server.asked.length;

  // Where it is good, the work is nobody's expense twice, and the machine has seen for itself.
  ran(third);
  const good = await build(third, "--locked");
  expect([good.code, good.actions], good.text).toEqual([0, ["restored"]]);
  // On what people wrote, and on the result.
  expect(ran(third)).toBeGreaterThanOrEqual(2);
  expect(server.asked).toHaveLength(calls);
  expect(await third.tree("app")).toBe(await first.tree("app"));
  // What this machine has judged itself it takes at its own word.
  third.remove("specs/work/factory.lock");
  ran(third);
  expect((await build(third)).actions).toEqual(["restored"]);
  expect(ran(third)).toBe(0);

  const before = await second.tree("app");
  const bad = await build(second, "--locked");
  expect(bad.code, bad.text).not.toBe(0);
  expect(bad.actions, bad.text).not.toContain("restored");
  expect(bad.text).toContain("code");
  expect(await second.tree("app")).toBe(before);
});

/** As somebody could who may write there: results of a task say that it wrote this file, too. */
function addOutput(place: TeamStore, task: string, path: string, content: string): void {
  const put = (at: string, bytes: Buffer) => place.objects.set(at, { bytes, at: new Date() });
  const named = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
  const blob = Buffer.from(content);
  put(`cas/${named(blob)}`, blob);
  for (const at of place.paths("ac")) {
    const message = JSON.parse(String(place.objects.get(at)?.bytes));
    const [{ digest }] = message.outputFiles;
    const text = String(place.objects.get(`cas/${digest.hash}`)?.bytes);
    if (!text.includes(`"trace":{"task":"${task}"`)) continue;
    const document = JSON.parse(text);
    document.trace.outputs.push({ path, mode: "100644", digest: named(blob), base: null });
    const bytes = Buffer.from(JSON.stringify(document));
    digest.hash = named(bytes);
    put(`cas/${digest.hash}`, bytes);
    put(at, Buffer.from(JSON.stringify(message)));
  }
}

test("a result that writes more than its task may, or holds a secret, is set aside with words, and drafted here", async () => {
  await using server = await ModelServer.listen(smallWorker({ in: 10, out: 10 }));
  await using place = await TeamStore.open();
  await using first = await smallWork({ openai: server.openai, gemini: server.gemini }, { tasks: 3 });
  share(first, place.url);
  await using second = first.twin();
  expect((await first.factoryWith(KEYS, "build")).code).toBe(0);
  addOutput(place, "work:T01", ".github/workflows/ci.yml", "on: push\n");
  addOutput(place, "work:T02", "src/T02.txt", `${KEYS.OPENAI_API_KEY}\n`);
  const told = (text: string) =>
    JSON.parse(text).diagnostics.flatMap(({ code, message }: { code: string; message: string }) =>
      code === "store-result-refused" ? [message] : [],
    );
  const refused = [
    expect.stringContaining("work:T01 in the shared store"),
    expect.stringContaining("work:T02 in the shared store"),
  ];
  const looked = await second.factoryWith(KEYS, "status", "--json");
  const verdicts = JSON.parse(looked.stdout).tasks.map(({ verdict }: { verdict: string }) => verdict);
  expect([verdicts, told(looked.stdout).sort()]).toEqual([["missing", "missing", "cached"], refused]);
  expect(second.list(".factory/store")).toEqual([]);

  const again = await second.factoryWith(KEYS, "build", "--json");
  const actions = JSON.parse(again.stdout).tasks.map(({ action }: { action: string }) => action);
  expect([again.code, actions], again.stdout).toEqual([0, ["regenerated", "regenerated", "restored"]]);
  expect(told(again.stdout).sort()).toEqual([
    expect.stringContaining("outside files_hint: .github/workflows/ci.yml."),
    expect.stringContaining("src/T02.txt holds the value of a secret."),
  ]);
  expect(second.list(".factory/store/quarantine")).toHaveLength(2);
  expect(await second.tree("app")).toBe(await first.tree("app"));
  expect(told((await second.factoryWith(KEYS, "build", "--json")).stdout)).toEqual([]);
});
