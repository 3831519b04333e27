// What is in a repository, as far as it says how its code is judged? Paths of all files, and the texts of the few that
// speak of tools.

export interface Listing {
  /** Of files, from the root of the repository, sorted. */
  readonly paths: readonly string[];
  /** Of files that `isManifest` names and that could be read. */
  readonly texts: ReadonlyMap<string, string>;
}

const MANIFESTS: ReadonlySet<string> = new Set([
  ...["package.json", "pyproject.toml", "setup.cfg", "setup.py", "tox.ini", "pytest.ini", "go.mod"],
  ...[
    "Cargo.toml",
    "pom.xml",
    "build.gradle",
    "build.gradle.kts",
    "composer.json",
    "Gemfile",
    "Gemfile.lock",
  ],
  ...["Makefile", "GNUmakefile", "makefile", "justfile", "Justfile", "Rakefile", ".rspec", "phpunit.xml"],
  ...["phpunit.xml.dist", "mypy.ini", "pnpm-workspace.yaml", "go.work", "CMakeLists.txt"],
  // Their formats tell the versions of their managers.
  ...["pnpm-lock.yaml", "yarn.lock", ".yarnrc.yml"],
]);

/** Whether the text of a file is wanted: manifests at the root, of packages below it, and lists of requirements. */
export function isManifest(path: string): boolean {
  if (!path.includes("/"))
    return MANIFESTS.has(path) || /^[\w.-]+\.csproj$/.test(path) || isRequirements(path);
  return (
    /^(?:[^/]+\/){1,3}(?:Cargo\.toml|package\.json|go\.mod|[^/]+\.(?:cs|fs)proj)$/.test(path) ||
    isRequirements(path)
  );
}

/** Such as requirements.txt, dev-requirements.txt and requirements/tests.txt. */
export function isRequirements(path: string): boolean {
  return /^(?:[\w-]*requirements[\w.-]*\.txt|requirements\/[\w.-]+\.(?:txt|in))$/.test(path);
}

export function hasPath(listing: Listing, path: string): boolean {
  return listing.paths.includes(path);
}

/** The first of them that is there. */
export function firstPath(listing: Listing, ...candidates: readonly string[]): string | null {
  return candidates.find((path) => hasPath(listing, path)) ?? null;
}

export function textOf(listing: Listing, path: string): string {
  return listing.texts.get(path) ?? "";
}

/** What lies in a folder, as if that were all. */
export function within({ paths, texts }: Listing, root: string): Listing {
  const prefix = `${root}/`;
  const inside = (path: string) => (path.startsWith(prefix) ? [path.slice(prefix.length)] : []);
  return {
    paths: paths.flatMap(inside),
    texts: new Map([...texts].flatMap(([path, text]) => inside(path).map((own) => [own, text] as const))),
  };
}
