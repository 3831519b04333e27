// Does nobody pay for what a colleague paid for? Two people and a CI job with one store, with real servers, real models on the
// wire whose every call is counted, and a state folder that is empty.

import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import type { FactoryRig } from "../rig/factory-rig.ts";
import { ModelServer } from "../rig/model-server.ts";
import { NginxStore, NO_NGINX } from "../rig/nginx-store.ts";
import { KEYS, smallWork, smallWorker } from "../rig/small-work.ts";
import { S3_KEYS, type StoreKind, TeamStore } from "../rig/team-store.ts";

const TASKS = 3;
const PRICES = { "house-model": { in: 1, out: 2 } };
/** What every request has, and nothing else. */
const REQUEST = '"system":';
const CI = { ...KEYS, CI: "true" };

interface Place extends AsyncDisposable {
  readonly url: string;
}

/** A workspace as it is before anything is built. */
async function workspace(server: ModelServer, url: string, more = ""): Promise<FactoryRig> {
  const rig = await smallWork(
    { openai: server.openai, gemini: server.gemini },
    { tasks: TASKS, prices: PRICES },
  );
  share(rig, url, more);
  return rig;
}

function share(rig: FactoryRig, url: string, more = ""): void {
  rig.write({ "projects.yaml": `${rig.read("projects.yaml")}store:\n  url: ${url}\n${more}` });
}

async function built(rig: FactoryRig, env: Readonly<Record<string, string>>, ...args: readonly string[]) {
  const run = await rig.factoryWith(env, "build", "--json", ...args);
  const document = JSON.parse(run.stdout);
  return {
    code: run.code,
    document,
    said: run.stderr,
    actions: document.tasks.map(({ action }: { action: string }) => action),
    codes: document.diagnostics
      .map(({ code }: { code: string }) => code)
      .filter((code: string) => code !== "criteria-unproven"),
    text: run.stdout + run.stderr,
  };
}

const PLACES: readonly (readonly [string, () => Promise<Place>, string | null])[] = [
  ["a cache of Bazel", () => TeamStore.open("bazel"), null],
  ["S3", () => TeamStore.open("s3"), null],
  ["nginx", () => NginxStore.open(), NO_NGINX],
];

for (const [name, open, missing] of PLACES)
  test.skipIf(missing !== null)(`${name}: what one paid for, the others restore without a call`, async () => {
    await using server = await ModelServer.listen(smallWorker({ in: 10, out: 10 }));
    await using place = await open();
    await using first = await workspace(server, place.url);
    await using second = first.twin();
    await using job = first.twin();
    const paid = await built(first, { ...KEYS, ...S3_KEYS });
    expect([paid.code, paid.actions], paid.text).toEqual([0, ["regenerated", "regenerated", "regenerated"]]);
    expect(paid.document.shared_store).toMatchObject({ restored: { results: 0 }, waiting: 0 });
    expect(first.list(".factory/store/unsent")).toEqual([]);
    const calls = server.asked.length;

    const looked = await second.factoryWith({ ...KEYS, ...S3_KEYS }, "status");
    expect(looked.stdout).toMatch(/3 cached[\s\S]*store .*: 3 results and 3 files to be restored/);
    expect(second.list(".factory/store")).toEqual([]);

    for (const [rig, env] of [
      [second, { ...KEYS, ...S3_KEYS }],
      [job, { ...CI, ...S3_KEYS }],
    ] as const) {
      const again = await built(rig, env, "--locked");
      expect([again.code, again.actions, again.codes], again.text).toEqual([
        0,
        ["restored", "restored", "restored"],
        [],
      ]);
      expect(again.document.totals).toMatchObject({ calls: 0, usd: 0 });
      expect(again.document.shared_store.restored).toEqual({ results: 3, answers: 0, trials: 0, blobs: 3 });
      expect(await rig.tree("app")).toBe(await first.tree("app"));
    }
    expect(server.asked).toHaveLength(calls);
  });

test("a clone with the specs' locks and no product takes the files from the store alone", async () => {
  await using server = await ModelServer.listen(smallWorker({ in: 10, out: 10 }));
  await using place = await TeamStore.open();
  await using first = await workspace(server, place.url);
  await using clone = first.twin();
  expect((await built(first, KEYS)).code).toBe(0);
  const calls = server.asked.length;
  clone.write({ "specs/work/factory.lock": first.read("specs/work/factory.lock") });
  const again = await built(clone, CI, "--locked");
  expect([again.code, again.codes], again.text).toEqual([0, []]);
  expect(again.document.shared_store.restored.blobs).toBe(3);
  expect(await clone.tree("app")).toBe(await first.tree("app"));
  expect(clone.read("specs/work/factory.lock")).toBe(first.read("specs/work/factory.lock"));
  expect(server.asked).toHaveLength(calls);
});

test("a clone with the product sends nothing that git gave it", async () => {
  await using server = await ModelServer.listen(smallWorker({ in: 10, out: 10 }));
  await using place = await TeamStore.open();
  await using first = await workspace(server, place.url);
  expect((await built(first, KEYS)).code).toBe(0);
  await using clone = first.twin();
  clone.remove(".factory");
  place.asked();
  const again = await built(clone, KEYS);
  expect([again.code, again.codes], again.text).toEqual([0, []]);
  expect(clone.list(".factory/store/blobs/paid")).toHaveLength(TASKS);
  expect(place.asked()).toEqual([]);
});

test("answers alone lead to the same tree, and are nobody's expense twice", async () => {
  await using server = await ModelServer.listen(smallWorker({ in: 10, out: 10 }));
  await using place = await TeamStore.open();
  await using first = await workspace(server, place.url);
  await using second = first.twin();
  expect((await built(first, KEYS)).code).toBe(0);
  const calls = server.asked.length;
  // As of a build that was killed before it recorded anything: sessions go through their answers again.
  const answers = new Set(place.paths("ac").filter((path) => /"answer":1/.test(documentAt(place, path))));
  expect(answers.size).toBe(calls);
  for (const path of place.paths("ac")) if (!answers.has(path)) place.objects.delete(path);
  const again = await built(second, KEYS, "--locked");
  expect([again.code, again.actions], again.text).toEqual([0, ["regenerated", "regenerated", "regenerated"]]);
  expect(again.document.totals).toMatchObject({ calls: 0, usd: 0 });
  expect(again.document.shared_store.restored.answers).toBe(calls);
  expect(await second.tree("app")).toBe(await first.tree("app"));
  expect(server.asked).toHaveLength(calls);
  // The account of the second workspace knows no payment, also after another start.
  for (const rig of [first, second]) {
    const { total } = JSON.parse((await rig.factory("cost", "--json")).stdout);
    expect(total.calls).toBe(rig === first ? calls : 0);
  }
});

function documentAt(place: TeamStore, path: string): string {
  const message = JSON.parse(String(place.objects.get(path)?.bytes));
  return String(place.objects.get(`cas/${message.outputFiles[0].digest.hash}`)?.bytes);
}

test("an answer is in the store before it is told as done, and no prompt goes there", async () => {
  await using server = await ModelServer.listen(smallWorker({ in: 10, out: 10 }));
  await using place = await TeamStore.open();
  await using first = await workspace(server, place.url);
  let answered = 0;
  const early: number[] = [];
  place.trouble = (method, path) => {
    if (method !== "PUT" || !path.startsWith("ac/") || answered === 3 * TASKS) return null;
    const done = first.read(".factory/store/calls/calls.jsonl").split('"type":"done"').length - 1;
    if (done > answered) early.push(done);
    answered += 1;
    return null;
  };
  // One task after the other, and planned so that no result is recorded before the last answer.
  expect((await built(first, KEYS)).code).toBe(0);
  expect(early).toEqual([]);
  const sent = [...place.objects.values()].map(({ bytes }) => bytes.toString()).join("\n");
  expect(sent).toContain("src/T01.txt");
  expect(sent).not.toContain(REQUEST);
  const kept = first.list(".factory/store/blobs/paid").map((path) => first.read(path));
  expect(kept.filter((text) => text.includes(REQUEST))).toHaveLength(server.asked.length);
});

test("CI and whoever says never only read, and CI writes where it is told to", async () => {
  await using server = await ModelServer.listen(smallWorker({ in: 10, out: 10 }));
  await using place = await TeamStore.open();
  await using first = await workspace(server, place.url);
  await using never = await workspace(server, place.url, "  write: never\n");
  await using always = await workspace(server, place.url, "  write: always\n");
  expect((await built(first, CI)).code).toBe(0);
  expect((await built(never, KEYS)).code).toBe(0);
  expect([...place.objects.keys()]).toEqual([]);
  expect(readdirSync(first.path(".factory/store"))).not.toContain("unsent");
  expect((await built(always, CI)).code).toBe(0);
  expect(place.objects.size).toBeGreaterThan(0);
});

const KINDS: readonly StoreKind[] = ["http", "s3"];

test.each(KINDS)("a store of %s that is away costs one warning, and gets everything later", async (kind) => {
  await using server = await ModelServer.listen(smallWorker({ in: 10, out: 10 }));
  await using place = await TeamStore.open(kind);
  await using first = await workspace(server, place.url);
  await using second = first.twin();
  const keys = { ...KEYS, ...S3_KEYS };
  place.trouble = () => ({ status: 503 });
  const away = await built(first, keys);
  expect([away.code, away.actions, away.codes], away.text).toEqual([
    0,
    ["regenerated", "regenerated", "regenerated"],
    ["store-left-alone"],
  ]);
  expect(place.asked().length).toBeLessThan(10);
  const waiting = first.list(".factory/store/unsent").length;
  expect(away.document.shared_store.waiting).toBe(waiting);
  expect(waiting).toBeGreaterThan(0);
  place.trouble = () => null;
  // The next build that does anything sends it.
  first.edit("specs/work/feature.md", "Every file", "Each file");
  const later = await built(first, keys);
  expect([later.code, later.document.shared_store.waiting, later.codes], later.text).toEqual([0, 0, []]);
  expect(first.list(".factory/store/unsent")).toEqual([]);
  const calls = server.asked.length;
  const again = await built(second, keys, "--locked");
  expect([again.code, again.actions], again.text).toEqual([0, ["restored", "restored", "restored"]]);
  expect(server.asked).toHaveLength(calls);
});

test("what was paid for while a key was missing is sent once it is there", async () => {
  await using server = await ModelServer.listen(smallWorker({ in: 10, out: 10 }));
  await using place = await TeamStore.open("s3");
  await using first = await workspace(server, place.url);
  await using second = first.twin();
  const without = await built(first, KEYS);
  expect([without.code, without.codes], without.text).toEqual([0, ["store-left-alone"]]);
  expect(without.text).toContain("asks for AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, which are not set");
  first.edit("specs/work/feature.md", "Every file", "Each file");
  expect((await built(first, { ...KEYS, ...S3_KEYS })).document.shared_store.waiting).toBe(0);
  const again = await built(second, { ...KEYS, ...S3_KEYS }, "--locked");
  expect([again.code, again.actions], again.text).toEqual([0, ["restored", "restored", "restored"]]);
});

test("a store that is full, or lies, is told, and nothing of it is used", async () => {
  await using server = await ModelServer.listen(smallWorker({ in: 10, out: 10 }));
  await using place = await TeamStore.open();
  await using first = await workspace(server, place.url);
  await using second = first.twin();
  place.trouble = (method) => (method === "PUT" ? { status: 507 } : null);
  const full = await built(first, KEYS);
  expect([full.code, full.codes], full.text).toEqual([0, ["store-left-alone"]]);
  expect(full.text).toContain("answered PUT with 507: it is full, so nothing more is sent to it");
  place.trouble = () => null;
  first.edit("specs/work/feature.md", "Every file", "Each file");
  expect((await built(first, KEYS)).code).toBe(0);
  first.edit("specs/work/feature.md", "Each file", "Every file");

  for (const [path, kept] of place.objects)
    if (path.startsWith("cas/")) place.objects.set(path, { ...kept, bytes: Buffer.from(`${kept.bytes}.`) });
  const calls = server.asked.length;
  const lied = await built(second, KEYS);
  expect([lied.code, lied.actions, lied.codes], lied.text).toEqual([
    0,
    ["regenerated", "regenerated", "regenerated"],
    ["store-doubtful"],
  ]);
  expect(lied.document.shared_store.doubtful).toBeGreaterThan(1);
  expect(lied.document.shared_store.restored).toEqual({ results: 0, answers: 0, trials: 0, blobs: 0 });
  expect(second.list(".factory/store/quarantine").length).toBe(lied.document.shared_store.doubtful);
  expect(server.asked.length).toBe(calls + 3 * TASKS);
  expect(await second.tree("app")).toBe(await first.tree("app"));
});

test("without a network nobody asks, and no file may hold a key", async () => {
  await using server = await ModelServer.listen(smallWorker({ in: 10, out: 10 }));
  await using place = await TeamStore.open();
  await using first = await workspace(server, place.url);
  await first.factoryWith(KEYS, "build", "--offline");
  expect(place.asked()).toEqual([]);
  first.edit("projects.yaml", "store:\n  url: http://", "store:\n  url: http://me:secret@");
  const refused = await first.factory("validate");
  expect([refused.code, refused.stdout + refused.stderr]).toEqual([
    2,
    expect.stringContaining("The url of the store holds a name or a password."),
  ]);
});
