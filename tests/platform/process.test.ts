// Does a run end, with everything it started, whatever the program does?

import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, realpath, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { childEnvironment } from "../../src/platform/child-environment.ts";
import { type ProcessEnd, runProcess } from "../../src/platform/process.ts";
import { processTable } from "../../src/platform/process-table.ts";

let dir: string;
beforeEach(async () => {
  dir = await realpath(await mkdtemp(join(tmpdir(), "factory-process-")));
});

const LINUX = process.platform === "linux";

/** Whether the machine has such a program. */
function has(program: string): boolean {
  return (process.env.PATH ?? "").split(":").some((folder) => existsSync(join(folder, program)));
}

interface Options {
  readonly timeoutMs?: number;
  readonly idleMs?: number;
  readonly outputLimit?: number;
  readonly log?: string;
  readonly signal?: AbortSignal;
  readonly cwd?: string;
  readonly own?: readonly string[];
  readonly input?: string;
  readonly onLine?: (line: string) => void;
}

function base(options: Options) {
  return {
    cwd: dir,
    env: childEnvironment({}, []),
    timeoutMs: 60_000,
    outputLimit: 64 * 1024,
    signal: new AbortController().signal,
    marker: randomUUID(),
    ...options,
  };
}

function shell(command: string, options: Options = {}): Promise<ProcessEnd> {
  return runProcess({ ...base(options), command });
}

function node(script: string, options: Options = {}): Promise<ProcessEnd> {
  return runProcess({ ...base(options), file: process.execPath, args: ["-e", script] });
}

/** Those of the processes whose pids the command wrote to `pids`, one per line, that still live. */
async function survivors(expected: number): Promise<number[]> {
  const pids = (await readFile(join(dir, "pids"), "utf8")).trim().split("\n").map(Number);
  expect(pids).toHaveLength(expected);
  const living = new Set((await processTable()).map((row) => row.pid));
  return pids.filter((pid) => living.has(pid));
}

async function written(lines: number): Promise<void> {
  const path = join(dir, "pids");
  while (!existsSync(path) || (await readFile(path, "utf8")).trim().split("\n").length < lines) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Runs the command, cancels it once it wrote its pids, and tells how it ended. */
async function cancelled(command: string, pids: number): Promise<ProcessEnd> {
  const controller = new AbortController();
  const run = shell(command, { signal: controller.signal });
  await written(pids);
  controller.abort();
  return run;
}

const SLEEP = "sleep 300";
/** Starts `how` in the background; it writes its pid and sleeps. */
const background = (how: string) => `${how} sh -c 'echo $$ >> ${dir}/pids; exec ${SLEEP}' &`;

describe("the end of a run", () => {
  it("carries code and output of a command that exits", async () => {
    expect(await shell("echo out; echo err >&2; exit 3")).toMatchObject({
      end: "exited",
      code: 3,
      signal: null,
      output: "out\nerr\n",
      truncated: false,
    });
  });

  it("names the signal of a command that was killed by somebody else", async () => {
    expect(await shell("kill -9 $$")).toMatchObject({ end: "exited", code: null, signal: "SIGKILL" });
  });

  it("is an ordinary exit 127 where the shell finds no such program", async () => {
    const end = await shell("no-such-program-anywhere");
    expect(end).toMatchObject({ end: "exited", code: 127 });
    expect(end.output).toContain("not found");
  });

  it("says not-found where a program is named and does not exist", async () => {
    const end = await runProcess({ ...base({}), file: "no-such-program-anywhere", args: [] });
    expect(end).toMatchObject({ end: "not-found", code: null });
  });

  it("says not-started where the folder does not exist or the program may not be run", async () => {
    expect(await shell("true", { cwd: join(dir, "absent") })).toMatchObject({ end: "not-started" });
    expect(await runProcess({ ...base({}), file: dir, args: [] })).toMatchObject({ end: "not-started" });
    expect(await runProcess({ ...base({}), file: "true", args: ["a\0b"] })).toMatchObject({
      end: "not-started",
    });
  });

  it("is a timeout when its time is over, and when it is silent for too long", async () => {
    expect(await shell(SLEEP, { timeoutMs: 200 })).toMatchObject({ end: "timeout", signal: "SIGTERM" });
    expect(await shell(`echo first; ${SLEEP}`, { idleMs: 300 })).toMatchObject({
      end: "timeout",
      output: "first\n",
    });
  });

  it("is cancelled without a start where the signal was aborted before", async () => {
    const end = await shell("touch started", { signal: AbortSignal.abort() });
    expect(end).toMatchObject({ end: "cancelled" });
    expect(existsSync(join(dir, "started"))).toBe(false);
  });

  it("comes while stdin is read, because there is none", async () => {
    expect(await shell("cat; echo done")).toMatchObject({ end: "exited", output: "done\n" });
  });

  it("gives the child its folder as PWD", async () => {
    const end = await node("process.stdout.write(process.env.PWD + ' ' + process.cwd())");
    expect(end.output).toBe(`${dir} ${dir}`);
  });
});

describe("nothing is left", () => {
  it("of a child that ignores SIGTERM", async () => {
    const end = await cancelled(`trap '' TERM; echo $$ > pids; while :; do sleep 1; done`, 1);
    expect(end).toMatchObject({ end: "cancelled", signal: "SIGKILL" });
    expect(await survivors(1)).toEqual([]);
  });

  it("of a grandchild in a session of its own", async () => {
    await cancelled(`${background("setsid")} wait; ${SLEEP}`, 1);
    expect(await survivors(1)).toEqual([]);
  });

  it("of a grandchild in a session of its own with an empty environment", async () => {
    await cancelled(`${background("env -i setsid")} wait; ${SLEEP}`, 1);
    expect(await survivors(1)).toEqual([]);
  });

  it("of a grandchild that also ignores SIGTERM and closed its output", async () => {
    await cancelled(
      `setsid env -i sh -c 'trap "" TERM; echo $$ >> ${dir}/pids; while :; do sleep 1; done' >/dev/null 2>&1 & wait`,
      1,
    );
    expect(await survivors(1)).toEqual([]);
  });

  it("of twenty children", async () => {
    const end = await cancelled(`${Array(20).fill(background("")).join(" ")} wait`, 20);
    expect(end.end).toBe("cancelled");
    expect(await survivors(20)).toEqual([]);
  });

  it("of what a command left in the background when it exited", async () => {
    const end = await shell(
      `touch pids; ${background("")} ${background("setsid")} ${background("env -i setsid")} while [ $(wc -l < pids) -lt 3 ]; do sleep 0.05; done; echo left`,
    );
    expect(end).toMatchObject({ end: "exited", code: 0, output: "left\n" });
    expect(await survivors(3)).toEqual([]);
  });

  it("of an orphan that was seen while it had a parent", async () => {
    const orphan = `env -i setsid sh -c 'echo $$ >> ${dir}/pids; exec ${SLEEP}' >/dev/null 2>&1 &`;
    await shell(`${orphan} sleep 2`);
    expect(await survivors(1)).toEqual([]);
  });

  // As servers do that go to the background: nothing of the run is left to them but where they work.
  const daemon = (last: string) => `python3 - <<'END'
import os, sys
if os.fork(): os._exit(0)
os.setsid()
if os.fork(): os._exit(0)
for fd in range(3): os.close(fd)
os.open("/dev/null", os.O_RDWR); os.dup2(0, 1); os.dup2(0, 2)
os.execve("/bin/sh", ["sh", "-c", ${JSON.stringify(last)}], {})
END
until test -s pids; do sleep 0.02; done`;

  it.skipIf(!LINUX || !has("python3"))("of a daemon that stands in the run's own folder", async () => {
    const own = [dir];
    await shell(daemon("echo $$ > pids; while :; do sleep 0.1; done"), { own });
    expect(await survivors(1)).toEqual([]);
  });

  it.skipIf(!LINUX || !has("python3"))("of a daemon that only writes its log there", async () => {
    const own = [dir];
    const last = `echo $$ > pids; cd /; exec >> "${dir}/log"; while :; do sleep 0.1; done`;
    await shell(daemon(last), { own });
    expect(await survivors(1)).toEqual([]);
  });

  it.skipIf(!LINUX || !has("redis-server"))("of a redis server that went to the background", async () => {
    const where = "--port 0 --unixsocket redis.sock --daemonize yes --pidfile $PWD/pids --save ''";
    await shell(`redis-server ${where} > /dev/null; until test -s pids; do sleep 0.02; done`, { own: [dir] });
    const [pid] = (await readFile(join(dir, "pids"), "utf8").catch(() => "0")).split("\n").map(Number);
    const living = (await processTable()).map((row) => row.pid);
    expect(living).not.toContain(pid);
    expect(existsSync(join(dir, "redis.sock"))).toBe(false);
  });

  it.skipIf(!LINUX || !has("python3"))(
    "of a daemon that has nothing of the run and works elsewhere",
    async () => {
      await shell(daemon(`echo $$ > "${dir}/pids"; cd /; while :; do sleep 0.1; done`));
      expect(await survivors(1)).toEqual([]);
    },
  );

  it.skipIf(!LINUX || !has("redis-server"))("of a redis server whose data lie elsewhere", async () => {
    const where = `--port 0 --unixsocket ${dir}/s --daemonize yes --dir / --pidfile ${dir}/pid --save ''`;
    await shell(`redis-server ${where} > /dev/null; until test -s pid; do sleep 0.02; done; cp pid pids`);
    expect(await survivors(1)).toEqual([]);
  });

  it("but of nobody who was there before, or who only reads there", async () => {
    const stop = new AbortController();
    const before = shell("echo there > ready; exec sleep 300", { signal: stop.signal });
    while (!existsSync(join(dir, "ready"))) await new Promise((resolve) => setTimeout(resolve, 20));
    const reads = shell(`cd / && exec tail -f "${dir}/ready"`, { signal: stop.signal });
    await shell("sleep 0.2", { own: [dir] });
    stop.abort();
    expect([(await before).end, (await reads).end]).toEqual(["cancelled", "cancelled"]);
  });

  it.skipIf(!LINUX)("but not of those who share a group with somebody who works there", async () => {
    // As an editor that opened a file there, a window of it that looks elsewhere, and git in another run.
    const bystander = (cwd: string, env: NodeJS.ProcessEnv = {}) =>
      spawn("sleep", ["300"], { cwd, env: { PATH: process.env.PATH, ...env }, stdio: "ignore" });
    const run = shell("touch ready; while [ ! -e stop ]; do sleep 0.02; done; sleep 0.3", { own: [dir] });
    while (!existsSync(join(dir, "ready"))) await new Promise((resolve) => setTimeout(resolve, 20));
    const guest = bystander(dir);
    const sibling = bystander("/");
    const marked = bystander(dir, { FACTORY_RUN: "another.run" });
    await writeFile(join(dir, "stop"), "");
    await run;
    const living = processTable().map(({ pid }) => pid);
    expect([guest, sibling, marked].map(({ pid }) => living.includes(pid ?? 0))).toEqual([false, true, true]);
    for (const child of [sibling, marked]) child.kill("SIGKILL");
  });

  it("of a run beside a run that goes on", async () => {
    const controller = new AbortController();
    const other = shell("touch other; while [ ! -e stop ]; do sleep 0.05; done; echo unharmed", {
      signal: controller.signal,
    });
    await cancelled(`${background("setsid")} wait`, 1);
    await shell("touch stop");
    expect(await other).toMatchObject({ end: "exited", code: 0, output: "unharmed\n" });
  });
});

describe("output", () => {
  it("of a gigabyte is bounded in memory and keeps its beginning and its end", async () => {
    const before = process.memoryUsage().rss;
    let peak = before;
    const timer = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().rss);
    }, 50);
    const end = await shell("echo begin; yes 0123456789 | head -c 1000000000; echo; echo end", {
      log: join(dir, "log"),
    });
    clearInterval(timer);
    expect(end).toMatchObject({ end: "exited", code: 0, truncated: true });
    expect(end.output.startsWith("begin\n")).toBe(true);
    expect(end.output.endsWith("\nend\n")).toBe(true);
    expect(end.output).toContain("bytes left out");
    expect(end.output.length).toBeLessThan(66 * 1024);
    expect(peak - before).toBeLessThan(300 * 1024 * 1024);
    expect((await stat(join(dir, "log"))).size).toBeLessThan(11 * 1024 * 1024);
  });

  it("without a line end is kept", async () => {
    expect((await shell("printf abc")).output).toBe("abc");
  });

  it("that is not UTF-8 is repaired", async () => {
    expect((await shell("printf 'a\\377b\\303\\244'")).output).toBe("a\ufffdbä");
  });

  it("loses colours, titles, links, cursor movements and bells", async () => {
    const end = await node(
      String.raw`process.stdout.write("\x1b[31mred\x1b[0m \x1b]0;title\x07\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\ \x1b[2J\x1bc\x07\x9b5mend\u202e\r\nnext\rlast")`,
    );
    expect(end.output).toBe("red link end\nnext\nlast");
  });

  it("shows in the log as it came, in plain text, for its owner alone", async () => {
    const log = join(dir, "logs", "run.log");
    await shell(
      "printf 'a\\033[3'; sleep 0.2; printf '1mred\\033]0;ti'; sleep 0.2; printf 'tle\\007b\\303'; sleep 0.2; printf '\\244'",
      { log },
    );
    expect(await readFile(log, "utf8")).toBe("aredbä");
    expect((await stat(log)).mode & 0o777).toBe(0o600);
  });

  it("is delivered although the log cannot be written", async () => {
    const end = await shell("echo said", { log: join(dir) });
    expect(end).toMatchObject({ end: "exited", code: 0, output: "said\n" });
    expect(end.logError).toContain("EISDIR");
  });
});

describe("Input and lines", () => {
  it("are what goes in on stdin, and what comes out on stdout apart from stderr", async () => {
    const lines: string[] = [];
    const input = `first\n${"é".repeat(100_000)}\r\n\nno end`;
    const end = await shell("cat; echo aside >&2", { input, onLine: (line) => lines.push(line) });
    expect(lines).toEqual(["first", "é".repeat(100_000), "", "no end"]);
    expect(end).toMatchObject({ end: "exited", code: 0, output: "aside\n" });
  });

  it("do not mind a program that reads nothing", async () => {
    expect(await shell("exit 3", { input: "x".repeat(1_000_000) })).toMatchObject({ end: "exited", code: 3 });
  });
});
