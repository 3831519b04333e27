// What is the outcome of a test run in one line? Reads vitest's JSON report, and takes the sample's outcome beside
// it: `node test-summary.mjs REPORT passed|failed`.

import { readFileSync } from "node:fs";

const [report, sample] = process.argv.slice(2);
const text = readFileSync(report, "utf8");
const [stood, fell] = sample === "passed" ? [1, 0] : [0, 1];
if (text === "") {
  console.log(`the tests did not run: ${stood} passed, ${fell} failed`);
} else {
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(text);
  // A file that could not even be loaded has no test that could fail.
  const unloaded = testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.length === 0,
  );
  console.log(`${numPassedTests + stood} passed, ${numFailedTests + unloaded.length + fell} failed`);
}
