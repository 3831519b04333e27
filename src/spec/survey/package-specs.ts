// Beside which packages do features lie already? A folder `specs` with a feature.md of ours in one of its folders, wherever in
// the repository; the one at its top is the workspace's own.

import type { Listing } from "./listing.ts";

/** Folders of packages, sorted. A workspace that lies below has its specs for itself. */
export function packagesWithSpecs({ paths }: Listing): readonly string[] {
  const known = new Set(paths);
  const found = paths.flatMap((path) => /^(.+)\/specs\/[^/]+\/feature\.md$/.exec(path)?.[1] ?? []);
  return [...new Set(found)].filter((folder) => !known.has(`${folder}/projects.yaml`));
}
