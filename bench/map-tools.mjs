// With which code does the bench draw maps? With the project's own, bundled as the command is, over any commit of any
// repository: trees and contents are read from its git, and nothing is written to it.

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { rolldown } from "rolldown";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const BUNDLE = join(ROOT, "node_modules/.cache/factory-bench/map.cjs");
const ENTRY = "\0map";

/** Once per run; who draws in a process of its own loads it by its path. */
export async function bundleMap() {
  const from = (path) => JSON.stringify(join(ROOT, "src", path));
  const code = [
    `export { mapGround } from ${from("context/map-ground.ts")};`,
    `export { repoMap } from ${from("context/repo-map.ts")};`,
    `export { isCode } from ${from("context/sketch-source.ts")};`,
    `export { kindOf } from ${from("context/map-order.ts")};`,
    `export { sketchesOf } from ${from("pipeline/planning/sketches.ts")};`,
  ].join("\n");
  const bundle = await rolldown({
    input: ENTRY,
    platform: "node",
    external: ["typescript"],
    plugins: [
      {
        name: "map",
        resolveId: (id) => (id === ENTRY ? id : null),
        load: (id) => (id === ENTRY ? code : null),
      },
    ],
    logLevel: "warn",
    checks: { ineffectiveDynamicImport: false },
  });
  await bundle.write({ file: BUNDLE, format: "cjs", codeSplitting: false, dynamicImportInCjs: false });
  await bundle.close();
}

export async function mapCode() {
  const { default: code } = await import(pathToFileURL(BUNDLE).href);
  return code;
}

/** What git prints, as bytes. */
export function git(repository, args, input = "") {
  const result = spawnSync("git", ["-C", repository, ...args], { input, maxBuffer: 1 << 30 });
  if (result.status !== 0) throw new Error(`git ${args.join(" ")}: ${result.stderr}`);
  return result.stdout;
}

/** Path to mode and blob, as the factory holds a tree. */
export function treeOf(repository, commit) {
  const entries = git(repository, ["ls-tree", "-r", "-z", commit]).toString().split("\0").filter(Boolean);
  return new Map(
    entries.map((entry) => {
      const [, mode, oid, path] = /^(\d+) \w+ (\w+)\t([\s\S]+)$/.exec(entry);
      return [path, { mode, oid }];
    }),
  );
}

/** Contents by their ids, in order. */
export function readerOf(repository) {
  return async (oids) => {
    const all = git(repository, ["cat-file", "--batch"], oids.join("\n"));
    const contents = [];
    let at = 0;
    while (contents.length < oids.length) {
      const end = all.indexOf(10, at);
      const size = Number(all.subarray(at, end).toString().split(" ")[2]);
      contents.push(all.subarray(end + 1, end + 1 + size));
      at = end + size + 2;
    }
    return { ok: true, value: contents };
  };
}
