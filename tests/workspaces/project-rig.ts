// A real project in a temporary folder, and the questions that the tests of this folder ask of it.

import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TaskId } from "../../src/model/address.ts";
import type { Failure } from "../../src/model/failure.ts";
import type { Output } from "../../src/model/output.ts";
import type { Result } from "../../src/model/result.ts";
import type { Oid, Tree, TreeEntry } from "../../src/model/tree.ts";
import { lostEdits } from "../../src/workspaces/human-layer.ts";
import type { ProductStep } from "../../src/workspaces/product.ts";
import type { Move } from "../../src/workspaces/publish.ts";
import { Repository } from "../../src/workspaces/repository.ts";

/** Text of a file, `{ exec }` for an executable, `{ link }` for a symbolic link, null to delete. */
export type Content = string | Uint8Array | { readonly exec: string } | { readonly link: string } | null;
export type Files = Readonly<Record<string, Content>>;

const IDENTITY = ["-c", "user.name=A Person", "-c", "user.email=person@example.org"];

export class ProjectRig implements Disposable {
  readonly root = mkdtempSync(join(tmpdir(), "factory-git-"));
  readonly path = join(this.root, "project");
  readonly clones = join(this.root, ".factory/git/project.git");

  /** A project with one commit of the files, or an unborn branch where there are none. */
  constructor(files: Files = {}, branch = "main") {
    mkdirSync(this.path);
    this.git("init", "-q", "-b", branch);
    if (Object.keys(files).length > 0) this.commit(files);
  }

  git(...args: string[]): string {
    return gitIn(this.path, ...args);
  }

  write(files: Files): void {
    writeFiles(this.path, files);
  }

  /** A person's commit of everything in the folder. */
  commit(files: Files, message = "By a person"): Oid {
    this.write(files);
    this.git("add", "-A");
    this.git("commit", "-q", "-m", message);
    return this.head();
  }

  head(ref = "HEAD"): Oid {
    return this.git("rev-parse", ref).trim() as Oid;
  }

  async open(branch = "main"): Promise<Repository> {
    return must(await Repository.open({ path: this.path, branch, clones: this.clones }));
  }

  /** The engine's clones, oldest first. */
  get engineClones(): readonly string[] {
    return readdirSync(this.clones)
      .sort()
      .map((name) => join(this.clones, name));
  }

  async file(path: string): Promise<string> {
    return readFile(join(this.path, path), "utf8");
  }

  status(): string {
    return this.git("status", "--porcelain");
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

export function gitIn(folder: string, ...args: string[]): string {
  return execFileSync("git", [...IDENTITY, ...args], {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
}

export function writeFiles(folder: string, files: Files): void {
  for (const [path, content] of Object.entries(files)) {
    const target = join(folder, path);
    rmSync(target, { recursive: true, force: true });
    if (content === null) continue;
    mkdirSync(dirname(target), { recursive: true });
    if (typeof content === "string" || content instanceof Uint8Array) writeFileSync(target, content);
    else if ("link" in content) symlinkSync(content.link, target);
    else {
      writeFileSync(target, content.exec);
      chmodSync(target, 0o755);
    }
  }
}

export function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.failure));
  return result.value;
}

export function failureOf(result: Result<unknown>): Failure {
  if (result.ok) throw new Error(`no failure: ${JSON.stringify(result.value)}`);
  return result.failure;
}

/** The tree with the files laid on it; their blobs are written. */
async function layOn(repository: Repository, tree: Tree, files: Files): Promise<Tree> {
  const laid = new Map(tree);
  for (const [path, content] of Object.entries(files)) {
    if (content === null) {
      laid.delete(path);
      continue;
    }
    const [mode, text]: [TreeEntry["mode"], string | Uint8Array] =
      typeof content === "string" || content instanceof Uint8Array
        ? ["100644", content]
        : "link" in content
          ? ["120000", content.link]
          : ["100755", content.exec];
    const [oid] = must(await repository.write([Buffer.from(text)]));
    laid.set(path, { mode, oid: oid! });
  }
  return laid;
}

/** Contents of a tree, symbolic links as `-> target`, executables as `#! text`. */
async function textOf(repository: Repository, tree: Tree): Promise<Record<string, string>> {
  const files = [...tree].filter(([, { mode }]) => mode !== "160000");
  const contents = must(await repository.read(files.map(([, { oid }]) => oid)));
  const marks: Record<string, string> = { "120000": "-> ", "100755": "#! " };
  return Object.fromEntries(
    files.map(([path, { mode }], index) => [
      path,
      `${marks[mode] ?? ""}${Buffer.from(contents[index]!).toString("utf8")}`,
    ]),
  );
}

export interface BuildOptions {
  readonly released?: readonly string[];
  readonly yielding?: readonly string[];
  readonly date?: number;
  /** What locks tell. */
  readonly recorded?: ReadonlyMap<string, readonly Output[]>;
  /** What locks told at any time. */
  readonly ever?: ReadonlySet<string>;
}

/** A product that is merged and not published yet. */
export interface Proposal {
  readonly branch: Move;
  readonly product: Oid | null;
}

/** One build in small: every entry is a task with its outputs, composed on the human layer, merged and published. */
export async function build(
  repository: Repository,
  outputs: Readonly<Record<string, Files>>,
  options: BuildOptions = {},
): Promise<Result<null>> {
  const proposed = await propose(repository, outputs, options);
  if (!proposed.ok) return proposed;
  const { branch, product } = proposed.value;
  const isNothing = product === null && branch.to === branch.from;
  return isNothing ? { ok: true, value: null } : repository.publish(branch, product);
}

export async function propose(
  repository: Repository,
  outputs: Readonly<Record<string, Files>>,
  options: BuildOptions = {},
): Promise<Result<Proposal>> {
  const {
    released = [],
    yielding = [],
    date = 1_700_000_000,
    recorded = new Map(),
    ever = new Set(),
  } = options;
  const heads = must(await repository.heads());
  const layer = must(
    await repository.humanLayer({
      ...question(heads.branch, released, ever),
      recorded,
    }),
  );
  const start = new Map(layer.tree);
  for (const path of layer.layers.contribution) {
    const entry = layer.layers.product.get(path);
    if (entry === undefined) start.delete(path);
    else start.set(path, entry);
  }
  let tree = layer.tree;
  for (const files of Object.values(outputs)) tree = await layOn(repository, tree, files);
  const product = tree;
  let current: Tree = start;
  const steps: ProductStep[] = [];
  const advance = (paths: readonly string[], task: string | null) => {
    const next = new Map(current);
    for (const path of paths) {
      const entry = product.get(path);
      if (entry === undefined) next.delete(path);
      else next.set(path, entry);
    }
    current = next;
    steps.push({
      ...{ tree: next, inserted: new Map(), key: `key-${task}`, agent: "local", spec: "specs/f" },
      ...{ task: task === null ? null : (`f:${task}` as TaskId), title: `Task ${task}` },
    });
  };
  for (const [task, files] of Object.entries(outputs)) advance(Object.keys(files), task);
  advance([...new Set([...current.keys(), ...product.keys()])], null);
  const branch = must(await repository.tree(heads.branch));
  const lost = lostEdits(layer.edited);
  const claimed = new Set(Object.values(outputs).flatMap((files) => Object.keys(files)));
  const merged = must(
    await repository.merge({
      ...{ branch, lastProduct: layer.layers.product, product, lost },
      yielding: new Set(yielding),
      isClaimed: (path) => claimed.has(path),
    }),
  );
  const edited = [...layer.edited].filter(([path]) => !yielding.includes(path));
  // Whatever the machine's own git says of whoever runs the tests.
  const author = { name: "spec-factory", email: "spec-factory@localhost" };
  const rules = { author, signOff: false, sign: false, prefix: "" };
  const committing = { rules, date, signal: new AbortController().signal };
  const plan = must(
    await repository.planProduct({
      tip: heads.branch === null ? null : { commit: heads.branch, tree: branch },
      edited: new Map(edited.map(([path, { generated }]) => [path, generated])),
      ...{ start, human: layer.tree, layers: layer.layers, steps, merged: merged.tree, waiting: null },
    }),
  );
  const committed = plan && must(await repository.commitProduct(plan, committing));
  if (merged.tree === null) {
    const paths = merged.conflicts.map((path) => ({ path, task: null, lost: false }));
    return { ok: false, failure: { reason: "merge-conflict", paths } };
  }
  const to = must(
    await repository.commitMerge(
      { tip: heads.branch, product: committed, tree: must(await repository.writeTree(merged.tree)) },
      committing,
    ),
  );
  return { ok: true, value: { branch: { from: heads.branch, to }, product: committed } };
}

function question(tip: Oid | null, released: readonly string[], ever: ReadonlySet<string> = new Set()) {
  return {
    ...{
      tip,
      released: new Map(released.map((path) => [path, new Set<TaskId>()])),
      tasks: new Set<TaskId>(),
      recorded: new Map(),
      isClaimed: () => true,
    },
    wasRecorded: (digest: string) => Promise.resolve({ ok: true as const, value: ever.has(digest) }),
    bytesOf: () => Promise.resolve({ ok: true as const, value: null }),
  };
}

/** The human layer of the project as it stands, as texts, with what people edited. */
export async function humanLayer(
  repository: Repository,
  released: readonly string[] = [],
  { recorded = new Map(), ever = new Set() }: BuildOptions = {},
): Promise<{ files: Record<string, string>; edited: Record<string, string> }> {
  const { branch } = must(await repository.heads());
  const layer = must(await repository.humanLayer({ ...question(branch, released, ever), recorded }));
  const edited = Object.fromEntries([...layer.edited].map(([path, { kind }]) => [path, kind]));
  return { files: await textOf(repository, layer.tree), edited };
}
