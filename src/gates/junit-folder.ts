// Which tests ran, where a tool leaves a JUnit file for each suite, as Surefire and Gradle do? The folder is as hostile as
// a single report: it is bounded in depth, number and bytes, and what is no plain file in it is refused.

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { failed, type Result, success } from "../model/result.ts";
import { readReport } from "../platform/process-report.ts";
import { isJUnit, parseJUnit, REPORT_BYTES } from "./junit.ts";
import { MOST_TESTS, type TestCase } from "./test-case.ts";

const MOST_FILES = 20_000;
const MOST_BYTES = 64 * 1024 * 1024;
const DEEPEST = 8;

/** All tests of all files that end in `.xml` and are JUnit reports, in the order of their paths. */
export async function parseJUnitFolder(folder: string): Promise<Result<TestCase[], string>> {
  const paths = await filesBelow(folder);
  if (!paths.ok) return paths;
  const cases: TestCase[] = [];
  let reports = 0;
  let bytes = 0;
  for (const path of paths.value) {
    const left = await readReport(join(folder, path), REPORT_BYTES);
    if (left.kind === "missing") return failed(`lost ${path} while it was read`);
    if (left.kind === "refused") return failed(`holds ${path}, which ${left.why}`);
    bytes += Buffer.byteLength(left.text);
    if (bytes > MOST_BYTES) return failed(`is larger than ${MOST_BYTES} bytes`);
    // Surefire and TestNG leave summaries of their own beside the reports.
    if (!isJUnit(left.text)) continue;
    const parsed = parseJUnit(left.text);
    if (!parsed.ok) return failed(`holds ${path}, which is refused: ${parsed.failure}`);
    reports++;
    for (const test of parsed.value) cases.push(test);
    if (cases.length > MOST_TESTS) return failed(`names more than ${MOST_TESTS} tests`);
  }
  return reports > 0 ? success(cases) : failed("is a folder that holds no JUnit file");
}

/** Paths from the folder, in order. No link is followed, and none is passed over in silence. */
async function filesBelow(folder: string): Promise<Result<string[], string>> {
  const found: string[] = [];
  let looked = 0;
  const look = async (below: string, depth: number): Promise<string | null> => {
    for (const entry of await readdir(join(folder, below), { withFileTypes: true })) {
      const path = join(below, entry.name);
      if (++looked > MOST_FILES) return `holds more than ${MOST_FILES} files`;
      if (entry.isDirectory()) {
        if (depth === DEEPEST) return `holds folders deeper than ${DEEPEST}`;
        const trouble = await look(path, depth + 1);
        if (trouble !== null) return trouble;
      } else if (entry.isSymbolicLink()) return `holds ${path}, which is a symbolic link`;
      else if (entry.name.toLowerCase().endsWith(".xml")) found.push(path);
    }
    return null;
  };
  try {
    const trouble = await look("", 0);
    return trouble === null ? success(found.sort()) : failed(trouble);
  } catch (error) {
    return failed(`cannot be read: ${(error as Error).message}`);
  }
}
