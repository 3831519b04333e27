// How long does a gate wait for its slot? A small project, and one whose setup installs 500 MB; in each, one requirement is
// edited again and again, and the journal tells when the inspection began and when its first gate did.

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { run } from "./measure.mjs";
import { momentOf, newestJournal } from "./newest-journal.mjs";

const PROJECTS = [
  { name: "200 files, nothing installed", files: 200, packages: 0, want: 0.05 },
  { name: "200 files, 500 MB in 40,000 files installed", files: 200, packages: 2000, want: 0.2 },
];

const INSTALL = `import { mkdirSync, writeFileSync } from "node:fs";
const content = Buffer.alloc(12_500, "x");
for (let name = 0; name < PACKAGES; name++) {
  const folder = \`node_modules/p\${name}/lib\`;
  mkdirSync(folder, { recursive: true });
  for (let file = 0; file < 20; file++) writeFileSync(\`\${folder}/\${file}.js\`, content);
}
`;

/** Prints a row per project: from the lease of a warm slot to the start of the gate. */
export function benchSlots(factory, rounds, figures) {
  console.log("\n## A gate's slot, from its lease to the start of the gate\n");
  for (const project of PROJECTS) {
    const folder = mkdtempSync(join(tmpdir(), "factory-bench-slots-"));
    lay(folder, project);
    const first = run([...factory, "build", "--quiet"], folder);
    const waits = [];
    for (let round = 0; round < rounds; round++) {
      edit(folder, round);
      run([...factory, "build", "--quiet"], folder);
      waits.push(waited(folder));
    }
    figures.add(`slot with ${project.name}, s`, waits);
    waits.sort((a, b) => a - b);
    const median = waits[Math.floor(waits.length / 2)];
    const range = `${waits[0].toFixed(3)}-${waits.at(-1).toFixed(3)}`;
    console.log(
      `${project.name}: ${median.toFixed(3)} s (${range}; want: under ${project.want}), first build ${first.seconds.toFixed(1)} s`,
    );
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function lay(folder, { files, packages }) {
  const write = (path, text) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  write("app/.gitignore", "node_modules/\n");
  write("app/package.json", '{"name": "app"}\n');
  write("app/install.mjs", INSTALL.replace("PACKAGES", String(packages)));
  for (let file = 0; file < files; file++) write(`app/src/${file % 20}/${file}.txt`, `${file}\n`);
  const git = (...args) => execFileSync("git", args, { cwd: join(folder, "app"), stdio: "ignore" });
  git("init", "-q", "--initial-branch=main");
  git("add", "-A");
  git("-c", "user.name=Bench", "-c", "user.email=bench@localhost", "commit", "-qm", "Start");
  write(
    "projects.yaml",
    [
      "version: 1",
      "projects:",
      "  - id: app",
      "    path: app",
      ...(packages === 0 ? [] : ["    setup: node install.mjs"]),
      '    gates: [{id: any, run: "true"}]',
      "agents:",
      "  clerk:",
      "    kind: command",
      "    timeout: 1m",
      "    run: \"grep -o 'R1: .*' {{window}} > out.txt\"",
      "routing: {implementer: clerk}",
      "",
    ].join("\n"),
  );
  write(
    "specs/notes/BACKLOG.yaml",
    "version: 1\ntasks:\n  - id: T01\n    title: Write\n    requirements: [R1]\n    scope: {files_hint: [out.txt]}\n    acceptance: [out.txt says it]\n",
  );
  edit(folder, -1);
}

function edit(folder, revision) {
  const text = `---\nid: notes\ntitle: Notes\nproject: app\n---\n\n## Requirements\n\n- R1: It says revision ${revision}.\n`;
  writeFileSync(join(folder, "specs/notes/feature.md"), text);
}

/** Seconds, as the newest journal tells of the task's own inspection. */
function waited(folder) {
  const { path, lines } = newestJournal(folder);
  const at = (mark) => {
    const line = lines.find((record) => record.includes(mark) && record.includes('"notes:T01"'));
    if (line === undefined) throw new Error(`no ${mark} in ${path}`);
    return momentOf(line);
  };
  return (at('"gate-started"') - at('"gates-started"')) / 1000;
}
