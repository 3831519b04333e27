// Would an agent that read these things then read the same now? Replays discovered reads in their order against the
// tree that the task works on, up to the first answer that differs.

import { type Digest, digestOf } from "../model/digest.ts";
import type { Read } from "../model/output.ts";
import { type Result, success } from "../model/result.ts";
import type { Tree } from "../model/tree.ts";
import type { Site } from "./site.ts";

/** The subject of the first read whose answer changed; null where all are the same. */
export async function changedRead(
  site: Site,
  tree: Tree,
  reads: readonly Read[],
): Promise<Result<string | null>> {
  for (const read of reads) {
    const now = await answer(site, tree, read);
    if (!now.ok) return now;
    if (now.value !== read.digest) return success(read.subject);
  }
  return success(null);
}

/** What an agent of today would be answered; null where there is no such file or folder. */
async function answer(
  site: Site,
  tree: Tree,
  read: Pick<Read, "kind" | "subject">,
): Promise<Result<Digest | null>> {
  switch (read.kind) {
    case "file":
      return site.digestAt(tree, read.subject);
    case "list":
      return success(listing(tree, read.subject));
    case "search":
      return search(site, tree, read.subject);
  }
}

/** Names of what lies directly in a folder; folders end in `/`. The empty subject is the whole project. */
function listing(tree: Tree, folder: string): Digest | null {
  const prefix = folder === "" ? "" : `${folder}/`;
  const names = new Set<string>();
  for (const path of tree.keys()) {
    if (!path.startsWith(prefix)) continue;
    const [name = "", ...deeper] = path.slice(prefix.length).split("/");
    names.add(deeper.length > 0 ? `${name}/` : name);
  }
  return names.size === 0 ? null : digestOf("list/1", [...names].sort());
}

/** Every line that contains the text, with its place. */
async function search(site: Site, tree: Tree, text: string): Promise<Result<Digest | null>> {
  const hits: string[] = [];
  for (const path of [...tree.keys()].sort()) {
    const entry = tree.get(path);
    if (entry === undefined || entry.mode === "160000") continue;
    const content = await site.contentOf(entry.oid);
    if (!content.ok) return content;
    const lines = Buffer.from(content.value).toString("utf8").split("\n");
    for (const [index, line] of lines.entries()) {
      if (line.includes(text)) hits.push(`${path}:${index + 1}:${line}`);
    }
  }
  return success(hits.length === 0 ? null : digestOf("search/1", hits));
}
