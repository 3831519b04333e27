// Do gates that are at work at the same time judge their own tree, and never another's? For every ecosystem, two tasks
// draft the halves of a repository. A half that changes what a euro counts is wrong alone, and right beside a half that
// takes another number of times: so a gate that saw another's work would say something else. All drafts of a half are
// equally long, and gates begin as late as chance has them. FACTORY_RUNS asks for more rounds.

import { describe, expect, test } from "vitest";
import { MAVEN } from "./maven.ts";
import { BUN, CARGO, GO, NPM, PARTS, PNPM, PYTHON, type Repository, WEB, YARN } from "./repositories.ts";
import { type Ecosystem, workshop } from "./workshop.ts";

const ROUNDS = Number(process.env.FACTORY_RUNS ?? 1);
const ALL = [PYTHON, NPM, PNPM, YARN, BUN, CARGO, GO, WEB, PARTS, MAVEN];

/** What two tasks draft, and what is to become of each. The first two are the ones that a mistake would turn over. */
const KINDS = [
  { cents: " 50", two: "4", T01: "failed", T02: "failed" },
  { cents: "100", two: "2", T01: "regenerated", T02: "regenerated" },
  { cents: " 50", two: "2", T01: "failed", T02: "regenerated" },
  { cents: "100", two: "4", T01: "regenerated", T02: "failed" },
] as const;

/** Waits for a moment first, and counts in `met` how many gates were at work then. */
function byChance(gate: Ecosystem["gate"]): Ecosystem["gate"] {
  const run = typeof gate === "string" ? gate : gate[0]?.run.replace("{{report}}", "reports");
  const begins = 'out=../../../..; mkdir -p "$out/at/$FACTORY_SLOT"; ls "$out/at" | wc -l >> "$out/met"';
  const waits = 'sleep "0.$(od -An -N1 -tu1 /dev/urandom | tr -d " ")"';
  return `${begins}; ${waits}; ended=0; (${run}) || ended=$?; rmdir "$out/at/$FACTORY_SLOT"; exit "$ended"`;
}

async function rounds({ ecosystem, extra, cents, two }: Repository): Promise<void> {
  await using shop = await workshop({ ...ecosystem, gate: byChance(ecosystem.gate) }, extra);
  for (let round = 0; round < ROUNDS; round++) {
    const kind = KINDS[round % KINDS.length] ?? KINDS[0];
    const mark = String(round).padStart(5, "0");
    const late = () => Math.floor(Math.random() * 300);
    const build = await shop.build([
      { files: cents(kind.cents, mark), delay: late() },
      { files: two(kind.two, mark), delay: late() },
    ]);
    expect([round, build.actions]).toEqual([round, { "work:T01": kind.T01, "work:T02": kind.T02 }]);
    for (const [path, text] of Object.entries({ ...cents("100", mark), ...two("2", mark) })) {
      const built = await shop.fileOf(path);
      expect(built?.replace(/\/\/ .*|# .*/, "")).toBe(text.trim().replace(/\/\/ .*|# .*/, ""));
    }
  }
  const met = shop.rig.read("met").trim().split("\n").map(Number);
  const beside = met.filter((count) => count > 1).length;
  if (ROUNDS > 2)
    console.info(`${ROUNDS} rounds: ${met.length} gates, ${beside} of them began beside another`);
}

describe.each(ALL)("$name", (repository) => {
  test.skipIf(!repository.isHere)(
    "two tasks in parallel never see each other",
    { timeout: 120_000 + ROUNDS * 60_000 },
    () => rounds(repository),
  );
});
