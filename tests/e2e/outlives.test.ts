// Does anything outlive its build, however that ends? And does the next build end what a killed one left, and nobody else?

import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { DEAF_FILES, deaf, isAlive, told } from "../rig/deaf.ts";
import { FactoryRig } from "../rig/factory-rig.ts";

const LINUX = process.platform === "linux";
const bystanders: ChildProcess[] = [];

afterEach(() => {
  for (const child of bystanders.splice(0)) child.kill("SIGKILL");
});

/** A service and an agent that leave at no signal, each with a family that left it. */
async function workshop(): Promise<FactoryRig> {
  const rig = await FactoryRig.create();
  rig.write(DEAF_FILES);
  await rig.declare({
    projects: [{ id: "app", services: [{ id: "db", run: deaf(rig, "service", "family"), ready: "true" }] }],
    agents: { deaf: { kind: "command", run: deaf(rig, "agent", "family") } },
    implementer: "deaf",
    limits: { attempts: 1, rebases: 0 },
  });
  rig.feature({
    id: "notes",
    requirements: { R1: "A note has a text." },
    tasks: [{ id: "T01", generator: null }],
  });
  return rig;
}

/** All that is at work once the agent is. */
async function atWork(rig: FactoryRig): Promise<readonly number[]> {
  return [...(await told(rig, "service", 3)), ...(await told(rig, "agent", 3))];
}

async function killedAtWork(rig: FactoryRig): Promise<readonly number[]> {
  const build = rig.start("build");
  const pids = await atWork(rig);
  build.child.kill("SIGKILL");
  await build.done;
  expect(pids.filter(isAlive)).toEqual(pids);
  return pids;
}

/** From here on the agent writes down which of these processes it finds, and then its file. */
async function declareWitness(rig: FactoryRig, pids: readonly number[]): Promise<void> {
  rig.write({
    "witness.sh": `for pid in ${pids.join(" ")}; do grep -q '^State:.[^ZX]' /proc/$pid/status 2>/dev/null && echo $pid >> ${rig.path("seen")}; done
mkdir -p src/notes
echo text > src/notes/T01.txt
`,
  });
  await rig.declare({
    agents: { witness: { kind: "command", run: `sh ${rig.path("witness.sh")}` } },
    implementer: "witness",
  });
}

describe.runIf(LINUX)("all that a build started ends before it", () => {
  const ways: readonly (readonly [string, readonly NodeJS.Signals[]])[] = [
    ["at one interrupt", ["SIGINT"]],
    ["at two interrupts", ["SIGINT", "SIGINT"]],
    ["when it is told twice to end", ["SIGTERM", "SIGTERM"]],
    ["when its terminal is closed", ["SIGHUP"]],
    ["when its terminal is closed and it is told to end at once", ["SIGHUP", "SIGTERM"]],
    ["when a person quits it", ["SIGQUIT"]],
  ];
  test.each(ways)("%s", async (_, signals) => {
    await using rig = await workshop();
    const build = rig.start("build");
    const pids = await atWork(rig);
    const [first, second] = signals;
    const heard = new Promise((resolve) => build.child.stderr?.once("data", resolve));
    build.child.kill(first);
    // A second one of the same kind that comes before the first was taken is none.
    if (second === first) await heard;
    if (second !== undefined) build.child.kill(second);
    expect((await build.done).code).toBe(130);
    expect(pids.filter(isAlive)).toEqual([]);
  });

  test("also a setup and a gate", async () => {
    await using rig = await FactoryRig.create();
    rig.write(DEAF_FILES);
    rig.feature({ id: "notes", requirements: { R1: "A note." }, tasks: [{ id: "T01" }] });
    for (const stage of ["setup", "gate"]) {
      const command = deaf(rig, stage, "family");
      const gates = [{ id: "check", run: stage === "gate" ? command : "true" }];
      await rig.declare({
        projects: [{ id: "app", gates, ...(stage === "setup" ? { setup: command } : {}) }],
      });
      const build = rig.start("build");
      const pids = await told(rig, stage, 3);
      build.child.kill("SIGHUP");
      build.child.kill("SIGTERM");
      await build.done;
      expect(pids.filter(isAlive), stage).toEqual([]);
    }
  });
});

describe.runIf(LINUX)("the build after a killed one", () => {
  test("ends what that left before it starts anything, and says so", async () => {
    await using rig = await workshop();
    const pids = await killedAtWork(rig);
    await declareWitness(rig, pids);
    const build = await rig.factory("build");
    expect(build.code).toBe(0);
    expect(build.stderr).toMatch(/ended \d+ processes that an earlier build left/);
    expect(rig.list(".").filter((path) => path === "seen")).toEqual([]);
    expect(pids.filter(isAlive)).toEqual([]);
    expect((await rig.factory("build")).stderr).not.toContain("earlier build");
  });

  test("is any command that holds the workspace, such as one that collects garbage", async () => {
    await using rig = await workshop();
    const pids = await killedAtWork(rig);
    expect((await rig.factory("gc")).code).toBe(0);
    expect(pids.filter(isAlive)).toEqual([]);
  });

  test("in a copy of the workspace ends nothing of the one at work", async () => {
    await using rig = await workshop();
    const build = rig.start("build");
    const pids = await atWork(rig);
    await using copy = await FactoryRig.create({ projects: [] });
    const filter = (path: string) => !path.endsWith("/socket");
    cpSync(rig.root, copy.root, { recursive: true, verbatimSymlinks: true, filter });
    await declareWitness(copy, []);
    const other = await copy.factory("build");
    expect([other.code, other.stderr]).toEqual([0, expect.not.stringContaining("earlier build")]);
    expect(pids.filter(isAlive)).toEqual(pids);
    build.child.kill("SIGQUIT");
    await build.done;
    expect(pids.filter(isAlive)).toEqual([]);
  });

  test("leaves those alone that only look like it", async () => {
    await using rig = await workshop();
    const pids = await killedAtWork(rig);
    const [name = ""] = readdirSync(rig.path(".factory/processes"));
    const file = rig.path(join(".factory/processes", name));
    const lines = readFileSync(file, "utf8").trimEnd().split("\n");
    // One has the number of a process that ended, another a name of a run that is none of this workspace.
    const reused = spawn("sleep", ["300"]);
    const named = spawn("sleep", ["300"], { env: { FACTORY_RUN: "0123456789abcdef.agent-notes:T01" } });
    // What git started for a person may stay, such as an agent for keys; git itself may not.
    const env = { PATH: process.env.PATH ?? "", FACTORY_RUN: `${name.replace(".jsonl", "")}.git` };
    const agent = spawn("sleep", ["300"], { env });
    const git = spawn("git", ["cat-file", "--batch"], { env, cwd: rig.path("projects/app") });
    bystanders.push(reused, named, agent, git);
    rig.write({
      [join(".factory/processes", name)]:
        `${[...lines, JSON.stringify({ pid: reused.pid, birth: 1 })].join("\n")}\n{"pid":`,
    });
    await declareWitness(rig, pids);
    expect((await rig.factory("build")).code).toBe(0);
    expect(pids.filter(isAlive)).toEqual([]);
    expect([reused, named, agent, git].map(({ pid }) => isAlive(pid ?? 0))).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });
});
