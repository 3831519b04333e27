// Where are a project's installed dependencies? The setup command runs once per set of lockfiles, in a folder of its own
// that never moves afterwards (virtual environments and native builds remember their path); worktrees link to what it
// made. It does not know how a worktree is made. Packages that a monorepo links to itself stay those of that first run.
//
//   installs/<digest>.<run>/   copy of the untouched tree, where the command ran; one per run, for what a killed build
//                              started may still be writing
//   installs/<digest>.json     the receipt, renamed into place last: a run that it does not name is not finished

import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { type Digest, digestOf } from "../model/digest.ts";
import { failed, type Result, success } from "../model/result.ts";
import { childEnvironment } from "../platform/environment.ts";
import { runProcess } from "../platform/process.ts";
import { currentNodeMajor, type Lockfile, toolchainDigest } from "./toolchain.ts";

export interface SetupOrder {
  readonly command: string;
  /** Puts the project's untouched tree into the folder; asked for only when the setup has to run. */
  readonly lay: (dir: string) => Promise<Result<unknown>>;
  readonly lockfiles: readonly Lockfile[];
  /** Names of variables of the shell that the command may see. */
  readonly env: readonly string[];
  /** Small number that nobody else at work has. */
  readonly slot: number;
  readonly signal: AbortSignal;
  readonly log: string;
}

/** Entries that the command made at the top of the tree, to be linked into worktrees under their names. */
export interface Setup {
  readonly links: readonly { readonly name: string; readonly target: string }[];
}

export type PrepareSetup = (order: SetupOrder) => Promise<Result<Setup>>;

const TIMEOUT_MS = 30 * 60 * 1000;
const OUTPUT_BYTES = 64 * 1024;
const TAIL_CHARACTERS = 4096;

/** The first part of the names that an install has below `installs/`. */
export function installKey({
  command,
  env,
  lockfiles,
}: Pick<SetupOrder, "command" | "env" | "lockfiles">): Digest {
  const facts = { nodeMajor: currentNodeMajor(), setup: command, lockfiles, services: [] };
  return digestOf("setup/1", [command, toolchainDigest(facts), ...(env.length === 0 ? [] : [{ env }])]);
}

/**
 * Setups whose installs are kept below this absolute folder. Calls for the same lockfiles at the same time share one
 * run; a finished one is used again for ever. Never rejects.
 */
export function setupsIn(installs: string): PrepareSetup {
  const running = new Map<Digest, Promise<Result<Setup>>>();
  return (order) => {
    const key = installKey(order);
    const shared = running.get(key);
    if (shared) return shared;
    const run = prepare(order, installs, key).finally(() => running.delete(key));
    running.set(key, run);
    return run;
  };
}

async function prepare(order: SetupOrder, installs: string, key: Digest): Promise<Result<Setup>> {
  const receipt = join(installs, `${key}.json`);
  try {
    const finished = await readReceipt(installs, receipt);
    if (finished) return success(finished);
    await mkdir(installs, { recursive: true });
    await removeUnfinished(installs, key);
    const home = join(installs, `${key}.${randomUUID()}`);
    const laid = await order.lay(home);
    if (!laid.ok) return laid;
    const before = new Set(await readdir(home));
    const problem = await install(order, installs, home);
    if (problem) {
      await rm(home, { recursive: true, force: true });
      return problem;
    }
    const made = (await readdir(home)).filter((name) => !before.has(name)).sort();
    await writeReceipt(receipt, { folder: basename(home), made });
    return success(setup(home, made));
  } catch (error) {
    const { code = "UNKNOWN", message, path = installs } = error as NodeJS.ErrnoException;
    return failed({ reason: "io", path, operation: "set up", code, message });
  }
}

async function removeUnfinished(installs: string, key: Digest): Promise<void> {
  for (const name of await readdir(installs)) {
    if (name.startsWith(`${key}.`)) await rm(join(installs, name), { recursive: true, force: true });
  }
}

async function install(order: SetupOrder, installs: string, home: string): Promise<Result<never> | null> {
  const { command, env, signal, log, slot } = order;
  const end = await runProcess({
    command,
    cwd: home,
    // Install hooks that look for a repository must not find, and configure, the one around us.
    env: childEnvironment({ GIT_CEILING_DIRECTORIES: installs, FACTORY_SLOT: String(slot) }, env),
    secrets: env,
    own: [home],
    timeoutMs: TIMEOUT_MS,
    outputLimit: OUTPUT_BYTES,
    log,
    signal,
    marker: `setup-${randomUUID()}`,
  });
  if (end.end === "cancelled") return failed({ reason: "cancelled" });
  if (end.end === "exited" && end.code === 0) return null;
  const late = end.end === "timeout" ? `\n[timed out after ${TIMEOUT_MS / 60_000} minutes]` : "";
  return failed({ reason: "setup-failed", command, output: end.output.slice(-TAIL_CHARACTERS) + late });
}

function setup(home: string, names: readonly string[]): Setup {
  return { links: names.map((name) => ({ name, target: join(home, name) })) };
}

interface Receipt {
  readonly folder: string;
  readonly made: readonly string[];
}

/** Null where no run finished, or somebody took away parts of what it made. */
async function readReceipt(installs: string, path: string): Promise<Setup | null> {
  try {
    const { folder, made } = JSON.parse(await readFile(path, "utf8")) as Receipt;
    const found = setup(join(installs, folder), made);
    await Promise.all(found.links.map((link) => stat(link.target)));
    return found;
  } catch {
    return null;
  }
}

async function writeReceipt(path: string, receipt: Receipt): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, JSON.stringify(receipt));
  await rename(draft, path);
}
