// What is a file when two people changed it? Line by line, in our own code, so that the answer never depends on
// the version or the configuration of git. It knows nothing of files and writes no conflict markers, ever.

import { diff3Merge } from "node-diff3";

/** The three-way merge, or null where both sides changed the same lines or the content is not text. */
export function mergeText(base: Uint8Array, ours: Uint8Array, theirs: Uint8Array): Uint8Array | null {
  if (sameBytes(ours, theirs) || sameBytes(base, theirs)) return ours;
  if (sameBytes(base, ours)) return theirs;
  if ([base, ours, theirs].some((content) => content.includes(0))) return null;
  const sides = [linesOf(base), linesOf(ours), linesOf(theirs)] as const;
  const [head, tail] = sharedEnds(sides);
  const [o, a, b] = sides.map((lines) => lines.slice(head, lines.length - tail)) as [Lines, Lines, Lines];
  const merged: string[] = sides[0].slice(0, head);
  for (const region of diff3Merge(a, o, b, { excludeFalseConflicts: true })) {
    if (region.ok === undefined) return null;
    merged.push(...region.ok);
  }
  if (tail > 0) merged.push(...sides[0].slice(-tail));
  return new Uint8Array(Buffer.from(merged.join(""), "latin1"));
}

type Lines = string[];

// Latin-1 gives every byte one character and back, so any encoding survives; a line keeps its own line end.
function linesOf(content: Uint8Array): Lines {
  return (
    Buffer.from(content)
      .toString("latin1")
      .match(/[^\n]*\n|[^\n]+$/g) ?? []
  );
}

// The comparison is quadratic in the worst case. What all three share at both ends need not enter it, except for
// one line of context on each side.
function sharedEnds(sides: readonly Lines[]): readonly [number, number] {
  const [first = [], ...others] = sides;
  const shortest = Math.min(...sides.map((lines) => lines.length));
  let head = 0;
  while (head < shortest && others.every((lines) => lines[head] === first[head])) head += 1;
  let tail = 0;
  while (tail < shortest - head && others.every((lines) => lines.at(-1 - tail) === first.at(-1 - tail)))
    tail += 1;
  return [Math.max(0, head - 1), Math.max(0, tail - 1)];
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
