import { expect, test } from "vitest";
import { columns } from "../../src/report/columns.ts";
import { pageText } from "../../src/report/page-text.ts";

const PAGE = `# How it goes

First a sentence that is too long for a line of forty columns, with \`a command\` and **weight**.
See [the other page](other.md#part) and ![a picture](a.svg).

<p align="center">

## What there is

- one thing
  that goes on
- another

\`\`\`sh
factory build   # stays as it is, however long the line may be
\`\`\`

    indented, too

| word   | means                                              |
| ------ | -------------------------------------------------- |
| \`a\\|b\` | something that has to be wrapped into its column |
`;

const look = {
  width: 40,
  color: false,
  linkOf: (target: string) => (target.startsWith("other") ? "factory help other" : null),
};

test("a page is wrapped, and nothing of Markdown is left but what is told as code", () => {
  expect(pageText(PAGE, look)).toEqual([
    "How it goes",
    "",
    "First a sentence that is too long for a",
    "line of forty columns, with `a command`",
    "and weight. See the other page (factory",
    "help other) and (picture: a picture).",
    "",
    "What there is",
    "",
    "- one thing that goes on",
    "- another",
    "",
    "    factory build   # stays as it is, however long the line may be",
    "",
    "    indented, too",
    "",
    "word   means",
    "─────  ─────────────────────────────────",
    "`a|b`  something that has to be wrapped",
    "       into its column",
  ]);
});

test("a terminal with colors shows code by its color", () => {
  const [, , first = ""] = pageText("# A\n\nCall `factory build` now.", { ...look, color: true });
  expect(first).toBe("Call \u001b[36mfactory build\u001b[39m now.");
});

test("no prose is wider than the screen", () => {
  for (const width of [30, 60, 100]) {
    const wide = pageText(PAGE, { ...look, width }).filter((line) => columns(line) > width);
    expect(wide.filter((line) => !line.startsWith("    "))).toEqual([]);
  }
});
