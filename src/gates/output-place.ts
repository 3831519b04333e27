// Where in the tree does an error lie? Tools write it before the error (Python, Node), after it (compilers, stacks) or above
// a list of findings (ESLint). It does not know what the error says, nor whether the file exists.

const FILE = String.raw`[\w@./\\[\]-]*[\w\])-]\.[A-Za-z]\w*`;
const SHAPES = [
  // Python: File "tests/test_a.py", line 4
  /\bFile "([^"]+)", line (\d+)/,
  // Compilers, and vite: --> src/a.rs:1:2, File: src/a.js:1:0
  new RegExp(String.raw`^\s*(?:-->|File:)\s*(${FILE}):(\d+)`),
  // Stacks: at f (tests/a.js:6:10), ❯ tests/a.js:6:10, a/b.js:2:1
  new RegExp(
    String.raw`^\s*(?:(?:at|❯|›)\s(?:.*[\s(])?)?(?:file://)?(${FILE}):(\d+)(?::\d+)?(?:\)| \+0x[0-9a-f]+)?$`,
  ),
  // pytest: tests/test_a.py:1: in <module>
  new RegExp(String.raw`^(${FILE}):(\d+): in \S+$`),
  // panicked at src/a.rs:5:5:
  new RegExp(String.raw`\bpanicked at (${FILE}):(\d+):\d+:?$`),
  // ava: Uncaught exception in tests/a.js
  new RegExp(
    String.raw`^\s*(?:FAIL|ERROR collecting|Uncaught exception in|Unhandled rejection in) +(${FILE})()$`,
  ),
];
const ELSEWHERE =
  /^(?:\.\.[\\/]|[\\/]|~|<|node:|_testmain\.go|[a-z]:[\\/])|(?:^|[\\/])(?:node_modules|site-packages|dist-packages)[\\/]/i;
/** Frames of a machine or of a library of tests, whose file names lead nowhere. */
const FOREIGN_FRAME =
  /^\s*(?:at )?(?:java\.|jdk\.|sun\.|kotlin\.|scala\.|junit\.|org\.(?:junit|opentest4j|hamcrest|assertj|gradle|apache\.maven)\b)/;
/** How far from its error a place is looked for. */
const AFTER = 40;
const BEFORE = 40;

export interface OutputPlace {
  readonly file: string;
  /** Empty where the tool names the file alone. */
  readonly line: string;
}

/** The place that a line names, if it lies in the tree and not in what was installed there. */
function placeIn(line: string): OutputPlace | null {
  if (FOREIGN_FRAME.test(line)) return null;
  for (const shape of SHAPES) {
    const [, file, number = ""] = shape.exec(line) ?? [];
    if (file !== undefined && !ELSEWHERE.test(file)) return { file, line: number };
  }
  return null;
}

/** Of the error in line `at`: what follows it at once, else the nearest that went before, else null. */
export function placeOf(lines: readonly string[], at: number): OutputPlace | null {
  // A stack ends where the line before it ends: an empty line follows, or the next error.
  for (let next = at + 1; next < Math.min(lines.length, at + AFTER); next++) {
    const line = lines[next] as string;
    if (line.trim() === "" && !/^goroutine \d/.test(lines[next + 1] ?? "")) break;
    const place = placeIn(line);
    if (place) return place;
  }
  for (let before = at - 1; before >= Math.max(0, at - BEFORE); before--) {
    const place = placeIn(lines[before] as string);
    if (place) return place;
  }
  return null;
}

/** The heading of a list of findings: a path that stands alone above them. */
export function headingOf(lines: readonly string[], at: number): string | null {
  for (let before = at - 1; before >= 0; before--) {
    const line = lines[before] as string;
    if (line.trim() === "") return null;
    if (new RegExp(`^(${FILE})$`).test(line)) return line;
  }
  return null;
}

/** The last place of an output, for what is said of it as a whole. */
export function lastPlace(lines: readonly string[]): OutputPlace | null {
  const found = lines.findLast((line) => placeIn(line) !== null);
  return found === undefined ? null : placeIn(found);
}
