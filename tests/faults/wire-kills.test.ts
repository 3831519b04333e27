// What does a build pay for again that was killed (`kill -9`) while it talked to models? Only what it was never given. The
// killer sits on the wire, so that it strikes at every step of a call: before the answer, within it, right after it, while
// a gate runs, while a review is written, while a better task goes to disk.

import { expect, test } from "vitest";
import type { FactoryRig, RigOptions } from "../rig/factory-rig.ts";
import { type Asked, ModelServer, type Reply, turnOf, windowOf } from "../rig/model-server.ts";
import type { Program } from "../rig/program.ts";
import { finish, KEYS, smallWork, write } from "../rig/small-work.ts";
import { type Exchange, type Trouble, WireGate } from "../rig/wire-gate.ts";

/**
 * A task with all that can happen to one: a gate that fails, a review that throws the draft away, a better text, and a
 * draft that is good. It hangs on the windows alone.
 */
function story(asked: Asked): Reply {
  const window = windowOf(asked);
  if (asked.system.includes("You review")) {
    const poor = JSON.stringify(asked.messages).includes("+poor");
    return {
      text: JSON.stringify({ verdict: poor ? "rebase" : "approve", findings: poor ? ["It is poor."] : [] }),
    };
  }
  if (asked.system.includes("You improve the text of one task"))
    return { text: "```yaml\nid: T01\ntitle: Write T01 well\n```" };
  if (turnOf(asked) === 0) return { calls: [{ name: "read_file", input: { path: "package.json" } }] };
  if (turnOf(asked) > 1) return { calls: [finish] };
  const content = window.includes("Write T01 well")
    ? "good\n"
    : window.includes("Don't")
      ? "poor\n"
      : "BROKEN\n";
  return { calls: [write("src/T01.txt", content)] };
}

async function workspace(wire: WireGate, prices: RigOptions["prices"] = {}): Promise<FactoryRig> {
  const rig = await smallWork(wire, {
    prices,
    limits: { attempts: 2, rebases: 1 },
    routing: { reviewer: "coder", rebase: "coder" },
    projects: [
      {
        id: "app",
        files: { "package.json": '{"name": "app"}\n', "knock.mjs": `await fetch("${wire.gemini}/gate");\n` },
        gates: [{ id: "check", run: "node knock.mjs && sh check.sh" }],
      },
    ],
  });
  return rig;
}

/** Requests of models and knocks of gates are steps alike. */
type Moment = "asked" | "answering" | "answered" | "soon after";
interface Kill {
  /** Counts the steps of one build, from 1. */
  readonly step: number;
  readonly moment: Moment;
}

const isGate = ({ url }: Exchange) => url.startsWith("/gate");
const GATE: Trouble = { kind: "instead", status: 204, body: "" };

/**
 * Starts a build and kills it. False where it ended before. What was struck once is let through: a call that was sent
 * twice without an outcome rests, and the test would only wait.
 */
async function killed(rig: FactoryRig, wire: WireGate, { step, moment }: Kill): Promise<boolean> {
  const struck = new Set(wire.exchanges.map(({ body }) => body));
  let at = wire.exchanges.length + step;
  const program = rig.startWith(KEYS, "build");
  const kill = () => program.child.kill("SIGKILL");
  const isMeant = ({ number }: Exchange) => number === at;
  wire.plan = {
    before: (exchange) => {
      if (isMeant(exchange) && !isGate(exchange) && struck.has(exchange.body)) at++;
      if (isMeant(exchange)) {
        if (moment === "asked" || isGate(exchange)) {
          kill();
          return { kind: "dropped" };
        }
        if (moment === "answering") {
          setTimeout(kill, 20);
          return { kind: "cut" };
        }
      }
      return isGate(exchange) ? GATE : null;
    },
    after: (exchange) => {
      if (!isMeant(exchange)) return;
      if (moment === "answered") kill();
      else setTimeout(kill, 15);
    },
  };
  const run = await program.done;
  return run.signal === "SIGKILL";
}

async function finished(rig: FactoryRig, wire: WireGate) {
  wire.plan = { before: (exchange) => (isGate(exchange) ? GATE : null) };
  const run = await rig.factoryWith(KEYS, "build", "--json");
  expect(run.code, run.stdout).toBe(0);
  return {
    tree: await rig.git("app", "ls-tree", "-r", "main", "src"),
    backlog: rig.read("specs/work/BACKLOG.yaml"),
  };
}

/** The same numbers on every machine. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const MOMENTS: readonly Moment[] = ["asked", "answering", "answered", "soon after"];

test("a build that is killed at any step of a call pays again only for what it was never given", async () => {
  await using server = await ModelServer.listen(story);
  await using calmWire = await WireGate.open(server.url);
  await using calm = await workspace(calmWire);
  const wanted = await finished(calm, calmWire);
  const steps = calmWire.exchanges.map(isGate);
  const bodies = [...calmWire.bill.keys()].sort();
  expect([bodies.length, steps.filter(Boolean).length]).toEqual([12, 4]);

  const random = seeded(20261122);
  for (let round = 0; round < 2; round++) {
    await using wire = await WireGate.open(server.url);
    await using rig = await workspace(wire);
    const told: string[] = [];
    const given = new Set<string>();
    let kills = 0;
    for (let turn = 0; turn < 5; turn++) {
      const kill: Kill = {
        step: 1 + Math.floor(random() * 6),
        moment: MOMENTS[Math.floor(random() * MOMENTS.length)] as Moment,
      };
      told.push(`${kill.step} ${kill.moment}`);
      const struck = await killed(rig, wire, kill);
      if (!struck) break;
      kills++;
      const last = wire.exchanges.at(-1) as Exchange;
      if (last.delivered === "whole") given.add(last.body);
    }
    const end = await finished(rig, wire);
    const what = `killed at ${told.join(", ")}`;
    expect(end, what).toEqual(wanted);
    expect([...wire.bill.keys()].sort(), what).toEqual(bodies);
    // An answer that was on its way when the process died may have come to nobody.
    const twice = [...wire.bill].filter(([body, times]) => times > (given.has(body) ? 2 : 1));
    expect(twice, what).toEqual([]);
    const { at_risk } = JSON.parse((await rig.factory("cost", "--json")).stdout);
    expect(at_risk.calls, what).toBeLessThanOrEqual(kills);
  }
});

test("status tells of a call that a killed build sent and nobody answered, until the work is done", async () => {
  await using server = await ModelServer.listen(story);
  await using wire = await WireGate.open(server.url);
  await using rig = await workspace(wire, { "house-model": { in: 3, out: 15 } });
  // The first step is the gate on the untouched tree.
  expect(await killed(rig, wire, { step: 2, moment: "asked" })).toBe(true);
  const status = await rig.factory("status");
  expect(status.stderr).toMatch(
    /work:T01: 1 call to coder was sent and never answered; at most \$0\.\d+ may have been paid\. \[call-unanswered\]/,
  );
  const told = async () =>
    JSON.parse((await rig.factory("status", "--json")).stdout).diagnostics.map(
      ({ code, target }: { code: string; target: string }) => `${code} ${target}`,
    );
  expect(await told()).toContain("call-unanswered work:T01");

  // While a build waits for an answer, nobody knows yet that none comes.
  let letGo = () => {};
  const held = new Promise<null>((resolve) => {
    letGo = () => resolve(null);
  });
  const build = await new Promise<Program>((resolve) => {
    wire.plan = {
      before: () => {
        resolve(program);
        return held;
      },
    };
    const program = rig.startWith(KEYS, "build");
  });
  expect(await told()).not.toContain("call-unanswered work:T01");
  build.child.kill("SIGKILL");
  letGo();
  await build.done;

  await finished(rig, wire);
  expect(await told()).toEqual(expect.not.arrayContaining([expect.stringContaining("call-unanswered")]));
});
