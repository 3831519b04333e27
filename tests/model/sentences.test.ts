// Where may a text be cut that is too long?

import { expect, test } from "vitest";
import { wholeSentences } from "../../src/model/sentences.ts";

test.each([
  ["One. Two.", 9, "One. Two."],
  ["First one is here. Second one is longer than that. Third.", 50, "First one is here. (2 more sentences)"],
  ["a fails; b fails; c fails, and so do all of the others", 40, "a fails; b fails; (1 more sentence)"],
  ["First (see b.ts).\nSecond line, which has no room.", 36, "First (see b.ts). (1 more sentence)"],
  ["a single sentence without any end that could be found", 30, "a single sentence without…"],
  ["/a/path/without/any/blank/in/it.ts", 20, "/a/path/without/a…"],
  ["ä".repeat(40), 11, "ääää…"],
])("%j in %i bytes", (text, bytes, cut) => {
  expect(wholeSentences(text, bytes)).toBe(cut);
  expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(bytes);
});
