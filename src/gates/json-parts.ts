// What is whole in JSON that was cut? The objects that hold no other object, and the names of files that stand before them.
// Each character is looked at a few times, whatever the text is: it may be of any length, and of anybody's making.

export type JsonPart = { readonly file: string } | { readonly object: string };

const FILE = new Set(["filePath", "filename", "file"]);
const AFTER = /\s*:\s*"((?:[^"\\\n]|\\.)*)"/y;

/** In their order. A text may begin within a string: of the two ways to read it, the one that finds more objects is taken. */
export function jsonParts(text: string): JsonPart[] {
  const [outside, inside] = [partsFrom(text, 0), partsFrom(text, stringEnd(text, 0))];
  return objectsIn(inside) > objectsIn(outside) ? inside : outside;
}

function objectsIn(parts: readonly JsonPart[]): number {
  return parts.filter((part) => "object" in part).length;
}

function partsFrom(text: string, start: number): JsonPart[] {
  const parts: JsonPart[] = [];
  // Where an object began that has held no other so far, and the files that it names.
  let open = -1;
  let own: JsonPart[] = [];
  for (let at = start; at < text.length; at++) {
    const sign = text[at];
    if (sign === '"') {
      const end = stringEnd(text, at + 1);
      AFTER.lastIndex = end;
      const named = FILE.has(text.slice(at + 1, end - 1)) ? AFTER.exec(text)?.[1] : undefined;
      if (named !== undefined) own.push({ file: named });
      at = end - 1;
      continue;
    }
    if (sign !== "{" && sign !== "}") continue;
    const isLeaf = sign === "}" && open >= 0;
    if (isLeaf) parts.push({ object: text.slice(open, at + 1) });
    else parts.push(...own);
    own = [];
    open = sign === "{" ? at : -1;
  }
  return parts;
}

/** Behind the quote that ends a string; a line ends one that has none, for no string of JSON goes on in the next. */
function stringEnd(text: string, start: number): number {
  for (let at = start; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === '"') return at + 1;
    else if (text[at] === "\n") return at + 1;
  }
  return text.length;
}
