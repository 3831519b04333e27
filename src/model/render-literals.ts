// How does a value become a piece of code that it cannot break out of? Complete literals, names and comments for
// TypeScript and YAML, laid out as a formatter would lay them out.

const LINE_WIDTH = 110;

/** A string, number, boolean or null in TypeScript. Quotes are chosen so that fewer need a backslash. */
export function scalarLiteral(value: unknown): string {
  if (typeof value === "string") return stringLiteral(value);
  if (value === null || typeof value === "boolean" || Number.isFinite(value)) return String(value);
  throw new Error(
    `a literal needs text, a finite number, true, false or null; this is ${JSON.stringify(value)}`,
  );
}

/** The same for a language in which single quotes hold no text, such as Go. */
export function quotedLiteral(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : scalarLiteral(value);
}

function stringLiteral(text: string): string {
  const quoted = JSON.stringify(text);
  const doubles = text.split('"').length;
  const singles = text.split("'").length;
  if (doubles <= singles) return quoted;
  return `'${quoted.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

/** A literal that matches the whole of a text, as `pattern` says. Throws a SyntaxError where it is no pattern. */
export function regexLiteral(pattern: string): string {
  new RegExp(pattern);
  return String(new RegExp(pattern.includes("|") ? `^(?:${pattern})$` : `^${pattern}$`));
}

/** One line that may stand in a comment of either kind: no end of line, no end of comment. */
export function commentText(text: string): string {
  return text.trim().replace(/\s+/g, " ").replaceAll("*/", "*\\/");
}

/** A doc comment of paragraphs; nothing where there are none. */
export function docComment(paragraphs: readonly string[]): string {
  const lines = paragraphs.flatMap((paragraph) => wrapped(commentText(paragraph), LINE_WIDTH - " * ".length));
  const [first] = lines;
  if (first === undefined) return "";
  const single = `/** ${first} */`;
  if (lines.length === 1 && single.length <= LINE_WIDTH) return single;
  return ["/**", ...lines.map((line) => ` * ${line}`), " */"].join("\n");
}

/** No line starts with `@`, which would be read as a tag or as an order to a tool. */
function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const line = lines.at(-1);
    const fits = line !== undefined && line.length + 1 + word.length <= width;
    if (line !== undefined && (fits || word.startsWith("@"))) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** `start` and the items between brackets: on one line where it fits, else one item to a line, indented as `start` is. */
export function arrayLiteral(start: string, items: readonly unknown[], end: string): string {
  const literals = items.map(scalarLiteral);
  const line = `${start}[${literals.join(", ")}]${end}`;
  if (line.length <= LINE_WIDTH) return line;
  const indent = /^ */.exec(start)?.[0] ?? "";
  return `${start}[\n${literals.map((item) => `${indent}  ${item},\n`).join("")}${indent}]${end}`;
}

/** A type declaration whose right side is a union of literals. */
export function unionType(start: string, members: readonly unknown[]): string {
  const literals = members.map(scalarLiteral);
  const line = `${start} ${literals.join(" | ")};`;
  return line.length <= LINE_WIDTH ? line : `${start}\n${literals.map((one) => `  | ${one}`).join("\n")};`;
}

const PLAIN = /^[A-Za-z][\w-]*( [\w-]+)*$/;
const YAML_WORDS = /^(true|false|null|yes|no|on|off|y|n|nan|inf)$/i;

/** A value on one line of YAML. A text that could be read as anything else is quoted. */
export function yamlValue(value: unknown): string {
  if (typeof value === "string") {
    return PLAIN.test(value) && !YAML_WORDS.test(value) ? value : JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(yamlValue).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).map(([key, member]) => `${yamlValue(key)}: ${yamlValue(member)}`);
    return `{${members.join(", ")}}`;
  }
  return JSON.stringify(value);
}
