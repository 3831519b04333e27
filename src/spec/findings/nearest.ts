// Which known word did the author probably mean?

/** The closest word within a third of its length, or null. */
export function nearest(word: string, known: Iterable<string>): string | null {
  let best: string | null = null;
  let least = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    if (candidate.length > 100 || Math.abs(candidate.length - word.length) >= least) continue;
    const distance = distanceOf(word.toLowerCase(), candidate.toLowerCase());
    if (distance < least) {
      best = candidate;
      least = distance;
    }
  }
  return best;
}

/** `Did you mean "title"? …`, or the known words where none is close. */
export function suggestion(word: string, known: Iterable<string>): string {
  const words = [...known];
  const close = nearest(word, words);
  if (close !== null) return `Did you mean "${close}"?`;
  if (words.length === 0) return `Delete "${clip(word)}".`;
  const shown = words.slice(0, 12).join(", ");
  return `Use one of: ${shown}${words.length > 12 ? ", …" : ""}.`;
}

/** A word of the author as messages show it: one line, short. */
export function clip(word: string): string {
  const line = word.replace(/\s+/g, " ");
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}

/** Edit distance where swapping two neighbours counts once. */
function distanceOf(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      }
      next.push(cost);
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}
