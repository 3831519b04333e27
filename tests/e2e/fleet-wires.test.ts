// What becomes of a build whose machines lose each other? Each in a network namespace of its own: a real Redis, a real nginx, four
// workers and the build, which pays a model. Wires are cut in the middle of it: the build ends right, and nobody is paid twice.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FACTORY, type FactoryRig } from "../rig/factory-rig.ts";
import { FleetWorker } from "../rig/fleet.ts";
import { ModelServer } from "../rig/model-server.ts";
import { NginxStore, NO_NGINX } from "../rig/nginx-store.ts";
import { NO_REDIS, RedisServer } from "../rig/redis.ts";
import { KEYS, smallWork, smallWorker } from "../rig/small-work.ts";
import { WireGate } from "../rig/wire-gate.ts";
import { NO_NAMESPACES, Wires } from "../rig/wires.ts";

const CANNOT = NO_NAMESPACES ?? NO_REDIS ?? NO_NGINX;
const TASKS = 8;
const WORKERS = ["w1", "w2", "w3", "w4"] as const;

/** Each run leaves its mark in the home of its machine, and the one of a task may be made to stay there. */
const GATE =
  "echo >> $HOME/ran; while test -e $HOME/wait && test -d src; do touch $HOME/waits; sleep 0.1; done; sh check.sh";
const CALLS = 3;

/** Of a build and workers that can be cut off. */
class Site implements AsyncDisposable {
  readonly wires: Wires;
  readonly redis: RedisServer;
  readonly gate: WireGate;
  readonly workers: readonly FleetWorker[];
  readonly rig: FactoryRig;
  readonly #parts: readonly AsyncDisposable[];

  private constructor(
    { wires, redis, gate, workers, rig }: Pick<Site, "wires" | "redis" | "gate" | "workers" | "rig">,
    parts: readonly AsyncDisposable[],
  ) {
    this.wires = wires;
    this.redis = redis;
    this.gate = gate;
    this.workers = workers;
    this.rig = rig;
    this.#parts = parts;
  }

  static async open(names: readonly string[] = WORKERS): Promise<Site> {
    const parts: AsyncDisposable[] = [];
    const kept = <P extends AsyncDisposable>(part: P): P => {
      parts.unshift(part);
      return part;
    };
    const wires = kept(new Wires(["queue", "store", "build", ...names]));
    const redis = kept(await RedisServer.open({ machine: wires.machine("queue") }));
    const store = kept(await NginxStore.open({ machine: wires.machine("store") }));
    const server = kept(await ModelServer.listen(smallWorker()));
    const gate = kept(await WireGate.open(server.url));
    await wires.lead(Number(new URL(gate.openai).port), "build");
    const project = {
      id: "app",
      files: { "package.json": '{"name": "app"}\n' },
      gates: [{ id: "check", run: GATE }],
    };
    const rig = kept(await smallWork(gate, { tasks: TASKS, projects: [project] }));
    const at = { store: store.url, fleet: redis.url };
    rig.write({
      "projects.yaml": `${rig.read("projects.yaml")}store:\n  url: ${at.store}\nfleet:\n  url: ${at.fleet}\n`,
    });
    const started = names.map((name) => FleetWorker.start({ ...at, name, machine: wires.machine(name) }));
    const workers = (await Promise.all(started)).map(kept);
    return new Site({ wires, redis, gate, workers, rig }, parts);
  }

  build(...args: readonly string[]) {
    const { inside } = this.wires.machine("build");
    const [program, ...rest] = [...inside, process.execPath, FACTORY, "build", "--json", ...args];
    return this.rig.launch(".", [program as string, ...rest], KEYS);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const part of this.#parts) await part[Symbol.asyncDispose]();
  }
}

function runsAt({ root }: { readonly root: string }): number {
  const path = join(root, "..", "home", "ran");
  return existsSync(path) ? readFileSync(path, "utf8").length : 0;
}

/** What every build of these comes to, whatever was cut: the code, whether each task was paid for once, and what was told. */
async function ended(site: Site, building: ReturnType<Site["build"]>) {
  const { code, stdout, stderr } = await building.done;
  const { tasks, diagnostics } = JSON.parse(stdout) as {
    readonly tasks: readonly { readonly action: string; readonly calls: number }[];
    readonly diagnostics: readonly { readonly code: string }[];
  };
  expect(code, stderr).toBe(0);
  expect(tasks.map(({ action, calls }) => [action, calls])).toEqual(
    Array(TASKS).fill(["regenerated", CALLS]),
  );
  // As the provider's own books say it.
  expect([...site.gate.bill.values()]).toEqual(Array(TASKS * CALLS).fill(1));
  return diagnostics.map((one) => one.code).filter((one) => one !== "criteria-unproven");
}

test.skipIf(CANNOT !== null)("four machines come to the same trees as one", async () => {
  await using site = await Site.open();
  const { rig, workers } = site;
  await using alone = rig.twin();
  expect(await ended(site, site.build())).toEqual([]);
  // Here: once on what people wrote, once on the product.
  expect([runsAt(rig), workers.reduce((sum, worker) => sum + runsAt(worker), 0)]).toEqual([2, TASKS]);
  const [here = ""] = alone.read("projects.yaml").split("store:\n");
  alone.write({ "projects.yaml": here });
  const one = await alone.factoryWith(KEYS, "build", "--json");
  expect(one.code, one.stderr).toBe(0);
  expect(await alone.tree("app")).toBe(await rig.tree("app"));
});

test.skipIf(CANNOT !== null).each(["down", "swallow"] as const)(
  "a worker whose wire is cut (%s) loses its stage to another one, and works again when it is back",
  async (cut) => {
    await using site = await Site.open(["w1", "w2"]);
    const [first, second] = site.workers as [FleetWorker, FleetWorker];
    first.leave("wait");
    const building = site.build();
    await first.finds("waits");
    site.wires[cut]("w1");
    expect(await ended(site, building)).toEqual([]);
    expect([runsAt(site.rig), runsAt(second)]).toEqual([2, TASKS]);
    site.wires[cut === "down" ? "up" : "pass"]("w1");
    await first.says(/is back/);
  },
);

test.skipIf(CANNOT !== null).each(["down", "swallow"] as const)(
  "a queue whose wire is cut (%s) for a moment costs nothing",
  async (cut) => {
    await using site = await Site.open(["w1", "w2"]);
    const [first] = site.workers as [FleetWorker];
    first.leave("wait");
    const building = site.build();
    await first.finds("waits");
    site.wires[cut]("queue");
    await new Promise((resolve) => setTimeout(resolve, 7000));
    site.wires[cut === "down" ? "up" : "pass"]("queue");
    first.take("wait");
    expect(await ended(site, building)).toEqual([]);
    expect(runsAt(site.rig)).toBe(2);
  },
);

test.skipIf(CANNOT !== null)("a queue that does not come back costs a warning", async () => {
  await using site = await Site.open(["w1"]);
  const [first] = site.workers as [FleetWorker];
  first.leave("wait");
  const building = site.build();
  await first.finds("waits");
  site.wires.swallow("queue");
  expect(await ended(site, building)).toEqual(["fleet-left-alone"]);
  expect(runsAt(site.rig)).toBe(1 + TASKS + 1);
  expect((await first.interrupt()).code).toBe(130);
});
