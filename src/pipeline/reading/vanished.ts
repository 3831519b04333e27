// Did features go away that the last build knew, and did a person mean it? A folder that is unmounted or moved for a
// moment looks like one that was deleted, and what follows from it is that code is removed.

import { featureOf, type TaskId } from "../../model/address.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { listIfThere } from "../../platform/files.ts";
import { workspaceRepository } from "../../workspaces/workspace-repository.ts";
import type { Recollection } from "./memory.ts";
import type { Sources } from "./sources.ts";

/** What git says of a feature's removal; `untold` where it never kept the feature, or there is no git. */
type Removal = "committed" | "uncommitted" | "untold";

/**
 * Refuses where features vanished and nobody said so. One feature of several that git never kept may leave without a
 * word; all of them at once may not.
 */
export async function refuseVanished(sources: Sources, recollection: Recollection): Promise<Result<void>> {
  const known = knownFeatures(sources, recollection);
  if (!known.ok) return known;
  const present = new Set(sources.features.map(({ id }) => id));
  const vanished = [...known.value].filter((id) => !present.has(id)).sort();
  const unsaid: string[] = [];
  for (const id of vanished) {
    const removal = await removalOf(sources.root, id);
    if (!removal.ok) return removal;
    if (removal.value === "uncommitted" || (removal.value === "untold" && present.size === 0))
      unsaid.push(id);
  }
  if (unsaid.length === 0) return success(undefined);
  const gone = new Set(unsaid);
  const tasks = [...recollection.cards.keys()].filter((task: TaskId) => gone.has(featureOf(task))).length;
  return failed({ reason: "sources-vanished", features: unsaid, tasks, all: present.size === 0 });
}

/** Where nothing is remembered, the traces still tell which features were built. */
function knownFeatures(
  { root, features }: Sources,
  { cards, suspects }: Recollection,
): Result<ReadonlySet<string>> {
  if (suspects !== null || features.length > 0) return success(new Set([...cards.keys()].map(featureOf)));
  const traces = listIfThere(`${root}/.factory/store/traces`);
  if (!traces.ok) return traces;
  return success(new Set(traces.value.filter(({ kind }) => kind === "folder").map(({ name }) => name)));
}

async function removalOf(root: string, feature: string): Promise<Result<Removal>> {
  const repository = await workspaceRepository(root);
  if (!repository.ok) return repository;
  if (repository.value === null) return success("untold");
  const { git, prefix } = repository.value;
  const head = await git.ask(["rev-parse", "--quiet", "--verify", "HEAD^{commit}"], "", [0, 1]);
  if (!head.ok) return head;
  if (head.value.code !== 0) return success("untold");
  const folder = `${prefix}specs/${feature}`;
  const request = `${folder}/feature.md`;
  const entries = await git.feed(["ls-tree", "--full-tree", "HEAD", "--", folder, request]);
  if (!entries.ok) return entries;
  // A link stands for the folder that it leads to.
  if (/^(?:100\d{3}|120000) /m.test(entries.value.toString("utf8"))) return success("uncommitted");
  const kept = await git.feed(["log", "--max-count=1", "--format=%H", "HEAD", "--", request]);
  if (!kept.ok) return kept;
  return success(kept.value.toString("utf8").trim() === "" ? "untold" : "committed");
}
