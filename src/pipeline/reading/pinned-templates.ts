// How do the templates that projects.yaml pins get into the workspace? Those that are missing are fetched, once per commit.

import { join, resolve } from "node:path";
import { failed, type Result, success } from "../../model/result.ts";
import { FETCHED, fetchedFolder, type TemplateRepository } from "../../model/workspace.ts";
import type { Fetched } from "../../workspaces/fetch-template-files.ts";

export interface FetchPlace {
  readonly root: string;
  readonly signal: AbortSignal;
}

/** Resolves `ref` and lays out what it names. */
export async function fetchRef(
  { root, signal }: FetchPlace,
  source: Pick<TemplateRepository, "git" | "ref" | "folder">,
): Promise<Result<Fetched>> {
  const { fetchTemplates } = await import("../../workspaces/fetch-template-files.ts");
  const { git, ref, folder } = source;
  const targetOf = (commit: string) => join(root, fetchedFolder({ git, commit, folder }));
  return fetchTemplates({ url: addressOf(root, git), ref, folder }, join(root, FETCHED), targetOf, signal);
}

/** Fails with `templates-not-fetched` at the first that cannot be had. */
export async function fetchPinned(
  place: FetchPlace,
  sources: readonly TemplateRepository[],
  modelCalls: "allowed" | "offline" | "locked",
): Promise<Result<void>> {
  for (const { git, commit, folder } of sources) {
    if (modelCalls !== "allowed") {
      return failed({ reason: "templates-not-fetched", git, commit, why: "offline", detail: "" });
    }
    const fetched = await fetchRef(place, { git, ref: commit, folder });
    if (fetched.ok) continue;
    if (fetched.failure.reason !== "git") return fetched;
    const detail = fetched.failure.stderr;
    return failed({ reason: "templates-not-fetched", git, commit, why: "failed", detail });
  }
  return success(undefined);
}

const ADDRESS = /^[a-z][a-z0-9+.-]*:\/\/|^[^/\\]+@[^/\\]+:/i;

export function isAddress(git: string): boolean {
  return ADDRESS.test(git);
}

function addressOf(root: string, git: string): string {
  return isAddress(git) ? git : resolve(root, git);
}
