// Which folders may stay warm from one tree to the next, because whoever reads them judges each entry by what it was made
// from? Everything else that gates leave goes. And which caches of downloads may nobody fill beside another? Pure.

/** A folder by its name, and the file beside it without which the name means something else. */
const CACHES: ReadonlyMap<string, string | null> = new Map([
  // Maven's folder of the same name is output.
  ["target", "Cargo.toml"],
  [".gradle", null],
  [".mypy_cache", null],
  [".ruff_cache", null],
  [".turbo", null],
  [".nx", null],
]);

/** `keep`: further ones of a project, by name or by path from its top. */
export function cacheRule(keep: readonly string[]): (path: string, siblings: ReadonlySet<string>) => boolean {
  const kept = new Set(keep.map((name) => name.replace(/^\.\//, "").replace(/\/+$/, "")));
  return (path, siblings) => {
    const name = path.slice(path.lastIndexOf("/") + 1);
    if (kept.has(name) || kept.has(path)) return true;
    if (name === ".cache") return /(?:^|\/)node_modules\/\.cache$/.test(path);
    const beside = CACHES.get(name);
    return beside !== undefined && (beside === null || siblings.has(beside));
  };
}

/**
 * Files of package managers that keep what they download for all projects, and neither lock it nor put it there in one
 * step: yarn 1, bun, and Maven before it is told to. Those of npm, pnpm, pip, uv, cargo and go do.
 */
const UNGUARDED = new Set(["yarn.lock", "bun.lock", "bun.lockb", "pom.xml"]);

/** Whether a setup of this tree may fill a cache that breaks where two fill it at once. */
export function fillsUnguardedCache(paths: Iterable<string>): boolean {
  for (const path of paths) if (UNGUARDED.has(path.slice(path.lastIndexOf("/") + 1))) return true;
  return false;
}
