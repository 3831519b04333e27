import fc from "fast-check";
import { expect, test } from "vitest";
import type { Feature } from "../../src/model/feature.ts";
import { feature, sound } from "./sources.ts";

/** What a feature says, without where it says it. */
function said(text: string, backlog: string | null = null): unknown {
  const value: Feature = sound(feature("a", text, backlog));
  return JSON.parse(
    JSON.stringify(value, (key, member) => (["place", "places", "items"].includes(key) ? undefined : member)),
  );
}

const HEAD = "---\ntitle: A\nproject: shop\nfiles: [a]\n---\n";
const word = fc.constantFrom(
  "price",
  "*cost*",
  "`a  b`",
  "snake_case",
  "1.5",
  "{{x}}",
  "<=",
  "R9",
  "é",
  "50%",
  "**bold**",
);
const words = fc.array(word, { minLength: 1, maxLength: 12 });
const items = fc.array(words, { minLength: 1, maxLength: 5 });
const gap = fc.constantFrom(" ", "  ", "\n  ", "\n   ", " <!-- note --> ", "\n  <!-- a\n  note -->\n  ");

function requirements(texts: readonly string[]): string {
  return `${HEAD}## Requirements\n\n${texts.map((text, index) => `- R${index + 1}: ${text}\n`).join("")}`;
}

test("rewrapping a paragraph or putting comments into it changes nothing", () => {
  fc.assert(
    fc.property(items, fc.infiniteStream(gap), (lists, gaps) => {
      const next = () => gaps.next().value as string;
      const plain = requirements(lists.map((list) => list.join(" ")));
      const wrapped = requirements(
        lists.map((list) => list.reduce((line, one) => `${line}${next()}${one}`, "x")),
      );
      const bare = requirements(lists.map((list) => `x ${list.join(" ")}`));
      expect(said(wrapped)).toEqual(said(bare));
      expect(said(plain)).not.toEqual(said(bare));
    }),
    { numRuns: 50 },
  );
});

test("the other spellings of Markdown change nothing", () => {
  const one = `${HEAD}# Big\n\n## Requirements\n\n- R1: a b\n\n  * d\n  * e\n\n- R2: see [x][y]\n\n~~~ts\nf  g\n~~~\n\n***\n\n[y]: http://z\n`;
  const other = `${HEAD}Big\n===\n\nRequirements\n------------\n* R1: a b\n  - d\n  - e\n* R2: see [x](http://z)\n\n\`\`\`ts\nf  g\n\`\`\`\n\n---\n`;
  expect(said(one)).toEqual(said(other));
});

test("emphasis is left as it was written, so a name such as __proto__ stays one", () => {
  const value = sound(feature("a", `${HEAD}## Requirements\n- R1: *a* __proto__ **b**\n`));
  expect(value.requirements[0]?.text).toBe("*a* __proto__ **b**");
});

test("a line of comment inside a paragraph, a list or before an item changes nothing", () => {
  const bare = `${HEAD}## Requirements\n- R1: a\n  b\n- R2: c\n`;
  const noted = `<!-- top -->\n## Requirements <!-- x -->\n<!--\nlong\n\n- R0: gone\n-->\n- R1: a\n  <!-- c -->\n  b\n<!-- d -->\n- R2: c<!-- e -->\n`;
  expect(said(HEAD + noted)).toEqual(said(bare));
});

test("code keeps its spaces, its comments and its marks", () => {
  const value = sound(
    feature(
      "a",
      `${HEAD}## Requirements\n- R1: \`a  <!-- b -->\`\n\n  \`\`\`html\n  <!--  c  -->\n\n    *d*\n  \`\`\`\n`,
    ),
  );
  expect(value.requirements[0]?.text).toBe("`a  <!-- b -->`\n\n```html\n<!--  c  -->\n\n  *d*\n```");
});

test("rows of a table stay rows", () => {
  const value = sound(feature("a", `${HEAD}## Context\n| a | b |\n|---|:-:|\n| 1  | 2 |\n`));
  expect(value.sections[0]?.text).toBe("| a | b |\n|---|:-:|\n| 1 | 2 |");
});

test("line ends, a BOM and trailing spaces change nothing", () => {
  const text = `${HEAD}## Requirements\n- R1: a\n  b\n`;
  expect(said(`\ufeff${text.replaceAll("\n", "\r\n")}`)).toEqual(said(text));
  expect(said(text.replace("R1: a\n", "R1: a \n"))).toEqual(said(text));
});

test("the order of keys and the style of YAML change nothing", () => {
  const members = [
    "id: T01",
    "title: t",
    "acceptance: [x, {id: B, text: y}]",
    "scope: {files_hint: [a.ts]}",
    "context: {patterns: [p], constraints: [c]}",
    "depends_on: []",
  ];
  const backlog = (list: readonly string[]) =>
    `tasks:\n  -\n${list.map((member) => `    ${member}\n`).join("")}`;
  const expected = said(HEAD.replace("files: [a]\n", ""), backlog(members));
  fc.assert(
    fc.property(fc.shuffledSubarray(members, { minLength: members.length }), fc.boolean(), (list, flow) => {
      const text = flow ? `tasks: [{${list.join(", ")}}] # note\n` : backlog(list);
      expect(said(HEAD.replace("files: [a]\n", ""), text)).toEqual(expected);
    }),
  );
});

test("whatever the text, a feature is read or refused, and never thrown over", () => {
  const piece = fc.constantFrom(
    "---\n",
    "\n",
    "- ",
    "R1:",
    "## Requirements\n",
    "<!--",
    "-->",
    "`",
    "```\n",
    "> ",
    "[",
    "](",
    "*",
    "_",
    "a",
    ": ",
    "{",
    "}",
    '"',
    "'",
    "|",
    "&a",
    "*a",
    "!t",
    "\t",
    "  ",
    "tasks:",
    "?",
    "%",
    "@",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      const text = pieces.join("");
      const { value, diagnostics } = feature("a", text, text);
      expect(value !== null || diagnostics.length > 0).toBe(true);
      for (const { line, column } of diagnostics) {
        expect(line).toBeGreaterThan(0);
        expect(column).toBeGreaterThan(0);
      }
    }),
    { numRuns: 300 },
  );
});
