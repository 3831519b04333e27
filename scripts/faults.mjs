// Does the factory keep its promises when things go wrong? `npm run test:faults` runs tests/faults with the counts of the suite,
// `-- --full` with what two cores do in about half an hour, and with the tests of other folders that do the same to one part; `-- --all`
// with all that is known, for hours. `-- --write` puts what was tried into docs/reliability.md. `FACTORY_SEED` repeats a run,
// `FACTORY_RUNS` sets each count of a full one.

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PAGE = "docs/reliability.md";

/** Faults of one part, beside the tests of that part. */
const ELSEWHERE = [
  "tests/store/crash.test.ts",
  "tests/store/build-lock.test.ts",
  "tests/workspaces/kill.test.ts",
  "tests/properties/wire-ledger.test.ts",
  "tests/e2e/model-faults.test.ts",
  "tests/e2e/model-hostile.test.ts",
  "tests/e2e/misbehaving.test.ts",
  "tests/e2e/outlives.test.ts",
  "tests/e2e/sandbox.test.ts",
  "tests/e2e/deeds.test.ts",
  "tests/e2e/lying-store.test.ts",
  "tests/platform/sandbox-probe.test.ts",
];

const words = process.argv.slice(2);
const [full, all, write] = ["--full", "--all", "--write"].map((flag) => words.includes(flag));
const extent = all ? "all" : full ? "full" : null;
const folder = mkdtempSync(join(tmpdir(), "factory-faults-"));
const rows = join(folder, "rows.jsonl");
const files = words.filter((word) => !word.startsWith("--"));
const tests = files.length > 0 ? files : ["tests/faults", ...(extent === null ? [] : ELSEWHERE)];

const { status } = spawnSync("npx", ["vitest", "run", ...tests], {
  stdio: "inherit",
  env: { ...process.env, FACTORY_FAULTS_ROWS: rows, ...(extent === null ? {} : { FACTORY_FAULTS: extent }) },
});
if (write && existsSync(rows)) {
  const page = readFileSync(PAGE, "utf8");
  const [before, after] = page.split(/(?<=\| -+ \| -+ \| -+ \| -+ \| -+ \|\n)(?:\|.*\n)*/);
  writeFileSync(PAGE, `${before}${table(readFileSync(rows, "utf8"))}${after}`);
}
rmSync(folder, { recursive: true });
process.exit(status ?? 1);

function table(lines) {
  return lines
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line))
    .sort((a, b) => (a.what < b.what ? -1 : 1))
    .map(({ what, tried, held, seed, where }) => `| ${what} | ${tried} | ${held} | ${seed} | ${where} |\n`)
    .join("");
}
