// What do people and tools write where they mean a line of code?

import { expect, test } from "vitest";
import type { Project } from "../../src/model/project.ts";
import { codeAddress } from "../../src/pipeline/history/code-address.ts";

const app = { id: "app", path: "projects/app", root: "" } as Project;
const spoken = (words: string) => {
  const address = codeAddress(words, { root: "/w", directory: "/w/projects/app", projects: [app] });
  return address.ok ? [address.value.path, address.value.line] : address.failure.reason;
};

test.each([
  ["app/src/a.ts:12", "src/a.ts", 12],
  ["app/src/a.ts:12:5", "src/a.ts", 12],
  ["src/a b.ts:3", "src/a b.ts", 3],
  ["/w/projects/app/src/a.ts", "src/a.ts", null],
])("%s is a file and perhaps a line", (words, path, line) => {
  expect(spoken(words)).toEqual([path, line]);
});

test.each(["app", "app/", "app/../other", "app/a.ts:0", "/elsewhere/a.ts"])("%s is refused", (words) => {
  expect(spoken(words)).toBe("usage");
});
