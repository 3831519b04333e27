// What is in a tree, asked as agents ask? The one place that answers them, so that a read can be asked again later and
// compared by its digest.

import { NO_FILE, type SearchHit, type Snapshot, type SnapshotFile } from "../../agents/snapshot.ts";
import { type Digest, digestOf } from "../../model/digest.ts";
import { isBeside } from "../../model/path.ts";
import { type Result, success } from "../../model/result.ts";
import type { Tree } from "../../model/tree.ts";
import type { ProjectState } from "./project-state.ts";

/** So that a project's files are read by a few processes, and are not all in memory. */
const SEARCHED_AT_ONCE = 256;

export class TreeSnapshot implements Snapshot {
  readonly #state: ProjectState;
  readonly #tree: Tree;

  constructor(state: ProjectState, tree: Tree) {
    this.#state = state;
    this.#tree = tree;
  }

  async read(path: string): Promise<Result<SnapshotFile>> {
    const entry = this.#tree.get(path);
    if (entry === undefined || entry.mode === "160000") {
      return success(NO_FILE);
    }
    const digest = await this.#state.contents.digestAt(this.#tree, path);
    if (!digest.ok) return digest;
    const content = await this.#state.contents.of(entry.oid);
    if (!content.ok) return content;
    return success({ content: content.value, mode: entry.mode, digest: digest.value });
  }

  /** The empty folder name is the whole project; what lies beside it is only read by whoever knows its path. */
  async list(folder: string): Promise<Result<{ names: readonly string[] | null; digest: Digest | null }>> {
    const prefix = folder === "" ? "" : `${folder}/`;
    const found = new Set<string>();
    for (const path of this.#tree.keys()) {
      if (!path.startsWith(prefix) || isBeside(path)) continue;
      const [name = "", ...deeper] = path.slice(prefix.length).split("/");
      found.add(deeper.length > 0 ? `${name}/` : name);
    }
    const names = [...found].sort();
    return success(
      names.length === 0 ? { names: null, digest: null } : { names, digest: digestOf("list/1", names) },
    );
  }

  async search(text: string): Promise<Result<{ hits: readonly SearchHit[]; digest: Digest | null }>> {
    const hits: SearchHit[] = [];
    const files = [...this.#tree].filter(([path, { mode }]) => mode !== "160000" && !isBeside(path));
    files.sort(([a], [b]) => (a < b ? -1 : 1));
    for (let from = 0; from < files.length; from += SEARCHED_AT_ONCE) {
      const some = files.slice(from, from + SEARCHED_AT_ONCE);
      const contents = await this.#state.contents.ofAll(some.map(([, { oid }]) => oid));
      if (!contents.ok) return contents;
      for (const [index, content] of contents.value.entries()) {
        const [path] = some[index] as (typeof files)[number];
        hits.push(...hitsIn(path, Buffer.from(content).toString("utf8"), text));
      }
    }
    const told = hits.map((hit) => `${hit.path}:${hit.line}:${hit.text}`);
    return success({ hits, digest: hits.length === 0 ? null : digestOf("search/1", told) });
  }
}

function hitsIn(path: string, content: string, text: string): SearchHit[] {
  if (!content.includes(text)) return [];
  return content
    .split("\n")
    .flatMap((line, index) => (line.includes(text) ? [{ path, line: index + 1, text: line }] : []));
}
