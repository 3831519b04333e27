// What did the specs say at an earlier commit of the workspace? Read from git's objects; nothing is checked out, and
// neither the person's configuration nor their hooks take part.

import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Feature } from "../../model/feature.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { featureFolderAt, featureIn, specFolders } from "../../model/spec-folders.ts";
import type { Oid, TreeEntry } from "../../model/tree.ts";
import { parseFeature } from "../../spec/read/parse-feature.ts";
import type { SourceFile } from "../../spec/read/source.ts";
import type { Git } from "../../workspaces/git.ts";
import { readBlobs, readTree } from "../../workspaces/objects.ts";
import {
  hasCommit,
  type WorkspaceRepository,
  workspaceRepository,
} from "../../workspaces/workspace-repository.ts";
import { declaredSpecFolders, projectsAt } from "../reading/declared-projects.ts";

const FILES = ["feature.md", "BACKLOG.yaml", "PLAN.md"];

export interface Past {
  readonly features: ReadonlyMap<string, Feature>;
  /** Features whose text of then cannot be read, with the first finding about each. */
  readonly unreadable: ReadonlyMap<string, Diagnostic>;
}

/** `usage` where the workspace has no git repository, or the repository no such commit. */
export async function pastFeatures(root: string, revision: string): Promise<Result<Past>> {
  const repository = await workspaceRepository(root);
  if (!repository.ok) return repository;
  if (repository.value === null) {
    const message =
      "the workspace is not in a git repository, so there is no earlier version to compare with";
    return failed({ reason: "usage", message, fix: "Run `git init` and commit the specs." });
  }
  const { git } = repository.value;
  const commit = await commitOf(git, revision);
  if (!commit.ok) return commit;
  const now = await declaredSpecFolders(root);
  if (!now.ok) return now;
  const then = await projectsAt(repository.value, commit.value);
  if (!then.ok) return then;
  const folders = [...new Set([...now.value, ...specFolders(then.value ?? [])])];
  const files = await specsAt(repository.value, commit.value, folders);
  return files.ok ? success(parse(files.value)) : files;
}

async function commitOf(git: Git, revision: string): Promise<Result<Oid>> {
  const found = await git.line(
    "rev-parse",
    "--verify",
    "--quiet",
    "--end-of-options",
    `${revision}^{commit}`,
  );
  if (found.ok) return success(found.value as Oid);
  const born = await hasCommit(git);
  if (!born.ok) return born;
  const message = born.value
    ? `the workspace's repository has no commit ${JSON.stringify(revision)}`
    : "the workspace's repository has no commit yet, so there is nothing to compare with";
  const fix = born.value ? "Name a commit, branch or tag with --since." : "Commit the specs once.";
  return failed({ reason: "usage", message, fix });
}

/** The texts of every feature in these folders, as the commit has them; paths from the workspace root. */
async function specsAt(
  { git, prefix }: Pick<WorkspaceRepository, "git" | "prefix">,
  commit: Oid,
  folders: readonly string[],
): Promise<Result<Map<string, SourceFile[]>>> {
  const tree = await readTree(git, commit);
  if (!tree.ok) return tree;
  const found: { path: string; feature: string; entry: TreeEntry }[] = [];
  for (const [whole, entry] of tree.value) {
    if (!whole.startsWith(prefix) || !entry.mode.startsWith("100")) continue;
    const path = whole.slice(prefix.length);
    const folder = featureFolderAt(folders, path);
    if (folder !== null && FILES.some((name) => path === `${folder}/${name}`))
      found.push({ path, feature: featureIn(folder), entry });
  }
  const contents = await readBlobs(
    git,
    found.map(({ entry }) => entry.oid),
  );
  if (!contents.ok) return contents;
  const byFeature = new Map<string, SourceFile[]>();
  for (const [index, { path, feature }] of found.entries()) {
    const file = { path, bytes: contents.value[index] as Uint8Array };
    byFeature.set(feature, [...(byFeature.get(feature) ?? []), file]);
  }
  return success(byFeature);
}

function parse(texts: ReadonlyMap<string, readonly SourceFile[]>): Past {
  const features = new Map<string, Feature>();
  const unreadable = new Map<string, Diagnostic>();
  for (const [id, files] of texts) {
    const named = (name: string) => files.find(({ path }) => path.endsWith(`/${name}`)) ?? null;
    const feature = named("feature.md");
    if (feature === null) continue;
    const { value, diagnostics } = parseFeature({
      feature,
      backlog: named("BACKLOG.yaml"),
      plan: named("PLAN.md"),
    });
    const fatal = diagnostics.find(({ severity }) => severity === "error");
    if (value !== null) features.set(id, value);
    else if (fatal !== undefined) unreadable.set(id, fatal);
  }
  return { features, unreadable };
}
