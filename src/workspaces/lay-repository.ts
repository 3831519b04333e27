// How does a repository of our own come into being? A few files and no process: nothing from a template folder,
// no hooks, and no attribute of the project can start a filter where somebody else's settings might define one.

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

export interface Blueprint {
  readonly objectFormat: "sha1" | "sha256";
  /** Object folders to share, absolute. */
  readonly alternates: readonly string[];
  /** Content of the `shallow` file; null where the history is whole. */
  readonly shallow: Uint8Array | null;
  readonly bare: boolean;
}

// `info/attributes` beats every .gitattributes file. Line ends, keywords and encodings are git's own doing and are
// converted as everywhere; programs are another matter. A bare repository of ours is used with our settings alone, which
// define no filter, so there git may tell which files would fall under one. A worktree's is used by whoever works in it.
const ATTRIBUTES = { bare: "* !merge !diff\n", withFiles: "* -filter !merge !diff\n" } as const;

/** Lays an empty repository into a folder that must not exist. Throws system errors. */
export async function layRepository(gitDir: string, blueprint: Blueprint): Promise<void> {
  await mkdir(gitDir);
  for (const folder of ["objects/info", "objects/pack", "refs/heads", "refs/tags", "info"]) {
    await mkdir(join(gitDir, folder), { recursive: true });
  }
  const sha256 = blueprint.objectFormat === "sha256";
  const config = [
    "[core]",
    `\trepositoryformatversion = ${sha256 ? 1 : 0}`,
    "\tfilemode = true",
    `\tbare = ${blueprint.bare}`,
    ...(sha256 ? ["[extensions]", "\tobjectformat = sha256"] : []),
  ];
  await writeFile(join(gitDir, "config"), `${config.join("\n")}\n`);
  await writeFile(join(gitDir, "HEAD"), "ref: refs/heads/main\n");
  await writeFile(join(gitDir, "info/attributes"), blueprint.bare ? ATTRIBUTES.bare : ATTRIBUTES.withFiles);
  await writeFile(
    join(gitDir, "objects/info/alternates"),
    blueprint.alternates.map((line) => `${line}\n`).join(""),
  );
  if (blueprint.shallow !== null) await writeFile(join(gitDir, "shallow"), blueprint.shallow);
}
