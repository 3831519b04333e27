// Which lines of an output say what went wrong, and how much does each of them tell? It guesses from the shapes that
// compilers, linters and test runners share. It does not know which of several findings is the one to show.

/** Nothing was run because something cannot be loaded: the cause of whatever else is red. */
const UNLOADABLE = new RegExp(
  [
    "cannot find (?:module|package|symbol|implementation or library)|no module named|module ?not ?found|cannot import name",
    "cannot load such file|cannot open include file|no such file or directory: |could not resolve|failed to resolve",
    "does not provide an export|has no (?:exported member|attribute \\S+ +\\[attr-defined\\])|unresolved (?:import|reference)",
    "no required module|is not in (?:GOROOT|std)\\b|package \\S+ does not exist|file not found for module|undefined: \\w",
    "(?:^|[\\s:>])(?:use of )?undeclared|no matching (?:package|distribution)|(?:NoClassDefFound|ClassNotFound|LoadError)\\b",
    "\\b(?:Syntax|Indentation|Tab|Import|Parse)Error\\b|syntax error|parsing error|invalid-syntax|\\[syntax\\]|failed to parse",
    "unexpected (?:token|identifier|end of)|unterminated|unclosed|mismatched closing|missing '?[),;}\\]]|: '?[),;:}\\]]'? expected",
    "\\bTS(?:1\\d{3}|2305|2307|2304|2614|2724)\\b|error\\[E0(?:432|433|425|583|463)\\]",
  ].join("|"),
  "i",
);
/** A file with line and column, as compilers and linters write it before what they found. */
const POSITION =
  /(?:^|[\s(])[\w@./\\[\]-]+\.[A-Za-z]\w*(?::\d+:\d+(?![\d)])|\(\d+,\d+\)|:\d+:(?=\s)(?! in \S+$))(?=\W*\w)/;
const ERROR =
  /\berror\b|\w(?:Error|Exception)\b|^(?:SystemExit|KeyboardInterrupt)\b|^E {2,}\S|\bpanic(?:ked at\b|: )|^thrown: |^fatal\b/i;
/** What an assertion expected, for runners that call it nothing else. */
const ASSERTION = /^\s*(?:expect\(|assertion\b|Difference \(|'Difference \()/;

/** A test or a file by its name, marked as failed; the name is the group. */
const MARKS = [
  /^\s*not ok \d+(?: - )?(.*)$/,
  /^\s*--- FAIL: (.+)$/,
  /^\s*---- (.+) stdout ----$/,
  /^\s*(?:●|\d+\)) (.+?):?$/,
  /^\s*[✗✘×✖❌] (?:\[fail\]: )?(.+)$/,
  /^[_=]{3,} (?:ERROR at \w+ of |ERROR collecting )?(\S+) [_=]{3,}$/,
  /^(?:FAIL|ERROR): (\S+ \(.+\))$/,
  /^\s*FAIL(?:ED)?[ \t]+(.+?)(?: \[ .+ \])?$/,
];
/** A failed test and its error on one line of a tree. */
const BRANCH = /^[│├└─╷\s]+(.+?) [✗✘×✖❌] (.+)$/;
const CARETS = /^\s*[\^~]+\s*$/;
const HINT =
  /\bfail(?:ed|ures?)?\b|\bfatal\b|exception\b|\bnot (?:found|in sync)\b|\bno tests?\b.* found\b|\b(?:cannot|could not|unable to|denied|refused|missing|out of date|no such|timed? ?out)\b/i;

/** Says that something failed, and not what. */
const SUMMARY = new RegExp(
  [
    "\\b(?:0|no) (?:errors?|failures?|failed|problems?)\\b",
    "^\\s*(?:[✖✗×] )?\\d+ (?:problems?|errors?|tests?|failing|failed|passing|passed|uncaught|unhandled)\\b|^\\s*found \\d+ |^\\d+ (?:errors?|warnings?)$",
    "^error: (?:could not compile|test failed, to rerun|\\d+ targets? failed|aborting due)|^failures?:$|^\\s*[✖✗×] failing tests:$",
    "^ImportError while|^Failed (?:Suites|Tests) \\d|^FAIL(?:ED)?$|^[ℹ#] ?(?:fail|tests|pass|cancelled|skipped|todo|suites|duration_ms) |^test result:",
    "^\\s*(?:Tests?|Test Suites|Test Files|Errors|Snapshots|Time|Duration|Start at):? +\\d|exited with a non-zero exit code|could not be run$",
    "^(?:\\d+ )?(?:.*\\b)?(?:short test summary|Interrupted: \\d+ error|report (?:was )?written to)\\b|^\\[ +\\d+ (?:tests|containers) ",
    "^-+$|^={3,}.*={3,}$|^⎯{3,}|\\bcaught \\d+ unhandled|\\bFailed to import test module: |^(?:ERROR: )?usage: ",
  ].join("|"),
  "i",
);
/** Warnings, frames of stacks, members of printed errors, code that is quoted, and what npm says of itself. */
const NOISE = new RegExp(
  [
    "\\bwarn(?:ing)?s?\\b|\\bdeprecated\\b|^\\s*(?:[✓✔]|ok\\b|note:|= (?:note|help):)",
    '^\\s*at \\S|^\\s*❯ |^\\s*\\d+: |^\\s+at /|^stack backtrace:|^Traceback\\b|^\\s*File "|^\\s*-->|: in \\S+$',
    "^\\s*(?:code|type|name|failureType|location|duration_ms|exitCode|signal|generatedMessage|operator|url|stack|assertion): ",
    "^\\s*(?:[>›]? *\\d*\\s*\\|)|^[\\s^~]+$|^\\s*>? *\\d+:? +\\||^\\s*(?:throw|raise|return|import|from|def|class) \\S.*[;:({]?$|^> ",
    '^(?:code|path|command|signal|errno|lifecycle|location|workspace|A complete log|aliases:|Run "npm help)\\b|^Serialized Error:',
    "^Node\\.js v\\d|^TAP version|^\\d+\\.\\.\\d+$|^rerun|^For more information about this error|^Oops!|^\\(node:\\d+\\)|^\\(Use `|^\\s*(?:---|\\.\\.\\.)$",
  ].join("|"),
  "i",
);

export const RANKS = ["nothing", "hint", "assertion", "error", "unloadable"] as const;
export type Rank = (typeof RANKS)[number];

/** How much a line tells, in its surroundings. */
export function rankOf(lines: readonly string[], at: number): Rank {
  const line = lines[at] as string;
  const next = lines[at + 1] ?? "";
  // Quoted code has its error above or below.
  if (CARETS.test(next)) return "nothing";
  if (/^\s*--> \S/.test(next) && rankAlone(line) === "nothing" && !isChatter(line)) return "error";
  const mark = markOf(line);
  if (mark === null) return rankAlone(line);
  // The name of a test may hold any word; some runners give an error as the name.
  const rank = rankAlone(mark);
  if (rank === "unloadable" || /^[\w.$]*(?:Error|Exception)\b[^:]*: /.test(mark)) return rank;
  return "hint";
}

function rankAlone(line: string): Rank {
  if (SUMMARY.test(line) || NOISE.test(line)) return "nothing";
  const branch = BRANCH.exec(line);
  if (branch) return isUnsaid(branch[2] as string) ? "nothing" : "error";
  if (UNLOADABLE.test(line) && !isUnsaid(line)) return "unloadable";
  if (POSITION.test(line) || (ERROR.test(line) && !isUnsaid(line))) return "error";
  if (ASSERTION.test(line)) return "assertion";
  return HINT.test(line) && !isUnsaid(line) ? "hint" : "nothing";
}

/** Whether a line belongs to the tool and not to what it found. */
export function isChatter(line: string): boolean {
  return line.trim() === "" || SUMMARY.test(line) || NOISE.test(line);
}

/** Whether a line begins with the place of what it found. */
export function isPositioned(line: string): boolean {
  return POSITION.test(line);
}

/** A branch of a tree as `test: error`, or null. */
export function branchOf(line: string): string | null {
  const branch = BRANCH.exec(line);
  return branch ? `${branch[1]}: ${branch[2]}` : null;
}

/** The failed test that a line names, or null. */
export function markOf(line: string): string | null {
  if (SUMMARY.test(line)) return null;
  for (const mark of MARKS) {
    const named = mark.exec(line)?.[1];
    const name = named === undefined ? undefined : withoutTime(named).trim();
    if (name !== undefined && name !== "") return isUnsaid(name) ? null : name;
  }
  return null;
}

const UNSAID = new RegExp(
  [
    "(?:the )?(?:test|suite|subtest|collection|assertion|setup|teardown|hook|build|command)s? ?(?:failed|failure|error)?",
    "\\d+ subtests? failed|failed|failures?|errors?|null|undefined|none|unknown(?: error)?|error thrown in test:?|timed out while running tests",
    "internal error|failed on (?:setup|teardown|call)(?: with .*)?|test suite failed to run|test module failed to load|an error occurred",
    "(?:error )?code \\w+|[\\w.$]+(?:Error|Exception|Failure)(?: *\\{)?|Could not initialize class [\\w.$]+",
  ].join("|"),
  "i",
);
const WHOLLY_UNSAID = new RegExp(`^(?:${UNSAID.source})$`, "i");

/** Whether words tell of a failure that they do not name: `test failed`, `collection failure`, a bare class. */
export function isUnsaid(words: string): boolean {
  const bare = words
    .trim()
    .replace(/^[●✗✘×✖✕❌] /, "")
    .replace(/^\[?Error(?: \[\w+\])?: ([^\]]*)\](?: \{.*)?$/, "$1")
    .replace(/^(?:(?:[\w.$]*Error|error)(?: \[\w+\])?: )?['"`]?(.*?)['"`.!]?$/i, "$1");
  return bare === "" || WHOLLY_UNSAID.test(bare) || WHOLLY_UNSAID.test(words.trim());
}

/** How long a test took, and the rules that some tools draw to the edge of the screen: not the same twice. */
const TRAILER =
  /\s*(?:[━─═-]{3,}|\(\d+(?:\.\d+)?\s?m?s\)| in \d+\.\d+\s?m?s|(?<!\b(?:after|in|of|than|within|for|by)\s*)(?<![\d.])\d+(?:\.\d+)?\s?m?s)\s*$/;

export function withoutTime(text: string): string {
  return text.replace(TRAILER, "") || text;
}
