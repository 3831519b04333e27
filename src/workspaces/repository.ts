// What can the line do with a project's repository? Everything but moving it is done in the engine's own clone.
// It does not know what a task is: it is given trees and gives trees.

import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { CodeCommit, LineRange } from "../model/blame.ts";
import type { CommitStyle } from "../model/commit-rules.ts";
import { failed, type Result, success } from "../model/result.ts";
import type { Oid, Tree } from "../model/tree.ts";
import { BlobMemory } from "./blob-memory.ts";
import { branchOf } from "./branch.ts";
import { type Committing, type HowToCommit, styleOf } from "./commit-style.ts";
import { onDisk } from "./disk.ts";
import { dropOtherClones, objectFolders, openInClone } from "./engine-clone.ts";
import type { Git } from "./git.ts";
import { type BlameQuestion, blameLines, codeCommits, lastChange } from "./git-blame.ts";
import { type Heads, readHeads } from "./heads.ts";
import { type HumanLayer, type HumanLayerQuestion, humanLayerOf } from "./human-layer.ts";
import { layIgnoreRules } from "./ignore-rules.ts";
import { type Located, locate } from "./locate.ts";
import { type MergeCommit, type Merged, type MergeOrder, mergeProduct, writeMerge } from "./merge.ts";
import { dateOf, haveAll, readTree, TreeWriter, treeOf, writeCommit } from "./objects.ts";
import { holdsAll } from "./partial-clone.ts";
import { type Past, readPast } from "./past.ts";
import { pastBlobs } from "./past-blobs.ts";
import { type ProductOrder, type ProductPlan, planProduct, writeProduct } from "./product.ts";
import { isOldProduct, remember, type WaitingProduct, waitingProduct } from "./product-memory.ts";
import { finishPublish, type Move, type PublishTarget, publish } from "./publish.ts";
import { type Puts, readPuts } from "./puts.ts";
import { TreeMemory } from "./tree-memory.ts";

export interface RepositoryPlace {
  /** Folder of the project, absolute. */
  readonly path: string;
  /** As declared: CURRENT, or null where nothing is said. */
  readonly branch: string | null;
  /** Folder of the engine's clones, such as `<root>/.factory/git/shop-api.git`. Files beside it share its name. */
  readonly clones: string;
  /** Files and folders of the project that a build reads as they lie there: their changes are no work on code. */
  readonly sources?: readonly string[] | undefined;
}

/** One project as the factory sees it. No method rejects. All may run at once, except `publish` and `recover`. */
export class Repository {
  readonly located: Located;
  /** Into which products are brought; DETACHED where there is none. */
  readonly branch: string;
  readonly #place: RepositoryPlace;
  readonly #git: Git;
  readonly #blobs: BlobMemory;
  readonly #trees = new TreeMemory();
  #opened: Heads;
  #past: { readonly tip: Oid | null; readonly answer: Promise<Result<Past>> } | null = null;
  #style: Promise<Result<CommitStyle>> | null = null;
  #puts: { readonly key: string; readonly answer: Promise<Result<Puts>> } | null = null;

  private constructor(place: RepositoryPlace, located: Located, branch: string, git: Git, heads: Heads) {
    this.#place = place;
    this.branch = branch;
    this.#opened = heads;
    this.located = located;
    this.#git = git;
    this.#blobs = new BlobMemory(git, located.objectFormat);
  }

  /**
   * Changes nothing in the project, so reading commands may open it during a build. `askEarly` also asks git at once
   * what its human layer is made of, so that nobody has to wait for that later.
   */
  static async open(place: RepositoryPlace, askEarly = false): Promise<Result<Repository>> {
    const located = await locate(place.path);
    if (!located.ok && located.failure.reason === "git") {
      return failed({ reason: "project-unusable", path: place.path, detail: located.failure.stderr });
    }
    if (!located.ok) return located;
    const { value: project } = located;
    if (project === null) return failed({ reason: "project-missing", path: place.path });
    const branch = await branchOf(project, place.branch, place.sources !== undefined);
    if (!branch.ok) return branch;
    return openInClone(place.clones, project, (clone) =>
      Repository.#openIn(clone, { place, located: project, branch: branch.value }, askEarly),
    );
  }

  /** As they stand now. */
  heads(): Promise<Result<Heads>> {
    return readHeads(this.located, this.branch);
  }

  /** As they stood when the repository was opened or recovered. */
  get openedAt(): Heads {
    return this.#opened;
  }

  tree(treeish: Oid | null): Promise<Result<Tree>> {
    return readTree(this.#git, treeish);
  }

  /** Id of the tree of a commit. */
  treeOf(commit: Oid): Promise<Result<Oid>> {
    return treeOf(this.#git, commit);
  }

  /** In the order asked; what was read lately is shared, so nobody may write to it. */
  read(oids: readonly Oid[]): Promise<Result<readonly Uint8Array[]>> {
    return this.#blobs.read(oids);
  }

  write(contents: readonly Uint8Array[]): Promise<Result<readonly Oid[]>> {
    return this.#blobs.write(contents);
  }

  /** Id of a tree whose blobs are already written; equal content has an equal id. */
  writeTree(tree: Tree): Promise<Result<Oid>> {
    return this.#trees.oidOf(tree, () => this.withIndex((git) => new TreeWriter(git).write(tree)));
  }

  /** A commit of the tree on the branch as it stood, with the date of what it lies on: the same in every build. */
  async commitOnTip(tree: Oid, message: string): Promise<Result<Oid>> {
    const { branch: tip } = this.#opened;
    const date = tip === null ? success(0) : await dateOf(this.#git, tip);
    if (!date.ok) return date;
    return this.#trees.commitOf(`${tip} ${tree} ${message}`, () =>
      writeCommit(this.#git, { tree, parents: tip === null ? [] : [tip], message, date: date.value }),
    );
  }

  /** Refs and remotes of the project as they were when the branch was where this build found it. */
  past(): Promise<Result<Past>> {
    const { branch: tip } = this.#opened;
    const known = this.#past;
    if (known !== null && known.tip === tip) return known.answer;
    const answer = readPast(this.located, this.branch, tip);
    this.#past = { tip, answer };
    return answer;
  }

  async humanLayer(question: Omit<HumanLayerQuestion, "puts">): Promise<Result<HumanLayer>> {
    const puts = question.tip === null ? success(new Map()) : await this.#putsAt(question.tip);
    return puts.ok ? humanLayerOf(this.#git, { ...question, puts: puts.value }) : puts;
  }

  /** What products put where, in the history of the commit and in all that is remembered. */
  #putsAt(tip: Oid): Promise<Result<Puts>> {
    const others = this.#opened.others.filter((oid) => oid !== tip);
    const key = [tip, ...others].join(" ");
    if (this.#puts?.key === key) return this.#puts.answer;
    const answer = readPuts(this.#git, { tip, others, gitDir: this.#git.place.gitDir });
    this.#puts = { key, answer };
    return answer;
  }

  /** The product that is not on the branch yet; null where there is none. */
  async waiting(): Promise<Result<WaitingProduct | null>> {
    const product = await this.#remembered();
    if (!product.ok) return product;
    return waitingProduct(this.#git, { tip: this.#opened.branch, product: product.value });
  }

  /** Where our own ref stands, or else the branch that the first version kept. */
  async #remembered(): Promise<Result<Oid | null>> {
    const { product, old } = this.#opened;
    if (product !== null || old === null) return success(product);
    const ours = await isOldProduct(this.#git, old);
    return ours.ok ? success(ours.value ? old : null) : ours;
  }

  /** What the paths held at any time in the history of the commits, by path, the newest first. */
  pastBlobs(
    tips: readonly Oid[],
    paths: readonly string[],
  ): Promise<Result<ReadonlyMap<string, readonly Oid[]>>> {
    return pastBlobs(this.#git, tips, paths);
  }

  blame(question: BlameQuestion): Promise<Result<readonly LineRange[]>> {
    return blameLines(this.#git, question);
  }

  lastChange(commit: Oid, path: string): Promise<Result<Oid | null>> {
    return lastChange(this.#git, commit, path);
  }

  codeCommits(commits: readonly Oid[]): Promise<Result<ReadonlyMap<Oid, CodeCommit>>> {
    return codeCommits(this.#git, commits);
  }

  /** A commit on top of `parent` in which one file is another: for questions about what nobody has committed. */
  async commitWith(parent: Oid, path: string, content: Uint8Array): Promise<Result<Oid>> {
    const tree = await this.tree(parent);
    if (!tree.ok) return tree;
    const written = await this.write([content]);
    if (!written.ok) return written;
    const mode = tree.value.get(path)?.mode ?? "100644";
    const changed = new Map(tree.value).set(path, { mode, oid: written.value[0] as Oid });
    const oid = await this.withIndex((git) => new TreeWriter(git).write(changed));
    if (!oid.ok) return oid;
    const commit = { tree: oid.value, parents: [parent], message: "Not committed yet\n", date: 0 };
    return writeCommit(this.#git, commit);
  }

  planProduct(order: ProductOrder): Promise<Result<ProductPlan | null>> {
    return planProduct(this.#git, order);
  }

  async commitProduct(plan: ProductPlan, committing: Committing): Promise<Result<Oid>> {
    const how = await this.#howToCommit(committing);
    return how.ok ? writeProduct(this.#git, plan, how.value) : how;
  }

  merge(order: MergeOrder): Promise<Result<Merged>> {
    return mergeProduct(this.#git, order);
  }

  async commitMerge(merge: Omit<MergeCommit, "branch">, committing: Committing): Promise<Result<Oid | null>> {
    const how = await this.#howToCommit(committing);
    return how.ok ? writeMerge(this.#git, { ...merge, branch: this.branch }, how.value) : how;
  }

  /**
   * Moves the project's branch and checked-out files, and remembers the product: `product` is its newest commit, or null
   * where it is what the branch holds. Only for the build that holds the lock, which `holds` tells at the last moment.
   */
  async publish(branch: Move, product: Oid | null, holds = () => true): Promise<Result<null>> {
    const { product: from } = this.#opened;
    const before = await this.#remembered();
    if (!before.ok) return before;
    const newest = product ?? (before.value === null ? null : (branch.to ?? branch.from));
    const to = newest === null ? success(from) : await remember(this.#git, newest, before.value);
    if (!to.ok) return to;
    const retired = from === null ? before.value : null;
    const publication = { branch, product: { from, to: to.value }, retired };
    const published = await publish({ ...this.#target(), holds }, publication);
    if (!published.ok) return published;
    const heads = await this.heads();
    if (!heads.ok) return heads;
    this.#opened = heads.value;
    return success(null);
  }

  /** Moves a branch of ours, such as `factory/main`, in which nobody works. */
  publishBranch(name: string, move: Move): Promise<Result<null>> {
    const nothing = { from: null, to: null };
    return publish({ ...this.#target(), branch: name }, { branch: move, product: nothing, retired: null });
  }

  /** The project's git is asked once: its settings are of this build as its branch is. */
  async #howToCommit({ rules, ...rest }: Committing): Promise<Result<HowToCommit>> {
    this.#style ??= styleOf(this.located, rules);
    const style = await this.#style;
    return style.ok ? success({ ...rest, project: this.located, style: style.value }) : style;
  }

  dateOf(commit: Oid): Promise<Result<number>> {
    return dateOf(this.#git, commit);
  }

  /** Ends what a killed build began to publish; `publish` does it by itself. Clones that serve no more go. Same condition. */
  async recover(): Promise<Result<null>> {
    const finished = await finishPublish(this.#target());
    if (!finished.ok) return finished;
    const dropped = await dropOtherClones(this.#git);
    if (!dropped.ok) return dropped;
    const heads = finished.value ? await readHeads(this.located, this.branch) : success(this.#opened);
    if (!heads.ok) return heads;
    this.#opened = heads.value;
    return success(null);
  }

  /** A folder that holds nothing but the `.gitignore` files of a tree, for git to read. */
  ignoreRules(tree: Tree): Promise<Result<string>> {
    return this.#trees.rulesOf(tree, () => layIgnoreRules(this.#git, tree, this.#beside("ignores")));
  }

  /** For questions about objects that name them by id. */
  get asGit(): Git {
    return this.#git;
  }

  /** None where the specs lie elsewhere. */
  get sources(): readonly string[] {
    return this.#place.sources ?? [];
  }

  /** Folder for what is needed while one question is answered; nothing in it outlives its question. */
  get scratch(): string {
    return join(this.#git.place.gitDir, "scratch");
  }

  /** Folder of what filters of the person's made of the human layer's files. */
  get smudged(): string {
    return resolve(this.#beside("smudged"));
  }

  /** Object folders that a repository must borrow to have all objects of this one, absolute. */
  objectFolders(): Promise<Result<readonly string[]>> {
    return onDisk(this.#git.place.gitDir, "read the alternates", async () => [
      join(this.#git.place.gitDir, "objects"),
      ...(await objectFolders(this.located)),
    ]);
  }

  /** Runs `use` with an index of its own, which is gone afterwards. */
  async withIndex<T>(use: (git: Git) => Promise<Result<T>>): Promise<Result<T>> {
    const indexFile = join(this.#git.place.gitDir, "indexes", randomUUID());
    const result = await use(this.#git.at({ indexFile }));
    const removed = await onDisk(indexFile, "remove an index", () => rm(indexFile, { force: true }));
    return removed.ok ? result : removed;
  }

  /** git with a work tree and an index of the caller's own, which stay. */
  workingIn(workTree: string, indexFile: string): Git {
    return this.#git.at({ workTree, indexFile });
  }

  #target(): PublishTarget {
    return {
      sources: this.#place.sources,
      project: this.located,
      branch: this.branch,
      clone: this.#git,
      notes: this.#beside("publish"),
    };
  }

  #beside(kind: "ignores" | "publish" | "smudged"): string {
    return `${this.#place.clones.replace(/\.git$/, "")}.${kind}`;
  }

  // The clone serves when it has both tips. Their trees are what is asked for next.
  static async #openIn(
    clone: Promise<Result<Git>>,
    { place, located, branch }: Pick<Repository, "located" | "branch"> & { readonly place: RepositoryPlace },
    askEarly: boolean,
  ): Promise<Result<Repository>> {
    const [git, heads] = await Promise.all([clone, readHeads(located, branch)]);
    if (!git.ok) return git;
    if (!heads.ok) return heads;
    const { branch: tip, others } = heads.value;
    const repository = new Repository(place, located, branch, git.value, heads.value);
    // Its answers, and its failures, are for whoever asks the same again.
    if (askEarly && tip !== null) void repository.#putsAt(tip);
    const tips = [tip, ...others].filter((oid) => oid !== null);
    const [there, whole] = await Promise.all([haveAll(git.value, tips), holdsAll(located, tip)]);
    if (!there.ok) return there;
    return whole.ok ? success(repository) : whole;
  }
}
