// How do import statements look whose names were made of a spec's words? Names in the order in which Biome sorts them, on
// one line as far as it reaches: their order and length change with the words. The statements keep their own order.

const LINE_WIDTH = 110;
const STATEMENT = /^import (type )?\{([^}]*)\} from ("[^"]*");$/gm;

/** The text with every import statement in it laid out as a formatter would. */
export function tidyImports(text: string): string {
  return text.replace(STATEMENT, (_, type: string | undefined, names: string, from: string) => {
    const sorted = names
      .split(",")
      .map((name) => name.trim())
      .filter(Boolean)
      .sort((a, b) => compareNames(a.replace(/^type /, ""), b.replace(/^type /, "")));
    const start = `import ${type ?? ""}{`;
    const line = `${start} ${sorted.join(", ")} } from ${from};`;
    if (line.length <= LINE_WIDTH) return line;
    return `${start}\n${sorted.map((name) => `  ${name},\n`).join("")}} from ${from};`;
  });
}

/** Letter by letter, the capital before the small one: A, a, B, b. */
function compareNames(a: string, b: string): number {
  for (const [index, one] of [...a].entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    if (one === other) continue;
    const [small, otherSmall] = [one.toLowerCase(), other.toLowerCase()];
    if (small !== otherSmall) return small < otherSmall ? -1 : 1;
    return one < other ? -1 : 1;
  }
  return a.length - b.length;
}
