// What did the specs say at an earlier commit of the workspace? Read from git's objects; nothing is checked out, and
// neither the person's configuration nor their hooks take part.

import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Feature } from "../../model/feature.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { Oid, TreeEntry } from "../../model/tree.ts";
import { parseFeature } from "../../spec/read/parse-feature.ts";
import type { SourceFile } from "../../spec/read/source.ts";
import type { Git } from "../../workspaces/git.ts";
import { readBlobs, readTree } from "../../workspaces/objects.ts";
import { hasCommit, workspaceRepository } from "../../workspaces/workspace-repository.ts";

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
  const { git, prefix } = repository.value;
  const commit = await commitOf(git, revision);
  if (!commit.ok) return commit;
  const files = await specsAt(git, commit.value, `${prefix}specs/`);
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

/** The texts of every feature folder below `prefix`, a path in the repository with `/` at its end. */
async function specsAt(git: Git, commit: Oid, prefix: string): Promise<Result<Map<string, SourceFile[]>>> {
  const tree = await readTree(git, commit);
  if (!tree.ok) return tree;
  const found: { feature: string; name: string; entry: TreeEntry }[] = [];
  for (const [path, entry] of tree.value) {
    if (!path.startsWith(prefix)) continue;
    const [feature = "", name = "", ...rest] = path.slice(prefix.length).split("/");
    if (rest.length === 0 && FILES.includes(name) && entry.mode.startsWith("100"))
      found.push({ feature, name, entry });
  }
  const contents = await readBlobs(
    git,
    found.map(({ entry }) => entry.oid),
  );
  if (!contents.ok) return contents;
  const byFeature = new Map<string, SourceFile[]>();
  for (const [index, { feature, name }] of found.entries()) {
    const file = { path: `specs/${feature}/${name}`, bytes: contents.value[index] as Uint8Array };
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
