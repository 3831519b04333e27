// Which files does a person's answer give to a task?

import { expect, test } from "vitest";
import { filesNamed } from "../../src/spec/answers/named-files.ts";

const isThere = (path: string) => ["readme.md", "Makefile", "src/money.ts"].includes(path);

test.each([
  ["Put them into tests/a.test.js.", ["tests/a.test.js"]],
  ["Use `tests/a.test.js`, not tests/b.test.js", ["tests/a.test.js"]],
  ["Do not write src/a.js, src/b.js and src/c.js", []],
  ["Put it in tests/a.test.js instead of tests/b.test.js", ["tests/a.test.js"]],
  ["Instead of tests/b.test.js, use tests/a.test.js", ["tests/a.test.js"]],
  ["readme.md and Makefile, e.g. with Node.js 20.1", ["readme.md", "Makefile"]],
  ["UTC/CET and/or 2/3.5 of https://x.org/a/b.html", []],
  ["As in src/money.ts: round half up. Write tests/money/*.test.ts", ["tests/money/*.test.ts"]],
  ["the tests belong into tests/**, all of them", ["tests/**"]],
  ["(tests/a_test.go)", ["tests/a_test.go"]],
  ["../x/a.js or /etc/a.js or **", []],
])("of %j", (answer, files) => expect(filesNamed(answer, "", isThere)).toEqual(files));

test("a yes gives the files that the question asks for, and no other answer does", () => {
  const question = "May I add a test to tests/x.test.js?";
  expect(filesNamed("Yes, please.", question, isThere)).toEqual(["tests/x.test.js"]);
  expect(filesNamed("No.", question, isThere)).toEqual([]);
  expect(filesNamed("Yes", "Is it as in src/money.ts?", isThere)).toEqual([]);
});
