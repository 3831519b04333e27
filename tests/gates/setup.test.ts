// Where are a project's dependencies, and when are they installed anew?

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { beforeEach, describe, expect, it } from "vitest";
import { type SetupOrder, setupsIn } from "../../src/gates/setup.ts";
import { lockfilesAmong, toolchainDigest } from "../../src/gates/toolchain.ts";
import { digestOfBytes } from "../../src/model/digest.ts";
import { success } from "../../src/model/result.ts";

let root: string;
let order: SetupOrder;
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), "factory-setup-")));
  await mkdir(join(root, "tree"));
  await writeFile(join(root, "tree", "package.json"), "{}");
  order = {
    command: `echo run >> ${root}/runs; mkdir -p node_modules/dep .venv; pwd > .venv/home`,
    lay: async (dir) => success(await cp(join(root, "tree"), dir, { recursive: true })),
    lockfiles: [{ path: "package-lock.json", digest: digestOfBytes("1") }],
    env: [],
    slot: 1,
    signal: new AbortController().signal,
    log: join(root, "setup.log"),
  };
});

const runs = async () => (await readFile(join(root, "runs"), "utf8")).trim().split("\n").length;
const installs = () => join(root, "installs");

describe("a setup", () => {
  it("tells what it made, in a place that it never leaves, and leaves the given tree alone", async () => {
    const done = await setupsIn(installs())(order);
    if (!done.ok) throw new Error(done.failure.reason);
    expect(done.value.links.map((link) => link.name)).toEqual([".venv", "node_modules"]);
    const [venv] = done.value.links;
    expect((await readFile(join(venv!.target, "home"), "utf8")).trim()).toBe(join(venv!.target, ".."));
    expect(await readdir(join(root, "tree"))).toEqual(["package.json"]);
  });

  it("runs once for the same lockfiles: at the same time, later, and in another process", async () => {
    const prepare = setupsIn(installs());
    const both = await Promise.all([prepare(order), prepare(order)]);
    expect(both[0]).toEqual(both[1]);
    expect(await prepare(order)).toEqual(both[0]);
    expect(await setupsIn(installs())(order)).toEqual(both[0]);
    expect(await runs()).toBe(1);
  });

  it("runs anew for other lockfiles, and where somebody took away what it made", async () => {
    const prepare = setupsIn(installs());
    const first = await prepare(order);
    await prepare({ ...order, lockfiles: [{ path: "package-lock.json", digest: digestOfBytes("2") }] });
    expect(await runs()).toBe(2);
    if (first.ok) await rm(first.value.links[1]!.target, { recursive: true });
    expect(await prepare(order)).toMatchObject({ ok: true });
    expect(await runs()).toBe(3);
  });

  it("that fails says why, and is tried again the next time", async () => {
    const prepare = setupsIn(installs());
    const failing = { ...order, command: `[ -e ${root}/repaired ] || { echo no such package; exit 1; }` };
    expect(await prepare(failing)).toEqual({
      ok: false,
      failure: { reason: "setup-failed", command: failing.command, output: "no such package\n" },
    });
    await writeFile(join(root, "repaired"), "");
    expect(await prepare(failing)).toMatchObject({ ok: true });
  });

  it("ends cancelled and leaves nothing that looks finished", async () => {
    const controller = new AbortController();
    const setup = setupsIn(installs())({ ...order, command: "sleep 300", signal: controller.signal });
    controller.abort();
    expect(await setup).toEqual({ ok: false, failure: { reason: "cancelled" } });
    expect(await readdir(installs())).toEqual([]);
  });

  it("that was killed in the middle is started again from a clean tree, whatever it left running", async () => {
    const command = `mkdir half node_modules; [ -e ${root}/go ] || { echo $$ > ${root}/pid; sleep 300; }`;
    const builder = await startElsewhere({ ...order, command });
    while (!existsSync(join(root, "pid"))) await new Promise((resolve) => setTimeout(resolve, 20));
    builder.kill("SIGKILL");
    await writeFile(join(root, "go"), "");
    expect((await readdir(installs())).filter((name) => name.endsWith(".json"))).toEqual([]);
    const again = await setupsIn(installs())({ ...order, command });
    process.kill(-Number(await readFile(join(root, "pid"), "utf8")), "SIGKILL");
    expect(again.ok && again.value.links.map((link) => link.name)).toEqual(["half", "node_modules"]);
  });
});

/** Runs the setup in a process of its own, which can be killed. */
async function startElsewhere(what: SetupOrder): Promise<ChildProcess> {
  const source = join(import.meta.dirname, "../../src/gates/setup.ts");
  const contents = `import { cp } from "node:fs/promises";
    import { setupsIn } from ${JSON.stringify(source)};
    await setupsIn(${JSON.stringify(installs())})({
      ...${JSON.stringify(what)},
      signal: new AbortController().signal,
      lay: async (dir) => ({ ok: true, value: await cp(${JSON.stringify(join(root, "tree"))}, dir, { recursive: true }) }),
    });`;
  const outfile = join(root, "builder.mjs");
  await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    bundle: true,
    platform: "node",
    format: "esm",
    outfile,
  });
  return spawn(process.execPath, [outfile], { stdio: "inherit" });
}

describe("a toolchain", () => {
  const base = { nodeMajor: 20, setup: "npm ci", lockfiles: [], services: [] };

  it("is the same whatever order its lockfiles come in, and another for another Node, command or lockfile", () => {
    const a = { path: "a/package-lock.json", digest: digestOfBytes("a") };
    const b = { path: "b/package-lock.json", digest: digestOfBytes("b") };
    const digest = toolchainDigest({ ...base, lockfiles: [a, b] });
    expect(toolchainDigest({ ...base, lockfiles: [b, a] })).toBe(digest);
    expect(toolchainDigest({ ...base, lockfiles: [a] })).not.toBe(digest);
    expect(toolchainDigest({ ...base, nodeMajor: 22, lockfiles: [a, b] })).not.toBe(digest);
    expect(toolchainDigest({ ...base, setup: null, lockfiles: [a, b] })).not.toBe(digest);
  });

  it("goes by lockfiles, and by manifests where a project has none", () => {
    expect(
      lockfilesAmong(["package.json", "web/yarn.lock", "src/go.summary", "requirements-dev.txt"]),
    ).toEqual(["web/yarn.lock", "requirements-dev.txt"]);
    expect(lockfilesAmong(["src/a.ts", "package.json"])).toEqual(["package.json"]);
  });
});
