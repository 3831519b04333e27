// Where in an answer is the YAML that was asked for? It may stand in a fence or bare, with words around it.

/**
 * The YAML, which begins with one of `keys` or with an item of a list that does; null where the answer holds none. It has
 * `\n` line ends, one of them at its end.
 */
export function yamlIn(answer: string, keys: readonly string[]): string | null {
  const lines = answer
    .replace(/^\ufeff/, "")
    .replace(/\r\n?/g, "\n")
    .split("\n");
  const json = [lines, ...fences(lines)]
    .map((block) => block.join("\n").trim())
    .findLast((text) => isJson(text, keys));
  if (json !== undefined) return `${json}\n`;
  const begins = new RegExp(`^\\s*(?:- +)?["']?(?:${keys.join("|")})["']?\\s*:(?:\\s|$)`);
  const inFence = fences(lines).filter((block) => block.some((line) => begins.test(line)));
  // Who explains first and then answers, answers last.
  const block = inFence.at(-1) ?? bare(lines, begins);
  if (block === null) return null;
  const text = block
    .join("\n")
    .replace(/^(?:\s*\n)+/, "")
    .trimEnd();
  return text === "" ? null : `${text}\n`;
}

/** Whether a text is a document in JSON, which is YAML, too, and says something under one of the keys. */
function isJson(text: string, keys: readonly string[]): boolean {
  if (!/^[[{]/.test(text) || !keys.some((key) => text.includes(`"${key}"`))) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The contents of fences. One that is never closed reaches to the end: the answer was cut off. */
function fences(lines: readonly string[]): string[][] {
  const blocks: string[][] = [];
  let open: { readonly fence: string; readonly block: string[] } | null = null;
  for (const line of lines) {
    const mark = /^(`{3,}|~{3,})\s*(\w*)\s*$/.exec(line);
    if (open !== null && mark?.[2] === "" && (mark[1] as string).startsWith(open.fence)) {
      blocks.push(open.block);
      open = null;
    } else if (open !== null) open.block.push(line);
    else if (mark !== null) open = { fence: mark[1] as string, block: [] };
  }
  return open === null ? blocks : [...blocks, open.block];
}

/** From the first line that may begin it, with the comments before, to the last line that can still belong to it. */
function bare(lines: readonly string[], begins: RegExp): string[] | null {
  let first = lines.findIndex((line) => begins.test(line));
  if (first < 0) return null;
  const column = /^\s*/.exec(lines[first] as string)?.[0].length ?? 0;
  const isOurs = (line: string) =>
    line.trim() === "" ||
    /^\s*(?:#|- )/.test(line) ||
    begins.test(line) ||
    /^\s*/.exec(line)![0].length > column ||
    /^[a-z_]+:(?:\s|$)/.test(line);
  const end = lines.findIndex((line, index) => index > first && !isOurs(line));
  while (first > 0 && /^\s*#/.test(lines[first - 1] as string)) first--;
  return lines.slice(first, end < 0 ? lines.length : end);
}
