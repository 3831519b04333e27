import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { build } from "esbuild";
import { afterEach, describe, expect, test, vi } from "vitest";
import { acquireBuildLock, type LockRequest } from "../../src/store/build-lock.ts";
import type { Holder } from "../../src/store/lock-claim.ts";
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
  return { command: "factory build", wait: false, onWait: () => {}, onLost: () => {}, signal, ...part };
}

/** So that another user finds what lies in the folder of the test. */
function openToAll(...paths: readonly string[]): void {
  chmodSync(dirname(folder()), 0o711);
  for (const path of [folder(), ...paths]) chmodSync(path, 0o777);
}

/** What the claims say that lie in the workspace. */
function claims(): readonly unknown[] {
  const lock = join(folder(), ".factory", "lock");
  return readdirSync(lock).map((name) => JSON.parse(readFileSync(join(lock, name, "holder.json"), "utf8")));
}

/** A claim as another machine makes it; `age` in seconds, since it wrote last. */
function foreignClaim(age: number): string {
  const claim = join(folder(), ".factory", "lock", "000000000004");
  mkdirSync(claim, { recursive: true });
  const ground = { boot: "another", dev: 1 };
  const text = { pid: 4, started: 0, command: "factory watch", host: "elsewhere", ground, socket: "socket" };
  writeFileSync(join(claim, "holder.json"), JSON.stringify(text));
  writeFileSync(join(claim, "beat"), "7");
  const then = Date.now() / 1000 - age;
  utimesSync(join(claim, "beat"), then, then);
  return claim;
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

describe("the lock", () => {
  test("is held by one, names its holder to others, and is free once released", async () => {
    const first = value(await acquireBuildLock(folder(), request({ command: "factory plan" })));
    expect(claims()).toMatchObject([{ pid: process.pid, command: "factory plan" }]);
    expect(await acquireBuildLock(folder(), request())).toEqual({
      ok: false,
      failure: { reason: "locked", holder: `factory plan (pid ${process.pid})` },
    });
    await first.release();
    await value(await acquireBuildLock(folder(), request())).release();
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
    const first = value(await acquireBuildLock(real, request()));
    expect(await acquireBuildLock(link, request())).toMatchObject({
      failure: { reason: "locked" },
    });
    await value(await acquireBuildLock(other, request())).release();
    await first.release();
  });

  test("comes to a waiter when it is released, and tells it once whom it waits for", async () => {
    const first = value(await acquireBuildLock(folder(), request({ command: "factory plan" })));
    const told: (Holder | null)[] = [];
    let second: ReturnType<typeof acquireBuildLock> | null = null;
    await new Promise<void>((waits) => {
      const onWait = (holder: Holder | null) => {
        told.push(holder);
        waits();
      };
      second = acquireBuildLock(folder(), request({ wait: true, onWait }));
    });
    await first.release();
    await value(await second!).release();
    expect(told).toMatchObject([{ pid: process.pid, command: "factory plan" }]);
  });

  test("can be waited for no longer", async () => {
    const first = value(await acquireBuildLock(folder(), request()));
    const stop = new AbortController();
    const onWait = () => stop.abort();
    const second = await acquireBuildLock(folder(), request({ wait: true, onWait, signal: stop.signal }));
    expect(second).toEqual({ ok: false, failure: { reason: "cancelled" } });
    const third = await acquireBuildLock(folder(), request({ wait: true, signal: stop.signal }));
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
      const child = spawn(process.execPath, [program, root, log], { stdio: "inherit" });
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
    await value(await acquireBuildLock(root, request())).release();
  });
});

test("a holder that is stopped holds, and is named", async () => {
  const program = await contenderProgram();
  const [root, log] = [join(folder(), "workspace"), join(folder(), "log")];
  mkdirSync(root);
  writeFileSync(log, "");
  const child = spawn(process.execPath, [program, root, log], { stdio: "inherit" });
  children.push(child);
  // Between two of its turns nobody holds: then it goes on, and is stopped in another.
  await vi.waitFor(
    async () => {
      child.kill("SIGSTOP");
      const lock = await acquireBuildLock(root, request());
      child.kill("SIGCONT");
      if (lock.ok) await lock.value.release();
      expect(lock).toEqual({
        ok: false,
        failure: { reason: "locked", holder: `factory build (pid ${child.pid})` },
      });
    },
    { timeout: 20_000, interval: 5 },
  );
});

describe("a claim of another machine", () => {
  const elsewhere = {
    ok: false,
    failure: { reason: "locked", holder: "factory watch (pid 4 on elsewhere)" },
  };

  test("is held while it writes", async () => {
    foreignClaim(0);
    expect(await acquireBuildLock(folder(), request())).toEqual(elsewhere);
  });

  test("is waited for until it is released", async () => {
    const claim = foreignClaim(0);
    const onWait = () => writeFileSync(join(claim, "released"), "");
    await value(await acquireBuildLock(folder(), request({ wait: true, onWait }))).release();
  });

  test("is held where it writes again after a long silence", async () => {
    const claim = foreignClaim(3600);
    let waiting: ReturnType<typeof acquireBuildLock> | null = null;
    await new Promise<void>((waits) => {
      waiting = acquireBuildLock(folder(), request({ wait: true, onWait: () => waits() }));
    });
    writeFileSync(join(claim, "beat"), "8");
    expect(await acquireBuildLock(folder(), request())).toEqual(elsewhere);
    writeFileSync(join(claim, "released"), "");
    await value(await waiting!).release();
  });

  test("is dead where it does not", async () => {
    foreignClaim(3600);
    await value(await acquireBuildLock(folder(), request())).release();
    expect(claims()).toMatchObject([{ pid: process.pid }]);
  });
});

test("a holder that another one took for dead is told", async () => {
  let first: Awaited<ReturnType<typeof acquireBuildLock>> | null = null;
  const lost = new Promise<void>((onLost) => {
    first = null;
    void acquireBuildLock(folder(), request({ onLost })).then((lock) => {
      first = lock;
      mkdirSync(join(folder(), ".factory", "lock", "000000000009"));
    });
  });
  await lost;
  await value(first!).release();
});

test("a holder that asks by itself learns that it was followed, without waiting for its next beat", async () => {
  let told = 0;
  const onLost = () => {
    told += 1;
  };
  const lock = value(await acquireBuildLock(folder(), request({ onLost })));
  expect([lock.holds(), told]).toEqual([true, 0]);
  mkdirSync(join(folder(), ".factory", "lock", "000000000009"));
  expect([lock.holds(), told]).toEqual([false, 1]);
  await lock.release();
});

test("a workspace of any length of path has a lock", async () => {
  const deep = join(folder(), "a-folder-of-a-long-name/".repeat(12));
  mkdirSync(deep, { recursive: true });
  const first = value(await acquireBuildLock(deep, request()));
  expect(await acquireBuildLock(deep, request())).toMatchObject({ failure: { reason: "locked" } });
  await first.release();
  await value(await acquireBuildLock(deep, request())).release();
});

describe.skipIf(process.getuid?.() !== 0)("between two users", () => {
  const NOBODY = 65_534;

  test("a lock is one, and goes on to the other when its holder is dead", async () => {
    const program = await contenderProgram();
    const [root, log] = [join(folder(), "workspace"), join(folder(), "log")];
    mkdirSync(join(root, ".factory", "lock"), { recursive: true });
    writeFileSync(log, "");
    chmodSync(program, 0o755);
    openToAll(root, join(root, ".factory"), join(root, ".factory", "lock"), log);
    const start = (uid: number) => {
      const child = spawn(process.execPath, [program, root, log], { stdio: "inherit", uid, gid: uid });
      children.push(child);
      return child;
    };
    const entered = (child: ChildProcess) =>
      vi.waitFor(() => expect(readFileSync(log, "utf8")).toContain(`enter ${child.pid}`), {
        timeout: 20_000,
        interval: 2,
      });
    const [root_, nobody] = [start(0), start(NOBODY)];
    await entered(root_);
    await entered(nobody);
    await kill(nobody);
    const again = start(NOBODY);
    await entered(again);
    await kill(root_);
    await kill(again);
    expect(overlaps(readFileSync(log, "utf8"))).toEqual([]);
    await value(await acquireBuildLock(root, request())).release();
  });

  test("whoever may not ask the holder finds the workspace held", async () => {
    const program = await contenderProgram();
    const [root, log] = [join(folder(), "workspace"), join(folder(), "log")];
    mkdirSync(root);
    const holder = value(await acquireBuildLock(root, request()));
    const claim = join(root, ".factory", "lock", "000000000001");
    chmodSync(join(claim, "socket"), 0o600);
    utimesSync(join(claim, "beat"), 1, 1);
    writeFileSync(log, "");
    openToAll(root, join(root, ".factory"), join(root, ".factory", "lock"), log);
    chmodSync(program, 0o755);
    const other = spawn(process.execPath, [program, root, log, "refuse"], { uid: NOBODY, gid: NOBODY });
    children.push(other);
    const said: Buffer[] = [];
    other.stdout.on("data", (chunk: Buffer) => said.push(chunk));
    await once(other, "close");
    expect(Buffer.concat(said).toString()).toBe(`factory build (pid ${process.pid})\n`);
    await holder.release();
  });
});

test("a workspace that is not there cannot be locked", async () => {
  expect(await acquireBuildLock(join(folder(), "nowhere"), request())).toMatchObject({
    failure: { reason: "io", code: "ENOENT" },
  });
});
