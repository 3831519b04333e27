// What is in a tree, asked as agents ask? The one place that answers them, so that a read can be asked again later and
// compared by its digest.

import type { SearchHit, Snapshot, SnapshotFile } from "../agents/snapshot.ts";
import { type Digest, digestOf } from "../model/digest.ts";
import { type Result, success } from "../model/result.ts";
import type { Tree } from "../model/tree.ts";
import type { Site } from "./site.ts";

export class TreeSnapshot implements Snapshot {
  readonly #site: Site;
  readonly #tree: Tree;

  constructor(site: Site, tree: Tree) {
    this.#site = site;
    this.#tree = tree;
  }

  async read(path: string): Promise<Result<SnapshotFile>> {
    const entry = this.#tree.get(path);
    if (entry === undefined || entry.mode === "160000") {
      return success({ content: null, mode: null, digest: null });
    }
    const digest = await this.#site.digestAt(this.#tree, path);
    if (!digest.ok) return digest;
    const content = await this.#site.contentOf(entry.oid);
    if (!content.ok) return content;
    return success({ content: content.value, mode: entry.mode, digest: digest.value });
  }

  /** The empty folder name is the whole project. */
  async list(folder: string): Promise<Result<{ names: readonly string[] | null; digest: Digest | null }>> {
    const prefix = folder === "" ? "" : `${folder}/`;
    const found = new Set<string>();
    for (const path of this.#tree.keys()) {
      if (!path.startsWith(prefix)) continue;
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
    for (const path of [...this.#tree.keys()].sort()) {
      const entry = this.#tree.get(path);
      if (entry === undefined || entry.mode === "160000") continue;
      const content = await this.#site.contentOf(entry.oid);
      if (!content.ok) return content;
      const lines = Buffer.from(content.value).toString("utf8").split("\n");
      for (const [index, line] of lines.entries()) {
        if (line.includes(text)) hits.push({ path, line: index + 1, text: line });
      }
    }
    const told = hits.map((hit) => `${hit.path}:${hit.line}:${hit.text}`);
    return success({ hits, digest: hits.length === 0 ? null : digestOf("search/1", told) });
  }
}
