// Do all who judge trees by gates keep the same promise? One suite for the slots of this machine and for a fleet: a worker is a process
// of its own, and what it says must be what this machine says.

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { FleetLink } from "../../src/fleet/fleet-link.ts";
import { OrderSender } from "../../src/fleet/order-sender.ts";
import type { EventBody } from "../../src/model/event.ts";
import type { Gate, Project } from "../../src/model/project.ts";
import type { Oid, TreeEntry } from "../../src/model/tree.ts";
import { GatePlaces } from "../../src/pipeline/gating/gate-places.ts";
import { Services } from "../../src/pipeline/gating/running-services.ts";
import { ProjectState } from "../../src/pipeline/projects/project-state.ts";
import { type ProjectOnBranch, RepositoryState } from "../../src/pipeline/projects/repository-state.ts";
import { Slots } from "../../src/pipeline/slots/slots.ts";
import { FleetStages } from "../../src/pipeline/stages/fleet-stages.ts";
import { FleetWarnings } from "../../src/pipeline/stages/fleet-warnings.ts";
import { FleetWatch } from "../../src/pipeline/stages/fleet-watch.ts";
import { SentTrees } from "../../src/pipeline/stages/sent-trees.ts";
import { SlotStages } from "../../src/pipeline/stages/slot-stages.ts";
import type { GateCheck, Stages } from "../../src/pipeline/stages/stage.ts";
import { Blobs } from "../../src/store/blobs.ts";
import { DISK } from "../../src/store/durable-io.ts";
import { openServer } from "../../src/store/sharing/open-store.ts";
import { Repository } from "../../src/workspaces/repository.ts";
import { FleetWorker } from "../rig/fleet.ts";
import { NO_REDIS, RedisServer } from "../rig/redis.ts";
import { TeamStore } from "../rig/team-store.ts";

const VERSION = JSON.parse(execFileSync("cat", ["package.json"]).toString()).version as string;
const AT = { file: "projects.yaml", line: 1, column: 1 };
const NO_DOUBT: GateCheck["doubt"] = { passedOnIt: false, passedTests: [], changed: null };

/** A project on the disk, and who judges its trees. */
interface Bench extends AsyncDisposable {
  readonly stages: Stages;
  readonly state: ProjectState;
  readonly events: readonly EventBody[];
  /** The only machine that may say of gates that they ended; undefined: this one. */
  readonly worker: string | undefined;
  /** The tree with other files in it; null takes one away. */
  tree(changes: Readonly<Record<string, string | null>>): Promise<ReadonlyMap<string, TreeEntry>>;
}

interface BenchOptions {
  readonly files: Readonly<Record<string, string>>;
  readonly project?: Partial<Omit<Project, "branch">>;
}

const PLACES = [
  {
    name: "the slots of this machine",
    missing: null,
    open: (options: BenchOptions) => openBench(options, false),
  },
  { name: "a fleet", missing: NO_REDIS, open: (options: BenchOptions) => openBench(options, true) },
] as const;

function gate(id: string, run: string, more: Partial<Gate> = {}): GateCheck {
  const base = {
    timeoutMs: 60_000,
    canary: null,
    report: null,
    env: [],
    inputs: null,
    exclusive: false,
    place: AT,
  };
  return { gate: { id, run, ...base, ...more }, tests: [], doubt: NO_DOUBT };
}

async function judged(
  { stages, state, events, worker }: Bench,
  tree: ReadonlyMap<string, TreeEntry>,
  checks: readonly [GateCheck, ...GateCheck[]],
) {
  const found = await stages.judge({ state, tree, subject: "bills:T01", checks, isProduct: false });
  if (!found.ok) return found.failure;
  const ended = events.flatMap((event) => (event.type === "gate-ended" ? [event.worker] : []));
  expect(new Set(ended)).toEqual(new Set([worker]));
  const { runs, isSeen } = found.value;
  return {
    isSeen,
    runs: runs.map(({ result, cases }) => {
      const { ms: _, ...told } = result;
      return { ...told, cases: cases?.map(({ name, outcome }) => `${name} ${outcome}`) ?? null };
    }),
  };
}

for (const { name, missing, open } of PLACES) {
  const trial = (title: string, work: (place: typeof open) => Promise<void>) =>
    test.skipIf(missing !== null)(`${name}: ${title}`, () => work(open));

  trial("gates see the tree, and nothing after the first that fails runs", async (opened) => {
    await using bench = await opened({ files: { "a.txt": "people's\n", "b.txt": "b\n" } });
    const tree = await bench.tree({ "a.txt": "drafted\n", "b.txt": null, "src/new.sh": "echo new\n" });
    expect(
      await judged(bench, tree, [
        gate("look", "cat a.txt src/new.sh; ls"),
        gate("refuse", "echo src/new.sh:3: wrong >&2; exit 2"),
        gate("never", "true"),
      ]),
    ).toEqual({
      isSeen: true,
      runs: [
        {
          gate: "look",
          passed: true,
          evidence: "",
          output: "drafted\necho new\na.txt\nsrc\n",
          end: "exited",
          cases: null,
        },
        {
          gate: "refuse",
          passed: false,
          evidence: "src/new.sh:3: wrong",
          output: "src/new.sh:3: wrong\n",
          end: "exited",
          cases: null,
        },
      ],
    });
  });

  trial("modes, links and bytes are those of the tree", async (opened) => {
    await using bench = await opened({ files: { "a.txt": "a\n" } });
    const blob = async (content: Uint8Array) => {
      const written = await bench.state.repository.write([content]);
      return (written.ok ? written.value[0] : "") as Oid;
    };
    const tree = new Map(await bench.tree({}));
    tree.set("run.sh", { mode: "100755", oid: await blob(Buffer.from("#!/bin/sh\necho ran\n")) });
    tree.set("link", { mode: "120000", oid: await blob(Buffer.from("a.txt")) });
    tree.set("ü ber.bin", { mode: "100644", oid: await blob(Buffer.from([0, 255, 10, 13, 10])) });
    const found = await judged(bench, tree, [
      gate("look", "./run.sh; readlink link; od -An -tx1 'ü ber.bin' | tr -d ' '"),
    ]);
    expect(found).toMatchObject({ runs: [{ passed: true, output: "ran\na.txt\n00ff0a0d0a\n" }] });
  });

  trial("reports are read, and tests that are named run", async (opened) => {
    await using bench = await opened({ files: { "a.txt": "a\n" } });
    const tap = gate("unit", "printf 'TAP version 13\\nok 1 - adds\\nok 2 - %s\\n1..2\\n' {{tests}}", {
      report: "tap",
    });
    const found = await judged(bench, await bench.tree({}), [{ ...tap, tests: ["tests/a.test.js"] }]);
    expect(found).toMatchObject({
      runs: [{ passed: true, cases: ["adds passed", "tests/a.test.js passed"] }],
    });
  });

  trial("a gate that edits what it inspects, or takes too long, has failed", async (opened) => {
    await using bench = await opened({ files: { "a.txt": "a\n" } });
    const tree = await bench.tree({});
    expect(await judged(bench, tree, [gate("edits", "echo b > a.txt")])).toMatchObject({
      runs: [{ passed: false, evidence: "the gate changed a.txt: gates only inspect" }],
    });
    expect(await judged(bench, tree, [gate("sleeps", "sleep 60", { timeoutMs: 300 })])).toMatchObject({
      runs: [{ passed: false, end: "timeout", evidence: "timed out after 0.3 s" }],
    });
  });

  trial("the setup runs in the tree before its gates, and what it left is there", async (opened) => {
    const setup = "mkdir -p deps && cp package.json deps/installed";
    const files = { "package.json": '{"name": "one"}\n', ".gitignore": "deps/\n" };
    await using bench = await opened({ files, project: { setup } });
    const look = gate("look", "cat deps/installed");
    expect(await judged(bench, await bench.tree({}), [look])).toMatchObject({
      runs: [{ passed: true, output: '{"name": "one"}\n' }],
    });
    const other = await bench.tree({ "package.json": '{"name": "one", "dependencies": {"x": "1"}}\n' });
    expect(await judged(bench, other, [look])).toMatchObject({
      runs: [{ passed: true, output: '{"name": "one", "dependencies": {"x": "1"}}\n' }],
    });
  });

  trial("a setup that fails is no word about the tree", async (opened) => {
    await using bench = await opened({
      files: { "a.txt": "a\n" },
      project: { setup: "echo no such package >&2; false" },
    });
    expect(await judged(bench, await bench.tree({}), [gate("look", "true")])).toMatchObject({
      reason: "setup-failed",
      evidence: ["no such package"],
    });
  });

  trial("a project below the root of its repository is judged in its folder", async (opened) => {
    const files = { "web/a.txt": "a\n", "shared/b.txt": "b\n" };
    await using bench = await opened({ files, project: { root: "web" } });
    const tree = await bench.tree({ "a.txt": "drafted\n" });
    expect(
      await judged(bench, tree, [gate("look", "cat a.txt ../shared/b.txt; echo $PWD/a.txt:1 >&2; exit 1")]),
    ).toMatchObject({
      runs: [{ passed: false, output: "drafted\nb\na.txt:1\n" }],
    });
  });
}

test("a tree that the store did not take is sent again, and one that it took is not", async () => {
  await using store = await TeamStore.open();
  await using bench = await openBench({ files: { "a.txt": "people's\n" } }, false);
  const declared = { url: store.url, write: "always", place: AT } as const;
  const trees = new SentTrees(openServer(declared, {}, new AbortController().signal));
  const tree = await bench.tree({ "b.txt": "drafted\n" });
  store.trouble = (method) => (method === "PUT" ? { status: 507 } : null);
  const full = await trees.send(bench.state.home, tree);
  expect(full).toMatchObject({ ok: false, failure: { store: expect.stringContaining("507") } });
  store.trouble = () => null;
  const sent = await trees.send(bench.state.home, tree);
  expect(sent.ok).toBe(true);
  const { length } = store.requests;
  expect(await trees.send(bench.state.home, tree)).toEqual(sent);
  expect(store.requests).toHaveLength(length);
});

async function openBench({ files, project: more = {} }: BenchOptions, isFleet: boolean): Promise<Bench> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "factory-stages-")));
  const path = join(root, "app");
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, file)), { recursive: true });
    writeFileSync(join(path, file), text);
  }
  const person = ["-c", "user.name=Pat", "-c", "user.email=pat@example.com"];
  for (const args of [
    ["init", "--quiet", "--initial-branch=main"],
    ["add", "--all"],
    ["commit", "--quiet", "-mStart"],
  ])
    execFileSync("git", [...person, ...args], { cwd: path });
  const project: ProjectOnBranch = {
    ...{
      id: "app",
      path: "app",
      root: "",
      repository: "app",
      specs: null,
      specFolders: [],
      scaffold: null,
      git: null,
    },
    ...{
      branch: "main",
      priority: 1,
      budget: { usd: null, perTaskUsd: null },
      setup: null,
      env: [],
      services: [],
    },
    ...{ keep: [], gates: [], independentTests: false, merge: "auto", place: AT, ...more },
    commits: { author: null, signOff: null, sign: null, prefix: "" },
  };
  const blobs = new Blobs(join(root, ".factory", "store"), DISK);
  const repository = value(
    await Repository.open({ path, branch: "main", clones: join(root, ".factory", "git") }),
  );
  const known = { released: new Map(), tasks: new Set<never>(), recorded: new Map(), isClaimed: () => false };
  const home = value(await RepositoryState.open({ root, projects: [project], repository, ...known, blobs }));
  const state = new ProjectState(project, home);
  const events: EventBody[] = [];
  const { signal } = new AbortController();
  const base = { root, signal, clock: Date.now, emit: (event: EventBody) => void events.push(event) };
  const slots = new Slots(base);
  const gatePlaces = new GatePlaces(2);
  const here = new SlotStages({
    ...base,
    slots,
    gatePlaces,
    services: new Services({ ...base, slots }),
    atOnce: 2,
  });
  const ends: (() => Promise<void>)[] = [async () => rmSync(root, { recursive: true, force: true })];
  let stages: Stages = here;
  if (isFleet) {
    const store = await TeamStore.open();
    const redis = await RedisServer.open();
    const worker = await FleetWorker.start({ name: "other", store: store.url, fleet: redis.url });
    const declaration = { url: redis.url, verify: false, place: null };
    const link = value(await FleetLink.open({ declaration, variables: {}, version: VERSION }));
    const declared = { url: store.url, write: "always", place: AT } as const;
    stages = new FleetStages({
      warnings: new FleetWarnings({ declaration, store: declared, emit: base.emit }),
      ...{ ...base, declaration, here, isIdle: () => false, heightOf: () => 0 },
      sender: new OrderSender(link, "bench"),
      watch: new FleetWatch({ link, declaration, emit: base.emit }),
      trees: new SentTrees(openServer(declared, {}, signal)),
    });
    ends.unshift(
      () => stages.close(),
      ...[worker, redis, store].map((one) => () => one[Symbol.asyncDispose]()),
    );
  }
  return {
    stages,
    state,
    events,
    worker: isFleet ? "other" : undefined,
    tree: async (changes) => {
      const tree = new Map(state.human);
      for (const [file, text] of Object.entries(changes)) {
        if (text === null) tree.delete(file);
        else {
          const [oid] = value(await state.repository.write([Buffer.from(text)]));
          tree.set(file, { mode: "100644", oid: oid as Oid });
        }
      }
      return tree;
    },
    [Symbol.asyncDispose]: async () => {
      for (const end of ends) await end();
    },
  };
}

function value<T>(
  result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: unknown },
): T {
  if (!result.ok) throw new Error(JSON.stringify(result.failure));
  return result.value;
}
