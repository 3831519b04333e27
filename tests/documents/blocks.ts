// What does a document ask its reader to type, and what does it say that they will see? Reads fenced blocks:
//
//   ```sh            commands, run as they stand; `exit=5` after `sh` says how the last of them ends
//   ```sh service    a program that stays until the document ends
//   ```diff          an edit of the workspace; `-C DIR` says of which other folder
//   ```text          what the block above prints; `…` stands for lines that are left out
//
// Other languages are for the eyes alone. It does not run anything.

export interface Block {
  readonly language: string;
  /** Words after the language. */
  readonly words: readonly string[];
  readonly text: string;
  /** Line of the document where the text begins, from 1. */
  readonly line: number;
}

export interface Step {
  readonly block: Block;
  /** Lines that the document shows below the block; null where it shows nothing. */
  readonly shown: readonly string[] | null;
}

export function blocksOf(document: string): readonly Block[] {
  const blocks: Block[] = [];
  let open: { head: string; line: number; lines: string[] } | null = null;
  for (const [index, line] of document.split("\n").entries()) {
    const fence = /^```(.*)$/.exec(line);
    if (open === null) {
      if (fence !== null) open = { head: fence[1] as string, line: index + 2, lines: [] };
    } else if (fence === null) open.lines.push(line);
    else {
      const [language = "", ...words] = open.head.split(" ");
      blocks.push({ language, words, text: `${open.lines.join("\n")}\n`, line: open.line });
      open = null;
    }
  }
  return blocks;
}

/** The blocks that a reader acts on, in order, each with what it prints. */
export function stepsOf(document: string): readonly Step[] {
  const blocks = blocksOf(document);
  return blocks.flatMap((block, index) => {
    if (block.language !== "sh" && block.language !== "diff") return [];
    const next = blocks[index + 1];
    const shown = next?.language === "text" ? next.text.trimEnd().split("\n") : null;
    return [{ block, shown }];
  });
}

export function expectedExit({ words }: Block): number {
  const word = words.find((each) => each.startsWith("exit="));
  return word === undefined ? 0 : Number(word.slice("exit=".length));
}

/** Lines of `shown` that were not printed; times, commits and ports are taken as equal. */
export function missingLines(shown: readonly string[], printed: string): readonly string[] {
  const lines = new Set(printed.split("\n").map(normal));
  return shown.filter((line) => line !== "…" && !lines.has(normal(line)));
}

function normal(line: string): string {
  return line
    .trimEnd()
    .replace(/\b\d+ min \d\d s\b|\b\d+(\.\d+)? (ms|s)\b/g, "TIME")
    .replace(/\b[0-9a-f]{10}\b|\b[0-9a-f]{12}\b/g, "ID")
    .replace(/127\.0\.0\.1:\d+/g, "HOST");
}
