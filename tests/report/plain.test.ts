import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cutToBytes, plain, plainLines, quoted } from "../../src/report/plain.ts";

describe("a stranger's text", () => {
  it.each([
    ["a color", "\u001b[1;31mred\u001b[0m", "red"],
    ["a cursor movement", "a\u001b[2J\u001b[Hb", "ab"],
    ["a sequence in one byte", "a\u009b31mb", "ab"],
    ["a window title", "a\u001b]0;owned\u0007b", "ab"],
    ["a link", "\u001b]8;;http://x\u001b\\here\u001b]8;;\u001b\\", "here"],
    ["a device string", "a\u001bPq#0\u001b\\b", "ab"],
    ["a bell and a backspace", "a\u0007\b\u007fb", "ab"],
    ["a reordering mark", "a\u202eb\u2066c", "abc"],
    ["an invisible space", "a\u200bb\ufeffc", "abc"],
    ["line breaks", "a\r\n\tb\u2028c", "a b c"],
    ["half of a character", "a\ud83db", "ab"],
  ])("loses %s", (_, text, expected) => {
    expect(plain(text)).toBe(expected);
  });

  it("keeps what people write", () => {
    for (const text of ["Größe ✓ 注文 👍 naïve", "e\u0301", "a  b"]) expect(plain(text)).toBe(text);
  });

  it("never holds a control character afterwards, and is plain already the second time", () => {
    const piece = fc.constantFrom(
      "\u001b",
      "[",
      "]",
      "0;",
      "31m",
      "\u0007",
      "\u009b",
      "\u009c",
      "\\",
      "a",
      "\n",
      "\u202e",
      "P",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const once = plain(pieces.join(""));
        expect(once).not.toMatch(/[\p{Cc}\p{Cf}]/u);
        expect(plain(once)).toBe(once);
      }),
    );
  });

  it("keeps the lines below a sequence that is never closed", () => {
    expect(plainLines("a\u001b]0;never closed\nevidence\n\n")).toEqual(["a", "evidence"]);
  });

  it("shows in quotes what would be invisible", () => {
    expect(quoted('a\u202e"b\u001b')).toBe('"a\\u202e\\"b\\u001b"');
  });
});

describe("a text cut to bytes", () => {
  it("ends between characters, and says that it was cut", () => {
    expect(cutToBytes("注文モデル", 9)).toBe("注文…");
    expect(cutToBytes("short", 5)).toBe("short");
  });
});
