// Does a workspace that the first version made open as it is? That one kept products on a branch `factory`, each upon the one
// before, and their commits did not say what they put where.

import { expect, test } from "vitest";
import { FactoryRig } from "../rig/factory-rig.ts";
import { costs, FARES, firstCommit, squash } from "../rig/squashed-fares.ts";

/** Far enough apart for git to merge an edit of the foot with a new price. */
const SOURCE = `{{#each requirements}}{{text}}{{/each}}\n${"line\n".repeat(9)}foot\n`;

/** By whom products are committed, whoever builds. */
const OURS = "!GIT_COMMITTER_EMAIL=spec-factory@localhost git commit-tree";

/** Built, edited by a person and built again, all by the first version; the lock is what that wrote. */
async function olderWorkspace(): Promise<FactoryRig> {
  const rig = await FactoryRig.create();
  rig.feature({ id: "fares", requirements: { R1: "A ride costs 5." }, tasks: [{ id: "T01" }] }, SOURCE);
  await rig.build();
  const first = await rig.tree("app");
  expect((await costs(rig, 5, 6)).code).toBe(0);
  const second = await rig.tree("app");
  const start = await firstCommit(rig);
  const oldest = await product(rig, first, start);
  const merged = await merge(rig, first, start, oldest);
  await rig.git("app", "reset", "--quiet", "--hard", merged);
  rig.edit(`projects/app/${FARES}`, "foot", "foot by Ann");
  await rig.commit("app", "My foot");
  const edited = rig.read(`projects/app/${FARES}`).replace("costs 5.", "costs 6.");
  rig.write({ [`projects/app/${FARES}`]: edited });
  await rig.git("app", "add", "--all");
  const both = await rig.git("app", "write-tree");
  const newest = await product(rig, second, oldest);
  await rig.git("app", "reset", "--quiet", "--hard", await merge(rig, both, "main", newest));
  await rig.git("app", "branch", "factory", newest);
  await rig.git("app", "update-ref", "-d", "refs/factory/main");
  rig.remove(".factory");
  return rig;
}

function product(rig: FactoryRig, tree: string, parent: string): Promise<string> {
  const trailers = [
    "Factory-Task: fares:T01",
    `Factory-Key: ${"a".repeat(64)}`,
    "Factory-Agent: local",
    "Factory-Spec: fares@0123456789ab",
    `Factory-Human: ${"b".repeat(40)}`,
  ].join("\n");
  const messages = ["-m", "Fares", "-m", trailers];
  return rig.git("app", "-c", `alias.commit-ours=${OURS}`, "commit-ours", "-p", parent, ...messages, tree);
}

function merge(rig: FactoryRig, tree: string, onto: string, of: string): Promise<string> {
  const message = "Merge the product of the specs";
  return rig.git("app", "commit-tree", "-p", onto, "-p", of, "-m", message, tree);
}

test("its products and edits are known, and its branch is taken over with a word", async () => {
  await using rig = await olderWorkspace();
  expect(await rig.status()).toEqual({ "fares:T01": "modified" });
  const begun = await rig.build();
  expect([begun.code, begun.actions]).toEqual([0, { "fares:T01": "fresh" }]);
  const next = await costs(rig, 6, 7);
  expect([next.code, next.actions]).toEqual([0, { "fares:T01": "regenerated" }]);
  expect(next.stderr).toContain("[branch-retired]");
  const text = rig.read(`projects/app/${FARES}`);
  expect([text.includes("foot by Ann"), text.includes("costs 7.")]).toEqual([true, true]);
  const refs = await rig.git("app", "for-each-ref", "--format=%(refname)");
  expect(refs.split("\n")).toEqual(["refs/factory/main", "refs/heads/main"]);
  expect((await costs(rig, 7, 8)).stderr).not.toContain("[branch-retired]");
});

test("a squash that such a branch has behind it is nobody's edit", async () => {
  await using rig = await olderWorkspace();
  await rig.git("app", "reset", "--quiet", "--hard", "factory");
  await squash(rig, await firstCommit(rig), "Fares (#1)");
  expect(await rig.status()).toEqual({ "fares:T01": "fresh" });
  const next = await costs(rig, 6, 7);
  expect([next.code, next.actions]).toEqual([0, { "fares:T01": "regenerated" }]);
  expect(rig.read(`projects/app/${FARES}`)).toContain("costs 7.");
});
