// Do two tasks that are at work at the same time ever see each other? Gates write down what they saw, and take as long as
// chance has them take. FACTORY_RUNS asks for more rounds.

import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { workshop } from "./workshop.ts";

const ROUNDS = Number(process.env.FACTORY_RUNS ?? 3);

test("two tasks in parallel never see each other", { timeout: 60_000 + ROUNDS * 20_000 }, async () => {
  await using shop = await workshop({
    files: {
      "package.json": "{}\n",
      "seen.sh":
        'mkdir -p "$1"; ls *.txt > "$1/$$" 2>/dev/null; sleep "$2"; ls *.txt >> "$1/$$" 2>/dev/null; true\n',
    },
    setup: "mkdir -p node_modules && pwd > node_modules/home",
    gate: 'test "$(cat node_modules/home)" = "$(pwd)" && sh seen.sh ../../../../seen 0.$(od -An -N1 -tu1 /dev/urandom | tr -d " ")',
  });
  for (let round = 1; round <= ROUNDS; round++) {
    shop.rig.remove("seen");
    const draft = (name: string) => ({
      files: { [`${name}.txt`]: `${round}\n` },
      delay: Math.floor(Math.random() * 300),
    });
    const build = await shop.build([draft("one"), draft("two")]);
    expect([build.code, build.actions]).toEqual([
      0,
      { "work:T01": "regenerated", "work:T02": "regenerated" },
    ]);
    const seen = readdirSync(shop.rig.path("seen")).map((name) =>
      readFileSync(shop.rig.path(`seen/${name}`), "utf8"),
    );
    const both = seen.filter((text) => text.includes("one") && text.includes("two"));
    // The product holds the work of both, and is looked at once.
    expect(both).toEqual(["one.txt\ntwo.txt\none.txt\ntwo.txt\n"]);
  }
});
