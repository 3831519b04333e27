// Which of the known kinds is a repository, and what would judge its code? The first kind whose gates can be told; a
// repository of two kinds says so, for a person to add the other.

import { cmakeProject, dotnetProject, goProject, jvmProject, rustProject } from "./compiled-projects.ts";
import { filesOfKind } from "./languages.ts";
import type { Listing } from "./listing.ts";
import { nodeProject } from "./node-project.ts";
import { packagesWithSpecs } from "./package-specs.ts";
import type { Proposal } from "./proposal.ts";
import { pythonProject } from "./python-project.ts";
import { madeProject, phpProject, rubyProject } from "./scripted-projects.ts";

type Parse = (text: string) => Readonly<Record<string, unknown>> | null;
type Kind = (listing: Listing, parse: Parse) => Proposal | null;

/** A package.json often lies beside another language for its tools alone, so it comes after those that have gates. */
const KINDS: readonly Kind[] = [
  goProject,
  rustProject,
  jvmProject,
  phpProject,
  rubyProject,
  dotnetProject,
  cmakeProject,
];

/** Null where no kind is recognised. `parse` gives a JSON object, or null for what is none. */
export function proposeProject(listing: Listing, parse: Parse): Proposal | null {
  const [chosen, ...others] = proposals(listing, parse);
  if (chosen === undefined) return null;
  const also = others.map(({ kind }) => `It is also a project of ${kind}: add gates for that by hand.`);
  const [folder, ...more] = packagesWithSpecs(listing);
  const beside =
    more.length === 0
      ? []
      : [
          `Features lie beside ${[folder, ...more].join(", ")}: a project for each, with \`specs: specs\`, reads them.`,
        ];
  const specs = folder === undefined || more.length > 0 ? {} : { specs: `${folder}/specs` };
  return { ...chosen, ...specs, advice: [...chosen.advice, ...also, ...beside] };
}

/** As a proposal calls them, the one in whose language most files are first; empty where none is recognised. */
export function projectKinds(listing: Listing, parse: Parse): readonly string[] {
  return proposals(listing, parse).map(({ kind }) => kind);
}

/** The one to take, and then others whose tests can be run. */
function proposals(listing: Listing, parse: Parse): readonly Proposal[] {
  const all: readonly Kind[] = [...KINDS, pythonProject, nodeProject, madeProject];
  const found = all.map((kind) => kind(listing, parse)).filter((one) => one !== null);
  const judged = found.filter(({ gates }) => gates.some(({ id }) => id.startsWith("test")));
  const chosen = mostFiles(judged, listing) ?? found[0];
  if (chosen === undefined) return [];
  return [chosen, ...judged.filter((one) => one !== chosen && one.kind !== "make" && one.kind !== "just")];
}

/** The kind in whose language most files are. */
function mostFiles(kinds: readonly Proposal[], { paths }: Listing): Proposal | undefined {
  const count = ({ kind }: Proposal) => filesOfKind(kind, paths);
  return [...kinds].sort((one, other) => count(other) - count(one))[0];
}
