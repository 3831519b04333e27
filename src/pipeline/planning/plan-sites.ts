// What do planners see of the code? The branch of each project that the feature goes into, as it is now: a map of it in
// the window, and the files themselves for those who read.

import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { exportedSignatures, repoMap } from "../../context/repo-map.ts";
import type { Graph } from "../../engine/graph.ts";
import { type Digest, digestOf } from "../../model/digest.ts";
import type { EventBody } from "../../model/event.ts";
import type { Failure } from "../../model/failure.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { Tree } from "../../model/tree.ts";
import type { Blobs } from "../../store/blobs.ts";
import { writeDurably } from "../../store/durable.ts";
import { materialise } from "../../workspaces/worktree.ts";
import { Book } from "../projects/book.ts";
import { isFailure, type Site } from "../projects/site.ts";
import { Sites } from "../projects/sites.ts";
import type { Sources } from "../reading/sources.ts";
import { readText } from "./plan-facts.ts";

export interface Ground {
  readonly project: string;
  readonly site: Site;
  readonly tree: Tree;
  readonly map: string;
}

export interface PlanSitesOrder {
  readonly sources: Sources;
  readonly packageRoot: string;
  readonly graph: Graph;
  readonly blobs: Blobs;
  readonly emit: (happening: EventBody) => void;
  readonly offline: boolean;
  readonly signal: AbortSignal;
}

export class PlanSites {
  readonly #sources: Sources;
  readonly #sites: Sites;
  readonly #grounds = new Map<string, Promise<Result<Ground>>>();

  constructor({ sources, packageRoot, graph, blobs, emit, offline, signal }: PlanSitesOrder) {
    const { root, workspace, locks } = sources;
    const book = new Book(graph, locks);
    this.#sources = sources;
    this.#sites = new Sites({
      root,
      packageRoot,
      projects: workspace.projects,
      book,
      blobs,
      emit,
      early: new Map(),
      readOnly: false,
      mayMove: true,
      offline,
      signal,
    });
  }

  /**
   * Once per project and build; `sharers` is how many maps share the room of one. A project that does not exist yet is
   * made, so that planners see its scaffold.
   */
  ground(project: string, sharers: number): Promise<Result<Ground>> {
    const name = `${project}/${sharers}`;
    const known = this.#grounds.get(name);
    if (known !== undefined) return known;
    const ground = this.#open(project, Math.floor(this.#sources.workspace.limits.mapBytes / sharers));
    this.#grounds.set(name, ground);
    return ground;
  }

  /** A folder of its own with the project's files, for agents that cannot ask. The caller disposes of its home. */
  async checkOut(
    { site, tree }: Ground,
    name: string,
  ): Promise<Result<{ readonly home: string; readonly dir: string }>> {
    // Nobody finds it by its name: not another build, and not what a killed one left.
    const home = join(this.#sources.root, ".factory", "worktrees", `${name}-${randomUUID()}`);
    const flushed = await site.flush();
    if (!flushed.ok) return flushed;
    const dir = join(home, "tree");
    const laid = await materialise({ repository: site.repository, tree, human: site.human, dir });
    return laid.ok ? success({ home, dir }) : laid;
  }

  async #open(project: string, mapBytes: number): Promise<Result<Ground>> {
    const site: Site | Failure = await this.#sites.open(project);
    if (isFailure(site)) return failed(site);
    const { branch } = site.heads;
    const tree = branch === null ? success<Tree>(new Map()) : await site.repository.tree(branch);
    if (!tree.ok) return tree;
    const map = await this.#mapOf(site, tree.value, mapBytes);
    return map.ok ? success({ project, site, tree: tree.value, map: map.value }) : map;
  }

  /** Kept beside the store, and made anew when a file of the project is another. */
  async #mapOf(site: Site, tree: Tree, mapBytes: number): Promise<Result<string>> {
    const key = mapKey(tree, mapBytes);
    const path = join(this.#sources.root, ".factory", "maps", `${site.project.id}.md`);
    const mark = `<!-- ${key} -->\n`;
    const kept = readText(path);
    // Whatever keeps it back, it is made anew.
    if (kept.ok && kept.value?.startsWith(mark)) return success(kept.value.slice(mark.length));
    const entries = [...tree].filter(([, { mode }]) => mode === "100644" || mode === "100755");
    const contents = await site.repository.read(entries.map(([, { oid }]) => oid));
    if (!contents.ok) return contents;
    const files = entries.map(([path], index) => {
      const text = Buffer.from(contents.value[index] as Uint8Array).toString("utf8");
      return { path, exports: exportedSignatures(path, text) };
    });
    const map = repoMap(files, mapBytes);
    await writeDurably(path, mark + map, { derived: true });
    return success(map);
  }
}

function mapKey(tree: Tree, limit: number): Digest {
  return digestOf("repo-map/1", {
    limit,
    files: [...tree].map(([path, { oid }]) => `${path} ${oid}`).sort(),
  });
}
