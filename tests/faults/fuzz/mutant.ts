// Which damage do texts take? Cuts, repeats, exchanges between two of them, bytes of chance, and the signs that readers of
// specs, journals and answers give a meaning to.

import { oneOf } from "../extent.ts";

const SIGNS = [
  ...[
    "---\n",
    "- ",
    "  ",
    "\t",
    "\n",
    "\r\n",
    "\r",
    "\0",
    "\ufeff",
    "\u202e",
    "\u200b",
    "\u200d",
    "\u2028",
    "\u00ad",
    "\u3164",
    "\u0085",
    "\u001b[8m",
    "\u009b8m",
    "\u007f",
    "\ufe0f\ufe01",
    "\u{e0041}",
    "é",
    "漢",
    "🙂",
  ],
  ...[
    "# ",
    "## ",
    "### ",
    "```\n",
    "~~~\n",
    "> ",
    "* ",
    "1. ",
    "- [ ] ",
    "<!--",
    "-->",
    "[NEEDS CLARIFICATION: x]",
    "|",
  ],
  ...[
    "{",
    "}",
    "[",
    "]",
    "{{",
    "}}",
    "<",
    ">",
    "&a ",
    "*a",
    "!!js ",
    "%YAML 1.2\n",
    "? ",
    ": ",
    ":",
    ",",
    "'",
    '"',
    "\\",
  ],
  ...[
    "null",
    "true",
    "-1",
    "1e999",
    "9007199254740993",
    "__proto__",
    "constructor",
    "toString",
    "..",
    "/",
    "../",
    "R1",
    "T01",
  ],
  ...[
    "data: ",
    "event: error\n",
    "[DONE]",
    "<think>",
    "</think>",
    '{"error":',
    "\\u0000",
    "\\u001b[8m",
    "\\u200b",
    "\\ud800",
    "0 00000000 ",
  ],
].map((sign) => Buffer.from(sign));

const MOST = 64 * 1024;

type Chance = () => number;

/** One of the texts, damaged up to eight times. */
export function mutant(texts: readonly Uint8Array[], chance: Chance): Uint8Array {
  let bytes: Buffer = Buffer.from(oneOf(texts, chance));
  const rounds = 1 + Math.floor(chance() ** 2 * 8);
  for (let round = 0; round < rounds; round++) bytes = oneOf(DAMAGES, chance)(bytes, chance, texts);
  return bytes.subarray(0, MOST);
}

type Damage = (bytes: Buffer, chance: Chance, texts: readonly Uint8Array[]) => Buffer;

const DAMAGES: readonly Damage[] = [
  (bytes, chance) => replaced(bytes, spanOf(bytes, chance, 40), Buffer.alloc(0)),
  (bytes, chance) => replaced(bytes, spanOf(bytes, chance, 0), oneOf(SIGNS, chance)),
  (bytes, chance) => replaced(bytes, spanOf(bytes, chance, 12), oneOf(SIGNS, chance)),
  (bytes, chance) => replaced(bytes, spanOf(bytes, chance, 1), Buffer.of(Math.floor(chance() * 256))),
  (bytes, chance) => bytes.subarray(0, Math.floor(chance() * bytes.length)),
  (bytes, chance) => {
    const { from, to } = spanOf(bytes, chance, 400);
    const times = 1 + Math.floor(chance() ** 4 * 200);
    return replaced(bytes, { from: to, to }, repeated(bytes.subarray(from, to), times));
  },
  (bytes, chance, texts) => {
    const other = Buffer.from(oneOf(texts, chance));
    const { from, to } = spanOf(other, chance, 600);
    return replaced(bytes, spanOf(bytes, chance, 200), other.subarray(from, to));
  },
  (bytes, chance) => {
    const lines = bytes.toString("latin1").split("\n");
    const [line = ""] = lines.splice(Math.floor(chance() * lines.length), 1);
    lines.splice(Math.floor(chance() * (lines.length + 1)), 0, line);
    return Buffer.from(lines.join("\n"), "latin1");
  },
];

interface Span {
  readonly from: number;
  readonly to: number;
}

function spanOf(bytes: Buffer, chance: Chance, most: number): Span {
  const from = Math.floor(chance() * (bytes.length + 1));
  return { from, to: Math.min(bytes.length, from + Math.floor(chance() * (most + 1))) };
}

function replaced(bytes: Buffer, { from, to }: Span, by: Uint8Array): Buffer {
  return Buffer.concat([bytes.subarray(0, from), by, bytes.subarray(to)]);
}

function repeated(bytes: Uint8Array, times: number): Buffer {
  const most = Math.max(1, Math.min(times, Math.floor(MOST / Math.max(1, bytes.length))));
  return Buffer.concat(Array.from({ length: most }, () => bytes));
}
