// What did a model mean by JSON that is almost JSON? Only slips with one possible meaning are mended: a code fence around
// it, a comma before a closing bracket, and control characters that stand unescaped in a string. Nothing that was cut
// off is completed.

const FENCE = /^\s*```[a-z]*\s*\n([\s\S]*?)\n?\s*```\s*$/i;
const ESCAPES: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** The value, or what is wrong with the text as it was given. */
export function parseLoosely(text: string): { readonly value: unknown } | { readonly fault: string } {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    try {
      return { value: JSON.parse(mended(FENCE.exec(text)?.[1] ?? text)) };
    } catch {
      return { fault: (error as Error).message };
    }
  }
}

function mended(text: string): string {
  let out = "";
  let isString = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at] as string;
    if (isString && char === "\\") {
      out += char + (text[++at] ?? "");
      continue;
    }
    if (char === '"') isString = !isString;
    if (isString) out += char < " " ? (ESCAPES[char] ?? unicodeEscape(char)) : char;
    else if (char !== "," || !/^\s*[}\]]/.test(text.slice(at + 1, at + 200))) out += char;
  }
  return out;
}

function unicodeEscape(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
