// What does git say differs between two versions of some files? Its own diff, linear in space, of blobs that are in the
// repository. It never sees the real paths, so no attribute, driver or rename rule of a project has a word in it.

import { type Result, success } from "../model/result.ts";
import type { Oid, TreeEntry } from "../model/tree.ts";
import type { Git } from "./git.ts";

/** A file before and after; null where it does not exist. */
export interface FilePair {
  readonly before: TreeEntry | null;
  readonly after: TreeEntry | null;
  /** Unchanged lines around every change. */
  readonly context: number;
}

export interface FileHunks {
  /** What git says beside the lines, such as `new file mode 100755` or `Binary files differ`. */
  readonly facts: readonly string[];
  /** Each begins with its `@@` line. */
  readonly hunks: readonly string[];
}

/** In the order asked. */
export async function fileHunks(git: Git, pairs: readonly FilePair[]): Promise<Result<readonly FileHunks[]>> {
  const told: FileHunks[] = pairs.map(() => ({ facts: [], hunks: [] }));
  for (const context of new Set(pairs.map((pair) => pair.context))) {
    const some = pairs.flatMap((pair, index) => (pair.context === context ? [{ pair, index }] : []));
    const trees: Oid[] = [];
    for (const side of ["before", "after"] as const) {
      const tree = await treeOf(
        git,
        some.flatMap(({ pair, index }) => (pair[side] === null ? [] : [{ entry: pair[side], index }])),
      );
      if (!tree.ok) return tree;
      trees.push(tree.value);
    }
    const args = ["diff-tree", "-p", "--no-renames", "--no-color", "--no-ext-diff", "--no-textconv"];
    const answer = await git.feed([...args, `--unified=${context}`, "--end-of-options", ...trees]);
    if (!answer.ok) return answer;
    for (const { index, facts, hunks } of patchesIn(answer.value.toString("utf8"))) {
      const before = told[index] as FileHunks;
      // A file that became a link is told as one that went and one that came.
      told[index] = { facts: [...before.facts, ...facts], hunks: [...before.hunks, ...hunks] };
    }
  }
  return success(told);
}

/** Files are called by their number, so that whatever they are called in a project is a matter of the project's. */
async function treeOf(
  git: Git,
  files: readonly { readonly entry: TreeEntry; readonly index: number }[],
): Promise<Result<Oid>> {
  const records = files.map(({ entry: { mode, oid }, index }) => {
    return `${mode} ${mode === "160000" ? "commit" : "blob"} ${oid}\t${index}\0`;
  });
  const made = await git.feed(["mktree", "-z"], records.join(""));
  return made.ok ? success(made.value.toString("latin1").trim() as Oid) : made;
}

function patchesIn(text: string): (FileHunks & { readonly index: number })[] {
  // Every line of a file stands behind a sign, so only git itself begins a line with this word.
  return text
    .split(/^diff --git a\//m)
    .slice(1)
    .map((patch) => {
      const [head = "", ...hunks] = patch.replace(/\n$/, "").split(/^(?=@@ )/m);
      const [name = "", ...lines] = head.trimEnd().split("\n");
      const facts = lines.filter((line) => !/^(?:index |--- |\+\+\+ )/.test(line)).map(plainFact);
      return { index: Number.parseInt(name, 10), facts, hunks: hunks.map((hunk) => hunk.replace(/\n$/, "")) };
    });
}

function plainFact(line: string): string {
  return line.startsWith("Binary files ") ? "binary file" : line;
}
