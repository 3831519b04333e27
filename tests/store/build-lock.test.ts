import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { build } from "esbuild";
import { afterEach, describe, expect, test } from "vitest";
import { acquireBuildLock, type Holder, type LockRequest } from "../../src/store/build-lock.ts";
import { tempFolder, value } from "./temp-folder.ts";

const folder = tempFolder();
const children: ChildProcess[] = [];

afterEach(async () => {
  await Promise.all(children.splice(0).map(kill));
});

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}

function request(part: Partial<LockRequest> = {}): LockRequest {
  const signal = new AbortController().signal;
  return { command: "factory build", wait: false, onWait: () => {}, signal, ...part };
}

async function contenderProgram(): Promise<string> {
  const program = join(folder(), "contender.mjs");
  const entry = new URL("contender.ts", import.meta.url).pathname;
  await build({ entryPoints: [entry], outfile: program, bundle: true, platform: "node", format: "esm" });
  return program;
}

/** Nobody writes a line between somebody's `enter` and `leave`, except that the holder may die. */
function overlaps(log: string): readonly string[] {
  const found: string[] = [];
  let holder: string | null = null;
  const dead = new Set<string>();
  for (const line of log.trimEnd().split("\n")) {
    const [what, pid] = line.split(" ") as [string, string];
    if (dead.has(pid)) found.push(`${pid} went on after another entered`);
    if (what === "enter") {
      if (holder !== null) dead.add(holder);
      holder = pid;
    } else if (pid !== holder) found.push(`${line} while ${holder} held`);
    if (what === "leave") holder = null;
  }
  return found;
}

// "darwin" takes the kind of lock that lives in the file system; it works here as well.
describe.each(["linux", "darwin"] as const)("the lock of %s", (platform) => {
  test("is held by one, names its holder to others, and is free once released", async () => {
    const first = value(await acquireBuildLock(folder(), request({ command: "factory plan" }), platform));
    const lease = JSON.parse(readFileSync(join(folder(), ".factory", "lock.json"), "utf8"));
    expect(lease).toMatchObject({ pid: process.pid, command: "factory plan" });
    expect(await acquireBuildLock(folder(), request(), platform)).toEqual({
      ok: false,
      failure: { reason: "locked", holder: `factory plan (pid ${process.pid})` },
    });
    await first.release();
    expect(existsSync(join(folder(), ".factory", "lock.json"))).toBe(false);
    await value(await acquireBuildLock(folder(), request(), platform)).release();
  });

  test("is one for all paths of a workspace, and another for another workspace", async () => {
    const [real, link, other] = ["real", "link", "other"].map((name) => join(folder(), name)) as [
      string,
      string,
      string,
    ];
    mkdirSync(real);
    mkdirSync(other);
    symlinkSync(real, link);
    const first = value(await acquireBuildLock(real, request(), platform));
    expect(await acquireBuildLock(link, request(), platform)).toMatchObject({
      failure: { reason: "locked" },
    });
    await value(await acquireBuildLock(other, request(), platform)).release();
    await first.release();
  });

  test("comes to a waiter when it is released, and tells it once whom it waits for", async () => {
    const first = value(await acquireBuildLock(folder(), request({ command: "factory plan" }), platform));
    const told: (Holder | null)[] = [];
    let second: ReturnType<typeof acquireBuildLock> | null = null;
    await new Promise<void>((waits) => {
      const onWait = (holder: Holder | null) => {
        told.push(holder);
        waits();
      };
      second = acquireBuildLock(folder(), request({ wait: true, onWait }), platform);
    });
    await first.release();
    await value(await second!).release();
    expect(told).toMatchObject([{ pid: process.pid, command: "factory plan" }]);
  });

  test("can be waited for no longer", async () => {
    const first = value(await acquireBuildLock(folder(), request(), platform));
    const stop = new AbortController();
    const onWait = () => stop.abort();
    const second = await acquireBuildLock(
      folder(),
      request({ wait: true, onWait, signal: stop.signal }),
      platform,
    );
    expect(second).toEqual({ ok: false, failure: { reason: "cancelled" } });
    const third = await acquireBuildLock(folder(), request({ wait: true, signal: stop.signal }), platform);
    expect(third).toEqual({ ok: false, failure: { reason: "cancelled" } });
    await first.release();
  });

  test("is never held by two, and always passed on, while its holders are killed", async () => {
    const program = await contenderProgram();
    const log = join(folder(), "log");
    const root = join(folder(), "workspace");
    mkdirSync(root);
    writeFileSync(log, "");
    const start = () => {
      const child = spawn(process.execPath, [program, root, log, platform], { stdio: "inherit" });
      children.push(child);
    };
    const holderIn = (text: string) => /enter (\d+)(?![\s\S]*enter )/.exec(text)?.[1] ?? null;
    start();
    start();
    start();
    for (let round = 0; round < 30; round += 1) {
      const length = readFileSync(log).length;
      while (readFileSync(log).length <= length || holderIn(readFileSync(log, "utf8")) === null)
        await sleep(2);
      await sleep(Math.random() * 15);
      const holder = holderIn(readFileSync(log, "utf8"));
      const victim = children.find((child) => String(child.pid) === holder);
      if (victim === undefined) continue;
      children.splice(children.indexOf(victim), 1);
      await kill(victim);
      start();
    }
    await Promise.all(children.splice(0).map(kill));
    const text = readFileSync(log, "utf8");
    expect(overlaps(text)).toEqual([]);
    expect(text.match(/enter/g)?.length).toBeGreaterThan(10);
    await value(await acquireBuildLock(root, request(), platform)).release();
  });
});

test("a lease that a dead build left behind locks nobody out", async () => {
  mkdirSync(join(folder(), ".factory"));
  writeFileSync(
    join(folder(), ".factory", "lock.json"),
    JSON.stringify({ pid: 1, started: 0, command: "factory build" }),
  );
  await value(await acquireBuildLock(folder(), request())).release();
});

test("a workspace that is not there cannot be locked", async () => {
  expect(await acquireBuildLock(join(folder(), "nowhere"), request())).toMatchObject({
    failure: { reason: "io", code: "ENOENT" },
  });
});
