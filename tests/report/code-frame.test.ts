// Does the caret stand below the place that a finding names, whatever the line is made of?

import { describe, expect, it } from "vitest";
import { codeFrame } from "../../src/report/code-frame.ts";
import { columns } from "../../src/report/columns.ts";
import { paintAll } from "../../src/report/theme.ts";

function framed(text: string, line: number, column: number | null, width = 80): string[] {
  return paintAll(codeFrame(text, line, column, width), false);
}

/** The character above the caret, counted in columns of a terminal. */
function aboveCaret([line = "", caret = ""]: readonly string[]): string {
  const at = caret.indexOf("^");
  const left = [...line].filter((_, index) => columns([...line].slice(0, index + 1).join("")) <= at);
  return [...line][left.length] ?? "";
}

describe("a code frame", () => {
  it("shows the line, its number and a caret below the column", () => {
    expect(framed("one\n- R1: two\nthree\n", 2, 3)).toEqual(["    2 │ - R1: two", "      │   ^"]);
    expect(framed("one\ntwo\n", 2, null)).toEqual(["    2 │ two"]);
  });

  it("counts tabs, wide and combined characters as they are seen", () => {
    expect(framed("\t\tbad: 1", 1, 3)).toEqual(["    1 │     bad: 1", "      │     ^"]);
    expect(framed("注文: x", 1, 5)).toEqual(["    1 │ 注文: x", "      │       ^"]);
    expect(framed("😀: x", 1, 5)).toEqual(["    1 │ 😀: x", "      │     ^"]);
    expect(framed("e\u0301: x", 1, 5)).toEqual(["    1 │ e\u0301: x", "      │    ^"]);
  });

  it("cuts a long line around the caret", () => {
    const text = `${"a".repeat(300)}X${"b".repeat(300)}`;
    for (const width of [10, 40, 79, 120]) {
      const lines = framed(text, 1, 301, width);
      expect(aboveCaret(lines)).toBe("X");
      expect(columns(lines[0] as string)).toBeLessThanOrEqual(Math.max(width, 28));
      expect(lines[0]).toMatch(/…a+Xb+…$/);
    }
    expect(framed(text, 1, 3, 40)[0]).toMatch(/^ {4}1 │ a{31}…$/);
    expect(aboveCaret(framed(`${"注".repeat(80)}X`, 1, 81, 40))).toBe("X");
  });

  it("reads lines as the specs do: after a byte-order mark, and ended in any way", () => {
    expect(framed("\uFEFFid: x\r\nb: y\rc: z\n", 1, 1)).toEqual(["    1 │ id: x", "      │ ^"]);
    expect(framed("\uFEFFid: x\r\nb: y\r\n", 2, 4)).toEqual(["    2 │ b: y", "      │    ^"]);
  });

  it("is not there where the text has no such line, or nothing is on it", () => {
    expect(framed("one\n", 7, 1)).toEqual([]);
    expect(framed("one\n   \n", 2, 1)).toEqual([]);
    expect(framed("one\n", 1, 99)).toEqual(["    1 │ one", "      │    ^"]);
  });

  it("obeys no control sequence of the line", () => {
    const text = "a\u001b[2Jb\u001b]0;title\u0007c\u202Ed";
    expect(framed(text, 1, 1)).toEqual(["    1 │ abcd", "      │ ^"]);
  });
});
