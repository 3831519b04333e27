// How does a test use the factory as a person does? A temporary workspace with real git repositories,
// and the bundled command of this checkout run in it. It knows the contract, and nothing of src/.

import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFailed } from "vitest";
import { stringify } from "yaml";
import type { BuildDocument, StatusDocument } from "./documents.ts";
import { environment, type Program, type Run, type Surroundings, start } from "./program.ts";
import {
  backlogText,
  type FeatureText,
  featureText,
  type GateText,
  templateFiles,
  type Value,
} from "./specs.ts";

export const FACTORY = fileURLToPath(new URL("../../bin/factory.js", import.meta.url));

/** Fails where a file below src/ says BROKEN; as real as any gate, and started in milliseconds. */
const CHECK = `test -d src || exit 0
broken=$(grep -rl BROKEN src) || exit $(($? - 1))
echo "$broken" | sed 's/$/: says BROKEN/' >&2
exit 1
`;

/** Repositories by what is in them: git makes each once in a process, and every workspace has a copy. */
const SEEDS = new Map<string, string>();

export interface ProjectText {
  readonly id: string;
  /** Project whose repository it shares; default: its own. */
  readonly beside?: string;
  readonly root?: string;
  readonly branch?: string;
  readonly priority?: number;
  /** Address that it is cloned from; its `path` is left out of projects.yaml. */
  readonly git?: string;
  readonly budget?: Readonly<Record<string, number>>;
  readonly setup?: string;
  readonly env?: readonly string[];
  readonly services?: readonly Readonly<Record<string, string>>[];
  readonly keep?: readonly string[];
  readonly network?: boolean | readonly string[];
  readonly scaffold?: string;
  readonly gates?: readonly GateText[];
  /** Files of the first commit beside the gate's own. */
  readonly files?: Readonly<Record<string, string>>;
  /** `seeded` has a first commit, `empty` is a repository without one, `absent` does not exist. */
  readonly repository?: "seeded" | "empty" | "absent";
}

export interface RigOptions {
  readonly projects?: readonly ProjectText[];
  readonly agents?: Readonly<Record<string, Value>>;
  /** Agent of every task that names none; default: the generator. */
  readonly implementer?: string;
  /** Agents by role, beside the implementer. */
  readonly routing?: Readonly<Record<string, Value>>;
  readonly budget?: Readonly<Record<string, number>>;
  readonly prices?: Readonly<Record<string, Value>>;
  readonly limits?: Readonly<Record<string, number>>;
}

export interface Build extends Run {
  readonly document: BuildDocument;
  /** What was done about each task. */
  readonly actions: Readonly<Record<string, string>>;
}

export class FactoryRig implements AsyncDisposable {
  readonly root: string;
  readonly #home: string;
  readonly #runs: Run[] = [];
  readonly #running = new Set<Program>();

  private constructor(base: string) {
    this.root = join(base, "workspace");
    this.#home = join(base, "home");
    mkdirSync(this.root);
    mkdirSync(this.#home);
  }

  /** Within a test: a failure of that test prints every run's log. */
  static async create(options: RigOptions = {}): Promise<FactoryRig> {
    const rig = new FactoryRig(realpathSync(mkdtempSync(join(tmpdir(), "factory-rig-"))));
    onTestFailed(() => console.error(rig.log()));
    await rig.declare(options);
    for (const project of options.projects ?? [{ id: "app" }]) await rig.#make(project);
    await rig.#seed(rig.root, "main", {});
    return rig;
  }

  /** A workspace of its own that begins as this one is now, with its builds. Within a test, as `create`. */
  twin(): FactoryRig {
    const rig = new FactoryRig(realpathSync(mkdtempSync(join(tmpdir(), "factory-rig-"))));
    onTestFailed(() => console.error(rig.log()));
    cpSync(this.root, rig.root, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
    return rig;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const program of this.#running) program.child.kill("SIGKILL");
    await Promise.all([...this.#running].map((program) => program.done));
    if (process.env.FACTORY_RIG_KEEP === undefined)
      rmSync(dirname(this.root), { recursive: true, force: true, maxRetries: 5 });
  }

  /** Writes projects.yaml; the repositories stay as they are. */
  async declare(options: RigOptions): Promise<void> {
    const projects = (options.projects ?? [{ id: "app" }]).map((project) => ({
      id: project.id,
      ...(project.git === undefined
        ? { path: `projects/${project.beside ?? project.id}` }
        : { git: project.git }),
      ...(project.root === undefined ? {} : { root: project.root }),
      ...(project.scaffold === undefined ? {} : { scaffold: project.scaffold }),
      ...(project.priority === undefined ? {} : { priority: project.priority }),
      ...(project.budget === undefined ? {} : { budget: project.budget }),
      ...(project.setup === undefined ? {} : { setup: project.setup }),
      ...(project.env === undefined ? {} : { env: project.env }),
      ...(project.services === undefined ? {} : { services: project.services }),
      ...(project.network === undefined ? {} : { network: project.network }),
      ...(project.keep === undefined ? {} : { keep: project.keep }),
      branch: project.branch ?? "main",
      gates: project.gates ?? [{ id: "check", run: "sh check.sh" }],
    }));
    this.write({
      "projects.yaml": stringify({
        version: 1,
        projects,
        agents: { local: { kind: "generator" }, ...options.agents },
        routing: { implementer: options.implementer ?? "local", ...options.routing },
        ...(options.budget === undefined ? {} : { budget: options.budget }),
        ...(options.prices === undefined ? {} : { prices: options.prices }),
        ...(options.limits === undefined ? {} : { limits: options.limits }),
      }),
      ".gitignore": ".factory/\nprojects/\n",
    });
  }

  /** Writes feature.md, BACKLOG.yaml and the feature's template. */
  feature(feature: FeatureText, source?: string): void {
    this.write({
      [`specs/${feature.id}/feature.md`]: featureText(feature),
      [`specs/${feature.id}/BACKLOG.yaml`]: backlogText(feature),
      ...templateFiles(feature, source),
    });
  }

  write(files: Readonly<Record<string, string | Uint8Array>>): void {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(this.path(path)), { recursive: true });
      writeFileSync(this.path(path), content);
    }
  }

  /** Replaces the one place where `before` stands; more or fewer is a mistake of the test. */
  edit(path: string, before: string, after: string): void {
    const text = this.read(path);
    const parts = text.split(before);
    if (parts.length !== 2) throw new Error(`${path} has ${parts.length - 1} times: ${before}`);
    this.write({ [path]: parts.join(after) });
  }

  remove(...paths: readonly string[]): void {
    for (const path of paths) rmSync(this.path(path), { recursive: true, force: true });
  }

  read(path: string): string {
    return readFileSync(this.path(path), "utf8");
  }

  bytes(path: string): Buffer {
    return readFileSync(this.path(path));
  }

  /** Paths of all files below a folder, sorted; none where the folder does not exist. */
  list(folder: string): readonly string[] {
    if (!existsSync(this.path(folder))) return [];
    const entries = readdirSync(this.path(folder), { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    return files.map((file) => relative(this.root, join(file.parentPath, file.name))).sort();
  }

  path(path: string): string {
    return join(this.root, path);
  }

  /** Starts the command without waiting for it. */
  start(...args: readonly string[]): Program {
    return this.startWith({}, ...args);
  }

  startWith(env: Readonly<Record<string, string>>, ...args: readonly string[]): Program {
    return this.#start(process.execPath, [FACTORY, ...args], { cwd: this.root, env });
  }

  /** For whoever starts the command by itself. */
  environment(env: Readonly<Record<string, string>> = {}): Record<string, string> {
    return environment({ cwd: this.root, home: this.#home, env });
  }

  async factory(...args: readonly string[]): Promise<Run> {
    return this.start(...args).done;
  }

  async factoryWith(env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Run> {
    return this.startWith(env, ...args).done;
  }

  /** Starts any other program in a folder of the workspace. */
  launch(
    folder: string,
    command: readonly [string, ...string[]],
    env: Readonly<Record<string, string>> = {},
  ): Program {
    const [file, ...args] = command;
    return this.#start(file, args, { cwd: this.path(folder), env });
  }

  async build(...args: readonly string[]): Promise<Build> {
    return asBuild(await this.factory("build", "--json", ...args));
  }

  async status(...args: readonly string[]): Promise<Readonly<Record<string, string>>> {
    const run = await this.factory("status", "--json", ...args);
    const document = documentOf<StatusDocument>(run);
    return Object.fromEntries(document.tasks.map((task) => [task.id, task.verdict]));
  }

  /** Output of a git command in a project, without the last line break. A failure is a mistake of the test. */
  async git(project: string, ...args: readonly string[]): Promise<string> {
    return this.#git(this.path(`projects/${project}`), args);
  }

  /** Tree id of a project's branch. */
  async tree(project: string, branch = "main"): Promise<string> {
    return this.git(project, "rev-parse", `${branch}^{tree}`);
  }

  /** Commits all that lies in a project, as a person would. */
  async commit(project: string, message: string): Promise<void> {
    await this.git(project, "add", "--all");
    await this.git(project, "commit", "--quiet", "--message", message);
  }

  /** Commits the specs and all else of the workspace that its .gitignore lets in. */
  async commitWorkspace(message: string): Promise<void> {
    await this.#git(this.root, ["add", "--all"]);
    await this.#git(this.root, ["commit", "--quiet", "--message", message]);
  }

  /** Every finished run of this workspace, for a person who reads a failed test. */
  log(): string {
    return this.#runs
      .map((run) => `$ ${run.command}\n${clip(run.stdout)}${clip(run.stderr)}=> ${run.code ?? run.signal}`)
      .join("\n\n");
  }

  async #make(project: ProjectText): Promise<void> {
    if (project.repository === "absent" || project.beside !== undefined) return;
    const files = project.repository === "empty" ? {} : { "check.sh": CHECK, ...project.files };
    await this.#seed(this.path(`projects/${project.id}`), project.branch ?? "main", files);
  }

  /** A repository whose first commit has the files; without a commit where there are none. */
  async #seed(folder: string, branch: string, files: Readonly<Record<string, string>>): Promise<void> {
    const name = JSON.stringify([branch, files]);
    let seed = SEEDS.get(name);
    if (seed === undefined) {
      seed = mkdtempSync(join(tmpdir(), "factory-seed-"));
      await this.#git(seed, ["init", "--quiet", "--template=", `--initial-branch=${branch}`]);
      // All that people miss of git's own template are its samples.
      for (const made of ["hooks", "info"]) mkdirSync(join(seed, ".git", made), { recursive: true });
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(seed, path)), { recursive: true });
        writeFileSync(join(seed, path), text);
      }
      if (Object.keys(files).length > 0) {
        await this.#git(seed, ["add", "--all"]);
        await this.#git(seed, ["commit", "--quiet", "--message", "Start"]);
      }
      SEEDS.set(name, seed);
    }
    cpSync(seed, folder, { recursive: true, preserveTimestamps: true });
  }

  async #git(cwd: string, args: readonly string[]): Promise<string> {
    const env = {
      GIT_AUTHOR_NAME: "Pat",
      GIT_AUTHOR_EMAIL: "pat@example.com",
      GIT_COMMITTER_NAME: "Pat",
      GIT_COMMITTER_EMAIL: "pat@example.com",
    };
    const run = await start("git", args, { cwd, home: this.#home, env }).done;
    if (run.code !== 0) throw new Error(`${run.command}: ${run.stderr}`);
    return run.stdout.replace(/\n$/, "");
  }

  #start(file: string, args: readonly string[], where: Omit<Surroundings, "home">): Program {
    const program = start(file, args, { ...where, home: this.#home });
    this.#running.add(program);
    const done = program.done.then((run) => {
      this.#running.delete(program);
      this.#runs.push(run);
      return run;
    });
    return { child: program.child, done };
  }
}

/** A workspace that is made once in a process, most often with a build: every test has a copy. It goes with the suite's folder. */
export function madeOnce(make: () => Promise<FactoryRig>): () => Promise<FactoryRig> {
  let original: Promise<FactoryRig> | null = null;
  return async () => {
    original ??= make();
    return (await original).twin();
  };
}

/** The one JSON document that `--json` prints; anything else on stdout is a failure. */
export function documentOf<T>(run: Run): T {
  try {
    return JSON.parse(run.stdout) as T;
  } catch {
    throw new Error(`no JSON document on stdout of: ${run.command} (exit ${run.code ?? run.signal})`);
  }
}

export function asBuild(run: Run): Build {
  const document = documentOf<BuildDocument>(run);
  const actions = Object.fromEntries(document.tasks.map((task) => [task.id, task.action]));
  return { ...run, document, actions };
}

function clip(text: string): string {
  const room = 6000;
  return text.length <= room ? text : `${text.slice(0, room)}\n[${text.length - room} more characters]\n`;
}
