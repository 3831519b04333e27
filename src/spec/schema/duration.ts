// How long is `15m`?

export const DURATION = /^(\d{1,9})(ms|s|m|h)$/;

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** Milliseconds of a text that matches DURATION. */
export function milliseconds(text: string): number {
  const match = DURATION.exec(text);
  const unit = UNITS[match?.[2] ?? ""];
  if (match === null || unit === undefined) throw new Error(`not a duration: ${text}`);
  return Number(match[1]) * unit;
}
