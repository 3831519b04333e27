// Which of two ranges of versions serves both who asked for them? The narrower, where one lies within the other. It reads
// the plain forms that manifests are full of, and knows neither registries nor which versions exist.

type Version = readonly [major: number, minor: number, patch: number];

/** From `low` on, and below `high`. */
interface Range {
  readonly low: Version;
  readonly high: Version;
}

const ENDLESS: Version = [Number.POSITIVE_INFINITY, 0, 0];
const PLAIN = /^(\^|~|>=|=|)\s*v?(\d{1,9}|[xX*])(?:\.(\d{1,9}|[xX*]))?(?:\.(\d{1,9}|[xX*]))?$/;

/** Null where neither lies within the other, or one is more than we read: a tag, an address, a union, a prerelease. */
export function narrowerRange(a: string, b: string): string | null {
  const [first, second] = [rangeOf(a), rangeOf(b)];
  if (first === null || second === null) return null;
  if (isWithin(first, second)) return a;
  return isWithin(second, first) ? b : null;
}

function rangeOf(text: string): Range | null {
  const match = PLAIN.exec(text.trim());
  if (match === null) return null;
  const [, sign = "", ...parts] = match;
  const given = numbers(parts);
  const [major = 0, minor = 0, patch = 0] = given;
  const low: Version = [major, minor, patch];
  if (sign === ">=" || given.length === 0) return { low, high: ENDLESS };
  return { low, high: after(low, fixedParts(sign, given)) };
}

/** Those before the first that is left open. */
function numbers(parts: readonly (string | undefined)[]): readonly number[] {
  const open = parts.findIndex((part) => part === undefined || !/^\d/.test(part));
  return (open < 0 ? parts : parts.slice(0, open)).map(Number);
}

/** How many parts of a version stay as they are throughout the range. */
function fixedParts(sign: string, given: readonly number[]): number {
  if (sign === "~") return Math.min(given.length, 2);
  if (sign !== "^") return given.length;
  const telling = given.findIndex((part) => part > 0);
  return telling < 0 ? given.length : telling + 1;
}

function after([major, minor, patch]: Version, fixed: number): Version {
  if (fixed === 1) return [major + 1, 0, 0];
  return fixed === 2 ? [major, minor + 1, 0] : [major, minor, patch + 1];
}

function isWithin(inner: Range, outer: Range): boolean {
  return compare(inner.low, outer.low) >= 0 && compare(inner.high, outer.high) <= 0;
}

function compare(a: Version, b: Version): number {
  const at = a.findIndex((part, index) => part !== b[index]);
  if (at < 0) return 0;
  return (a[at] as number) < (b[at] as number) ? -1 : 1;
}
