// Which lines differ between two texts? A longest-common-subsequence diff for the short texts of specs; long
// ones are told from first to last difference without looking for common lines between.

export interface DiffLine {
  readonly sign: " " | "-" | "+";
  readonly text: string;
}

/** Cells of the table beyond which the middle is told as removed and added whole. */
const CELLS = 250_000;

export function lineDiff(before: string, after: string): DiffLine[] {
  const a = before.split(/\r?\n/);
  const b = after.split(/\r?\n/);
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (
    tail < a.length - head &&
    tail < b.length - head &&
    a[a.length - 1 - tail] === b[b.length - 1 - tail]
  )
    tail++;
  return [
    ...signed(" ", a.slice(0, head)),
    ...middle(a.slice(head, a.length - tail), b.slice(head, b.length - tail)),
    ...signed(" ", a.slice(a.length - tail)),
  ];
}

/** The changed lines with `context` lines around them, at most `limit` lines; what is left out is said. */
export function shortDiff(before: string, after: string, limit = 24, context = 1): DiffLine[] {
  const all = lineDiff(before, after);
  const near = all.map((_, index) =>
    all.slice(Math.max(0, index - context), index + context + 1).some((line) => line.sign !== " "),
  );
  const kept = all.filter((_, index) => near[index]);
  if (kept.length <= limit) return kept;
  const left = kept.length - limit + 1;
  return [...kept.slice(0, limit - 1), { sign: " ", text: `(${left} more lines)` }];
}

function middle(a: readonly string[], b: readonly string[]): DiffLine[] {
  if (a.length * b.length > CELLS) return [...signed("-", a), ...signed("+", b)];
  const table = commonLengths(a, b);
  const lines: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      lines.push({ sign: " ", text: a[i]! });
      i++;
      j++;
    } else if (table[i + 1]![j]! >= table[i]![j + 1]!) lines.push({ sign: "-", text: a[i++]! });
    else lines.push({ sign: "+", text: b[j++]! });
  }
  return [...lines, ...signed("-", a.slice(i)), ...signed("+", b.slice(j))];
}

/** `table[i][j]`: length of the longest common subsequence of `a` from `i` and `b` from `j`. */
function commonLengths(a: readonly string[], b: readonly string[]): Uint32Array[] {
  const table = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      table[i]![j] =
        a[i] === b[j] ? table[i + 1]![j + 1]! + 1 : Math.max(table[i + 1]![j]!, table[i]![j + 1]!);
  return table;
}

function signed(sign: DiffLine["sign"], lines: readonly string[]): DiffLine[] {
  return lines.map((text) => ({ sign, text }));
}
