// Where does the front matter of a feature.md end and its Markdown begin?

export interface Split {
  readonly yaml: string;
  /** Offset at which `yaml` begins. */
  readonly yamlStart: number;
  /** Line of the file at which `yaml` begins. */
  readonly yamlLine: number;
  readonly body: string;
  readonly bodyLine: number;
}

/** Text with `\n` line ends. Null where front matter is opened and never closed. */
export function splitFrontMatter(text: string): Split | null {
  if (!/^---[ \t]*(?:\n|$)/.test(text))
    return { yaml: "", yamlStart: 0, yamlLine: 1, body: text, bodyLine: 1 };
  const lines = text.split("\n");
  const end = lines.findIndex((line, index) => index > 0 && /^(?:---|\.\.\.)[ \t]*$/.test(line));
  if (end < 0) return null;
  return {
    yaml: `${lines.slice(1, end).join("\n")}\n`,
    yamlStart: text.indexOf("\n") + 1,
    yamlLine: 2,
    body: lines.slice(end + 1).join("\n"),
    bodyLine: end + 2,
  };
}
