// How does a product reach the project? Objects first, then both refs in one compare-and-swap, then the files that
// are checked out. Whatever is in the way is found before anything moves:
//
//     look ─► objects ─► dry run ─► note ─► refs ─► files ─► note gone
//                                    └─ a kill from here on is ended by `finishPublish`

import { readFile, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { failed, type Result, success } from "../model/result.ts";
import type { Oid } from "../model/tree.ts";
import { DETACHED } from "./branch.ts";
import { Checkout } from "./checkout.ts";
import { namesIn, onDisk, replaceFile, unlessMissing } from "./disk.ts";
import type { Git } from "./git.ts";
import { type Heads, OLD_BRANCH, productRef, readHeads } from "./heads.ts";
import { gitAt, type Located } from "./locate.ts";
import { isPartial } from "./partial-clone.ts";
import { takeBackIndex } from "./replaced-index.ts";

export interface Move {
  readonly from: Oid | null;
  readonly to: Oid | null;
}

export interface Publication {
  readonly branch: Move;
  /** Of the ref that remembers the branch's products. */
  readonly product: Move;
  /** Where the first version's branch `factory` stands, if that goes because the ref takes its place. */
  readonly retired: Oid | null;
}

/** Where a publication happens: the project, its branch, the engine's clone, and a path prefix for notes. */
export interface PublishTarget {
  readonly project: Located;
  readonly branch: string;
  readonly clone: Git;
  readonly notes: string;
  /** As in RepositoryPlace. */
  readonly sources: readonly string[] | undefined;
  /** Whether nobody else has taken the workspace over meanwhile; asked when all is ready to move. */
  readonly holds?: () => boolean;
}

// Below this many objects they are written one by one, so that a repository does not fill with tiny packs.
const UNPACK_LIMIT = 100;

// Longer than any living git holds the lock of a ref.
const LOCK_MS = 1000;

interface Note {
  readonly gitDir: string;
  readonly branch: string;
  readonly publication: Publication;
}

/** Failures `dirty-worktree`, `branch-elsewhere`, `branch-moved` and `cancelled` leave refs and files as they were. */
export async function publish(target: PublishTarget, publication: Publication): Promise<Result<null>> {
  if (target.branch === DETACHED) {
    return failed({ reason: "branch-detached", path: target.project.workTree ?? target.project.gitDir });
  }
  const finished = await finishPublish(target);
  if (!finished.ok) return finished;
  const heads = await readHeads(target.project, target.branch);
  if (!heads.ok) return heads;
  const state = standsAs(target.branch, heads.value, publication);
  if (!state.ok) return state;
  const { from, to } = publication.branch;
  const checkout =
    to !== null && from !== to && heads.value.checkedOut === "branch" ? checkoutOf(target) : null;
  const clean = checkout === null ? success(null) : await checkout.cleanliness(from);
  if (!clean.ok) return clean;
  const sent = await sendObjects(target, publication);
  if (!sent.ok) return sent;
  const free = checkout === null || to === null ? success(null) : await checkout.obstacles(from, to);
  if (!free.ok) return free;
  const noted = await writeNote(target, publication);
  if (!noted.ok) return noted;
  const moved =
    target.holds?.() === false
      ? failed({ reason: "cancelled" as const })
      : await moveRefs(target, heads.value, publication);
  if (moved.ok && checkout !== null && to !== null) {
    const followed = await checkout.follow(from, to);
    if (!followed.ok) return followed;
  }
  const cleared = await clearNote(target);
  return moved.ok ? cleared : moved;
}

/**
 * Ends a publication that was killed between the refs and the files. Only for the one build that holds the lock.
 * Where a person has worked on since, their files stay and so does the note. False where there was none.
 */
export async function finishPublish(target: PublishTarget): Promise<Result<boolean>> {
  const note = await readNote(target);
  if (!note.ok) return note;
  const undrafted = await dropDrafts(target);
  if (!undrafted.ok) return undrafted;
  if (note.value === null) return success(false);
  const { gitDir, branch, publication } = note.value;
  const tidied = await takeBackIndex(gitDir, indexCopyOf(target));
  if (!tidied.ok) return tidied;
  if (gitDir !== target.project.gitDir || branch !== target.branch) return ended(target);
  const unlocked = await takeBackRefLocks(target, publication);
  if (!unlocked.ok) return unlocked;
  const heads = await endTransaction(target, publication);
  if (!heads.ok) return heads;
  const { from, to } = publication.branch;
  const shown = heads.value.branch === to && heads.value.checkedOut === "branch";
  if (to === null || from === to || !shown) return ended(target);
  const recovered = await checkoutOf(target).recover(from, to);
  if (!recovered.ok) return recovered;
  return recovered.value ? ended(target) : success(true);
}

async function ended(target: PublishTarget): Promise<Result<boolean>> {
  const cleared = await clearNote(target);
  return cleared.ok ? success(true) : cleared;
}

// git writes one ref file after the other. Where only one of ours was written, the other one follows; a git that was
// killed may still end its last step, so what counts is where both stand afterwards.
async function endTransaction(target: PublishTarget, publication: Publication): Promise<Result<Heads>> {
  const heads = await readHeads(target.project, target.branch);
  if (!heads.ok) return heads;
  const { branch, product } = publication;
  const arrived = arrivals(heads.value, publication);
  const branchWaits = heads.value.branch === branch.from && arrived[1];
  const productWaits = heads.value.product === product.from && arrived[0];
  if (arrived.every(Boolean) || !(branchWaits || productWaits)) return heads;
  const moved = await moveRefs(target, heads.value, publication);
  const now = await readHeads(target.project, target.branch);
  return !now.ok || moved.ok || arrivals(now.value, publication).every(Boolean) ? now : moved;
}

function arrivals({ branch, product }: Heads, publication: Publication): readonly [boolean, boolean] {
  return [branch === publication.branch.to, product === publication.product.to];
}

// A git that was killed leaves its locks on the refs. Ours hold the id that we were writing, or nothing yet; a lock
// of a living git is gone a moment later.
function takeBackRefLocks(target: PublishTarget, publication: Publication): Promise<Result<null>> {
  const { commonDir, gitDir } = target.project;
  const locks = [
    [join(commonDir, "refs/heads", `${target.branch}.lock`), publication.branch.to],
    [join(commonDir, `${productRef(target.branch)}.lock`), publication.product.to],
    [join(commonDir, "refs/heads", `${OLD_BRANCH}.lock`), publication.retired],
    [join(gitDir, "HEAD.lock"), null],
  ] as const;
  return onDisk(commonDir, "remove ref locks", async () => {
    const left: string[] = [];
    for (const [path, oid] of locks) {
      const content = (await unlessMissing(readFile(path, "latin1")))?.trim();
      if (content === "" || (content !== undefined && content === oid)) left.push(path);
    }
    if (left.length > 0) await setTimeout(LOCK_MS);
    for (const path of left) await rm(path, { force: true });
    return null;
  });
}

function standsAs(branch: string, heads: Heads, publication: Publication): Result<null> {
  const moved = (name: string) => failed({ reason: "branch-moved" as const, branch: name });
  if (heads.branch !== publication.branch.from) return moved(branch);
  if (heads.product !== publication.product.from) return moved(productRef(branch));
  if (changes(publication.branch) && heads.elsewhere !== null) {
    return failed({ reason: "branch-elsewhere", branch, worktree: heads.elsewhere });
  }
  return success(null);
}

async function sendObjects(target: PublishTarget, publication: Publication): Promise<Result<null>> {
  const { branch, product, retired } = publication;
  const wanted = [branch.to, product.to].filter((oid) => oid !== null);
  const present = [branch.from, product.from, retired].filter((oid) => oid !== null);
  if (wanted.every((oid) => present.includes(oid))) return success(null);
  const revisions = [...wanted, "--not", ...present].map((line) => `${line}\n`).join("");
  const pack = await target.clone.feed(["pack-objects", "--revs", "--stdout", "-q"], revisions);
  if (!pack.ok) return pack;
  const few = pack.value.readUInt32BE(8) < UNPACK_LIMIT;
  const partial = await isPartial(target.project);
  if (!partial.ok) return partial;
  // A product on an older commit goes on from files that only the server has: git would look whether they are here.
  const strict = partial.value ? [] : ["--strict"];
  const receive = few ? ["unpack-objects", "-q", ...strict] : ["index-pack", "--stdin", ...strict];
  const received = await gitAt(target.project).feed(receive, pack.value);
  return received.ok ? success(null) : received;
}

async function moveRefs(
  target: PublishTarget,
  heads: Heads,
  publication: Publication,
): Promise<Result<null>> {
  const moves = [
    { ref: `refs/heads/${target.branch}`, from: heads.branch, to: publication.branch.to },
    { ref: productRef(target.branch), from: heads.product, to: publication.product.to },
  ].flatMap(({ ref, from, to }) => (to === null || to === from ? [] : [{ ref, from, to }]));
  if (moves.length === 0) return success(null);
  const isNew = heads.product === null && publication.product.to !== null;
  const free = isNew ? await makeWay(target) : success(null);
  if (!free.ok) return free;
  const none = "0".repeat(target.project.objectFormat === "sha1" ? 40 : 64);
  const updates = moves.map(({ ref, from, to }) => `update ${ref} ${to} ${from ?? none}\n`);
  const { retired } = publication;
  if (retired !== null && heads.old === retired && heads.oldElsewhere === null) {
    updates.push(`delete refs/heads/${OLD_BRANCH} ${retired}\n`);
  }
  const transaction = `start\n${updates.join("")}prepare\ncommit\n`;
  const git = gitAt(target.project);
  const updated = await git.feed(["update-ref", "-m", "factory: publish", "--stdin"], transaction);
  if (updated.ok) return success(null);
  // Whether somebody was faster is a fact about the refs, not about the wording of git's message.
  const now = await readHeads(target.project, target.branch);
  if (!now.ok) return now;
  const branch =
    now.value.branch !== heads.branch
      ? target.branch
      : now.value.product !== heads.product
        ? productRef(target.branch)
        : null;
  return branch === null ? updated : failed({ reason: "branch-moved", branch });
}

const NAMED = ["refs/factory/", "refs/heads/"];

// git keeps no ref `a` beside a ref `a/b`. What remembers the products of a branch that is gone makes way for that of a
// branch that is there, and remembers on under a name that no branch can have.
async function makeWay({ project, branch }: PublishTarget): Promise<Result<null>> {
  const git = gitAt(project);
  const own = productRef(branch);
  const listed = await git.feed(["for-each-ref", "--format=%(refname) %(objectname)", ...NAMED]);
  if (!listed.ok) return listed;
  const refs = new Map(
    listed.value
      .toString("utf8")
      .split("\n")
      .map((line) => line.split(" ") as [ref: string, oid: string]),
  );
  const updates = [...refs].flatMap(([ref, oid]) => {
    const isGone = !refs.has(ref.replace(/^refs\/factory\//, "refs/heads/"));
    const isInTheWay = isGone && (ref.startsWith(`${own}/`) || own.startsWith(`${ref}/`));
    return isInTheWay ? [`update refs/factory/-/${oid} ${oid}\n`, `delete ${ref} ${oid}\n`] : [];
  });
  if (updates.length === 0) return success(null);
  const transaction = `start\n${updates.join("")}prepare\ncommit\n`;
  const moved = await git.feed(["update-ref", "--stdin"], transaction);
  return moved.ok ? success(null) : moved;
}

function changes(move: Move): boolean {
  return move.to !== null && move.to !== move.from;
}

function checkoutOf(target: PublishTarget): Checkout {
  const { project, sources } = target;
  return new Checkout(project, project.workTree ?? project.gitDir, { index: indexCopyOf(target), sources });
}

function indexCopyOf({ notes }: PublishTarget): string {
  return `${notes}.index`;
}

function writeNote(target: PublishTarget, publication: Publication): Promise<Result<void>> {
  const note: Note = { gitDir: target.project.gitDir, branch: target.branch, publication };
  return onDisk(target.notes, "note the publication", () => replaceFile(target.notes, JSON.stringify(note)));
}

/** Notes that a kill let nobody finish. */
function dropDrafts({ notes }: PublishTarget): Promise<Result<null>> {
  const [folder, name] = [dirname(notes), basename(notes)];
  return onDisk(folder, "remove drafts of notes", async () => {
    for (const other of await namesIn(folder))
      if (other.startsWith(`${name}.`) && other.endsWith(".draft"))
        await rm(join(folder, other), { force: true });
    return null;
  });
}

function clearNote(target: PublishTarget): Promise<Result<null>> {
  return onDisk(target.notes, "clear the note", async () => {
    await rm(target.notes, { force: true });
    return null;
  });
}

function readNote(target: PublishTarget): Promise<Result<Note | null>> {
  return onDisk(target.notes, "read the note", async () => {
    const text = await unlessMissing(readFile(target.notes, "utf8"));
    if (text === null) return null;
    const note = JSON.parse(text) as Note;
    // A build of the first version, killed half way, notes its branch `factory` here, which stays where it is.
    const nothing = { product: { from: null, to: null }, retired: null };
    return { ...note, publication: { ...nothing, ...note.publication } };
  });
}
