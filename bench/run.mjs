// How fast are the books kept? Prints, in one run, what the factory needs beside a bare start of Node, make and ninja:
// the sample built cold, builds with nothing to do, and one edit among many tasks until the first agent starts. What models
// add to that is measured by wall.mjs and agents.mjs, last.
//
// Of maps of the code, and of nothing else:
//
//   npm run bench -- --map REPOSITORY [--map REPOSITORY] [--commits 40] [--rounds 7]
//
// Of the dashboard over so many builds, and of nothing else:
//
//   npm run bench -- --dashboard 1000 [--tasks 10000] [--features 500] [--projects 20]
//
// All else, beside make and ninja where they are installed, and beside others that are fetched on request:
//
//   npm run bench -- [--tasks 10000] [--features 500] [--projects 20] [--rounds 7] [--no-sample] [--no-watch] [--no-slots] [--no-wall] [--no-agents]
//     [--peers turbo,nx,wireit]
//
// It ends with what got better or worse since it ran last on this machine.

import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { benchAgents } from "./agents.mjs";
import { benchDashboard } from "./dashboard.mjs";
import { EDITED, generateWorkspace, graphOf } from "./generate.mjs";
import { LastFigures } from "./last-figures.mjs";
import { benchMaps } from "./maps.mjs";
import { isInstalled, measure, median, run } from "./measure.mjs";
import { momentOf, newestJournal } from "./newest-journal.mjs";
import { layPeer, PEER_NAMES } from "./peers.mjs";
import { benchSlots } from "./slots.mjs";
import { benchWall, WALL } from "./wall.mjs";
import { benchWatch } from "./watch.mjs";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const FACTORY = [process.execPath, join(ROOT, "bin/factory.js")];
const BUILD = [...FACTORY, "build", "--quiet"];
const NODE = { name: "node -e 0", command: [process.execPath, "-e", "0"], cwd: ROOT };

const { values } = parseArgs({
  allowNegative: true,
  options: {
    tasks: { type: "string", default: "10000" },
    features: { type: "string", default: "500" },
    projects: { type: "string", default: "20" },
    rounds: { type: "string", default: "7" },
    sample: { type: "boolean", default: true },
    watch: { type: "boolean", default: true },
    slots: { type: "boolean", default: true },
    wall: { type: "boolean", default: true },
    agents: { type: "boolean", default: true },
    map: { type: "string", multiple: true, default: [] },
    commits: { type: "string", default: "40" },
    dashboard: { type: "string" },
    peers: { type: "string", default: "" },
  },
});
const rounds = Number(values.rounds);

console.log(
  `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}, load ${loadavg()[0]?.toFixed(2)}`,
);
if (values.map.length > 0) await benchMaps(values.map, { commits: Number(values.commits), rounds });
else if (values.dashboard !== undefined)
  await benchDashboard({ factory: FACTORY, size: sizeOf(values), builds: Number(values.dashboard) });
else await benchAll();

async function benchAll() {
  const { tasks, features, projects } = sizeOf(values);
  const figures = new LastFigures(`${tasks} tasks in ${features} features and ${projects} projects`);
  console.log(`Median of ${rounds} rounds (least to most), every round in turn; ratios to the first row.`);
  const peers = ["make", "ninja"].filter((name) => {
    if (!isInstalled(name)) console.log(`${name} is not installed: skipped.`);
    return isInstalled(name);
  });
  if (values.sample) benchSample(figures);
  benchLarge(peers, requestedPeers(), figures);
  if (values.watch) {
    await benchWatch({
      factory: FACTORY,
      sizes: [{ tasks: 100, features: 10, projects: 2 }, sizeOf(values)],
      rounds,
      figures,
      edit: (folder) => edit(join(folder, EDITED.file)),
      firstAttempt,
    });
  }
  if (values.slots) benchSlots(FACTORY, rounds, figures);
  if (values.wall) await benchWall(WALL, figures);
  if (values.agents) await benchAgents(1);
  figures.conclude();
}

function benchSample(figures) {
  const folder = mkdtempSync(join(tmpdir(), "factory-bench-sample-"));
  for (const name of ["projects.yaml", "specs", "templates", ".gitignore"]) {
    cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  }
  const cold = run(BUILD, folder);
  console.log(`\n## The sample of this repository\n`);
  console.log(`cold build: ${cold.seconds.toFixed(1)} s, one run (want: under 60 s on two cores)\n`);
  const measured = measure([NODE, { name: "factory, nothing to do", command: BUILD, cwd: folder }], rounds);
  print(measured);
  keep(figures, "the sample", measured);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

function requestedPeers() {
  const names = values.peers.split(",").filter((name) => name !== "");
  const unknown = names.find((name) => !PEER_NAMES.includes(name));
  if (unknown !== undefined) throw new Error(`--peers knows ${PEER_NAMES.join(", ")}, and not ${unknown}`);
  return names;
}

function benchLarge(installed, requested, figures) {
  const size = sizeOf(values);
  const { folder } = generateWorkspace(size);
  const cwd = join(folder, "peers");
  const commands = { make: ["make", "-s", "-j2"], ninja: ["ninja", "--quiet", "-j2"] };
  const input = join(folder, EDITED.input);

  console.log(`\n## ${size.tasks} tasks in ${size.features} features and ${size.projects} projects\n`);
  const isBuilt = existsSync(join(folder, ".factory"));
  const first = run(BUILD, folder);
  console.log(`${isBuilt ? "brought up to date" : "first build"}: ${first.seconds.toFixed(1)} s, one run`);
  if (!isBuilt) figures.add("first build, s", [first.seconds]);
  const peers = installed.map((name) => {
    // Both write the same outputs, so each starts from none.
    rmSync(join(cwd, "out"), { recursive: true, force: true });
    mkdirSync(join(cwd, "out"));
    return firstBuildOf({ name, command: commands[name], cwd, input });
  });
  for (const name of requested) peers.push(firstBuildOf(layPeer(name, graphOf(size).features, folder)));

  console.log("\nNothing to do (want: under 0.35 s and 120 MiB at 10000 tasks):\n");
  const idle = measure([NODE, ...peers, { name: "factory", command: BUILD, cwd: folder }], rounds);
  print(idle);
  keep(figures, "nothing to do", idle);

  console.log("\nOne edit, until all is done again (the first agent is wanted under 0.5 s):\n");
  const after = (startedAt) => ({ "first agent": (firstAttempt(folder) - startedAt) / 1000 });
  const before = () => edit(join(folder, EDITED.file));
  const edited = measure(
    [
      NODE,
      ...peers.map((peer) => ({ ...peer, before: () => edit(peer.input) })),
      { name: "factory", command: BUILD, cwd: folder, before, after },
    ],
    rounds,
  );
  print(edited);
  keep(figures, "one edit", edited);
}

function firstBuildOf(peer) {
  console.log(`${peer.name}, first build: ${run(peer.command, peer.cwd).seconds.toFixed(1)} s, one run`);
  return peer;
}

/** What the factory needs, in starts of a bare Node. */
function keep(figures, about, measured) {
  const base = measured.get(NODE.name).seconds;
  for (const [name, { samples, extra }] of measured) {
    if (!name.startsWith("factory")) continue;
    const inStarts = (all) => all.map((seconds) => seconds / base);
    figures.add(`${about}, in starts of Node`, inStarts(samples));
    for (const [what, all] of Object.entries(extra))
      figures.add(`${about} until the ${what}, in starts of Node`, inStarts(all));
  }
}

function sizeOf({ tasks, features, projects }) {
  return { tasks: Number(tasks), features: Number(features), projects: Number(projects) };
}

/** Gives the first requirement of the file another revision, once. */
function edit(path) {
  const text = readFileSync(path, "utf8");
  const revision = Number(EDITED.text.exec(text)?.[0].split(" ")[1]) + 1;
  writeFileSync(path, text.replace(EDITED.text, `revision ${revision}`));
}

/** When the newest build started its first agent, in milliseconds since the epoch, as its journal tells. */
function firstAttempt(folder) {
  const { path, lines } = newestJournal(folder);
  const line = lines.find((record) => record.includes('"attempt-started"'));
  if (line === undefined) throw new Error(`no agent was started: ${path}`);
  return momentOf(line);
}

function print(results) {
  const base = [...results.values()][0].seconds;
  const rows = [["", "seconds", "least-most", "ratio", "MiB"]];
  for (const [name, { seconds, least, most, mib, extra }] of results) {
    const range = `${least.toFixed(3)}-${most.toFixed(3)}`;
    rows.push([
      name,
      seconds.toFixed(3),
      range,
      (seconds / base).toFixed(1),
      mib === null ? "?" : mib.toFixed(0),
    ]);
    for (const [what, all] of Object.entries(extra)) {
      const value = median(all);
      rows.push([`  ${what}`, value.toFixed(3), "", (value / base).toFixed(1), ""]);
    }
  }
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  for (const row of rows) {
    const cells = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]),
    );
    console.log(cells.join("  ").trimEnd());
  }
}
