// Which declarations of a file are what others come for? Those at its top, and those in a module or namespace that only holds
// them together: its own name stands in every file beside it, and tells nothing.

import type { SketchedSymbol } from "../model/sketch.ts";

const HOLDING = /^(?:pub(?:\([^)]*\))? )?(?:module|namespace|mod|package)\b/;

/** For each symbol whether it is one of them. */
export function outerSymbols(symbols: readonly SketchedSymbol[]): boolean[] {
  const outer = symbols.map(({ within }) => within === null);
  const holding = holdingSymbols(symbols);
  if (holding.size === 0) return outer;
  // What something is within stands before it.
  const reached = symbols.map(() => false);
  for (const [index, { within }] of symbols.entries()) {
    reached[index] = within === null || (holding.has(within) && reached[within] === true);
    outer[index] = reached[index] === true && !holding.has(index);
  }
  return outer;
}

/**
 * Modules with something in them that has members of its own; one of functions alone is what it says. And those that say of
 * all below them where it belongs, where there is anything else.
 */
function holdingSymbols(symbols: readonly SketchedSymbol[]): ReadonlySet<number> {
  const holding = new Set<number>();
  for (const { within } of symbols) {
    const around = within === null ? null : (symbols[within]?.within ?? null);
    if (around !== null && isHolding(symbols[around])) holding.add(around);
  }
  if (symbols.every(isHolding)) return holding;
  const parents = new Set(symbols.map(({ within }) => within));
  for (const [index, symbol] of symbols.entries())
    if (isHolding(symbol) && symbol.first === symbol.last && !parents.has(index)) holding.add(index);
  return holding;
}

function isHolding(symbol: SketchedSymbol | undefined): boolean {
  return HOLDING.test(symbol?.text ?? "");
}
