// Can a process open its own output by name, and is nothing left open or lying about afterwards?

import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, readdirSync, readlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { type ProcessEnd, runProcess } from "../../src/platform/process.ts";
import { PIPE_FOLDER } from "../../src/platform/process-table.ts";

function shell(command: string, env: Readonly<Record<string, string>> = {}): Promise<ProcessEnd> {
  return runProcess({
    command,
    cwd: tmpdir(),
    env: { PATH: process.env.PATH ?? "", ...env },
    timeoutMs: 60_000,
    outputLimit: 64 * 1024,
    signal: new AbortController().signal,
    marker: randomUUID(),
  });
}

/** What this process has open that is a pipe of ours. */
function open(): readonly string[] {
  return readdirSync("/proc/self/fd").flatMap((fd) => {
    try {
      const name = readlinkSync(`/proc/self/fd/${fd}`);
      return name.includes(PIPE_FOLDER) ? [name] : [];
    } catch {
      return [];
    }
  });
}

function hasMkfifo(): boolean {
  try {
    execFileSync("mkfifo", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(process.platform === "linux" && !hasMkfifo())("the output of a process", () => {
  test("can be opened by its names, also by a child of it and more than once", async () => {
    const ended = await shell(
      "echo a | tee /dev/stderr > /dev/null; echo b > /dev/stdout; sh -c 'echo c >> /dev/stderr'; cat /dev/null > /dev/stdout; echo d",
    );
    expect(ended).toMatchObject({ end: "exited", code: 0 });
    expect(ended.output.split("\n").sort()).toEqual(["", "a", "b", "c", "d"]);
  });

  test("is told whole where a hundred run at once, and leaves nothing behind", async () => {
    // Other tests have pipes of their own at the same moment.
    vi.stubEnv("TMPDIR", mkdtempSync(join(tmpdir(), "factory-lying-")));
    const numbers = Array.from({ length: 100 }, (_, at) => at);
    const ends = await Promise.all(numbers.map((at) => shell(`seq ${at} ${at + 500} > /dev/stdout`)));
    for (const [at, { code, output }] of ends.entries()) {
      expect(code).toBe(0);
      const told = output.split("\n").slice(0, -1).map(Number);
      expect(told).toEqual(Array.from({ length: 501 }, (_, more) => at + more));
    }
    expect(readdirSync(tmpdir())).toEqual([]);
    vi.unstubAllEnvs();
  });

  test.skipIf(process.platform !== "linux")(
    "is closed after a program that does not exist, too",
    async () => {
      const ended = await runProcess({
        file: "/nonexistent/program",
        args: [],
        cwd: tmpdir(),
        env: {},
        timeoutMs: 1000,
        outputLimit: 1024,
        signal: new AbortController().signal,
        marker: randomUUID(),
      });
      expect(ended.end).toBe("not-found");
      await shell("true");
      expect(open()).toEqual([]);
    },
  );
});
