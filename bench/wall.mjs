// How much of the wall time of a real build is the factory's own? Eight tasks in a repository of thousands of files, written
// by models that take their time and judged by gates that take theirs, beside the best that a list of the same models and
// gates could do. Twice: a first build, which tries its gates before it asks anybody, and one after all was edited.
//
// Part of `npm run bench`, or alone, in about three minutes:
//
//   node bench/wall.mjs [--rounds 1] [--files 4000] [--installed 4000] [--gates 3] [--agents 4] [--timings]
//
// `--gates` is how long the gates of one inspection take together, in seconds; 30 is what they take in a real repository.

import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { median, run } from "./measure.mjs";
import { serveModels } from "./models.mjs";
import { endOf, listSchedule } from "./schedule.mjs";

const FACTORY = fileURLToPath(new URL("../bin/factory.js", import.meta.url));
const WANTED = 1.15;
/** As projects.yaml has it where it says nothing. */
const GATE_PLACES = 2;
/** The tests take longer than the types. */
const GATES = { types: 1 / 3, tests: 2 / 3 };

/** Of eight tasks, how long the code is that a model writes, and what has to be there first. */
const TASKS = [
  { id: "T01", characters: 3600, after: [] },
  { id: "T02", characters: 2400, after: [] },
  { id: "T03", characters: 3000, after: [] },
  { id: "T04", characters: 1800, after: [] },
  { id: "T05", characters: 2700, after: ["T01"] },
  { id: "T06", characters: 2100, after: ["T02"] },
  { id: "T07", characters: 3300, after: [] },
  { id: "T08", characters: 1500, after: ["T05"] },
];

/** What is measured where nobody says otherwise; `gates` in seconds. */
export const WALL = { rounds: 1, files: 4000, installed: 4000, gates: 3, agents: 4 };

/**
 * @param {{rounds: number, files: number, installed: number, gates: number, agents: number, timings?: boolean}} size
 * @param {import("./last-figures.mjs").LastFigures | null} figures
 */
export async function benchWall(size, figures = null) {
  const { files, installed, gates, agents, rounds } = size;
  console.log(`\n## ${TASKS.length} tasks by ${agents} agents among ${files} files, gates of ${gates} s\n`);
  console.log(
    `${installed} installed files; median of ${rounds} rounds, each in a new workspace; load before: ${load()}\n`,
  );
  const all = [];
  for (let round = 0; round < rounds; round++) all.push(await measureRound(size));
  const middle = (kind, figure) => median(all.map((one) => figure(one[kind])));
  for (const [kind, title] of [
    ["first", "first build, with trials"],
    ["edited", "every task edited"],
  ]) {
    const is = middle(kind, ({ seconds }) => seconds);
    const ideal = middle(kind, ({ ideal: best }) => best);
    const idle = middle(kind, ({ timings }) => timings.overhead_ms / 1000);
    console.log(
      `${title.padEnd(26)} ${is.toFixed(1)} s, ideal ${ideal.toFixed(1)} s, ratio ${middle(kind, (one) => one.seconds / one.ideal).toFixed(3)} (wanted: <= ${WANTED}), no model and no gate for ${idle.toFixed(1)} s`,
    );
  }
  for (const kind of ["first", "edited"]) {
    const ratios = all.map((one) => one[kind].seconds / one[kind].ideal);
    figures?.add(`wall time by the ideal, ${kind} (gates of ${gates} s)`, ratios);
  }
  if (size.timings) for (const kind of ["first", "edited"]) console.log(`\n${all.at(-1)[kind].told}`);
  console.log(`\nload after: ${load()}`);
}

async function measureRound({ files, installed, gates, agents }) {
  const folder = mkdtempSync(join(tmpdir(), "factory-bench-wall-"));
  const models = await serveModels(reply);
  try {
    layProject(join(folder, "app"), { files, installed });
    writeFileSync(join(folder, "projects.yaml"), projectsYaml(models.url, gates));
    laySpecs(folder, 1);
    const first = await built(folder, { models, agents, gates, isFirst: true });
    laySpecs(folder, 2);
    const edited = await built(folder, { models, agents, gates, isFirst: false });
    return { first, edited };
  } finally {
    models.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function built(cwd, { models, agents, gates, isFirst }) {
  models.served.splice(0);
  const env = { ...process.env, OPENAI_API_KEY: "none" };
  const words = [FACTORY, "build", "--quiet", "--json", "--timings", "-j", String(agents)];
  const ran = promisify(execFile)(process.execPath, words, { cwd, env, maxBuffer: 1 << 26 });
  const { stdout, stderr } = await ran.catch((error) => {
    throw new Error(`factory build ended with ${error.code}:\n${error.stdout}${error.stderr}`);
  });
  const { timings, tasks } = JSON.parse(stdout);
  const left = tasks.filter(({ action, attempts }) => action !== "regenerated" || attempts !== 1);
  if (left.length > 0) throw new Error(`not all was written at once:\n${stderr}`);
  return {
    timings,
    told: stderr,
    seconds: timings.ms / 1000,
    ideal: endOf(listSchedule(jobsOf(models.served, { gates, isFirst }), { agents, gates: GATE_PLACES })),
  };
}

/** Nobody is paid before each gate passes on the code as it is and refuses its canary. */
function jobsOf(served, { gates, isFirst }) {
  const seconds = (task) =>
    served.filter((one) => one.task === task).reduce((sum, one) => sum + one.seconds, 0);
  const trials = isFirst
    ? Object.entries(GATES).flatMap(([gate, part]) =>
        ["untouched", "canary"].map((on) => ({
          id: `${gate} ${on}`,
          pool: "gates",
          seconds: part * gates,
          on,
        })),
      )
    : [];
  const tried = trials.map((trial) => trial.id);
  const tasks = TASKS.flatMap(({ id, after }) => [
    {
      id: `draft ${id}`,
      pool: "agents",
      seconds: seconds(id),
      after: [...after.map((one) => `gates ${one}`), ...tried],
    },
    { id: `gates ${id}`, pool: "gates", seconds: gates, after: [`draft ${id}`] },
  ]);
  const product = { id: "product", pool: "gates", seconds: gates, after: tasks.map(({ id }) => id) };
  return [...trials, ...tasks, product];
}

const projectsYaml = (url, gates) => `version: 1
projects:
  - id: app
    path: app
    setup: node install.mjs
    gates:
${Object.entries(GATES)
  .map(
    ([id, part]) =>
      `      - {id: ${id}, run: node gate.mjs ${id} ${part * gates}, canary: {"src/broken-${id}.txt": "x\\n"}}`,
  )
  .join("\n")}
agents:
  coder: {kind: openai, model: gpt-5.4, base_url: "${url}"}
routing: {implementer: coder}
`;

/** Takes its time, and then says whether all is well. */
const GATE = `import { existsSync } from "node:fs";
const [, , id, seconds] = process.argv;
if (existsSync(\`src/broken-\${id}.txt\`)) process.exit(1);
setTimeout(() => {}, Number(seconds) * 1000);
`;

const INSTALL = `import { mkdirSync, writeFileSync } from "node:fs";
const content = Buffer.alloc(4_000, "x");
for (let file = 0; file < FILES; file++) {
  const folder = \`node_modules/p\${Math.floor(file / 20)}/lib\`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(\`\${folder}/\${file}.js\`, content);
}
`;

function layProject(folder, { files, installed }) {
  const write = (path, text) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  write(".gitignore", "node_modules/\n");
  write("package.json", '{"name": "app", "type": "module"}\n');
  write("gate.mjs", GATE);
  write("install.mjs", INSTALL.replace("FILES", String(installed)));
  for (let file = 0; file < files; file++)
    write(`src/part${file % 100}/module${file}.js`, `${code(`module${file}`, 1500)}\n`);
  const git = (...words) =>
    run(["git", "-c", "user.name=Bench", "-c", "user.email=bench@example.invalid", ...words], folder);
  git("init", "--quiet", "--initial-branch=main");
  git("add", ".");
  git("commit", "--quiet", "--message", "Start");
}

function laySpecs(folder, revision) {
  const requirements = TASKS.map(({ id }) => `- R${id.slice(1)}: Part ${id} keeps rule ${revision}.`);
  const feature = `---\ntitle: Parts\nproject: app\n---\n\n## Requirements\n\n${requirements.join("\n")}\n`;
  const entries = TASKS.map(
    ({ id, after }) => `  - id: ${id}
    title: Part ${id}
    requirements: [R${id.slice(1)}]
    depends_on: [${after.join(", ")}]
    scope: {files_hint: [src/${id}.js]}
    acceptance: [the rule is kept]
`,
  );
  mkdirSync(join(folder, "specs/parts"), { recursive: true });
  writeFileSync(join(folder, "specs/parts/feature.md"), feature);
  writeFileSync(join(folder, "specs/parts/BACKLOG.yaml"), `version: 1\ntasks:\n${entries.join("")}`);
}

/** Looks at two files, writes one, hands in. */
function reply(messages) {
  const window = messages.find(({ role }) => role === "user")?.text ?? "";
  const turn = messages.filter(({ role }) => role === "assistant").length;
  const id = /Part (T\d\d) keeps rule/.exec(window)?.[1];
  const revision = /keeps rule (\d+)/.exec(window)?.[1];
  const task = TASKS.find((one) => one.id === id);
  if (task === undefined) throw new Error(`nobody knows what to say to:\n${window}`);
  const label = { task: id };
  const paths = ["package.json", "src/part0/module0.js"];
  if (turn === 0) return { label, calls: paths.map((path) => ({ name: "read_file", input: { path } })) };
  if (turn === 1) {
    const content = `// rule ${revision}\n${code(id, task.characters)}\n`;
    return { label, calls: [{ name: "write_file", input: { path: `src/${id}.js`, content } }] };
  }
  return { label, calls: [{ name: "finish", input: { summary: `Part ${id} is there.` } }] };
}

function code(about, length) {
  let text = "";
  for (let line = 0; text.length < length; line++)
    text += `export const ${about}_${line} = (row) => ({ ...row, step: ${line} });\n`;
  return text.slice(0, length);
}

function load() {
  return loadavg()[0]?.toFixed(2);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const numbers = Object.entries(WALL).map(([name, value]) => [
    name,
    { type: "string", default: String(value) },
  ]);
  const { values } = parseArgs({
    options: { ...Object.fromEntries(numbers), timings: { type: "boolean", default: false } },
  });
  const size = Object.fromEntries(Object.keys(WALL).map((name) => [name, Number(values[name])]));
  console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}`);
  await benchWall({ ...size, timings: values.timings });
}
