// Does the store's reading and writing find what others have, send what is ours in the right order, and use nothing that is
// in doubt? Real stores on both sides of a real wire.

import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { TaskId } from "../../src/model/address.ts";
import { type Digest, digestOf, digestOfBytes } from "../../src/model/digest.ts";
import { isGateResult } from "../../src/model/inspection.ts";
import { success } from "../../src/model/result.ts";
import type { FoundTrace, Trace } from "../../src/model/trace.ts";
import { Blobs } from "../../src/store/blobs.ts";
import { Calls } from "../../src/store/calls.ts";
import { DISK } from "../../src/store/durable-io.ts";
import { GateTrials } from "../../src/store/gate-trials.ts";
import { Quarantine } from "../../src/store/quarantine.ts";
import { openServer } from "../../src/store/sharing/open-store.ts";
import { Outbox } from "../../src/store/sharing/outbox.ts";
import { SharedStore, type SharedStoreNews } from "../../src/store/sharing/shared-store.ts";
import { readAccount } from "../../src/store/spending-account.ts";
import { Traces } from "../../src/store/traces.ts";
import { TeamStore } from "../rig/team-store.ts";
import { traceOf, usage } from "./samples.ts";
import { tempFolder, value } from "./temp-folder.ts";

const folder = tempFolder();
const key = digestOfBytes("key");
const never = new AbortController().signal;
/** Finds nothing to refuse. */
const soundAll = async () => success(null);
const TASK: TaskId = "products:T01";

interface Options {
  readonly writes?: boolean;
  readonly onlyLooks?: boolean;
  readonly headMs?: number;
  readonly missMs?: number;
  readonly drainMs?: number;
}

/** One person's store, which shares with a server. */
function person(name: string, place: TeamStore, options: Options = {}) {
  const { writes = true, onlyLooks = false, headMs = 2000, missMs = 10_000, drainMs = 10_000 } = options;
  const root = join(folder(), name);
  const over = new AbortController();
  const declared = { url: place.url, write: "auto", place: { file: "a", line: 1, column: 1 } } as const;
  const server = openServer(declared, {}, over.signal, { headMs, wholeMs: 5000, bytes: 1_000_000 });
  const news: SharedStoreNews[] = [];
  const here = new Blobs(root, DISK);
  const outbox = new Outbox(root);
  const shared = new SharedStore({
    ...{ name, server, writes, onlyLooks, outbox, over },
    quarantine: new Quarantine(join(root, "quarantine"), DISK),
    held: async (digest) => {
      const held = await here.getHere(digest);
      return held.ok ? held.value : null;
    },
    tell: (one) => news.push(one),
    patience: { missMs, drainMs },
  });
  return {
    ...{ root, shared, news, outbox },
    blobs: new Blobs(root, DISK, { shared }),
    traces: new Traces(root, DISK, { shared }),
    trials: new GateTrials(root, { shared }),
  };
}

/** As it is found: nobody but whoever wrote it there says that it passed. */
const hearsay = (trace: Trace): FoundTrace => ({ ...trace, isHearsay: true });

async function resultOf(one: ReturnType<typeof person>, text: string, part: Partial<Trace> = {}) {
  const digest = value(await one.blobs.put(text, { paid: true }));
  const base = value(await one.blobs.put(`base of ${text}`, { paid: false }));
  const outputs = [{ path: "src/a.ts", mode: "100644", digest, base }] as const;
  const trace = traceOf({ key, outputs, ...part });
  value(await one.traces.record(trace, { paid: true }));
  return { trace, digest, base };
}

test("a result comes with what it names, and is kept here as if it were ours", async () => {
  await using place = await TeamStore.open("bazel");
  const ann = person("ann", place);
  const incomplete: string[] = [];
  place.trouble = (method, path) => {
    // What names something comes after it.
    if (method === "PUT" && path.startsWith("ac/") && place.paths("cas").length !== 3) incomplete.push(path);
    return null;
  };
  const { trace, digest, base } = await resultOf(ann, "paid for");
  expect(await ann.shared.end(never)).toMatchObject({ sent: 2, waiting: 0 });
  expect(incomplete).toEqual([]);

  const bob = person("bob", place);
  expect(value(await bob.traces.restore(TASK, key, soundAll))).toEqual([hearsay(trace)]);
  expect(Buffer.from(value(await bob.blobs.get(digest))).toString()).toBe("paid for");
  expect(value(await bob.blobs.get(base))).toBeDefined();
  expect(bob.shared.tally).toMatchObject({ restored: { results: 1, blobs: 2 }, sent: 0, doubtful: 0 });
  place.asked();
  const alone = { blobs: new Blobs(bob.root, DISK), traces: new Traces(bob.root, DISK) };
  expect(value(await alone.traces.find(TASK, key))).toEqual([hearsay(trace)]);
  expect(alone.blobs.has(digest)).toBe(true);
  // Restored and taken over as it is: nothing new to tell.
  value(await bob.traces.record({ ...trace, attempts: 0 }, { paid: true }));
  await bob.shared.end(never);
  expect(place.asked()).toEqual([]);
});

test("what is not paid for, what others are not to see, and what is looked at alone stays here", async () => {
  await using place = await TeamStore.open();
  const ann = person("ann", place);
  value(await ann.blobs.put("made by a template", { paid: false }));
  value(await ann.traces.record(traceOf({ key }), { paid: false }));
  const calls = value(await Calls.open(ann.root, new Blobs(ann.root, DISK), DISK, ann.shared));
  value(await calls.begin(key, Buffer.from("a window"), {}, 10));
  value(calls.close());
  await ann.shared.end(never);
  expect([...place.objects.keys()]).toEqual([]);

  const { digest } = await resultOf(person("bob", place), "paid for");
  await expect.poll(() => place.paths("ac").length).toBe(1);
  const eve = person("eve", place, { writes: false, onlyLooks: true });
  expect(value(await eve.traces.restore(TASK, key, soundAll))).toHaveLength(1);
  expect(readdirSync(folder())).not.toContain("eve");
  expect((await eve.shared.blob(digest))?.length).toBe(8);
});

test("several results of one key are all found, the newest first, and old ones make room", async () => {
  await using place = await TeamStore.open();
  const traces: Trace[] = [];
  for (let at = 1; at <= 12; at += 1) {
    // Each in a workspace of its own, as it would be.
    const one = person(`person-${at}`, place);
    traces.unshift((await resultOf(one, `paid for ${at}`, { attempts: at })).trace);
    await one.shared.end(never);
  }
  const last = person("last", place);
  expect(value(await last.traces.restore(TASK, key, soundAll))).toEqual(traces.slice(0, 10).map(hearsay));
});

test("an answer of somebody else is one, costs nothing here, and leaves our own risk as it is", async () => {
  await using place = await TeamStore.open();
  const ann = person("ann", place);
  const mine = value(await Calls.open(ann.root, new Blobs(ann.root, DISK), DISK, ann.shared));
  value(await mine.begin(key, Buffer.from("asked"), {}, 10));
  value(await mine.finish(key, Buffer.from("the answer"), usage(3)));
  // Before its DONE, and so before anybody waited for the end.
  expect(place.paths("ac")).toHaveLength(1);

  const bob = person("bob", place);
  const begun = value(await Calls.open(bob.root, new Blobs(bob.root, DISK), DISK));
  value(await begun.begin(key, Buffer.from("asked"), { usd: 0.5 }, 10));
  value(begun.close());
  for (const shared of [bob.shared, null]) {
    const theirs = value(await Calls.open(bob.root, new Blobs(bob.root, DISK), DISK, shared));
    const answer = value(await theirs.lookup(key));
    expect([Buffer.from(answer?.bytes ?? []).toString(), answer?.usage, answer?.shared]).toEqual([
      "the answer",
      usage(3),
      true,
    ]);
    expect(theirs.unresolved()).toEqual([]);
    value(theirs.close());
    const account = value(readAccount(bob.root));
    expect(account.spending.map(({ what, usage: { usd } }) => [what, usd])).toEqual([["at-risk", 0.5]]);
    expect(account.unanswered).toEqual([]);
  }
});

const passed = {
  ...{ gate: "check", passed: true, ms: 1, evidence: "", output: "ok", end: "exited" },
} as const;

test("a gate's run is found by its key, lies apart, and has to have its shape", async () => {
  await using place = await TeamStore.open();
  const ann = person("ann", place);
  await ann.trials.keep(key, passed);
  await ann.trials.keep(digestOfBytes("other"), { passed: "yes" });
  await ann.shared.end(never);
  expect([...place.objects.keys()].every((path) => path.startsWith("derived/"))).toBe(true);
  const bob = person("bob", place);
  expect(await bob.trials.get(key, isGateResult)).toEqual(passed);
  expect(await bob.trials.get(digestOfBytes("other"), isGateResult)).toBe(null);
  expect(bob.shared.tally).toMatchObject({ restored: { trials: 1 }, doubtful: 1 });
  expect(await new GateTrials(bob.root).get(key, isGateResult)).toEqual(passed);
});

/** Puts a document under the key of a trace, as whoever may write there can. */
function plant(
  place: TeamStore,
  document: string,
  at: { readonly key?: Digest; readonly name?: Digest } = {},
) {
  const { key: under = key, name = digestOfBytes(document) } = at;
  const address = digestOf("shared-record/1", ["trace", digestOf("trace-key/1", [TASK, under])]);
  const outputFiles = [{ path: name, digest: { hash: name, sizeBytes: "1" } }];
  place.objects.set(`cas/${name}`, { bytes: Buffer.from(document), at: new Date() });
  place.objects.set(`ac/${address}`, { bytes: Buffer.from(JSON.stringify({ outputFiles })), at: new Date() });
  return `ac/${address}`;
}

const traced = (part: object, schema = 1) =>
  JSON.stringify({ schema, trace: { ...traceOf({ key }), ...part } });
const output = (part: object) => ({
  outputs: [{ path: "a.ts", mode: "100644", digest: key, base: null, ...part }],
});

test.each([
  ["bytes of another digest", traced({}), { name: digestOfBytes("something else") }],
  ["no JSON", "<html>a portal of the hotel</html>", {}],
  ["a result of another task", traced({ task: "products:T02" }), {}],
  ["a result of another key", traced({ key: digestOfBytes("other") }), {}],
  ["a path out of the project", traced(output({ path: "../../.ssh/authorized_keys" })), {}],
  ["a path into .git", traced(output({ path: ".git/hooks/post-merge" })), {}],
  ["a mode that no file has", traced(output({ mode: "160000" })), {}],
  ["a digest that is none", traced(output({ digest: "../../etc/passwd" })), {}],
  ["no outputs", traced({ outputs: null }), {}],
  ["a later version", traced({}, 2), {}],
])("%s is set aside, told, and never used", async (_, document, at) => {
  await using place = await TeamStore.open();
  plant(place, document, at);
  const bob = person("bob", place);
  expect(value(await bob.traces.restore(TASK, key, soundAll))).toEqual([]);
  expect(bob.news).toEqual([
    { news: "doubt", path: expect.stringMatching(/^cas\//), kept: expect.any(String) },
  ]);
  expect(readdirSync(join(bob.root, "quarantine"))).toHaveLength(1);
  expect(readdirSync(bob.root)).toEqual(["quarantine"]);
  expect(bob.shared.tally).toMatchObject({ restored: { results: 0 }, doubtful: 1 });
});

test("a sound result is taken where another one beside it is not", async () => {
  await using place = await TeamStore.open();
  plant(place, traced({ task: "products:T02" }));
  const ann = person("ann", place);
  const { trace } = await resultOf(ann, "paid for");
  await ann.shared.end(never);
  const bob = person("bob", place);
  expect(value(await bob.traces.restore(TASK, key, soundAll))).toEqual([hearsay(trace)]);
  expect(bob.shared.tally).toMatchObject({ restored: { results: 1 }, doubtful: 1 });
});

test("what stands under a key and is no list of documents is set aside", async () => {
  await using place = await TeamStore.open();
  const address = plant(place, traced({}));
  place.objects.set(address, {
    bytes: Buffer.from('{"outputFiles":[{"digest":{"hash":"../a"}}]}'),
    at: new Date(),
  });
  const bob = person("bob", place);
  expect(value(await bob.traces.restore(TASK, key, soundAll))).toEqual([]);
  expect(bob.news).toMatchObject([{ news: "doubt", path: address }]);
});

test("a server that does not answer is waited for once, told once, and left alone", async () => {
  await using place = await TeamStore.open();
  const bob = person("bob", place, { headMs: 100 });
  place.trouble = () => ({ silent: true });
  expect(value(await bob.traces.restore(TASK, key, soundAll))).toEqual([]);
  expect((await bob.blobs.get(key)).ok).toBe(false);
  value(await bob.blobs.put("paid for", { paid: true }));
  expect(await bob.shared.end(never)).toMatchObject({ sent: 0, waiting: 1 });
  expect(place.asked()).toHaveLength(1);
  expect(bob.news).toEqual([{ news: "left", what: "all", detail: "did not answer within 0.1s" }]);
});

test("one that takes long to say that it has nothing is left alone, too", async () => {
  await using place = await TeamStore.open();
  const bob = person("bob", place, { missMs: 0 });
  for (const name of ["a", "b", "c"]) await bob.blobs.get(digestOfBytes(name));
  expect(place.asked()).toHaveLength(1);
  expect(bob.news).toMatchObject([{ news: "left", detail: "took too long to say that it has nothing" }]);
});

test("what was not there is asked for once in a build", async () => {
  await using place = await TeamStore.open();
  const bob = person("bob", place);
  for (const _ of [1, 2]) value(await bob.traces.restore(TASK, key, soundAll));
  expect(place.asked()).toHaveLength(1);
});

test("the end of a build waits for no server without end, and the next one sends the rest", async () => {
  await using place = await TeamStore.open();
  const ann = person("ann", place, { headMs: 60_000, drainMs: 50 });
  place.trouble = () => ({ silent: true });
  const { trace } = await resultOf(ann, "paid for");
  expect(await ann.shared.end(never)).toMatchObject({ sent: 0, waiting: 2 });
  // Ended by us, which is no fault of the server's.
  expect(ann.news).toEqual([]);
  place.trouble = () => null;
  const again = person("ann", place);
  await again.shared.sendAgain();
  expect(await again.shared.end(never)).toMatchObject({ sent: 2, waiting: 0 });
  expect(value(await again.outbox.all())).toEqual([]);
  expect(value(await person("bob", place).traces.restore(TASK, key, soundAll))).toEqual([hearsay(trace)]);
});

test("whoever interrupts a build does not wait for its store", { timeout: 20_000 }, async () => {
  await using place = await TeamStore.open();
  const ann = person("ann", place, { headMs: 60_000, drainMs: 60_000 });
  place.trouble = () => ({ silent: true });
  await resultOf(ann, "paid for");
  const interrupt = new AbortController();
  const ended = ann.shared.end(interrupt.signal);
  await expect.poll(() => place.requests.length).toBeGreaterThan(0);
  interrupt.abort();
  expect(await ended).toMatchObject({ sent: 0, waiting: 2 });
});

test("what a killed build noted is sent by the next one, and what a crash tore is not", async () => {
  await using place = await TeamStore.open();
  place.trouble = () => ({ status: 500 });
  const ann = person("ann", place);
  await resultOf(ann, "paid for");
  await ann.shared.end(never);
  const unsent = join(ann.root, "unsent");
  const [first = ""] = readdirSync(unsent);
  writeFileSync(join(unsent, first), "the first half of i");
  place.trouble = () => null;
  const again = person("ann", place);
  await again.shared.sendAgain();
  expect(await again.shared.end(never)).toMatchObject({ sent: 1, waiting: 0 });
  expect(readdirSync(unsent)).toEqual([]);
});

test("a store that takes nothing is read on", async () => {
  await using place = await TeamStore.open();
  const ann = person("ann", place);
  const { trace } = await resultOf(ann, "paid for");
  await ann.shared.end(never);
  place.trouble = (method) => (method === "PUT" ? { status: 413 } : null);
  const bob = person("bob", place);
  value(await bob.blobs.put("another", { paid: true }));
  await expect.poll(() => bob.news.length).toBe(1);
  expect(bob.news).toMatchObject([{ news: "left", what: "sending", detail: expect.stringContaining("413") }]);
  expect(value(await bob.traces.restore(TASK, key, soundAll))).toEqual([hearsay(trace)]);
});
