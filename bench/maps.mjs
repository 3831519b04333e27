// What is a map of the code worth? For past commits of a repository: how many of the files that the change touched are in
// the map that was drawn before it, for the words of the commit alone, beside listings of as many bytes. And how long does
// a map take, the first time and later?

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleMap, git, mapCode, readerOf, treeOf } from "./map-tools.mjs";
import { median } from "./measure.mjs";

const TIMES = fileURLToPath(new URL("map-times.mjs", import.meta.url));

/** As planners are given it, and as whoever cuts tasks is. */
const SIZES = [
  { name: "50 KB", limit: 51200, lines: false },
  { name: "6 KB", limit: 6144, lines: true },
];

/** A commit that touches more was no change of one thing. */
const MOST = 10;

export async function benchMaps(repositories, { commits, rounds }) {
  await bundleMap();
  const code = await mapCode();
  console.log("\n## Maps of the code\n");
  console.log(
    "Of the files of code that a commit touched, and that were there before it: how many are told at all, and how",
  );
  console.log(
    "many with something that they declare. The listings are in the order of paths, of as many bytes as the map:",
  );
  console.log("one of paths alone, one of paths with all names that each file declares.");
  for (const repository of repositories.map((path) => resolve(path))) {
    const folder = mkdtempSync(join(tmpdir(), "factory-bench-map-"));
    const cache = join(folder, "map.json");
    console.log(`\n### ${basename(repository)}\n`);
    printTimes(repository, cache, rounds);
    await printWorth({ repository, cache, code, commits });
    rmSync(folder, { recursive: true });
  }
}

function printTimes(repository, cache, rounds) {
  const time = (changed) => {
    const run = spawnSync(process.execPath, [TIMES, repository, cache, String(changed)], {
      encoding: "utf8",
    });
    if (run.status !== 0) throw new Error(run.stderr);
    return JSON.parse(run.stdout);
  };
  const first = time(0);
  const later = Array.from({ length: rounds }, (_, round) => time(10 + round));
  const figure = (name) => median(later.map((one) => one[name] / 1000)).toFixed(2);
  console.log(
    `${first.files} files: the first map ${((first.read + first.drawn) / 1000).toFixed(1)} s; later ones, each in`,
  );
  console.log(
    `a new process after ten more files changed: ${figure("compiler")} s to load the compiler, ${figure("read")} s to read, ${figure("drawn")} s to draw`,
  );
}

async function printWorth({ repository, cache, code, commits }) {
  const sample = sampled(repository, commits, code);
  const totals = new Map(SIZES.map(({ name }) => [name, { files: 0, found: {} }]));
  const read = readerOf(repository);
  for (const { parent, request, touched } of sample) {
    const sketched = await code.sketchesOf(treeOf(repository, parent), cache, read);
    if (!sketched.ok) throw new Error(JSON.stringify(sketched.failure));
    const ground = code.mapGround(sketched.value);
    const declaring = new Set(
      sketched.value.files.filter(({ sketch }) => sketch?.symbols.length > 0).map(({ path }) => path),
    );
    const wanted = touched.filter((path) => declaring.has(path));
    for (const { name, limit, lines } of SIZES) {
      const map = code.repoMap(ground, { limit, request, lines });
      const bytes = Buffer.byteLength(map);
      const shown = filesIn(map);
      const paths = listing(sketched.value.files, bytes, ({ path }) => path);
      const named = listing(sketched.value.files, bytes, ({ path, sketch }) =>
        [path, ...new Set(sketch?.symbols.map((symbol) => symbol.name))].join(" "),
      );
      const total = totals.get(name);
      total.files += wanted.length;
      const count = (what, isFound) => {
        total.found[what] = (total.found[what] ?? 0) + wanted.filter(isFound).length;
      };
      count("map", (path) => shown.has(path));
      count("map, with declarations", (path) => shown.get(path) === true);
      count("listing of paths", (path) => paths.has(path));
      count("listing with names", (path) => named.has(path));
    }
  }
  console.log(`${sample.length} commits:`);
  for (const [name, { files, found }] of totals) {
    const told = Object.entries(found).map(([what, count]) => `${what} ${share(count, files)}`);
    console.log(`  ${name}, of ${files} files: ${told.join(", ")}`);
  }
}

function share(count, files) {
  return files === 0 ? "-" : `${Math.round((count / files) * 100)} %`;
}

/** Commits with one parent, evenly over the last 2000 that are worth it. */
function sampled(repository, count, { isCode, kindOf }) {
  const log = git(repository, ["log", "-2000", "--no-merges", "--format=%H %P"]).toString();
  const hashes = log.split("\n").filter((line) => line.split(" ").length === 2);
  const found = [];
  const step = Math.max(1, hashes.length / (count * 4));
  for (let at = 0; at < hashes.length && found.length < count; at += step) {
    const [commit, parent] = hashes[Math.floor(at)].split(" ");
    const changed = git(repository, [
      "diff",
      "--name-only",
      "-z",
      "--diff-filter=MD",
      "--no-renames",
      parent,
      commit,
    ]);
    const touched = changed
      .toString()
      .split("\0")
      .filter((path) => isCode(path) && kindOf(path) === "code");
    if (touched.length === 0 || touched.length > MOST) continue;
    found.push({
      parent,
      touched,
      request: git(repository, ["log", "-1", "--format=%B", commit]).toString(),
    });
  }
  return found;
}

/** As many whole lines in the order of paths as there is room for. */
function listing(files, bytes, lineOf) {
  const shown = new Set();
  let size = 0;
  for (const file of files.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    size += Buffer.byteLength(lineOf(file)) + 1;
    if (size > bytes) break;
    shown.add(file.path);
  }
  return shown;
}

/** Path to whether anything that it declares is told, as a reader of the text sees it. */
function filesIn(map) {
  const found = new Map();
  let folder = "";
  let last = "";
  for (const line of map.split("\n").slice(1)) {
    const indent = line.length - line.trimStart().length;
    if (indent === 0 && /\/ \(\d+ files?\)$/.test(line)) {
      folder = line.slice(0, line.lastIndexOf(" ("));
    } else if (indent === (folder === "" ? 0 : 2)) {
      const [name, names] = line.trimStart().split(": ");
      last = folder + name;
      found.set(last, names !== undefined);
    } else {
      found.set(last, true);
    }
  }
  return found;
}
