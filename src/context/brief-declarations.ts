// How is a declaration written in a window in few bytes? On one line where its language allows that, without what binds
// nobody, and without fields that nobody else can reach. What decides about staleness keeps the text that it always had.

import type { Declaration } from "../model/surface.ts";

const SCRIPT = /\.[cm]?tsx?$|\.[cm]?jsx?$/;

/** Says how a tool or a compiler takes it, and nothing to whoever calls it. */
const UNBINDING =
  /@(?:Override|SuppressWarnings|SafeVarargs|FunctionalInterface|CanIgnoreReturnValue)\b(?:\([^()]*\))?\s*|\[(?:MethodImpl|EditorBrowsable|DebuggerStepThrough|DebuggerDisplay|SuppressMessage)\b[^\]]*\]\s*|^#\[(?:derive\(Debug\)|inline|must_use)\]\s*/g;

/** Comments and texts, whichever comes first. */
const COMMENT_OR_TEXT =
  /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`/g;

/** Stands where nobody wrote a type. Where only a type could stand, that there is none says the same. */
const MARK = "/* inferred */";

export function briefly(path: string, declarations: readonly Declaration[]): Declaration[] {
  const depths: number[] = [];
  return declarations.map((one, index) => {
    const depth = one.within === null ? 0 : (depths[one.within] ?? 0) + 1;
    depths[index] = depth;
    const indent = "  ".repeat(depth);
    return {
      ...one,
      text: indent + brief(path, one.text),
      tail: one.tail === "" ? "" : indent + one.tail.trim(),
    };
  });
}

function brief(path: string, text: string): string {
  const bare = (SCRIPT.test(path) ? uncommented(text) : text.replace(UNBINDING, ""))
    .replace(/(\(does not parse): sha256 \w+\)/g, "$1)")
    .trim();
  const seen = path.endsWith(".go") || path.endsWith(".rs") ? withoutHiddenFields(path, bare) : bare;
  if (!seen.includes("\n") || isBoundToLines(path, seen)) return seen;
  return joined(seen, SCRIPT.test(path));
}

function uncommented(text: string): string {
  const told = text.replace(COMMENT_OR_TEXT, (found) =>
    /^\/[/*]/.test(found) && found !== MARK ? "" : found,
  );
  const written = told.replaceAll(`: ${MARK} any`, "");
  return written.replace(/^(\s*export )declare /, "$1").replace(/^\s*\n/gm, "");
}

/** Ends of lines mean something there: in macros of C, in Go, and within texts. */
function isBoundToLines(path: string, text: string): boolean {
  return path.endsWith(".go") || /^\s*#\s*\w/.test(text) || /"""|'''|`[^`]*\n[^`]*`/.test(text);
}

/** Words that go on with the line before them. */
const GOES_ON = /^(?:extends|implements|keyof|infer|is|as|in|of|where)\b/;

function joined(text: string, isScript: boolean): string {
  const lines = text.split("\n").map((line) => line.trim());
  let all = lines[0] as string;
  for (const line of lines.slice(1)) {
    const isNext = isScript && /[\w)\]}>"'?]$/.test(all) && /^[\w"'[]/.test(line) && !GOES_ON.test(line);
    const isTight = /[([]$/.test(all) || /^[)\],;.]/.test(line);
    all += `${isNext ? ";" : ""}${isTight ? "" : " "}${line}`;
  }
  return all.replace(/,(?=[)\]])/g, "");
}

const HIDDEN_FIELD = { go: /^[\p{Ll}_]\w*(?:, ?\w+)*\s+\S/u, rs: /^(?!pub\b)\w+\s*:/ };

/** Of a type that others see, the fields that they do not. */
function withoutHiddenFields(path: string, text: string): string {
  const isGo = path.endsWith(".go");
  const lines = text.split("\n");
  const opens = isGo ? /^type .*\bstruct\s*\{$|^(?:const|var) \($/ : /\bstruct\b[^;]*\{$/;
  const head = lines.findIndex((line) => opens.test(line.trim()));
  if (head === -1) return isGo ? text.replace(/(\S) {2,}(?=\S)/g, "$1 ") : text;
  const kept = lines.slice(0, head + 1);
  let depth = 0;
  let isHidden = false;
  let isEnded = true;
  for (const line of lines.slice(head + 1)) {
    const plain = line.trim();
    // A field of Rust goes on to its comma.
    const isNext = depth === 0 && (isGo || !isHidden || plain.startsWith("}") || isEnded);
    if (isNext) isHidden = HIDDEN_FIELD[isGo ? "go" : "rs"].test(plain);
    isEnded = plain.endsWith(",");
    depth += balance(plain);
    if (!isHidden) kept.push(isGo ? line.replace(/(\S) {2,}(?=\S)/g, "$1 ") : line);
    else if (kept.at(-1) !== "  …") kept.push("  …");
  }
  return kept.join("\n");
}

function balance(line: string): number {
  const open = line.match(/[{([]/g)?.length ?? 0;
  const closed = line.match(/[})\]]/g)?.length ?? 0;
  return open - closed;
}
