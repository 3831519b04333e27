// What does one command of a package's script do, and how would it report? Runners of tests get the words by which they
// tell their tests; linters and compilers are named after what they check.

import type { ReportFormat } from "../../model/project.ts";

export interface NodeRunner {
  /** What it is called as a gate. */
  readonly id: string;
  readonly run: string;
  readonly report: ReportFormat | null;
}

interface Known {
  readonly id: string;
  readonly report?: ReportFormat;
  /** The command with its report; `call` is how it is started, `rest` its other words. */
  readonly told?: (call: string, rest: string) => string;
}

/** What a script says of reports would stand beside ours. */
const REPORTERS = / (?:--reporters?|-R)[ =]\S+/g;

const junit = (words: string): Known => ({
  id: "test",
  report: "junit",
  told: (call, rest) => `${call}${rest} ${words}`,
});

const KNOWN: Readonly<Record<string, Known>> = {
  vitest: {
    id: "test",
    report: "junit",
    // Without the word it would wait for edits on a terminal.
    told: (call, rest) =>
      `${call}${/^ (?:run|watch|dev)\b/.test(rest) ? rest.replace(/^ (?:watch|dev)\b/, " run") : ` run${rest}`} --reporter=junit --outputFile={{report}}`,
  },
  // The one spelling of the option that every version knows.
  mocha: junit("--reporter xunit -O output={{report}}"),
  ava: { id: "test", report: "tap", told: (call, rest) => `${call}${rest} --tap` },
  tape: { id: "test", report: "tap", told: (call, rest) => `${call}${rest}` },
  tap: { id: "test", report: "tap", told: (call, rest) => `${call}${rest} --reporter=tap` },
  jest: { id: "test" },
  jasmine: { id: "test" },
  uvu: { id: "test" },
  tsc: { id: "types" },
  "vue-tsc": { id: "types" },
  tsd: { id: "types" },
  eslint: { id: "lint" },
  xo: { id: "lint" },
  standard: { id: "lint" },
  biome: { id: "lint" },
  oxlint: { id: "lint" },
  prettier: { id: "format" },
};

/** Programs that measure what the one after them does. */
const WRAPPERS = new Set(["c8", "nyc", "cross-env"]);

/** `known` are the package's dependencies by name. */
export function nodeRunner(step: string, known: Readonly<Record<string, string>>): NodeRunner {
  const words = step.split(/\s+/);
  const at = programAt(words);
  const before = words.slice(0, at).map(inFolder);
  const program = words[at] ?? "";
  const rest = words.slice(at + 1);
  if (program === "node") return nodeItself(before, rest, known);
  const call = [...before, inFolder(program)].join(" ");
  const tail = rest.length === 0 ? "" : ` ${rest.join(" ")}`;
  const tool = KNOWN[program];
  const bare = tail.replace(REPORTERS, "");
  if (tool === undefined) return { id: idOf(program, rest), run: `${call}${tail}`, report: null };
  if (program === "jest" && known["jest-junit"] !== undefined) {
    const words = "--reporters=default --reporters=jest-junit";
    return { id: "test", run: `JEST_JUNIT_OUTPUT_FILE={{report}} ${call}${bare} ${words}`, report: "junit" };
  }
  return { id: tool.id, run: tool.told?.(call, bare) ?? `${call}${tail}`, report: tool.report ?? null };
}

/** Behind assignments of variables, `npx` and programs that only measure, with their options. */
function programAt(words: readonly string[]): number {
  let at = 0;
  while (at < words.length - 1) {
    const word = words[at] as string;
    const isSkipped =
      /^\w+=/.test(word) || WRAPPERS.has(word) || word === "npx" || (at > 0 && /^--?\w/.test(word));
    if (!isSkipped) break;
    at += 1;
  }
  return at;
}

/** `node --test` has a report, and a file that uses tape prints one. */
function nodeItself(
  before: readonly string[],
  rest: readonly string[],
  known: Readonly<Record<string, string>>,
): NodeRunner {
  const call = [...before, "node"].join(" ");
  if (rest.includes("--test")) {
    const report = "--test-reporter=junit --test-reporter-destination={{report}}";
    const others = rest.filter((word) => !/^--test-reporter/.test(word));
    // Behind the first file they would be words of that file.
    const words = others.map((word) => (word === "--test" ? `--test ${report}` : word));
    return { id: "test", run: `${call} ${words.join(" ")}`, report: "junit" };
  }
  const isTest = rest.some((word) => /(?:^|[/._-])(?:tests?|spec)(?:[/._-]|$)/.test(word));
  const report = isTest && known.tape !== undefined ? "tap" : null;
  return { id: isTest ? "test" : "check", run: `${call} ${rest.join(" ")}`, report };
}

/** What the package brings is called where it lies; what is on the path, as it is. */
function inFolder(word: string): string {
  const onPath = /^(?:node|npm|npx|pnpm|yarn|bun|make|sh|bash|git|rm|cp|mkdir|echo|true|env|deno|python3?)$/;
  if (word === "" || /[=/.]/.test(word) || word.startsWith("-") || onPath.test(word)) return word;
  return `node_modules/.bin/${word}`;
}

function idOf(program: string, rest: readonly string[]): string {
  const words = [program, ...rest].join(" ");
  if (/\btests?\b|\bspec\b/.test(words)) return "test";
  if (/lint/.test(words)) return "lint";
  return /^[A-Za-z][\w-]*$/.test(program) ? program : "check";
}
