// Are answers that never change asked for once, and does memory stay bounded?

import { expect, test } from "vitest";
import { failed, success } from "../../src/model/result.ts";
import { GitAnswers } from "../../src/workspaces/git-answers.ts";

const MIB = 1024 * 1024;

function asking(bytes: number) {
  const answers = new GitAnswers();
  const asked: string[] = [];
  const of = (question: string) =>
    answers.of(question, async () => {
      asked.push(question);
      return success({ code: 0, stdout: Buffer.alloc(bytes) });
    });
  return { of, asked };
}

test("a question is asked once, and what is asked for at the same time waits for the same answer", async () => {
  const { of, asked } = asking(10);
  const [one, other] = await Promise.all([of("tree"), of("tree")]);
  expect(one).toBe(other);
  await of("tree");
  expect(asked).toEqual(["tree"]);
});

test("a failure is no answer for ever", async () => {
  const answers = new GitAnswers();
  await answers.of("tree", async () => failed({ reason: "cancelled" }));
  const again = await answers.of("tree", async () => success({ code: 0, stdout: Buffer.from("now") }));
  expect(again.ok).toBe(true);
});

test("what was not asked for lately gives way to what is", async () => {
  const { of, asked } = asking(10 * MIB);
  for (const question of ["a", "b", "c", "a", "d", "a", "b"]) await of(question);
  expect(asked).toEqual(["a", "b", "c", "d", "b"]);
});
