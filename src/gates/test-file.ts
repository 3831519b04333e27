// What of a test file can be lost? Counts and texts that tell whether tests were taken away or made toothless. It reads
// shapes that test frameworks share and knows no language; a rewrite that keeps every assertion is not seen.

const TEST = /\b(?:it|test)(?:\.\w+)*\s*\(|\bdef test_|\bfunc Test|#\[(?:\w+::)?test\]|@Test\b/g;
const SILENCED =
  /\.(?:skip|only|todo|skipIf|runIf|fails|failing)\b|\b(?:xit|xtest|xdescribe|fit|fdescribe)\s*\(|\b(?:skip|only|todo)\s*:\s*(?:true|["'`])|@(?:pytest\.mark|unittest)\.(?:skip|xfail|expectedFailure)|\bpytest\.skip\(|\bt\.Skip|#\[ignore|@(?:Disabled|Ignore)\b/g;
const ASSERTION =
  /\bexpect\s*\(|\bassert\w*\b|\.should\b|\bt\.(?:Error|Fatal|is|deepEqual|true|throws)\w*\s*\(|\brequire\.\w+\s*\(/;

/**
 * What the new text of a test file lost against the old, one phrase per loss; empty where it only gained. `word` is how
 * the names of its tests begin where they cannot hold a tag, such as `products_t01`.
 */
export function lossesOf(path: string, before: string, after: string, word: string): string[] {
  const old = measure(path, before, word);
  const now = measure(path, after, word);
  const gone = old.assertions.filter((assertion) => !now.text.includes(assertion)).length;
  const fewer = Math.max(gone, old.assertions.length - now.assertions.length);
  const tags = old.tags.filter((tag) => !now.tags.includes(tag));
  const phrases = [
    now.tests < old.tests ? `${count(old.tests - now.tests, "test")} removed` : "",
    tags.length > 0 ? `${tags.join(" ")} gone` : "",
    now.silenced > old.silenced ? `${count(now.silenced - old.silenced, "test")} skipped or singled out` : "",
    fewer > 0 ? `${count(fewer, "assertion")} removed` : "",
    now.text.length < old.text.length ? "content shrank" : "",
  ];
  return phrases.filter((phrase) => phrase !== "");
}

interface Measure {
  /** Without white space and comments, so that neither can make up for a loss. */
  readonly text: string;
  readonly tests: number;
  readonly silenced: number;
  readonly assertions: readonly string[];
  readonly tags: readonly string[];
}

function measure(path: string, source: string, word: string): Measure {
  const code = withoutComments(path, source);
  const words = code.toLowerCase().match(new RegExp(`${word}_[\\p{L}\\p{N}]+`, "gu")) ?? [];
  return {
    text: squeeze(code),
    tests: code.match(TEST)?.length ?? 0,
    silenced: code.match(SILENCED)?.length ?? 0,
    assertions: code
      .split("\n")
      .filter((line) => ASSERTION.test(line) && !/^\s*(?:import|from|use|#include)\b/.test(line))
      .map((line) => squeeze(line).replace(/[;,]$/, "")),
    tags: [...(code.match(/\[[\w.-]+:[\w-]+\.[\w-]+\]/g) ?? []), ...words],
  };
}

function squeeze(text: string): string {
  return text.replace(/\s+/g, "");
}

function withoutComments(path: string, source: string): string {
  if (/\.(?:py|rb|sh|ya?ml)$/.test(path)) return source.replace(/(^|\s)#.*$/gm, "$1");
  return source.replace(/(^|\s)\/\/.*$/gm, "$1").replace(/(^|\s)\/\*[\s\S]*?\*\//g, "$1");
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}
