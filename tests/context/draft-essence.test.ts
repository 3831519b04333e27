// What was in a draft that failed?

import { expect, test } from "vitest";
import { draftEssence } from "../../src/context/draft-essence.ts";

const PRICE = {
  path: "src/price.ts",
  facts: [],
  hunks: [
    "@@ -3,3 +3,4 @@\n const a = 1;\n-return a;\n+const b = `x`;\n+return a + b;\n }",
    "@@ -20 +21 @@\n-x\n+y",
  ],
};
const TESTS = {
  path: "tests/price.test.ts",
  facts: ["new file mode 100644"],
  hunks: ["@@ -0,0 +1,2 @@\n+one\n+two"],
};

test("where it changed how much, and the lines that the evidence names", () => {
  expect(
    draftEssence(
      [PRICE, TESTS],
      "src/price.ts:5: wrong; tests/price.test.ts(2,1): no; src/price.ts:400 and b.ts:1",
    ),
  ).toBe(
    "It changed src/price.ts (+3 -2), tests/price.test.ts (new, +2 -0). src/price.ts:5 was `return a + b;`. tests/price.test.ts:2 was `two`.",
  );
  expect(draftEssence([PRICE], "/tmp/slot/src/price.ts:4:9 error")).toContain(
    "src/price.ts:4 was `const b = 'x';`.",
  );
});

test("of many files the first are told, and of none nothing", () => {
  const many = Array.from({ length: 9 }, (_, at) => ({
    path: `f${at}.bin`,
    facts: ["Binary files differ"],
    hunks: [],
  }));
  expect(draftEssence(many, "")).toBe(
    "It changed f0.bin, f1.bin, f2.bin, f3.bin, f4.bin, f5.bin, and 3 more files.",
  );
  expect(draftEssence([], "a.ts:1")).toBeNull();
});
