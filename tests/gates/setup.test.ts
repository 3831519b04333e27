// Does a setup run in place, and when is what it installed no longer what a tree asks for?

import { mkdtemp, readFile, realpath } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { cacheRule } from "../../src/gates/caches.ts";
import { installFace } from "../../src/gates/install-manifest.ts";
import { runSetup, type SetupOrder } from "../../src/gates/setup.ts";
import { fitsInputs, passedBy, setupInputs } from "../../src/gates/setup-inputs.ts";
import { lockfilesAmong, toolchainDigest } from "../../src/gates/toolchain.ts";
import { digestOfBytes } from "../../src/model/digest.ts";
import type { Oid, Tree } from "../../src/model/tree.ts";

let dir: string;
let order: SetupOrder;
beforeEach(async () => {
  dir = await realpath(await mkdtemp(join(tmpdir(), "factory-setup-")));
  const signal = new AbortController().signal;
  order = {
    command: "pwd > home; echo $FACTORY_SLOT >> home",
    dir,
    env: { FACTORY_SLOT: "3" },
    allowed: [],
    borrows: [],
    network: true,
    signal,
    log: join(dir, "log"),
  };
});

describe("a setup", () => {
  it("runs in the folder that it is given, with what tells it where it is", async () => {
    expect(await runSetup(order)).toEqual({ ok: true, value: null });
    expect(await readFile(join(dir, "home"), "utf8")).toBe(`${dir}\n3\n`);
  });

  it("that fails says why, however much it says afterwards, and where all of it is", async () => {
    const command = `echo "cannot read $PWD/lockfile"; seq -f "usage %g" 40000; exit 1`;
    expect(await runSetup({ ...order, command })).toEqual({
      ok: false,
      failure: {
        reason: "setup-failed",
        command,
        evidence: ["cannot read lockfile", "usage 1", "usage 39998", "usage 39999", "usage 40000"],
        log: ".factory/logs/log",
      },
    });
  });

  it("that fails without a word says how it ended", async () => {
    const evidenceOf = async (command: string) => {
      const ran = await runSetup({ ...order, command });
      return ran.ok || ran.failure.reason !== "setup-failed" ? null : ran.failure.evidence;
    };
    expect(await evidenceOf("exit 3")).toEqual(["exit code 3, without output"]);
    expect(await evidenceOf("echo working; kill -9 $$")).toEqual(["killed by SIGKILL", "working"]);
  });

  it("ends cancelled", async () => {
    const controller = new AbortController();
    const setup = runSetup({ ...order, command: "sleep 300", signal: controller.signal });
    controller.abort();
    expect(await setup).toEqual({ ok: false, failure: { reason: "cancelled" } });
  });
});

function treeOf(files: Readonly<Record<string, string>>): Tree {
  return new Map(Object.entries(files).map(([path, oid]) => [path, { mode: "100644", oid: oid as Oid }]));
}

describe("an install", () => {
  const files = { "package.json": "1", "package-lock.json": "2", "schema/a.prisma": "3", "src/a.ts": "4" };

  it("fits trees with its lockfiles and with what its setup read, whatever else they hold", () => {
    const inputs = setupInputs(treeOf(files), ["package.json", "schema/a.prisma"]);
    expect(Object.keys(inputs)).toEqual(["package-lock.json", "package.json", "schema/a.prisma"]);
    expect(fitsInputs(inputs, [], treeOf({ ...files, "src/a.ts": "5", "src/b.ts": "6" }))).toBe(true);
    for (const change of [
      { "package-lock.json": "9" },
      { "schema/a.prisma": "9" },
      { "schema/b.prisma": "9" },
      { "web/package-lock.json": "9" },
    ]) {
      expect(fitsInputs(inputs, [], treeOf({ ...files, ...change }))).toBe(false);
    }
    const { "schema/a.prisma": _, ...without } = files;
    expect(fitsInputs(inputs, [], treeOf(without))).toBe(false);
  });

  it("fits the tree that it was made from, also where its setup read one file of many", () => {
    const tree = treeOf({ ...files, "src/b.ts": "5", "tests/shop/package.json": "6" });
    const inputs = setupInputs(tree, ["package.json", "src/a.ts"]);
    const passed = passedBy(inputs, tree);
    expect(passed).toEqual(["src/b.ts", "tests/shop/package.json"]);
    expect(fitsInputs(inputs, passed, tree)).toBe(true);
    const more = (path: string) =>
      treeOf({ ...Object.fromEntries([...tree].map(([at, { oid }]) => [at, oid])), [path]: "7" });
    expect(fitsInputs(inputs, passed, more("src/b.ts"))).toBe(true);
    expect(fitsInputs(inputs, passed, more("src/c.ts"))).toBe(false);
    expect(fitsInputs(inputs, passed, more("packages/c/package.json"))).toBe(false);
  });

  it("is made from files that code is generated from, where nobody could see what a setup read", () => {
    expect(Object.keys(setupInputs(treeOf(files), null))).toEqual(["package-lock.json", "schema/a.prisma"]);
  });

  it("is the same for manifests that say the same to a package manager, and only where it is asked alone", () => {
    const face = (setup: string, fields: object, path = "package.json") =>
      installFace(setup, path, JSON.stringify(fields) as Oid, JSON.stringify(fields));
    const [one, other] = [
      { name: "a", dependencies: { ms: "1" } },
      { name: "b", dependencies: { ms: "1" } },
    ];
    expect(face("npm ci --no-audit", one)).toBe(face("npm ci --no-audit", other));
    expect(face("npm ci", { ...one, dependencies: { ms: "2" } })).not.toBe(face("npm ci", one));
    // A package of a workspace is linked by its name.
    expect(face("npm ci", one, "a/package.json")).not.toBe(face("npm ci", other, "a/package.json"));
    for (const setup of ["npm ci && npm run build", "npm ci; node gen.mjs", "make", "npm run setup"]) {
      expect(face(setup, one)).not.toBe(face(setup, other));
    }
    const hooked = { scripts: { postinstall: "node gen.mjs" } };
    expect(face("npm ci", { ...one, ...hooked })).not.toBe(face("npm ci", { ...other, ...hooked }));
    expect(face("npm ci --ignore-scripts", { ...one, ...hooked })).toBe(
      face("npm ci --ignore-scripts", { ...other, ...hooked }),
    );
  });

  it("keeps caches that judge by content, and no output", () => {
    const rule = cacheRule(["build/cache", "warm/"]);
    expect(rule("target", new Set(["Cargo.toml"]))).toBe(true);
    expect(rule("target", new Set(["pom.xml"]))).toBe(false);
    expect(rule("a/node_modules/.cache", new Set())).toBe(true);
    expect(rule("a/.cache", new Set())).toBe(false);
    expect(rule("build/cache", new Set())).toBe(true);
    expect(rule("other/build/cache", new Set())).toBe(false);
    expect(rule("deep/warm", new Set())).toBe(true);
    expect(rule("dist", new Set(["package.json"]))).toBe(false);
  });
});

describe("a toolchain", () => {
  const base = { nodeMajor: 20, setup: "npm ci", lockfiles: [], services: [], root: "" };

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
