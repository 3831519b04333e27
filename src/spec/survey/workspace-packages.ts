// Which packages of a workspace have tests of their own, so that each can be a project? The manifest of the whole names them:
// that of npm, pnpm, Yarn or Bun, of Cargo, and of Go.

import { globMatcher } from "../../model/glob.ts";
import { canonicalPath } from "../../model/path.ts";
import { goModules, goProject, rustProject } from "./compiled-projects.ts";
import { type Listing, textOf, within } from "./listing.ts";
import { nodeProject } from "./node-project.ts";
import { packagesWithSpecs } from "./package-specs.ts";
import type { ProposedGate } from "./proposal.ts";

type Json = Readonly<Record<string, unknown>>;
type Parse = (text: string) => Json | null;

export interface ProposedPackage {
  readonly id: string;
  /** From the root of the repository. */
  readonly root: string;
  /** Whether features lie in its folder `specs`. */
  readonly hasSpecs: boolean;
  readonly gates: readonly ProposedGate[];
}

/** By root. Fewer than two are no choice: none then. */
export function proposePackages(listing: Listing, parse: Parse): readonly ProposedPackage[] {
  const found = [
    ...packagesIn(listing, "package.json", nodeMembers(listing, parse)),
    ...packagesIn(listing, "Cargo.toml", cargoMembers(textOf(listing, "Cargo.toml"))),
    ...packagesIn(listing, "go.mod", goModules(textOf(listing, "go.work"))),
  ];
  const packages = found.flatMap(({ root, manifest }) => {
    const gates = gatesOf(within(listing, root), manifest, parse);
    return gates.some(({ id }) => id.startsWith("test")) ? [{ root, gates }] : [];
  });
  if (packages.length < 2) return [];
  const withSpecs = new Set(packagesWithSpecs(listing));
  const names = packages.map(({ root }) => nameOf(root));
  return packages.map(({ root, gates }, at) => {
    const name = names[at] as string;
    const isAlone = names.filter((other) => other === name).length === 1;
    const id = isAlone ? name : root.replace(/[^\w.-]+/g, "-");
    return { id, root, hasSpecs: withSpecs.has(root), gates };
  });
}

function nameOf(root: string): string {
  return root.slice(root.lastIndexOf("/") + 1).replace(/[^\w.-]+/g, "-");
}

interface Found {
  readonly root: string;
  readonly manifest: string;
}

/** Folders with such a manifest that a pattern covers; one that begins with `!` takes them out again. */
function packagesIn({ paths }: Listing, manifest: string, patterns: readonly string[]): Found[] {
  const plain = patterns.map((pattern) => canonicalPath(pattern).replace(/\/+$/, ""));
  const [out, taken] = [true, false].map((isOut) =>
    plain.filter((one) => one.startsWith("!") === isOut).map((one) => globMatcher(one.replace(/^!/, ""))),
  ) as [Covers[], Covers[]];
  const covers = (all: readonly Covers[], root: string) => all.some((matches) => matches(root));
  return paths.flatMap((path) => {
    if (!path.endsWith(`/${manifest}`)) return [];
    const root = path.slice(0, -manifest.length - 1);
    return covers(taken, root) && !covers(out, root) ? [{ root, manifest }] : [];
  });
}

type Covers = (path: string) => boolean;

function nodeMembers(listing: Listing, parse: Parse): readonly string[] {
  const { workspaces } = parse(textOf(listing, "package.json")) ?? {};
  const named = Array.isArray(workspaces) ? workspaces : (workspaces as Json | undefined)?.packages;
  const ofPnpm = /^packages:\s*\n((?:[ \t]*(?:-.*|#.*)?(?:\n|$))+)/m.exec(
    textOf(listing, "pnpm-workspace.yaml"),
  );
  const items = [...(ofPnpm?.[1] ?? "").matchAll(/^[ \t]*-\s*(?:"([^"]*)"|'([^']*)'|([^\s#]+))/gm)];
  return [
    ...(Array.isArray(named) ? named.filter((one) => typeof one === "string") : []),
    ...items.map(([, double, single, bare]) => double ?? single ?? bare ?? ""),
  ];
}

function cargoMembers(text: string): readonly string[] {
  const list = (key: string) => {
    const [, items = ""] = new RegExp(`^${key}\\s*=\\s*\\[([^\\]]*)\\]`, "m").exec(text) ?? [];
    return [...items.matchAll(/"([^"]+)"/g)].map(([, item]) => item as string);
  };
  if (!/^\[workspace\]/m.test(text)) return [];
  return [...list("members"), ...list("exclude").map((item) => `!${item}`)];
}

/** Programs of the whole workspace are on the PATH of gates, and need not lie in the package. */
function gatesOf(listing: Listing, manifest: string, parse: Parse): readonly ProposedGate[] {
  const proposal =
    manifest === "package.json"
      ? nodeProject(listing, parse)
      : manifest === "go.mod"
        ? goProject(listing)
        : rustProject(listing);
  return (proposal?.gates ?? []).map((one) => ({
    ...one,
    run: one.run.replaceAll("node_modules/.bin/", ""),
  }));
}
