// How does a test try an ecosystem? A repository of its kind with a real setup and a real gate, and agents that write down
// one draft each, after whatever mess the test has them make in their worktrees. Setups sign in a file outside.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import { asBuild, type Build, FactoryRig, madeOnce } from "../rig/factory-rig.ts";
import type { GateText } from "../rig/specs.ts";

const AGENT = fileURLToPath(new URL("drafts.mjs", import.meta.url));
/** Outlives the suite, as what coding programs are installed into does. */
const CACHE = fileURLToPath(new URL("../../node_modules/.cache/factory-test-ecosystems", import.meta.url));

export interface Ecosystem {
  readonly files: Readonly<Record<string, string>>;
  readonly setup?: string;
  /** Of the one gate `test`, or several. */
  readonly gate: string | readonly GateText[];
}

export interface Draft {
  /** Null removes a file. */
  readonly files?: Readonly<Record<string, string | null>>;
  /** Run in the worktree before the files are written. */
  readonly shell?: string;
  /** Default: the files. */
  readonly scope?: readonly string[];
  /** Milliseconds before the agent does anything. */
  readonly delay?: number;
}

export interface Workshop extends AsyncDisposable {
  readonly rig: FactoryRig;
  /** Writes one task for each draft, and builds. */
  build(drafts: readonly Draft[], ...args: readonly string[]): Promise<Build>;
  describe(drafts: readonly Draft[]): void;
  /** How often the setup has begun. */
  setups(): number;
  /** Of the project's branch; null where there is none. */
  fileOf(path: string): Promise<string | null>;
}

/** `extra` runs in the new repository before its first commit, such as a command that writes the lockfile. */
export async function workshop(ecosystem: Ecosystem, extra?: string): Promise<Workshop> {
  const { files, gate, setup } = ecosystem;
  const gates = typeof gate === "string" ? [{ id: "test", run: gate }] : gate;
  const rig = await repository(files, extra)();
  const log = rig.path("setups");
  await rig.declare({
    projects: [
      { id: "app", gates, ...(setup === undefined ? {} : { setup: `echo setup >> "${log}"; ${setup}` }) },
    ],
    agents: { coder: { kind: "command", run: `"${process.execPath}" "${AGENT}" "${rig.path("drafts")}"` } },
    implementer: "coder",
    limits: { attempts: 1, rebases: 0 },
  });
  const describe = (drafts: readonly Draft[]) => rig.write(work(drafts));
  return {
    rig,
    describe,
    async build(drafts, ...args) {
      describe(drafts);
      const { done } = rig.startWith(CACHES, "build", "--json", ...args);
      const run = await done;
      return asBuild(run);
    },
    setups: () => (existsSync(log) ? readFileSync(log, "utf8").trim().split("\n").length : 0),
    fileOf: (path) => rig.git("app", "show", `main:${path}`).catch(() => null),
    [Symbol.asyncDispose]: () => rig[Symbol.asyncDispose](),
  };
}

/** Tools that write a lockfile take seconds, and write the same each time. */
const REPOSITORIES = new Map<string, () => Promise<FactoryRig>>();

function repository(files: Ecosystem["files"], extra: string | undefined): () => Promise<FactoryRig> {
  const name = JSON.stringify([files, extra]);
  const known = REPOSITORIES.get(name);
  if (known !== undefined) return known;
  const made = madeOnce(async () => {
    const rig = await FactoryRig.create({ projects: [{ id: "app", files }] });
    if (extra === undefined) return rig;
    const ran = await rig.launch("projects/app", ["sh", "-ec", extra], CACHES).done;
    if (ran.code !== 0) throw new Error(`${ran.command}: ${ran.stdout}${ran.stderr}`);
    await rig.commit("app", "Lock");
    return rig;
  });
  REPOSITORIES.set(name, made);
  return made;
}

/** What toolchains keep between tests, so that not each compiles its standard library. */
const CACHES: Readonly<Record<string, string>> = {
  GOCACHE: join(CACHE, "go"),
  GOPROXY: "off",
  npm_config_cache: join(CACHE, "npm"),
};

function work(drafts: readonly Draft[]): Record<string, string> {
  const tasks = drafts.map((draft, index) => ({ id: idOf(index), draft }));
  const written = tasks.map(({ id, draft: { files = {}, shell = "", delay = 0 } }) => [
    `drafts/work-${id}.json`,
    JSON.stringify({ files, shell, delay }),
  ]);
  return {
    "specs/work/feature.md":
      "---\nproject: app\n---\n# Work\n\n## Requirements\n\n- R1: Prices are counted in cents.\n",
    "specs/work/BACKLOG.yaml": stringify({
      version: 1,
      tasks: tasks.map(({ id, draft: { scope, files = {}, shell = "" } }) => ({
        id,
        // Another draft is asked for in other words, or the result of the first would be found again.
        title: `Write ${id} as ${digestOf(files, shell)}`,
        requirements: ["R1"],
        scope: { files_hint: scope ?? Object.keys(files) },
        acceptance: [`${id} counts in cents`],
      })),
    }),
    ...Object.fromEntries(written),
  };
}

function digestOf(...what: readonly unknown[]): string {
  return createHash("sha256").update(JSON.stringify(what)).digest("hex").slice(0, 12);
}

function idOf(index: number): string {
  return `T${String(index + 1).padStart(2, "0")}`;
}

export const ACCEPTED = { "work:T01": "regenerated" };
export const REFUSED = { "work:T01": "failed" };

/** Whether a program runs here; its version on stdout. */
export function versionOf(file: string, ...args: readonly string[]): string | null {
  const ran = spawnSync(file, args.length === 0 ? ["--version"] : args, { encoding: "utf8" });
  return ran.status === 0 ? ran.stdout.trim() : null;
}

/** The folder with a program of the npm registry, for PATH; null where it is not to be had here. */
export function programOf(name: string, file: string): string | null {
  const folder = join(CACHE, name.replaceAll("/", "-"));
  const programs = join(folder, "node_modules", ".bin");
  if (existsSync(join(programs, file))) return programs;
  // Files of tests run side by side: each installs aside, and the first one stays.
  const aside = `${folder}.${process.pid}`;
  mkdirSync(aside, { recursive: true });
  const options = ["--prefix", aside, "--no-audit", "--no-fund", "--no-save", "--prefer-offline"];
  const ran = spawnSync("npm", ["install", ...options, name], { encoding: "utf8", timeout: 100_000 });
  if (ran.status === 0 && !existsSync(folder)) renameSync(aside, folder);
  rmSync(aside, { recursive: true, force: true });
  if (existsSync(join(programs, file))) return programs;
  console.warn(`skipped: ${name} cannot be installed: ${ran.stderr}`);
  return null;
}
