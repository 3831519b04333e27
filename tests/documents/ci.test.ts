// Does the CI that we give people to copy work? Its scripts are run as a host runs them: in a checkout of one commit without a
// branch, with programs in place of the host that note what they were asked. What only a host can do is `uses:`.

import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, onTestFailed, test } from "vitest";
import { parse } from "yaml";
import { type Run, start } from "../rig/program.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const MARK = "<!-- spec-factory -->";

const WORKSPACE = {
  ".gitignore": ".factory/\n",
  "projects.yaml": `version: 1
projects:
  - {id: fares, path: ./, branch: current, gates: [{id: check, run: "test ! -d src || grep -q costs src/fare.txt"}]}
agents:
  clerk: {kind: command, timeout: 1m, run: "mkdir -p src && grep -o 'costs [0-9]*' {{window}} | head -1 > src/fare.txt"}
routing: {implementer: clerk}
`,
  "specs/fares/feature.md": `---
id: fares
title: Fares
project: fares
tasks:
  - {id: T01, title: Fare, requirements: [R1], scope: {files_hint: [src/fare.txt]}, acceptance: [says what a ride costs]}
---

## Requirements

- R1: A ride costs 5 coins.
`,
};

/** Notes its arguments and the file that it was given, and answers as the host would. */
const GH = `#!/bin/sh
echo "$@" >> "$HOME/gh.log"
test ! -f "$HOME/gh.refuses" || exit 1
for word in "$@"; do
  case $word in body=@*) cp "\${word#body=@}" "$HOME/comment.md" ;; esac
done
case "$*" in *--paginate*) test ! -f "$HOME/comment.md" || echo 77 ;; esac
`;

const CURL = `#!/bin/sh
echo "$@" >> "$HOME/curl.log"
for word in "$@"; do
  case $word in body=\\<*) cp "\${word#body=<}" "$HOME/note.md" ;; esac
done
case "$*" in
  */user) echo '{"id": 9}' ;;
  *per_page*)
    test -f "$HOME/note.md" && echo '[{"id": 3, "author": {"id": 4}, "body": "${MARK}"}, {"id": 5, "author": {"id": 9}, "body": "${MARK} x"}]' || echo '[]' ;;
esac
`;

let base = "";
const runs: Run[] = [];

beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), "factory-ci-"));
  for (const name of ["home", "bin", "work"]) mkdirSync(join(base, name));
  symlinkSync(join(ROOT, "bin/factory.js"), join(base, "bin/factory"));
  for (const [name, text] of Object.entries({ gh: GH, curl: CURL })) {
    writeFileSync(join(base, "bin", name), text);
    chmodSync(join(base, "bin", name), 0o755);
  }
  const work = join(base, "work");
  await git(base, "init", "--quiet", "--bare", "--initial-branch=main", "fares.git");
  await git(work, "init", "--quiet", "--initial-branch=main", ".");
  for (const [path, text] of Object.entries(WORKSPACE)) {
    mkdirSync(dirname(join(work, path)), { recursive: true });
    writeFileSync(join(work, path), text);
  }
  await commit(work, "Begin");
  expect(await shell(work, "factory build", {})).toMatchObject({ code: 0 });
  await commit(work, "Lock what was built");
  await git(work, "push", "--quiet", join(base, "fares.git"), "main");
  await git(work, "checkout", "--quiet", "-b", "dearer");
  const feature = join(work, "specs/fares/feature.md");
  writeFileSync(feature, readFileSync(feature, "utf8").replace("costs 5", "costs 6"));
  await commit(work, "A ride costs 6");
  await git(work, "push", "--quiet", join(base, "fares.git"), "dearer");
});

afterAll(() => rmSync(base, { recursive: true, force: true, maxRetries: 5 }));

function shell(cwd: string, script: string, env: Readonly<Record<string, string>>): Promise<Run> {
  const file = join(base, "script.sh");
  writeFileSync(file, script);
  // As the runner calls it.
  const args = ["--noprofile", "--norc", "-eo", "pipefail", file];
  const path = `${join(base, "bin")}:${dirname(process.execPath)}:${process.env.PATH}`;
  const identity = { GIT_AUTHOR_NAME: "Pat", GIT_AUTHOR_EMAIL: "pat@example.com" };
  const committer = { GIT_COMMITTER_NAME: "Pat", GIT_COMMITTER_EMAIL: "pat@example.com" };
  const where = { cwd, home: join(base, "home"), env: { PATH: path, ...identity, ...committer, ...env } };
  return start("bash", args, where).done.then((run) => {
    runs.push({ ...run, command: script });
    return run;
  });
}

async function git(cwd: string, ...args: readonly string[]): Promise<void> {
  const run = await shell(cwd, `git ${args.map((one) => `'${one}'`).join(" ")}`, {});
  if (run.code !== 0) throw new Error(run.stderr);
}

async function commit(cwd: string, message: string): Promise<void> {
  await git(cwd, "add", "--all");
  await git(cwd, "commit", "--quiet", "--message", message);
}

/** One commit of a branch and no branch, as checkouts of hosts are. */
async function checkout(branch: string): Promise<string> {
  const folder = mkdtempSync(join(base, "checkout-"));
  await git(base, "clone", "--quiet", "--depth=1", `--branch=${branch}`, `file://${base}/fares.git`, folder);
  await git(folder, "checkout", "--quiet", "--detach");
  return folder;
}

function home(name: string): string {
  return join(base, "home", name);
}

function log(): void {
  onTestFailed(() =>
    console.error(runs.map((run) => `${run.command}\n${run.stdout}${run.stderr}=> ${run.code}`).join("\n\n")),
  );
}

interface Step {
  readonly name: string;
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const ACTION = parse(readFileSync(join(ROOT, "ci/github/action.yml"), "utf8")) as {
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
};

interface Workflow {
  /** What the steps printed. */
  readonly log: string;
  /** Of the step that failed, else 0. */
  readonly code: number | null;
  readonly summary: string;
  readonly outputs: Readonly<Record<string, string>>;
}

/** Runs the steps of the action that its conditions let run, as far as they are scripts. */
async function workflow(branch: string, event: "pull_request" | "push"): Promise<Workflow> {
  const folder = await checkout(branch);
  const temp = mkdtempSync(join(base, "temp-"));
  const files = { GITHUB_OUTPUT: join(temp, "output"), GITHUB_STEP_SUMMARY: join(temp, "summary") };
  for (const file of Object.values(files)) writeFileSync(file, "");
  const context: Record<string, string> = {
    "inputs.command": "factory",
    "inputs.directory": ".",
    "inputs.mode": "auto",
    "inputs.token": "token",
    "github.event_name": event,
    "github.event.pull_request.number": "12",
    "github.ref_name": branch,
  };
  const outputs: Record<string, string> = {};
  let printed = "";
  for (const step of ACTION.runs.steps) {
    if (step.run === undefined || !holds(step.if ?? "", context)) continue;
    const env = Object.fromEntries(
      Object.entries(step.env ?? {}).map(([name, text]) => [name, filled(text, context)]),
    );
    const run = await shell(folder, step.run, {
      ...{ GITHUB_ACTIONS: "true", CI: "true", GITHUB_REPOSITORY: "pat/fares" },
      ...{ RUNNER_TEMP: temp, ...files, ...env },
    });
    printed += run.stdout + run.stderr;
    for (const line of readFileSync(files.GITHUB_OUTPUT, "utf8").split("\n").filter(Boolean)) {
      const [name = "", value = ""] = line.split(/=(.*)/s);
      outputs[name] = value;
      context[`steps.${step.id}.outputs.${name}`] ??= value;
    }
    writeFileSync(files.GITHUB_OUTPUT, "");
    if (run.code !== 0) return { log: printed, code: run.code, summary: textOf(files), outputs };
  }
  return { log: printed, code: 0, summary: textOf(files), outputs };
}

function textOf({ GITHUB_STEP_SUMMARY }: { readonly GITHUB_STEP_SUMMARY: string }): string {
  return readFileSync(GITHUB_STEP_SUMMARY, "utf8");
}

/** The part of the host's expressions that we use: comparisons of a name with a text, joined. */
function holds(condition: string, context: Readonly<Record<string, string>>): boolean {
  if (condition === "") return true;
  const code = condition.replace(/[a-z_]+(?:\.[a-z_]+)+/g, (name) => JSON.stringify(context[name] ?? ""));
  return new Function(`return ${code};`)() === true;
}

function filled(text: string, context: Readonly<Record<string, string>>): string {
  return text.replace(/\$\{\{ ([\w.]+) \}\}/g, (_, name: string) => {
    const value = context[name];
    if (value === undefined) throw new Error(`nobody knows ${name}`);
    return value;
  });
}

test("no script of the action has an expression in it, which text of strangers could end", () => {
  expect(ACTION.runs.using).toBe("composite");
  const scripts = ACTION.runs.steps.flatMap(({ run }) => run ?? []);
  expect(scripts.length).toBeGreaterThan(3);
  expect(scripts.filter((script) => script.includes("${{"))).toEqual([]);
});

test("a pull request whose code is built passes, and one comment is renewed", async () => {
  log();
  const first = await workflow("main", "pull_request");
  expect(first.code).toBe(0);
  expect(first.log).toContain("1 task in 1 project up to date");
  expect(first.summary).toContain("    nothing to do");
  expect(readFileSync(home("comment.md"), "utf8")).toBe(first.summary);
  expect(first.summary.startsWith(MARK)).toBe(true);
  expect(readFileSync(home("gh.log"), "utf8")).toContain("--method POST repos/pat/fares/issues/12/comments");

  await workflow("main", "pull_request");
  expect(readFileSync(home("gh.log"), "utf8")).toContain("--method PATCH repos/pat/fares/issues/comments/77");
});

test("a pull request whose code is not built fails, beside the line, and says what a build would do and cost", async () => {
  log();
  const run = await workflow("dearer", "pull_request");
  expect(run.code).toBe(3);
  expect(run.log).toMatch(/^::error file=specs\/fares\/feature\.md,line=\d+,col=\d+,title=task-stale::/m);
  const comment = readFileSync(home("comment.md"), "utf8");
  expect(comment).toMatch(/^ {4}.*T01/m);
  expect(comment).not.toContain("::error");
  const sarif = JSON.parse(readFileSync(run.outputs.sarif as string, "utf8")) as { version: string };
  expect(sarif.version).toBe("2.1.0");
});

test("a token that may not comment fails nothing", async () => {
  log();
  writeFileSync(home("gh.refuses"), "");
  const run = await workflow("main", "pull_request");
  rmSync(home("gh.refuses"));
  expect(run.code).toBe(0);
  expect(run.log).toContain("::warning::The plan could not be put on the pull request");
});

test("a push is built from the locks, and its result is there as a test run", async () => {
  log();
  const run = await workflow("main", "push");
  expect(run.code).toBe(0);
  expect(run.outputs.code).toBeUndefined();
  expect(readFileSync(run.outputs.junit as string, "utf8")).toContain('name="fares:T01"');

  const behind = await workflow("dearer", "push");
  expect(behind.code).not.toBe(0);
  expect(behind.log).toContain("::error");
  expect(readFileSync(behind.outputs.junit as string, "utf8")).toContain("<failure");
});

const GITLAB = parse(readFileSync(join(ROOT, "ci/gitlab/factory.yml"), "utf8")) as Readonly<
  Record<string, { readonly variables?: Record<string, string>; readonly script?: readonly string[] }>
>;

async function job(name: string, branch: string, env: Readonly<Record<string, string>> = {}) {
  const folder = await checkout(branch);
  const script = (GITLAB[name]?.script ?? []).join("\n");
  const run = await shell(folder, script, {
    ...GITLAB[".factory"]?.variables,
    ...{ FACTORY: "factory", CI: "true", CI_PROJECT_DIR: folder, CI_COMMIT_BRANCH: branch },
    ...{ CI_API_V4_URL: "https://gitlab.example.com/api/v4", CI_PROJECT_ID: "4" },
    ...{ CI_MERGE_REQUEST_IID: "12", FACTORY_COMMENT_TOKEN: "", ...env },
  });
  return { ...run, folder };
}

test("GitLab: a merge request is checked, and one note is renewed where there is a token", async () => {
  log();
  const fine = await job("factory-check", "main");
  expect(fine.code).toBe(0);
  expect(fine.stdout).toContain("There is no FACTORY_COMMENT_TOKEN");
  expect(existsSync(home("curl.log"))).toBe(false);

  const stale = await job("factory-check", "dearer", { FACTORY_COMMENT_TOKEN: "a-secret" });
  expect(stale.code).toBe(3);
  expect(readFileSync(join(stale.folder, "factory-plan.md"), "utf8")).toMatch(/^ {4}.*T01/m);
  expect(readFileSync(home("note.md"), "utf8").startsWith(MARK)).toBe(true);
  expect(readFileSync(home("curl.log"), "utf8")).toMatch(/--request POST .*merge_requests\/12\/notes$/m);
  await job("factory-check", "main", { FACTORY_COMMENT_TOKEN: "a-secret" });
  expect(readFileSync(home("curl.log"), "utf8")).toMatch(/--request PUT .*merge_requests\/12\/notes\/5$/m);
  expect(stale.stdout + stale.stderr).not.toContain("a-secret");
});

test("GitLab: the default branch is built from the locks", async () => {
  log();
  const run = await job("factory-build", "main");
  expect(run.code).toBe(0);
  expect(readFileSync(join(run.folder, "factory-junit.xml"), "utf8")).toContain('name="fares:T01"');
  expect((await job("factory-build", "dearer")).code).not.toBe(0);
});
