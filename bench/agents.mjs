// How well are agents led? Three features of twelve tasks, planned and built by models that take their time, and beside
// each figure what was wanted and what would be ideal: how parallel the planners are, what eight agents do that one does
// not, what the routing saves, and how large the windows became.
//
// Part of `npm run bench`, or alone, in about two minutes a round:
//
//   node bench/agents.mjs [--rounds 1]

import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import {
  buildSeconds,
  idealPlanningRatio,
  idealSeconds,
  largestWindow,
  modelSeconds,
  planningRatio,
} from "./figures.mjs";
import { median } from "./measure.mjs";
import { serveModels } from "./models.mjs";
import { FEATURES, layProject, layWorkspace, reply } from "./workload.mjs";

const FACTORY = fileURLToPath(new URL("../bin/factory.js", import.meta.url));
const AGENTS = 8;
/** Most bytes of a task's or a feature's own in a window, as projects.yaml has them where it says nothing. */
const WINDOWS = { implementer: 3072, "spec-planner": 10240, "plan-merger": 10240, backlog: 10240 };

export async function benchAgents(count) {
  console.log(`\n## ${FEATURES.length} features, planned into 12 tasks and built by models\n`);
  console.log(`Median of ${count} rounds, each in new workspaces; load before: ${load()}\n`);
  const rounds = [];
  for (let round = 0; round < count; round++) rounds.push(await measureRound());
  print(rounds);
  console.log(`\nload after: ${load()}`);
}

async function measureRound() {
  const folder = mkdtempSync(join(tmpdir(), "factory-bench-agents-"));
  const models = await serveModels(reply);
  try {
    const [many, one] = [join(folder, "many"), join(folder, "one")];
    layWorkspace(many, models.url);
    await factory(many, "build", "--quiet", "-j", String(AGENTS));
    const served = models.served.splice(0);
    const cost = JSON.parse(await factory(many, "cost", "--json"));
    // The same plan, now as if people had written it, and nothing built yet.
    for (const name of ["projects.yaml", "specs"])
      cpSync(join(many, name), join(one, name), { recursive: true });
    for (const feature of FEATURES) rmSync(join(one, "specs", feature, "factory.lock"));
    layProject(join(one, "projects/app"));
    await factory(one, "build", "--quiet", "-j", "1");
    return { served, cost, many: journalOf(many), one: journalOf(one) };
  } finally {
    models.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function factory(cwd, ...words) {
  const env = { ...process.env, OPENAI_API_KEY: "none" };
  const run = promisify(execFile)(process.execPath, [FACTORY, ...words], { cwd, env, maxBuffer: 1 << 26 });
  const { stdout } = await run.catch((error) => {
    throw new Error(`factory ${words.join(" ")} ended with ${error.code}:\n${error.stdout}${error.stderr}`);
  });
  return stdout;
}

function journalOf(folder) {
  const journal = join(folder, ".factory/journal");
  const [file] = readdirSync(journal);
  return readFileSync(join(journal, file), "utf8")
    .split("\n")
    .filter((line) => line.includes('"type":'))
    .map((line) => JSON.parse(line.slice(line.indexOf("{"))));
}

function print(rounds) {
  const middle = (figure) => median(rounds.map(figure));
  const rows = [["", "is", "wanted", "ideal"]];
  for (const feature of [...FEATURES, null]) {
    const ratio = middle(({ served }) => planningRatio(served, feature));
    const whose = feature === null ? "all three features" : feature;
    const best = middle(({ served }) => idealPlanningRatio(served, feature, AGENTS));
    rows.push([`planners of ${whose}, wall by the slowest`, ratio.toFixed(3), "<= 1.100", best.toFixed(3)]);
  }
  const ideal = middle(({ served }) => modelSeconds(served) / idealSeconds(served, AGENTS));
  const ratio = middle(({ one, many }) => buildSeconds(one) / buildSeconds(many));
  const seconds = (what, is, best) => rows.push([what, middle(is).toFixed(1), "", middle(best).toFixed(1)]);
  rows.push([`throughput of ${AGENTS} agents by that of one`, ratio.toFixed(2), ">= 6.00", ideal.toFixed(2)]);
  seconds(
    `  seconds with ${AGENTS}`,
    ({ many }) => buildSeconds(many),
    ({ served }) => idealSeconds(served, AGENTS),
  );
  seconds(
    "  seconds with one",
    ({ one }) => buildSeconds(one),
    ({ served }) => modelSeconds(served),
  );
  const saved = middle(({ cost }) => cost.dearest.saved_percent);
  rows.push(["saved by the routing, % of all on the dearest model", saved.toFixed(1), ">= 64.0", ""]);
  rows.push(["  paid, USD", middle(({ cost }) => cost.dearest.paid).toFixed(4), "", ""]);
  rows.push(["  all on the dearest, USD", middle(({ cost }) => cost.dearest.usd).toFixed(4), "", ""]);
  for (const [role, limit] of Object.entries(WINDOWS)) {
    const bytes = middle(({ many }) => largestWindow(many, role));
    rows.push([`largest window of a session as ${role}, bytes`, String(bytes), `<= ${limit}`, ""]);
  }
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  for (const row of rows) {
    const cells = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]),
    );
    console.log(cells.join("  ").trimEnd());
  }
}

function load() {
  return loadavg()[0]?.toFixed(2);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { rounds: { type: "string", default: "1" } } });
  console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}`);
  await benchAgents(Number(values.rounds));
}
