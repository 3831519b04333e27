// What is the outcome of a test run in one line? Reads vitest's JSON report: `node test-summary.mjs REPORT`.

import { readFileSync } from "node:fs";

const text = readFileSync(process.argv[2], "utf8");
if (text === "") {
  console.log("the tests did not run: 0 passed, 0 failed");
} else {
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(text);
  // A file that could not even be loaded has no test that could fail.
  const unloaded = testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.length === 0,
  );
  console.log(`${numPassedTests} passed, ${numFailedTests + unloaded.length} failed`);
}
