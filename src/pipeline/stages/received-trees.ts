// How does a worker come to have the tree that it is to judge? It fetches from the store what it has not got, each piece by its
// digest and verified, and keeps it in a repository of its own for each project.

import { join } from "node:path";
import { type Digest, digestOfBytes } from "../../model/digest.ts";
import type { Failure } from "../../model/failure.ts";
import type { Project } from "../../model/project.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { Oid, Tree, TreeEntry } from "../../model/tree.ts";
import { Semaphore } from "../../platform/semaphore.ts";
import { Blobs } from "../../store/blobs.ts";
import { DISK } from "../../store/durable-io.ts";
import type { ObjectServer, ServerFault } from "../../store/sharing/object-server.ts";
import { ReceivedRepository } from "../../workspaces/received-repository.ts";
import { Repository } from "../../workspaces/repository.ts";
import { ProjectState } from "../projects/project-state.ts";
import { RepositoryState } from "../projects/repository-state.ts";
import { type FileList, fileListIn, storedAt } from "./file-list.ts";
import type { OrderedTree } from "./stage-order.ts";

export type ReceiveFault =
  | { readonly missing: readonly Digest[] }
  /** In words: the store did not answer as one, whatever was asked. */
  | { readonly away: string }
  /** What it holds is not what the order says, in words that follow its address. */
  | { readonly store: string }
  | { readonly failure: Failure };

export interface ReceivedStage {
  readonly state: ProjectState;
  /** As the project sees it. */
  readonly tree: Tree;
}

/** It need not be there: an answer is enough. */
const NOTHING = digestOfBytes(new Uint8Array());
const READERS = 16;
/** So many states of what people wrote are kept open; the longest unused goes. */
const HOMES = 16;

export class ReceivedTrees {
  readonly #root: string;
  readonly #server: ObjectServer;
  readonly #readers = new Semaphore(READERS);
  readonly #repositories = new Map<string, Promise<Result<ReceivedProject>>>();
  readonly #homes = new Map<string, Promise<Result<RepositoryState, ReceiveFault>>>();

  /** `root`: of the worker's workspace. */
  constructor(root: string, server: ObjectServer) {
    this.#root = root;
    this.#server = server;
  }

  /** Why nothing can be received now, in words; null: something can. */
  async hindrance(): Promise<string | null> {
    const asked = await this.#server.get(storedAt(NOTHING));
    return asked.ok ? null : away(asked.failure);
  }

  async receive(order: OrderedTree): Promise<Result<ReceivedStage, ReceiveFault>> {
    const name = nameOf(order);
    const laid = this.#repositories.get(name) ?? layProject(join(this.#root, ".factory", "fleet", name));
    this.#repositories.set(name, laid);
    const project = await laid;
    if (!project.ok) return failed({ failure: project.failure });
    const [list, home] = await Promise.all([this.#list(order.tree), this.#home(project.value, order)]);
    // What is missing of either is asked for at once.
    const missing = [list, home].flatMap((got) =>
      !got.ok && "missing" in got.failure ? got.failure.missing : [],
    );
    if (missing.length > 0) return failed({ missing });
    if (!home.ok) return home;
    if (!list.ok) return list;
    if (list.value.base !== order.human)
      return failed({ store: "holds a list of other files than the order's" });
    const tree = await this.#tree(project.value, list.value, home.value.human);
    if (!tree.ok) return tree;
    const state = new ProjectState(
      { ...projectOf(order, order.project, order.root), branch: order.branch },
      home.value,
    );
    return success({ state, tree: state.treeSeen(tree.value) });
  }

  async #home(project: ReceivedProject, order: OrderedTree): Promise<Result<RepositoryState, ReceiveFault>> {
    const key = [nameOf(order), order.human, order.branch, order.setup, ...order.env, "", ...order.keep].join(
      "\n",
    );
    const known = this.#homes.get(key);
    this.#homes.delete(key);
    // One after the other: each moves the branch of the repository.
    const opening = known ?? project.turn.hold(() => this.#open(project, order));
    this.#homes.set(key, opening);
    for (const oldest of this.#homes.keys()) {
      if (this.#homes.size <= HOMES) break;
      this.#homes.delete(oldest);
    }
    const home = await opening;
    // What is not there yet may be there the next time.
    if (!home.ok) this.#homes.delete(key);
    return home;
  }

  async #open(project: ReceivedProject, order: OrderedTree): Promise<Result<RepositoryState, ReceiveFault>> {
    const list = await this.#list(order.human);
    if (!list.ok) return list;
    const tree = await this.#tree(project, list.value, new Map());
    if (!tree.ok) return tree;
    const { repository: received } = project;
    const held = await received.hold(order.branch, tree.value);
    if (!held.ok) return failed({ failure: held.failure });
    const place = { path: received.path, branch: order.branch, clones: `${received.path}.clones` };
    const repository = await Repository.open(place);
    if (!repository.ok) return failed({ failure: repository.failure });
    const state = await RepositoryState.open({
      root: this.#root,
      projects: [projectOf(order, order.repository, "")],
      repository: repository.value,
      released: new Map(),
      tasks: new Set(),
      recorded: new Map(),
      isClaimed: () => false,
      blobs: new Blobs(join(this.#root, ".factory", "store"), DISK),
    });
    return state.ok ? state : failed({ failure: state.failure });
  }

  async #tree(
    { repository, oids }: ReceivedProject,
    { files }: FileList,
    base: Tree,
  ): Promise<Result<Tree, ReceiveFault>> {
    const wanted = new Set(Object.values(files).flatMap((entry) => (entry === null ? [] : [entry[1]])));
    const absent = [...wanted].filter((digest) => !oids.has(digest));
    const fetched = await Promise.all(absent.map((digest) => this.#content(digest)));
    const missing: Digest[] = [];
    const contents: Uint8Array[] = [];
    const got: Digest[] = [];
    for (const [index, content] of fetched.entries()) {
      if (!content.ok) return content;
      if (content.value === null) missing.push(absent[index] as Digest);
      else {
        contents.push(content.value);
        got.push(absent[index] as Digest);
      }
    }
    const written = await repository.write(contents);
    if (!written.ok) return failed({ failure: written.failure });
    for (const [index, digest] of got.entries()) oids.set(digest, written.value[index] as Oid);
    if (missing.length > 0) return failed({ missing });
    const tree = new Map<string, TreeEntry>(base);
    for (const [path, entry] of Object.entries(files)) {
      if (entry === null) tree.delete(path);
      else tree.set(path, { mode: entry[0], oid: oids.get(entry[1]) as Oid });
    }
    return success(tree);
  }

  async #list(digest: Digest): Promise<Result<FileList, ReceiveFault>> {
    const content = await this.#content(digest);
    if (!content.ok) return content;
    if (content.value === null) return failed({ missing: [digest] });
    const list = fileListIn(content.value);
    return list === null ? failed({ store: "holds something else than a list of files" }) : success(list);
  }

  /** Null where the store has nothing. */
  #content(digest: Digest): Promise<Result<Uint8Array | null, ReceiveFault>> {
    return this.#readers.hold(async () => {
      const got = await this.#server.get(storedAt(digest));
      if (!got.ok) return failed({ away: away(got.failure) });
      if (got.value === null || digestOfBytes(got.value) === digest) return got;
      return failed({ store: `holds something else under ${storedAt(digest)}` });
    });
  }
}

export function away({ detail }: ServerFault): string {
  return `the shared store ${detail}`;
}

interface ReceivedProject {
  readonly repository: ReceivedRepository;
  /** Of what is written there. */
  readonly oids: Map<Digest, Oid>;
  readonly turn: Semaphore;
}

async function layProject(path: string): Promise<Result<ReceivedProject>> {
  const laid = await ReceivedRepository.lay(`${path}.git`);
  return laid.ok ? success({ repository: laid.value, oids: new Map(), turn: new Semaphore(1) }) : laid;
}

function nameOf({ repository }: OrderedTree): string {
  return encodeURIComponent(repository).replaceAll("*", "%2A");
}

/** As the order says it; all else of a project decides nothing about a stage. */
function projectOf(order: OrderedTree, id: string, root: string): Project {
  return {
    ...{ id, path: order.repository, root, repository: order.repository, branch: order.branch },
    ...{ specs: null, specFolders: [], scaffold: null, git: null, priority: 1 },
    ...{ setup: order.setup, env: order.env, services: [], keep: order.keep, gates: [] },
    ...(order.network === null ? {} : { network: order.network }),
    budget: { usd: null, perTaskUsd: null },
    independentTests: false,
    merge: "auto",
    commits: { author: null, signOff: null, sign: null, prefix: "" },
    place: { file: "projects.yaml", line: 1, column: 1 },
  };
}
