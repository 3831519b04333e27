// Which files does a person's answer give to a task? Those that it names as places to write: what it forbids, or only
// points to as an example, stays outside. It does not know which files there are.

import { canonicalPath, pathFault } from "../../model/path.ts";

/** Of the question only where the answer begins with yes, and where that is asked. In the order in which they are named. */
export function filesNamed(
  answer: string,
  question: string,
  /** Whether a file lies there, so that a name without a folder can be told from a word. */
  isThere: (path: string) => boolean,
): readonly string[] {
  const asked = YES.test(answer) && WRITES.test(question) ? pathsIn(question, isThere) : [];
  return [...new Set([...asked, ...pathsIn(answer, isThere)])];
}

const YES = /^\W*(?:yes|yep|yeah|sure|ok|okay|right|please do|go ahead|you may|of course)\b/i;
const WRITES = /\b(?:writ|add|chang|edit|creat|touch|put|modif|extend|updat|mov)\w*/i;

/**
 * In order: words that forbid or only point, with the verb behind them; words that ask for something, and the end of a
 * sentence, which both end that; addresses of the web; and what may be a path.
 */
const PARTS =
  /(?<stop>\b(?:do(?:es)? not|don['’]?t|never|not|no|nor|without|instead of|rather than|except|leave|avoid|see|read|like|as in|as|follow|copy|from|unlike)\b(?:\s+to\b)?(?:\s+[a-z]+(?=\s))?)|(?<go>\b(?:but|use|write|put|add|create|change|edit|into|allowed)\b|[.;!?](?=\s|$)|\n)|(?<web>\b[a-z][a-z+.-]*:\/\/\S+)|(?<quote>[`"'])(?<quoted>[^`"'\s]+)\k<quote>|(?<plain>[\w@.*{}[\]()+~-]*[\w@*}\])/][\w@.,*{}[\]()+~/-]*)/gi;

function pathsIn(text: string, isThere: (path: string) => boolean): string[] {
  const found: string[] = [];
  let isStopped = false;
  for (const { groups = {} } of text.matchAll(PARTS)) {
    if (groups.stop !== undefined) isStopped = true;
    else if (groups.go !== undefined) isStopped = false;
    const word = groups.quoted ?? groups.plain;
    if (word === undefined || isStopped) continue;
    const path = pathOf(word, groups.quoted !== undefined, isThere);
    if (path !== null) found.push(path);
  }
  return found;
}

/** With an ending such as `.test.ts`, or a pattern; a name without a folder has to be there, or to be quoted. */
function pathOf(word: string, isQuoted: boolean, isThere: (path: string) => boolean): string | null {
  const path = canonicalPath(word.replace(/^\(+|[.,:)]+$/g, ""));
  if (path === "" || path.startsWith("*") || pathFault(path) !== null) return null;
  const name = path.slice(path.lastIndexOf("/") + 1);
  const hasEnding =
    /^[^*]*[\p{L}\p{N}_*\])-]\.[A-Za-z][\w-]{0,11}$/u.test(name) || /^\*+(?:\.\w+)*$/.test(name);
  if (path.includes("/")) return hasEnding || isThere(path) ? path : null;
  return (isQuoted && hasEnding) || isThere(path) ? path : null;
}
