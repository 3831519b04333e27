// What did people write? A branch with the factory's contribution taken out again, path by path. A content is generated
// where a product put that very content there; everything else is a person's. It decides nothing about tasks:
//
//     at the path on the branch          is                       the human layer has
//     a content that a product put       generated                what lay below the product
//     an older one, put back             an edit ("reverted")     what lay below the product
//     nothing, where a product put some  an edit ("deleted")      what lay below the product
//     another content                    an edit ("changed")      the same change of what lay below
//     a content that no product knows    a person's               that content

import { type Digest, digestOfBytes } from "../model/digest.ts";
import type { Output } from "../model/output.ts";
import { type Result, success } from "../model/result.ts";
import { type Oid, sameEntry, type Tree, type TreeEntry } from "../model/tree.ts";
import { baseOfEdit } from "./edited-base.ts";
import type { Git } from "./git.ts";
import { HumanBase, type ToldOfPaths } from "./human-base.ts";
import { createdBy, LockKnowledge, type LockWords } from "./lock-knowledge.ts";
import { isMergeOfProducts } from "./merged-products.ts";
import { missingOf, readBlobs, readTree } from "./objects.ts";
import { isBelow, isWrittenAnew, productOfOtherLine } from "./older-products.ts";
import { pastBlobs } from "./past-blobs.ts";
import { holdsInserted, type Put } from "./puts.ts";

/** A person's change to generated content, as the branch has it now. */
export interface Edit {
  /** `reverted`: it is again what it was before the factory changed it. */
  readonly kind: "changed" | "deleted" | "reverted";
  /** What the branch holds; null where the path is gone. */
  readonly current: TreeEntry | null;
  /** What the product held of which it was made; null where nobody has that any more. */
  readonly generated: TreeEntry | null;
  /** Its digest, which a lock tells, where nobody has it. */
  readonly lost: Digest | null;
}

/** Edits whose base nobody has: no product can be merged over them. */
export function lostEdits(edited: ReadonlyMap<string, Edit>): ReadonlySet<string> {
  return new Set([...edited].flatMap(([path, { lost }]) => (lost === null ? [] : [path])));
}

export interface HumanLayer {
  readonly tree: Tree;
  readonly edited: ReadonlyMap<string, Edit>;
  /** What the branch holds of products: itself without people's edits of generated content, and what lies below that. */
  readonly layers: Layers;
}

/** A product next to the human layer that it was composed on: their difference is what the factory contributed. */
export interface Layers {
  readonly product: Tree;
  readonly human: Tree;
  readonly contribution: ReadonlySet<string>;
  /** Paths of which no commit tells that a product put it there, and only a lock does. */
  readonly unnamed: ReadonlySet<string>;
}

export interface HumanLayerQuestion extends LockWords, ToldOfPaths {
  readonly tip: Oid | null;
  /** Whether a task of today may write there. */
  readonly isClaimed: (path: string) => boolean;
}

export async function humanLayerOf(git: Git, question: HumanLayerQuestion): Promise<Result<HumanLayer>> {
  const { tip } = question;
  if (tip === null) {
    const nothing: Layers = {
      product: new Map(),
      human: new Map(),
      contribution: new Set(),
      unnamed: new Set(),
    };
    return success({ tree: new Map(), edited: new Map(), layers: nothing });
  }
  const current = await readTree(git, tip);
  if (!current.ok) return current;
  return new Sorting(git, question, current.value).sort(tip);
}

/** What a path of the branch turned out to be. */
type Found =
  | { readonly is: "generated"; readonly by: Put }
  | { readonly is: "recorded"; readonly output: Output; readonly past: readonly Oid[] }
  | { readonly is: "edit"; readonly kind: Edit["kind"]; readonly by: Put }
  | { readonly is: "lost"; readonly digest: Digest }
  | { readonly is: "human" };

class Sorting {
  readonly #git: Git;
  readonly #question: HumanLayerQuestion;
  readonly #current: Tree;
  readonly #humanBase: HumanBase;
  readonly #locks: LockKnowledge;

  constructor(git: Git, question: HumanLayerQuestion, current: Tree) {
    this.#git = git;
    this.#question = question;
    this.#current = current;
    this.#humanBase = new HumanBase(git, question, current);
    this.#locks = new LockKnowledge(git, question);
  }

  async sort(tip: Oid): Promise<Result<HumanLayer>> {
    const found = new Map<string, Found>();
    const open: string[] = [];
    const { puts, recorded, released } = this.#question;
    for (const path of new Set([...puts.keys(), ...recorded.keys()])) {
      if (released.has(path) && !holdsInserted(puts.get(path))) continue;
      const told = await this.#byLines(path, this.#byPuts(path));
      if (!told.ok) return told;
      if (told.value === null) open.push(path);
      else found.set(path, told.value);
    }
    const settled = await this.#byHistory(tip, open);
    if (!settled.ok) return settled;
    for (const [path, told] of settled.value) found.set(path, told);
    const lost = await this.#withoutBase(found);
    if (!lost.ok) return lost;
    for (const [path, told] of lost.value) found.set(path, told);
    return this.#layersOf(found);
  }

  /** Edits of a content that a message names, and that is not here: a squash in which it was edited brings no more than that. */
  async #withoutBase(found: ReadonlyMap<string, Found>): Promise<Result<ReadonlyMap<string, Found>>> {
    const bases = [...found].flatMap(([path, told]) => {
      const base = told.is === "edit" ? told.by.entry : null;
      return base === null || base.mode === "160000" ? [] : [{ path, oid: base.oid }];
    });
    const missing = await missingOf(
      this.#git,
      bases.map(({ oid }) => oid),
    );
    if (!missing.ok) return missing;
    const lost = new Map<string, Found>();
    for (const { path, oid } of bases.filter((base) => missing.value.has(base.oid))) {
      const digest = this.#question.recorded.get(path)?.find((output) => output.digest !== null)?.digest;
      const kept = digest == null ? success(null) : await this.#locks.kept(digest);
      if (!kept.ok) return kept;
      if (kept.value === oid) continue;
      const isThere = this.#current.has(path);
      // That a file is gone is an edit of it, whatever it held: only an output that nobody has must not be asked for.
      if (digest != null && (isThere || kept.value === null)) lost.set(path, { is: "lost", digest });
      else if (digest == null && isThere) lost.set(path, { is: "human" });
    }
    return success(lost);
  }

  /** Null where the products in the history do not say it all. */
  #byPuts(path: string): Found | null {
    const now = this.#current.get(path);
    const puts = this.#question.puts.get(path) ?? [];
    const newest = puts.find(({ held }) => held);
    const same = puts.find(({ entry }) => sameEntry(entry ?? undefined, now));
    if (newest === undefined) {
      if (now === undefined) return puts.length === 0 ? { is: "human" } : null;
      return same === undefined ? null : { is: "generated", by: same };
    }
    if (sameEntry(newest.entry ?? undefined, now)) return { is: "generated", by: newest };
    // What a product took away and a person wrote again is theirs.
    if (newest.entry === null) return { is: "human" };
    if (now === undefined) return { is: "edit", kind: "deleted", by: newest };
    if (isBelow(puts, newest, now)) return { is: "edit", kind: "reverted", by: newest };
    return same === undefined ? null : { is: "generated", by: same };
  }

  /**
   * What looks as if a person went back may be the product of another line, which a merge took; and what looks as if they wrote
   * it, an edit that a merge brought back after its task was away.
   */
  async #byLines(path: string, told: Found | null): Promise<Result<Found | null>> {
    const now = this.#current.get(path);
    if (now === undefined || told === null) return success(told);
    const { tip, isClaimed, recorded } = this.#question;
    const puts = this.#question.puts.get(path) ?? [];
    const removal = puts.find(({ held }) => held);
    if (tip !== null && told.is === "human" && removal?.entry === null && isClaimed(path)) {
      // A lock that came back would lay its output there.
      const isNew = recorded.has(path)
        ? success(false)
        : await isWrittenAnew(this.#git, { path, tip, removal });
      return isNew.ok ? success(isNew.value ? told : null) : isNew;
    }
    if (told.is !== "edit" || told.kind !== "reverted") return success(told);
    const other = await productOfOtherLine(this.#git, told.by, { now, puts });
    if (!other.ok) return other;
    return success(other.value === null ? told : { is: "generated", by: other.value });
  }

  /** The last generated content that the path had on this very branch is what a person's edit began with. */
  async #byHistory(tip: Oid, open: readonly string[]): Promise<Result<ReadonlyMap<string, Found>>> {
    const found = new Map<string, Found>();
    if (open.length === 0) return success(found);
    const [recorded, past] = await Promise.all([
      this.#locks.matching(open, this.#current),
      pastBlobs(this.#git, [tip], open),
    ]);
    if (!recorded.ok) return recorded;
    if (!past.ok) return past;
    for (const path of open) {
      const contents = past.value.get(path) ?? [];
      const output = recorded.value.get(path);
      const told: Result<Found> =
        output === undefined
          ? await this.#made(path, contents)
          : success({ is: "recorded", output, past: contents });
      if (!told.ok) return told;
      found.set(path, told.value);
    }
    return success(found);
  }

  async #made(path: string, past: readonly Oid[]): Promise<Result<Found>> {
    const now = this.#current.get(path);
    const puts = this.#question.puts.get(path) ?? [];
    // Locks have moved on, and the branch has not: what they told earlier still holds, also in a line without our messages.
    const locked = now === undefined ? success(false) : await this.#locks.toldOf(path, now);
    if (!locked.ok) return locked;
    if (locked.value && now !== undefined) return success({ is: "generated", by: createdBy(now) });
    const merged = await this.#mergedOf(path, past);
    if (!merged.ok) return merged;
    if (merged.value !== null) return success({ is: "generated", by: merged.value });
    const by = past.flatMap((oid) => puts.find(({ entry }) => entry?.oid === oid) ?? [])[0];
    if (by !== undefined && now === undefined) return success({ is: "edit", kind: "deleted", by });
    if (by !== undefined && now !== undefined) {
      const base = await baseOfEdit(this.#git, { now, shown: by, puts, past });
      return base.ok ? success({ is: "edit", kind: "changed", by: base.value }) : base;
    }
    // A squash tells of a product that it does not show, since people edited that before: theirs is what differs from it.
    const told = puts.find(({ held, entry }) => held && entry !== null);
    if (told !== undefined && now !== undefined) return success({ is: "edit", kind: "changed", by: told });
    // Another line has a product of this path, and this branch never had: there it waits, here is what lies below it.
    if (now === undefined) return success({ is: "human" });
    const other = puts.find(({ entry }) => entry !== null);
    if (other !== undefined) {
      const below = await this.#humanBase.of(path, other);
      if (!below.ok) return below;
      return success(
        below.value === undefined ? { is: "edit", kind: "changed", by: other } : { is: "human" },
      );
    }
    return this.#byDigest(path, now, past);
  }

  /** As if the newest product had put there what a merge made of it and another one. */
  async #mergedOf(path: string, past: readonly Oid[]): Promise<Result<Put | null>> {
    const { tip } = this.#question;
    const now = this.#current.get(path);
    const puts = this.#question.puts.get(path) ?? [];
    const newest = puts.find(({ held, entry }) => held && entry !== null);
    if (tip === null || now === undefined || newest?.entry?.mode !== now.mode) return success(null);
    const wasTold = (content: Uint8Array) => this.#locks.toldOfContent(path, now.mode, content);
    const isMerge = await isMergeOfProducts(this.#git, tip, { path, now, puts, past, wasTold });
    const { inserted, ...told } = newest;
    return isMerge.ok ? success(isMerge.value ? { ...told, entry: now } : null) : isMerge;
  }

  /** What people made of a file that only a lock knows. */
  async #byDigest(path: string, now: TreeEntry, past: readonly Oid[]): Promise<Result<Found>> {
    const made = this.#locks.createdAt(path);
    const contents = await readBlobs(this.#git, past);
    if (!contents.ok) return contents;
    if (made === null) return success(this.#locks.editAmong(path, past, contents.value) ?? { is: "human" });
    const at = contents.value.findIndex((content) => digestOfBytes(content) === made.digest);
    const kept = at < 0 ? await this.#locks.kept(made.digest) : success(past[at]!);
    if (!kept.ok) return kept;
    if (kept.value === null) return success({ is: "lost", digest: made.digest });
    const by = createdBy({ mode: made.mode, oid: kept.value });
    return success(
      sameEntry(by.entry ?? undefined, now) ? { is: "generated", by } : { is: "edit", kind: "changed", by },
    );
  }

  /** What people had below a content that only a lock knows: the file that its task was given. */
  async #belowRecorded(
    path: string,
    { output, past }: Extract<Found, { is: "recorded" }>,
  ): Promise<Result<TreeEntry | undefined>> {
    const now = this.#current.get(path)!;
    if (output.base === null) return success(undefined);
    const last = this.#question.puts.get(path)?.find(({ entry }) => entry !== null);
    if (last !== undefined) {
      const below = await this.#humanBase.of(path, last);
      if (!below.ok || below.value === undefined) return below;
      const reversed = await this.#humanBase.reverse(path, last, now, below.value);
      return reversed.ok ? success(reversed.value ?? below.value) : reversed;
    }
    if (output.inserted !== undefined) return this.#locks.withoutInserted(now, path);
    const contents = await readBlobs(this.#git, past);
    if (!contents.ok) return contents;
    const at = contents.value.findIndex((content) => digestOfBytes(content) === output.base);
    // Nobody has it any more: then what stands there counts as theirs, so that nothing of it can go.
    return success(at < 0 ? now : { mode: now.mode, oid: past[at]! });
  }

  async #layersOf(found: ReadonlyMap<string, Found>): Promise<Result<HumanLayer>> {
    const tree = new Map(this.#current);
    const product = new Map(this.#current);
    const human = new Map(this.#current);
    const edited = new Map<string, Edit>();
    const contribution = new Set<string>();
    const unnamed = new Set<string>();
    for (const [path, told] of found) {
      const now = this.#current.get(path);
      if (told.is === "human") continue;
      if (told.is === "lost") {
        edited.set(path, { kind: "changed", current: now ?? null, generated: null, lost: told.digest });
        for (const layer of [tree, product, human]) put(layer, path, undefined);
        continue;
      }
      const below =
        told.is === "recorded"
          ? await this.#belowRecorded(path, told)
          : await this.#humanBase.of(path, told.by);
      if (!below.ok) return below;
      const generated = told.is === "recorded" ? now : (told.by.entry ?? undefined);
      put(product, path, generated);
      put(human, path, below.value);
      if (!sameEntry(generated, below.value)) {
        contribution.add(path);
        if (told.is === "recorded" || told.by.commit === null) unnamed.add(path);
      }
      if (told.is === "generated" || told.is === "recorded") {
        put(tree, path, below.value);
        continue;
      }
      const edit: Edit = { kind: told.kind, current: now ?? null, generated: told.by.entry, lost: null };
      // Again what people had before there was a product.
      if (sameEntry(now, below.value)) {
        edited.set(path, now === undefined ? edit : { ...edit, kind: "reverted" });
        continue;
      }
      const reversed =
        told.kind === "changed"
          ? await this.#humanBase.reverse(path, told.by, now ?? null, below.value ?? null)
          : success(null);
      if (!reversed.ok) return reversed;
      put(tree, path, reversed.value ?? below.value);
      if (reversed.value === null) edited.set(path, edit);
    }
    return success({ tree, edited, layers: { product, human, contribution, unnamed } });
  }
}

function put(tree: Map<string, TreeEntry>, path: string, entry: TreeEntry | undefined): void {
  if (entry === undefined) tree.delete(path);
  else tree.set(path, entry);
}
