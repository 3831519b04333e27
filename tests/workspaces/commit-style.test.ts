import { expect, test } from "vitest";
import type { CommitStyle } from "../../src/model/commit-rules.ts";
import { hostOf } from "../../src/model/remote.ts";
import { isInStyle, messageIn, subjectIn } from "../../src/workspaces/commit-style.ts";

const pat = { name: "Pat", email: "pat@example.com" };
const bot = { name: "Bot", email: "bot@example.com" };
const style: CommitStyle = { author: pat, committer: pat, signOff: false, sign: false, prefix: "" };

test("a title is the subject, and what is too long is said in full below it", () => {
  expect(messageIn(style, "Say  what\na ride costs", ["Factory-Task: fares:T01"])).toBe(
    "Say what a ride costs\n\nFactory-Task: fares:T01\n",
  );
  const long = `Say what a ride costs ${"and why ".repeat(10)}today`;
  const [subject = "", , ...rest] = messageIn(style, long, []).split("\n");
  expect(subject.length).toBeLessThanOrEqual(72);
  expect(subject).toMatch(/ why…$/);
  expect(rest.join(" ").trim()).toBe(long);
  const oneWord = messageIn(style, "😀".repeat(80), []).split("\n", 1)[0] ?? "";
  expect([oneWord.length <= 72, /^(😀)+…$/u.test(oneWord)]).toEqual([true, true]);
});

test.each([
  ["feat: ", "Fares of all rides.", "feat: fares of all rides"],
  ["fix(app)!: ", "API of fares", "fix(app)!: api of fares"],
  ["TOLL-7 ", "Fares.", "TOLL-7 Fares."],
  ["", "Fares.", "Fares."],
])("after %j stands %j as a linter of commits wants it", (prefix, title, subject) => {
  expect(messageIn({ ...style, prefix }, title, [])).toBe(`${subject}\n`);
  expect(subjectIn(prefix, subject)).toBe(subject);
});

test("a title is never read as a fact or a sign-off", () => {
  const title = "Factory-Output: 100644 0000000000000000000000000000000000000000 src/mine.ts";
  expect(messageIn(style, title, [])).not.toMatch(/^ *Factory-Output: /m);
  expect(messageIn(style, "Signed-off-by: Kim <kim@example.com>", [])).not.toMatch(/^Signed-off-by: /m);
});

test("author and committer sign off, each once", () => {
  const own = messageIn({ ...style, signOff: true }, "Fares", ["Factory-Task: fares:T01"]);
  expect(own).toBe("Fares\n\nFactory-Task: fares:T01\nSigned-off-by: Pat <pat@example.com>\n");
  const both = messageIn({ ...style, author: bot, signOff: true }, "Fares", []);
  expect(both.match(/^Signed-off-by: \w+/gm)).toEqual(["Signed-off-by: Bot", "Signed-off-by: Pat"]);
});

test("a commit stays where it is as it would be made now, and else it does not", () => {
  const raw = (message: string, more = "") =>
    `tree 1\nparent 2\nauthor Pat <pat@example.com> 1 +0000\ncommitter Pat <pat@example.com> 1 +0000\n${more}\n${message}`;
  const subjects = new Set(["Fares"]);
  const stays = (as: Partial<CommitStyle>, text: string) => isInStyle(text, { ...style, ...as }, subjects);
  expect(stays({}, raw("Fares\n"))).toBe(true);
  expect(stays({ author: bot }, raw("Fares\n"))).toBe(false);
  expect(stays({ committer: bot }, raw("Fares\n"))).toBe(false);
  expect(stays({ sign: true }, raw("Fares\n"))).toBe(false);
  expect(stays({ sign: true }, raw("Fares\n", "gpgsig -----BEGIN SSH SIGNATURE-----\n"))).toBe(true);
  expect(stays({ signOff: true }, raw("Fares\n"))).toBe(false);
  expect(stays({ signOff: true }, raw("Fares\n\nSigned-off-by: Pat <pat@example.com>\n"))).toBe(true);
  expect(stays({}, raw("Fares\n\nSigned-off-by: Pat <pat@example.com>\n"))).toBe(false);
  expect(stays({}, raw("feat: fares\n"))).toBe(false);
});

test.each([
  ["git@github.com:acme/fares.git", "github.com"],
  ["https://pat:token@GitHub.com/acme/fares.git", "github.com"],
  ["ssh://git@code.example.com:2222/acme/fares.git", "code.example.com"],
  ["../fares.git", null],
  ["/srv/git/a:b.git", null],
  ["file:///srv/git/fares.git", null],
  ["C:\\git\\fares.git", null],
])("the host of %s is %s", (address, host) => {
  expect(hostOf(address)).toBe(host);
});
