// How do two people share a project by git alone? Two clones of one bare remote, each with the bundled command in it, and
// the buttons of a host. It knows what people do when git asks them, and nothing of src/.

import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Run, start } from "./program.ts";

const FACTORY = fileURLToPath(new URL("../../bin/factory.js", import.meta.url));

/** Where specs and code lie: in one repository, or in two of which one is the project. */
export type Layout = "together" | "apart";
export type Person = "anna" | "ben";
export type Depth = "full" | "shallow" | "partial";
export type Button = "merge" | "squash" | "squash-title" | "rebase";

/** What a person wrote is found again by it, wherever the line went. */
const WORD = "<[a-z]+-[0-9]+>";
const ROUNDS = 60;

export class Team implements Disposable {
  readonly layout: Layout;
  /** Files that a merge left there: one side had none and a person kept it, or git took lines of both. */
  readonly kept = new Set<string>();
  /** Files of folders that somebody moved: git asks whether they belong there, too, and whoever answers moves them. */
  readonly moved = new Set<string>();
  readonly #root = realpathSync(mkdtempSync(join(tmpdir(), "factory-team-")));
  readonly #told: string[] = [];
  #number = 0;

  private constructor(layout: Layout) {
    this.layout = layout;
    mkdirSync(join(this.#root, "home"));
  }

  /** `files` are the first commit, those below `app/` that of the project where it has a repository of its own. */
  static async create(layout: Layout, files: Readonly<Record<string, string>>): Promise<Team> {
    const team = new Team(layout);
    for (const name of team.#repositories()) {
      const seed = join(team.#root, `seed-${name}`);
      mkdirSync(seed);
      const own = Object.entries(files).filter(
        ([path]) => layout === "together" || path.startsWith("app/") === (name === "app"),
      );
      for (const [path, text] of own) writeText(join(seed, path.replace(/^app\//, "")), text);
      await team.git(seed, "init", "--quiet", "--initial-branch=main");
      await team.git(seed, "add", "--all");
      await team.git(seed, "commit", "--quiet", "--message", "Start");
      await team.git(team.#root, "clone", "--quiet", "--bare", seed, `${name}.git`);
      await team.git(join(team.#root, `${name}.git`), "config", "uploadpack.allowFilter", "true");
      await team.git(team.#root, "clone", "--quiet", `${name}.git`, `host-${name}`);
    }
    for (const who of ["anna", "ben"] as const) await team.clone(who, "full");
    return team;
  }

  [Symbol.dispose](): void {
    if (process.env.FACTORY_RIG_KEEP === undefined)
      rmSync(this.#root, { recursive: true, force: true, maxRetries: 5 });
  }

  get log(): string {
    return this.#told.join("\n");
  }

  note(text: string): void {
    this.#told.push(text);
  }

  next(): number {
    this.#number += 1;
    return this.#number;
  }

  #repositories(): readonly string[] {
    return this.layout === "together" ? ["all"] : ["app", "specs"];
  }

  /** Where a person's workspace lies. */
  workspace(who: Person): string {
    return join(this.#root, who);
  }

  /** Where the code lies that they share. */
  code(who: Person): string {
    return this.layout === "together" ? this.workspace(who) : join(this.workspace(who), "projects/app");
  }

  /** All their clones, the code's first. */
  clones(who: Person): readonly string[] {
    return this.layout === "together" ? [this.workspace(who)] : [this.code(who), this.workspace(who)];
  }

  read(folder: string, path: string): string {
    return readFileSync(join(folder, path), "utf8");
  }

  write(folder: string, path: string, text: string): void {
    writeText(join(folder, path), text);
  }

  /** A new clone knows nothing but what the remote holds. */
  async clone(who: Person, depth: Depth): Promise<void> {
    const how = { full: [], shallow: ["--depth=1"], partial: ["--filter=blob:none"] }[depth];
    rmSync(this.workspace(who), { recursive: true, force: true });
    for (const folder of [...this.clones(who)].reverse()) {
      const name = this.#nameOf(folder);
      await this.git(this.#root, "clone", "--quiet", ...how, `file://${this.#root}/${name}.git`, folder);
    }
  }

  #nameOf(clone: string): string {
    if (this.layout === "together") return "all";
    return clone.endsWith("/projects/app") ? "app" : "specs";
  }

  async factory(who: Person, ...args: readonly string[]): Promise<Run> {
    return this.#run(this.workspace(who), process.execPath, [FACTORY, ...args], `${who}$ factory`);
  }

  async git(folder: string, ...args: readonly string[]): Promise<string> {
    const run = await this.#run(folder, "git", args);
    if (run.code !== 0) throw new Error(`${run.command}: ${run.stdout}${run.stderr}`);
    return run.stdout.replace(/\n$/, "");
  }

  async tries(folder: string, ...args: readonly string[]): Promise<boolean> {
    return (await this.#run(folder, "git", args)).code === 0;
  }

  async #run(cwd: string, file: string, args: readonly string[], name?: string): Promise<Run> {
    const person = /\/(anna|ben)\b/.exec(cwd)?.[1] ?? "host";
    const env = {
      GIT_AUTHOR_NAME: person,
      GIT_AUTHOR_EMAIL: `${person}@example.com`,
      GIT_COMMITTER_NAME: person,
      GIT_COMMITTER_EMAIL: `${person}@example.com`,
      GIT_EDITOR: "true",
    };
    const run = await start(file, args, { cwd, home: join(this.#root, "home"), env }).done;
    const words =
      name === undefined ? `${person}$ git ${args.join(" ")}` : `${name} ${args.slice(1).join(" ")}`;
    if (args[0] !== "grep")
      this.note(`${words}${run.code === 0 ? "" : ` => ${run.code}`}\n${cut(run.stdout)}${cut(run.stderr)}`);
    for (const [, path = ""] of run.stdout.matchAll(/^Auto-merging (.+)$/gm)) this.kept.add(path);
    const asked = run.stdout.matchAll(/^CONFLICT \(file location\): (.+) added in /gm);
    for (const [, path = ""] of asked) this.moved.add(path);
    return run;
  }

  /** What people wrote in the code of a commit. */
  async words(folder: string, revision = "HEAD"): Promise<ReadonlySet<string>> {
    const where = ["--", ".", ":(exclude)specs"];
    const run = await this.#run(folder, "git", ["grep", "-hoE", WORD, revision, ...where]);
    return new Set(run.stdout.split("\n").filter(Boolean));
  }

  async files(folder: string, below: string): Promise<readonly string[]> {
    const text = await this.git(folder, "ls-tree", "-r", "--name-only", "HEAD", "--", below);
    return text.split("\n").filter(Boolean);
  }

  async branch(folder: string): Promise<string> {
    return this.git(folder, "rev-parse", "--abbrev-ref", "HEAD");
  }

  /** False where there was nothing to commit. */
  async commit(folder: string, message: string): Promise<boolean> {
    await this.git(folder, "add", "--all");
    if (await this.tries(folder, "diff", "--cached", "--quiet")) return false;
    await this.git(folder, "commit", "--quiet", "--message", message);
    return true;
  }

  async pull(folder: string, how: "merge" | "rebase", side: 2 | 3): Promise<void> {
    const flag = how === "merge" ? "--no-rebase" : "--rebase";
    if (await this.tries(folder, "pull", "--quiet", flag, "--no-edit", "origin", "main")) return;
    const name = how;
    for (let round = 0; round < ROUNDS; round += 1) {
      await this.#answer(folder, side);
      const state = join(folder, ".git", how === "merge" ? "MERGE_HEAD" : "rebase-merge");
      if (!exists(state)) return;
      if (how === "merge") {
        await this.git(folder, "commit", "--quiet", "--no-edit");
        return;
      }
      const nothing = await this.tries(folder, "diff", "--cached", "--quiet");
      await this.tries(folder, name, nothing ? "--skip" : "--continue");
      if (!exists(state)) return;
    }
    throw new Error("a rebase does not end");
  }

  /** For a step that a person leaves alone where git asks. */
  async triesOrAborts(folder: string, command: string, ...args: readonly string[]): Promise<boolean> {
    if (await this.tries(folder, command, ...args)) return true;
    await this.tries(folder, command, "--abort");
    return false;
  }

  /** Where git asks, a person keeps one version of each file and what people wrote in the other one. */
  async #answer(folder: string, side: 2 | 3): Promise<void> {
    const list = await this.git(folder, "ls-files", "--unmerged", "-z");
    const stages = new Map<string, Map<number, string>>();
    for (const line of list.split("\0").filter(Boolean)) {
      const [, oid = "", stage = "", path = ""] = /^\S+ (\S+) (\d)\t(.*)$/s.exec(line) ?? [];
      const known = stages.get(path) ?? new Map<number, string>();
      stages.set(path, known.set(Number(stage), oid));
    }
    for (const [path, oids] of stages) {
      const [mine, other] = await Promise.all(
        [side, 5 - side].map(async (stage) => {
          const oid = oids.get(stage);
          return oid === undefined ? null : `${await this.git(folder, "cat-file", "blob", oid)}\n`;
        }),
      );
      const kept = mine ?? other ?? null;
      if (kept !== null && (mine === null || other === null)) this.kept.add(path);
      if (kept === null) rmSync(join(folder, path), { force: true });
      else {
        const lines = (other ?? "").split("\n").filter((line) => new RegExp(WORD).test(line));
        const missing = lines.filter((line) =>
          (line.match(new RegExp(WORD, "g")) ?? []).some((word) => !kept.includes(word)),
        );
        writeText(
          join(folder, path),
          path.startsWith("specs/") ? kept : kept + missing.map((line) => `${line}\n`).join(""),
        );
      }
    }
    await this.git(folder, "add", "--all");
  }

  /** The button of a host, on a branch that was pushed. False where it says that there are conflicts. */
  async press(button: Button, repository: string, head: string): Promise<boolean> {
    const host = join(this.#root, `host-${repository}`);
    await this.git(host, "fetch", "--quiet", "--prune", "origin");
    await this.git(host, "checkout", "--quiet", "-f", "-B", "main", "origin/main");
    const from = `origin/${head}`;
    if (await this.tries(host, "merge-base", "--is-ancestor", from, "main")) return true;
    if (button === "merge") {
      if (!(await this.triesOrAborts(host, "merge", "--quiet", "--no-ff", "--no-edit", from))) return false;
    } else if (button === "rebase") {
      await this.git(host, "checkout", "--quiet", "-B", "topic", from);
      const done = await this.triesOrAborts(host, "rebase", "--quiet", "--force-rebase", "main");
      await this.git(host, "checkout", "--quiet", "main");
      if (!done) return false;
      await this.git(host, "merge", "--quiet", "--ff-only", "topic");
    } else {
      const words = await this.git(host, "log", "--reverse", "--format=* %B", `main..${from}`);
      if (!(await this.tries(host, "merge", "--quiet", "--squash", from))) {
        await this.git(host, "reset", "--quiet", "--hard", "origin/main");
        return false;
      }
      const body = button === "squash" ? ["--message", words] : [];
      await this.tries(host, "commit", "--quiet", "--message", `${head} (#${this.next()})`, ...body);
    }
    await this.git(host, "push", "--quiet", "origin", "main");
    return true;
  }

  /** Pushes what a person has and has it merged on the host; then they are where the remote is. */
  async request(who: Person, folder: string, button: Button): Promise<void> {
    const branch = await this.branch(folder);
    const head = branch === "main" ? `request-${this.next()}` : branch;
    const name = this.#nameOf(folder);
    await this.git(folder, "push", "--quiet", "--force", "origin", `HEAD:refs/heads/${head}`);
    if (!(await this.press(button, name, head))) {
      await this.pull(folder, "merge", 2);
      await this.git(folder, "push", "--quiet", "--force", "origin", `HEAD:refs/heads/${head}`);
      const second = button === "rebase" ? "squash" : button;
      if (!(await this.press(second, name, head)))
        throw new Error(`${who}: ${second} of ${head} has conflicts`);
    }
    // As hosts do: what only the branch of the request held is nowhere from now on.
    await this.git(folder, "push", "--quiet", "origin", `:refs/heads/${head}`);
    await this.git(folder, "fetch", "--quiet", "--prune", "origin");
    await this.git(folder, "checkout", "--quiet", "-B", "main", "origin/main");
    if (branch !== "main") await this.git(folder, "branch", "--quiet", "-D", branch);
  }

  async push(folder: string, side: 2 | 3): Promise<void> {
    const branch = await this.branch(folder);
    if (branch !== "main") return;
    if (await this.tries(folder, "push", "--quiet", "origin", "main")) return;
    await this.pull(folder, "merge", side);
    await this.git(folder, "push", "--quiet", "origin", "main");
  }
}

function exists(path: string): boolean {
  try {
    readFileSync(path);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EISDIR";
  }
}

function writeText(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function cut(text: string): string {
  const room = 4000;
  return text.length <= room ? text : `${text.slice(0, room)}\n[…]\n`;
}
