// Which names stand in the tests of a project? Read as text, so that no test has to run; whether a test proves what it is
// named after, the gates say.

import { isBeside } from "../../model/path.ts";
import { type Result, success } from "../../model/result.ts";
import { testRoomIn } from "../../model/test-room.ts";
import type { Oid, Tree } from "../../model/tree.ts";

/** Of many files at once, so that a large project is not held in memory. */
const BATCH = 64;

/** Which of the names, in whatever case; all are looked for in all tests. A longer name is another one. */
export async function saidInTests(
  tree: Tree,
  names: readonly string[],
  contentsOf: (oids: readonly Oid[]) => Promise<Result<readonly Uint8Array[]>>,
): Promise<Result<ReadonlySet<string>>> {
  const oids = testsIn(tree).map((path) => tree.get(path)?.oid as Oid);
  const said = new Set<string>();
  for (let at = 0; at < oids.length && said.size < names.length; at += BATCH) {
    const read = await contentsOf(oids.slice(at, at + BATCH));
    if (!read.ok) return read;
    for (const content of read.value) {
      const text = Buffer.from(content).toString("utf8").toLowerCase();
      for (const name of names) if (stands(name.toLowerCase(), text)) said.add(name);
    }
  }
  return success(said);
}

function stands(name: string, text: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    if (name.endsWith("]") || !/^[\p{L}\p{N}]/u.test(text.slice(at + name.length, at + name.length + 2)))
      return true;
  }
  return false;
}

export function testsIn(tree: Tree): string[] {
  return [...tree].flatMap(([path, { mode }]) =>
    mode !== "120000" && mode !== "160000" && !isBeside(path) && testRoomIn([path]) === "tests" ? [path] : [],
  );
}
