// Which of two versions is later, and does a range take one in? Versions are those of Semantic Versioning 2.0.0; a range
// is comparisons that must all hold, such as `>=1.2.0 <2.0.0`, `^1.2.0`, `1.x` or a version alone.

const NUMBER = "(?:0|[1-9]\\d{0,8})";
const LABEL = "(?:0|[1-9]\\d*|\\d*[A-Za-z-][0-9A-Za-z-]*)";
const CORE = `(${NUMBER})\\.(${NUMBER})\\.(${NUMBER})(?:-(${LABEL}(?:\\.${LABEL})*))?`;

export const VERSION = new RegExp(`^${CORE}(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?$`);

const COMPARISON = new RegExp(`^(<=|>=|<|>|=)?(${CORE})$`);
const CARET = new RegExp(`^(\\^|~)(${CORE})$`);
const PREFIX = new RegExp(`^(${NUMBER})(?:\\.(${NUMBER}))?(?:\\.[xX*])*$`);

export function isVersion(text: string): boolean {
  return VERSION.test(text);
}

/** Below 0 where `a` comes before `b`. Both are versions; what follows a `+` does not count. */
export function compareVersions(a: string, b: string): number {
  const [x, y] = [partsOf(a), partsOf(b)];
  for (let index = 0; index < 3; index++) {
    const difference = (x.numbers[index] as number) - (y.numbers[index] as number);
    if (difference !== 0) return difference;
  }
  return compareLabels(x.labels, y.labels);
}

export function isRange(text: string): boolean {
  return comparisonsOf(text) !== null;
}

/** `range` is a range. */
export function isInRange(version: string, range: string): boolean {
  const comparisons = comparisonsOf(range);
  if (comparisons === null) throw new Error(`bug: ${JSON.stringify(range)} is no range of versions`);
  return comparisons.every(({ sign, bound }) => HOLDS[sign](compareVersions(version, bound)));
}

type Sign = "<" | "<=" | ">" | ">=" | "=";

interface Comparison {
  readonly sign: Sign;
  readonly bound: string;
}

const HOLDS: Readonly<Record<Sign, (order: number) => boolean>> = {
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
  "=": (order) => order === 0,
};

function comparisonsOf(range: string): readonly Comparison[] | null {
  const words = range.trim().split(/\s+/);
  const comparisons = words.map(wordOf);
  return comparisons.every((one) => one !== null) ? comparisons.flat() : null;
}

function wordOf(word: string): readonly Comparison[] | null {
  const comparison = COMPARISON.exec(word);
  if (comparison !== null) {
    return [{ sign: (comparison[1] ?? "=") as Sign, bound: comparison[2] as string }];
  }
  const caret = CARET.exec(word);
  if (caret !== null) {
    const bound = caret[2] as string;
    const [major, minor] = partsOf(bound).numbers as [number, number, number];
    // Below 1.0.0 every minor version may change anything.
    const step = caret[1] === "^" && major > 0 ? `${major + 1}.0.0` : `${major}.${minor + 1}.0`;
    return [
      { sign: ">=", bound },
      { sign: "<", bound: `${step}-0` },
    ];
  }
  const prefix = PREFIX.exec(word);
  if (prefix === null) return null;
  const [major, minor] = [Number(prefix[1]), prefix[2] === undefined ? null : Number(prefix[2])];
  const [first, next] =
    minor === null
      ? [`${major}.0.0`, `${major + 1}.0.0`]
      : [`${major}.${minor}.0`, `${major}.${minor + 1}.0`];
  return [
    { sign: ">=", bound: first },
    { sign: "<", bound: `${next}-0` },
  ];
}

function partsOf(version: string): {
  readonly numbers: readonly number[];
  readonly labels: readonly string[];
} {
  const match = VERSION.exec(version);
  if (match === null) throw new Error(`bug: ${JSON.stringify(version)} is not a version`);
  const labels = match[4] === undefined ? [] : match[4].split(".");
  return { numbers: match.slice(1, 4).map(Number), labels };
}

/** None at all comes last: a release is later than what led to it. */
function compareLabels(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return b.length - a.length;
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const [x, y] = [a[index] as string, b[index] as string];
    if (x === y) continue;
    const [numberX, numberY] = [/^\d+$/.test(x), /^\d+$/.test(y)];
    if (numberX && numberY) return x.length - y.length || (x < y ? -1 : 1);
    if (numberX !== numberY) return numberX ? -1 : 1;
    return x < y ? -1 : 1;
  }
  return a.length - b.length;
}
