// What does git make of two products, where two people built at the same time? A merge, a rebase or a squash takes lines of
// each, and nobody wrote one of them.

import { expect, test } from "vitest";
import { FactoryRig, madeOnce } from "../rig/factory-rig.ts";
import { costs, FARES, loseProducts } from "../rig/squashed-fares.ts";

/** Built, with lines between its prices by which git tells an edit of one from an edit of the other. */
const twoPrices = madeOnce(async () => {
  const rig = await FactoryRig.create();
  const requirements = { R1: "A ride costs 5.", R2: "A dog costs 1." };
  const source = "{{#each requirements}}\n{{id}}: {{text}}\n-\n-\n-\n{{/each}}\n[fares:T01.A1]\n";
  rig.feature({ id: "fares", requirements, tasks: [{ id: "T01" }] }, source);
  expect((await rig.build()).code).toBe(0);
  return rig;
});

test("what a merge makes of two products is nobody's edit, and the same by hand is", async () => {
  await using anna = await twoPrices();
  await using ben = anna.twin();
  await costs(anna, 5, 6);
  await costs(ben, 1, 2);
  const path = `projects/app/${FARES}`;
  await anna.git("app", "branch", "own");
  const pull = ["pull", "--quiet", "--no-rebase", "--no-edit"];
  await anna.git("app", ...pull, ben.path("projects/app"), "main");
  await ben.git("app", ...pull, anna.path("projects/app"), "own");
  const both = anna.read(path);
  for (const [rig, own, other] of [
    [anna, "costs 6.", "costs 2."],
    [ben, "costs 2.", "costs 6."],
  ] as const) {
    expect([rig.read(path).includes(own), rig.read(path).includes(other)]).toEqual([true, true]);
    expect((await rig.build()).code).toBe(0);
    expect([rig.read(path).includes(own), rig.read(path).includes(other)]).toEqual([true, false]);
    expect(await rig.status()).toEqual({ "fares:T01": "fresh" });
  }

  anna.write({ [path]: both });
  await anna.commit("app", "As the merge had it");
  expect((await anna.status())["fares:T01"]).toBe("modified");
});

test("what a rebase makes of two products is nobody's edit where one of them is nowhere, and a line of a person is", async () => {
  await using anna = await twoPrices();
  await using ben = anna.twin();
  await costs(anna, 5, 6);
  await costs(ben, 1, 2);
  await anna.git("app", "fetch", "--quiet", ben.path("projects/app"), "main:theirs");
  await anna.git("app", "rebase", "--quiet", "main", "theirs");
  await anna.git("app", "checkout", "--quiet", "main");
  await anna.git("app", "merge", "--quiet", "--ff-only", "theirs");
  await anna.git("app", "branch", "--quiet", "-D", "theirs");
  await loseProducts(anna);
  await using other = anna.twin();
  const path = `projects/app/${FARES}`;
  const both = anna.read(path);
  expect([both.includes("costs 6."), both.includes("costs 2.")]).toEqual([true, true]);
  expect((await anna.build()).code).toBe(0);
  expect([anna.read(path).includes("costs 6."), anna.read(path).includes("costs 2.")]).toEqual([true, false]);

  other.write({ [path]: `${both}mine\n` });
  await other.git("app", "commit", "--quiet", "--all", "--amend", "--no-edit");
  expect((await other.status())["fares:T01"]).not.toBe("fresh");
  await other.build();
  expect(other.read(path)).toContain("mine");
});

test.each(["a ref of ours", "a lock alone"])(
  "nor is what a squash under a title makes of two products an edit, where %s tells of one",
  async (how) => {
    await using anna = await twoPrices();
    await using ben = anna.twin();
    await costs(anna, 5, 6);
    await costs(ben, 1, 2);
    await anna.git("app", "branch", "--quiet", "own");
    await anna.git("app", "fetch", "--quiet", ben.path("projects/app"), "main");
    await anna.git("app", "reset", "--quiet", "--hard", "FETCH_HEAD");
    await anna.git("app", "merge", "--quiet", "--squash", "own");
    await anna.git("app", "commit", "--quiet", "--message", "Prices (#1)");
    await anna.git("app", "branch", "--quiet", "-D", "own");
    if (how === "a lock alone") await loseProducts(anna);
    const read = () => anna.read(`projects/app/${FARES}`);
    expect(read()).toMatch(/costs 6[\s\S]*costs 2/);
    expect((await costs(anna, 6, 7)).code).toBe(0);
    expect(read()).toMatch(/costs 7[\s\S]*costs 1/);
  },
);
