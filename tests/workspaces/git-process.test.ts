// How is a git started that answers a question? Whatever is said to it arrives as it was said, whatever it says comes back
// whole, and why it could not be started is never taken for an answer.

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { startGit } from "../../src/workspaces/git-process.ts";

/** A folder that goes away with its test, in which a program stands in git's place. */
function standIn(
  script: string,
  interpreter = process.execPath,
): { readonly cwd: string; readonly env: Readonly<Record<string, string>> } {
  const cwd = mkdtempSync(join(tmpdir(), "factory-stand-in-"));
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }));
  mkdirSync(join(cwd, "bin"));
  writeFileSync(join(cwd, "bin/git"), `#!${interpreter}\n${script}`, { mode: 0o755 });
  return { cwd, env: { PATH: join(cwd, "bin") } };
}

const TELL = `
const chunks = [];
process.stdin.on("data", (chunk) => chunks.push(chunk)).on("end", () => {
  const input = Buffer.concat(chunks).toString("base64");
  console.log(JSON.stringify({ args: process.argv.slice(2), env: process.env, cwd: process.cwd(), input }));
});
`;

test("words, variables and input arrive as they are, and nothing else does", async () => {
  const { cwd, env } = standIn(TELL);
  const args = [
    "-c",
    "a b",
    "",
    "it's",
    '$(id) `id` "$HOME"',
    "two\nlines",
    "\\",
    "ä→🎉",
    "*",
    "-n",
    "& ; | > <",
  ];
  const odd = { "BASH_FUNC_x%%": "() { :; }", "with-dash": "1", UID: "5", IFS: "x", LINES: "a\nb" };
  const input = Buffer.from([0, 255, 10, 39, 0]);
  const end = await startGit(args, { cwd, env: { ...env, ...odd }, input });
  expect([end.code, end.signal, end.stderr]).toEqual([0, null, ""]);
  const told = JSON.parse(end.stdout.toString("utf8"));
  expect(told).toEqual({ args, cwd, env: { ...env, ...odd }, input: input.toString("base64") });
});

test("variables that are for git alone arrive without another program between, and nothing else does", async () => {
  const { cwd, env } = standIn(TELL);
  const plain = { ...env, GIT_DIR: "it's here", HOME: "/none", LC_ALL: "C", FACTORY_RUN: "a\nb $c" };
  const end = await startGit(["a"], { cwd, env: plain, input: "" });
  // Some shells name the program there, whatever they are told.
  const { _, ...told } = JSON.parse(end.stdout.toString("utf8")).env;
  expect([end.code, told]).toEqual([0, plain]);
});

test("without input its stdin ends at once, and what it says comes back to the last byte", async () => {
  const { cwd, env } = standIn(`
process.stdin.resume().on("end", () => {
  process.stderr.write("e".repeat(3_000_000));
  process.stdout.write(Buffer.alloc(5_000_001, 7));
});
`);
  const end = await startGit([], { cwd, env, input: "" });
  expect([end.code, end.stdout.length, end.stderr.length]).toEqual([0, 5_000_001, 3_000_000]);
});

test.each([0, 1, 2, 124, 128, 129, 255])("exit code %i is that of git", async (code) => {
  const { cwd, env } = standIn(`exit ${code}\n`, "/bin/sh");
  expect(await startGit([], { cwd, env, input: "" })).toMatchObject({ code, signal: null });
});

test.each(["SIGTERM", "SIGKILL", "SIGINT"])("%s is told by its name", async (signal) => {
  const { cwd, env } = standIn(`process.kill(process.pid, "${signal}"); setTimeout(() => {}, 60_000);`);
  expect(await startGit([], { cwd, env, input: "" })).toMatchObject({ code: null, signal });
});

test("what could not be started is no answer, and says why", async () => {
  const { cwd, env } = standIn("");
  const input = "";
  const nowhere = await startGit(["status"], { cwd: join(cwd, "gone"), env, input });
  expect(nowhere).toMatchObject({ code: null, signal: null, stderr: expect.stringContaining("gone") });
  const noGit = await startGit(["status"], { cwd, env: { PATH: join(cwd, "empty") }, input });
  expect(noGit).toMatchObject({ code: null, signal: null, stderr: expect.stringContaining("git") });
  rmSync(join(cwd, "bin/git"));
  writeFileSync(join(cwd, "bin/git"), "#!/bin/sh\n", { mode: 0o644 });
  const noProgram = await startGit(["status"], { cwd, env, input });
  expect(noProgram).toMatchObject({ code: null, signal: null, stderr: expect.stringContaining("git") });
  const zero = await startGit(["a\0b"], { cwd, env, input });
  expect(zero).toMatchObject({ code: null, stderr: expect.stringContaining("no word of a command") });
});

test("a hundred at once get each its own answer, and none of them stays in the table of processes", async () => {
  const { cwd, env } = standIn('echo "$1"\n', "/bin/sh");
  const names = Array.from({ length: 100 }, (_, index) => `number ${index}`);
  const ends = await Promise.all(names.map((name) => startGit([name], { cwd, env, input: "" })));
  expect(ends.map(({ stdout }) => stdout.toString("utf8").trim())).toEqual(names);
  await startGit(["last"], { cwd, env, input: "" });
  const table = execFileSync("ps", ["-A", "-o", "pid=,ppid=,stat=,args="], { encoding: "utf8" }).split("\n");
  const rows = table.map((line) => line.trim().split(/\s+/));
  const shell = rows.find(
    ([, parent, , ...command]) => Number(parent) === process.pid && command[0] === "/bin/sh",
  );
  expect(shell).toBeDefined();
  expect(
    rows.filter(([, parent, state]) => parent === shell?.[0] && state?.startsWith("Z")).length,
  ).toBeLessThan(5);
});

/** Of this process, in which one file of tests runs at a time. */
function endShell(): void {
  const shells = execFileSync("pgrep", ["-P", String(process.pid), "-x", "sh"], { encoding: "utf8" });
  for (const pid of shells.trim().split("\n")) process.kill(Number(pid), "SIGKILL");
}

test("a folder for its words that was swept away, and a shell that somebody ended, stop no later question", async () => {
  const { cwd, env } = standIn(
    "console.log(process.argv[2]); setTimeout(() => {}, Number(process.argv[3] ?? 0));",
  );
  const asked = (...args: string[]) => startGit(args, { cwd, env, input: "" });
  onTestFinished(() => void vi.unstubAllEnvs());
  vi.stubEnv("TMPDIR", join(cwd, "words"));
  mkdirSync(join(cwd, "words"));
  expect((await asked("first")).code).toBe(0);
  endShell();
  // Sent to a shell that is gone, or to a new one: either way it ends.
  expect([0, null]).toContain((await asked("between")).code);
  expect((await asked("second")).stdout.toString("utf8")).toBe("second\n");

  const [folder = ""] = readdirSync(join(cwd, "words"));
  rmSync(join(cwd, "words", folder), { recursive: true });
  expect((await asked("third")).stdout.toString("utf8")).toBe("third\n");

  const fourth = asked("fourth", "1000");
  endShell();
  expect((await fourth).stdout.toString("utf8")).toBe("fourth\n");
  vi.unstubAllEnvs();
  await asked("between");
  expect((await asked("fifth")).stdout.toString("utf8")).toBe("fifth\n");
});
