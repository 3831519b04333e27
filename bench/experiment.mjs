// What do models make of specs in code that other people wrote? Three features for three public libraries, in three
// languages, planned and built by any server that speaks OpenAI's chat completions, and then judged by acceptance tests that
// no session sees. One table at the end: windows, first attempts, acceptance, tokens and money by phase, and what reviewers
// asked for. It costs money where the models do, and is no part of `npm run bench`:
//
//   node bench/experiment.mjs --url URL --model NAME [--cheap NAME] [--reviewer NAME] [--key-env NAME] [--budget USD]
//     [--only NAME,…] [--experiments FOLDER] [--keep] CLONES
//
// CLONES is a folder with a clone of each repository, by the name of its experiment: what is missing is named with the
// command that brings it. `--cheap` plans and writes documents; without it the one model does all.

import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { parse, stringify } from "yaml";

const FACTORY = fileURLToPath(new URL("../bin/factory.js", import.meta.url));
const PHASES = ["planning", "implementation", "rework"];
/** Roles whose windows have the bound of a task's. */
const DRAFTS = new Set(["implementer", "documenter", "tester"]);
const PERSON = ["-c", "user.name=Experiment", "-c", "user.email=experiment@example.invalid"];
const OUTPUT = 1 << 28;
const ACCEPTANCE_MS = 5 * 60_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    url: { type: "string" },
    model: { type: "string" },
    cheap: { type: "string" },
    reviewer: { type: "string" },
    "key-env": { type: "string" },
    budget: { type: "string" },
    only: { type: "string" },
    experiments: { type: "string", default: fileURLToPath(new URL("experiments", import.meta.url)) },
    keep: { type: "boolean", default: false },
  },
});
const [clones] = positionals;
if (values.url === undefined || values.model === undefined || clones === undefined) {
  console.error("usage: node bench/experiment.mjs --url URL --model NAME [options] CLONES");
  process.exit(2);
}
const experiments = chosen();
const missing = experiments.filter(({ name }) => !existsSync(join(clones, name)));
if (missing.length > 0) {
  console.error("These repositories are not there yet:\n");
  for (const { name, repository } of missing)
    console.error(`  git clone ${repository} ${join(clones, name)}`);
  process.exit(2);
}
const rows = [];
for (const experiment of experiments) rows.push(run(experiment));
print(rows);

function chosen() {
  const folder = resolve(values.experiments);
  const only = values.only?.split(",");
  return readdirSync(folder)
    .filter((name) => only === undefined || only.includes(name))
    .map((name) => {
      const own = join(folder, name);
      return { name, folder: own, ...parse(readFileSync(join(own, "experiment.yaml"), "utf8")) };
    });
}

function run(experiment) {
  const { name } = experiment;
  const folder = mkdtempSync(join(tmpdir(), `factory-experiment-${name}-`));
  const workspace = join(folder, "workspace");
  console.error(`\n## ${name}${values.keep ? `, in ${folder}` : ""}\n`);
  lay(workspace, experiment);
  const began = Date.now();
  const ended = spawnSync(process.execPath, [FACTORY, "build"], {
    cwd: workspace,
    stdio: ["ignore", "inherit", "inherit"],
  });
  const row = {
    name,
    exit: ended.status,
    minutes: (Date.now() - began) / 60_000,
    acceptance: accept(join(folder, "accepted"), workspace, experiment),
    ...figures(workspace),
  };
  if (!values.keep) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  return row;
}

/** A workspace beside a clone at the commit of the experiment, as a person would begin. */
function lay(workspace, { name, folder, commit, setup, gates }) {
  const project = join(workspace, "projects", name);
  mkdirSync(join(workspace, "specs", name), { recursive: true });
  git(workspace, "clone", "--quiet", "--no-hardlinks", resolve(clones, name), project);
  git(project, "checkout", "--quiet", "-B", "main", commit);
  const agent = (model) => ({
    kind: "openai",
    model,
    base_url: values.url,
    ...(values["key-env"] === undefined ? {} : { api_key_env: values["key-env"] }),
  });
  const { model, cheap = model, reviewer = cheap } = values;
  const words = {
    version: 1,
    projects: [
      {
        id: name,
        path: `projects/${name}`,
        branch: "main",
        ...(setup === undefined ? {} : { setup }),
        gates,
      },
    ],
    agents: { strong: agent(model), cheap: agent(cheap), critic: agent(reviewer) },
    routing: {
      planner: "cheap",
      implementer: { docs: "cheap", default: "strong" },
      reviewer: "critic",
      rebase: "strong",
    },
    ...(values.budget === undefined ? {} : { budget: { usd: Number(values.budget) } }),
  };
  writeFileSync(join(workspace, "projects.yaml"), stringify(words));
  writeFileSync(join(workspace, ".gitignore"), ".factory/\nprojects/\n");
  cpSync(join(folder, "feature.md"), join(workspace, "specs", name, "feature.md"));
  git(workspace, "init", "--quiet", "--initial-branch=main");
  git(workspace, "add", "--all");
  git(workspace, "commit", "--quiet", "--message", "Specs");
}

/** Each acceptance test on its own, in a clone of what the build merged, with what setup makes. */
function accept(clone, workspace, { name, folder, setup, acceptance, files = {} }) {
  git(workspace, "clone", "--quiet", join(workspace, "projects", name), clone);
  if (setup !== undefined) shell(setup, clone);
  cpSync(join(folder, "acceptance"), join(clone, "acceptance"), { recursive: true });
  for (const [from, to] of Object.entries(files)) {
    mkdirSync(dirname(join(clone, to)), { recursive: true });
    cpSync(join(folder, from), join(clone, to));
  }
  if (Object.keys(files).length > 0) rmSync(join(clone, "acceptance"), { recursive: true });
  return acceptance.map((test) => {
    const passed = shell(test.run, clone).status === 0;
    console.error(`${passed ? "✓" : "✗"} ${test.name}`);
    return { name: test.name, passed };
  });
}

function figures(workspace) {
  const [metrics, cost, audit] = ["metrics", "cost", "audit"].map((command) => ask(workspace, command));
  const phases = PHASES.map((phase) => cost.phases.find(({ name }) => name === phase));
  const sent = audit.sessions.filter(({ role }) => DRAFTS.has(role)).map(({ task_bytes: bytes }) => bytes);
  return {
    tasks: metrics.tasks,
    attempts: metrics.attempts,
    first: metrics.first_attempt_success,
    rewrites: metrics.rebases,
    window: sent.length === 0 ? null : { mean: sum(sent) / sent.length, most: Math.max(...sent) },
    reviews: metrics.reviews,
    phases,
    total: cost.total,
  };
}

function ask(workspace, command) {
  const told = spawnSync(process.execPath, [FACTORY, command, "--json"], {
    cwd: workspace,
    encoding: "utf8",
    maxBuffer: OUTPUT,
  });
  return JSON.parse(told.stdout);
}

function shell(command, cwd) {
  return spawnSync("sh", ["-c", command], { cwd, stdio: "ignore", timeout: ACCEPTANCE_MS });
}

function git(cwd, ...words) {
  const told = spawnSync("git", [...PERSON, ...words], { cwd, encoding: "utf8", maxBuffer: OUTPUT });
  if (told.status !== 0)
    throw new Error(`git ${words.join(" ")} in ${cwd}: ${told.stderr}${told.error ?? ""}`);
}

function print(all) {
  const columns = [
    ["repository", ({ name }) => name],
    ["built", ({ exit }) => (exit === 0 ? "yes" : `exit ${exit}`)],
    ["minutes", ({ minutes }) => minutes.toFixed(1)],
    [
      "acceptance",
      ({ acceptance }) => `${acceptance.filter(({ passed }) => passed).length} of ${acceptance.length}`,
    ],
    ["tasks", ({ tasks }) => `${tasks.accepted} of ${tasks.drafted}`],
    ["first attempts", ({ first }) => (first === null ? "-" : `${Math.round(first * 100)} %`)],
    ["attempts", ({ attempts }) => attempts],
    ["rewrites", ({ rewrites }) => rewrites],
    [
      "window, mean and most",
      ({ window }) => (window === null ? "-" : `${size(window.mean)}, ${size(window.most)}`),
    ],
    [
      "reviewers asked for changes",
      ({ reviews }) => `${reviews.changes + reviews.rebase} of ${sum(Object.values(reviews))}`,
    ],
    ...PHASES.map((phase, at) => [`${phase}, tokens and USD`, ({ phases }) => money(phases[at])]),
    ["in all, tokens and USD", ({ total }) => money(total)],
  ];
  console.log(`| | ${all.map(({ name }) => name).join(" | ")} |`);
  console.log(`| --- |${all.map(() => " --- |").join("")}`);
  for (const [title, cell] of columns.slice(1)) console.log(`| ${title} | ${all.map(cell).join(" | ")} |`);
}

function money(one) {
  if (one === undefined) return "0, $0.00";
  const { tokens, usd, complete } = one;
  const count = `${Math.round((tokens.in + tokens.out) / 1000)} k`;
  return `${count}, ${usd === null ? "price unknown" : `${complete ? "" : "≥ "}$${usd.toFixed(2)}`}`;
}

function size(bytes) {
  return `${(bytes / 1024).toFixed(1)} KB`;
}

function sum(numbers) {
  return numbers.reduce((all, number) => all + number, 0);
}
