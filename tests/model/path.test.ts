import { expect, test } from "vitest";
import { globBase, globMatcher, isGlob } from "../../src/model/glob.ts";
import { pathFault } from "../../src/model/path.ts";

test.each([
  "a",
  "src/a.ts",
  ".github/x.yml",
  ".gitignore",
  "a..b/c",
  "git~x",
  "app/[id]/(shop)/{{x}}.ts",
  "é/日本",
  "src/**",
  "console.ts",
  "a.git/x",
  "docs/👩‍💻.md",
  "docs/می‌خواهم.md",
])("an ordinary path may be given: %s", (path) => expect(pathFault(path)).toBeNull());

test.each([
  ["/etc", "absolute"],
  ["\\\\host\\x", "absolute"],
  ["C:\\x", "absolute"],
  ["c:x", "absolute"],
  ["..", "parent"],
  ["a/../b", "parent"],
  ["a\\..\\b", "parent"],
  ["a/.. /b", "parent"],
  ["a\0b", "control-character"],
  ["a\u001b[31m", "control-character"],
  ["src/a\u202etxt.exe", "invisible-character"],
  ["src/pay\u200bment.ts", "invisible-character"],
  ["src/pay\u200dment.ts", "invisible-character"],
  ["src/\u{e0061}.ts", "invisible-character"],
  ["src/a\ufffd.ts", "not-utf8"],
  [".git", "git-folder"],
  [".GIT/config", "git-folder"],
  ["a/.git /x", "git-folder"],
  ["a/.git./x", "git-folder"],
  ["git~1", "git-folder"],
  ["GIT~2/x", "git-folder"],
  [".g\u200cit/hooks", "git-folder"],
  [".git::$INDEX_ALLOCATION/x", "git-folder"],
  ["a\\b", "reserved-name"],
  ["", "reserved-name"],
  ["./a", "reserved-name"],
  ["a//b", "reserved-name"],
  ["a/", "reserved-name"],
  ["con", "reserved-name"],
  ["a/NUL.txt", "reserved-name"],
  ["aux .ts", "reserved-name"],
  ["com1", "reserved-name"],
  ["a. ", "reserved-name"],
  ["a./b", "reserved-name"],
  ["x".repeat(256), "too-long"],
  ["é".repeat(128), "too-long"],
  ["a/".repeat(600), "too-long"],
])("a hostile path is named for what it does: %j", (path, fault) => expect(pathFault(path)).toBe(fault));

test("only stars and question marks are special in a pattern", () => {
  const covers = (pattern: string, path: string) => globMatcher(pattern)(path);
  expect(covers("app/[id]/*.tsx", "app/[id]/page.tsx")).toBe(true);
  expect(covers("app/[id]/*.tsx", "app/i/page.tsx")).toBe(false);
  expect(covers("app/(shop)/**", "app/(shop)/a/b.ts")).toBe(true);
  expect(covers("src/{{x}}/*", "src/{{x}}/a")).toBe(true);
  expect(covers("src/**", "src/.hidden/a")).toBe(true);
  expect(covers("src/*", "src/a/b")).toBe(false);
  expect(covers("**/*.ts", "a.ts")).toBe(true);
  expect(covers("!a*", "!ab")).toBe(true);
  expect(covers("a+b?", "a+bc")).toBe(true);
  expect(covers("src/a.ts", "src/a.ts")).toBe(true);
  expect(covers("src/a.t?", "src/axts")).toBe(false);
  expect([isGlob("a[b]"), isGlob("a*")]).toEqual([false, true]);
  expect([globBase("a/b/*.ts"), globBase("**"), globBase("a/b.ts")]).toEqual(["a/b", "", "a"]);
});
