// With which tools does a project build? What can change the verdict of a gate without being in the tree: it knows
// names and digests of lockfiles, and never reads one.

import { type Digest, digestOf } from "../model/digest.ts";

export interface Lockfile {
  readonly path: string;
  readonly digest: Digest;
}

export interface Toolchain {
  readonly nodeMajor: number;
  readonly setup: string | null;
  readonly lockfiles: readonly Lockfile[];
  /** Folder in which the gates run, from the top of the repository; empty where that is the top. */
  readonly root: string;
  /** Commands of the services that the gates use; how one is found to be ready decides nothing about a draft. */
  readonly services: readonly string[];
}

const LOCKFILE =
  /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock|bun\.lockb?|requirements[^/]*\.txt|poetry\.lock|uv\.lock|Cargo\.lock|go\.sum|Gemfile\.lock|composer\.lock|Pipfile\.lock|pdm\.lock|pixi\.lock|deno\.lock|gradle\.lockfile|packages\.lock\.json|mix\.lock|pubspec\.lock|Package\.resolved|Podfile\.lock|conda-lock\.ya?ml|flake\.lock)$/;
const MANIFEST =
  /(?:^|\/)(?:package\.json|pyproject\.toml|setup\.py|Cargo\.toml|go\.mod|Gemfile|composer\.json|setup\.cfg|Pipfile|pnpm-workspace\.yaml|pom\.xml|build\.gradle(?:\.kts)?|[^/]+\.csproj|mix\.exs|pubspec\.yaml|deno\.jsonc?)$/;

/** The paths that decide what a setup installs: the lockfiles, or in a project without any the package manifests. */
export function lockfilesAmong(paths: readonly string[]): string[] {
  const locked = paths.filter((path) => LOCKFILE.test(path));
  return locked.length > 0 ? locked : paths.filter((path) => MANIFEST.test(path));
}

/**
 * Part of every verification key. The major version of Node, and neither the exact one nor the operating system: the
 * committed factory.lock serves a team, and a colleague's patch release must not run all gates again.
 */
export function toolchainDigest({ nodeMajor, setup, lockfiles, services, root }: Toolchain): Digest {
  const locked = lockfiles.map(({ path, digest }) => `${path}\0${digest}`).sort();
  return digestOf("toolchain/1", {
    ...{ node: nodeMajor, setup, lockfiles: locked },
    ...(services.length === 0 ? {} : { services }),
    ...(root === "" ? {} : { root }),
  });
}

export function currentNodeMajor(): number {
  return Number.parseInt(process.versions.node, 10);
}
