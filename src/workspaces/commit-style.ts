// Whose are the commits of a product, and what do they look like? As the project says, and else as the git of whoever
// builds is set there: then the checks of a host take them as they take a person's own. Who wrote what is never told by
// this: the trailers say it.

import type { CommitRules, CommitStyle, Identity } from "../model/commit-rules.ts";
import { type Result, success } from "../model/result.ts";
import type { Git } from "./git.ts";
import { IDENTITY } from "./git-environment.ts";
import { gitInFolderOf, type Located } from "./locate.ts";

/** What commits that people see are made of, beside their trees. */
export interface Committing {
  readonly rules: CommitRules;
  /** Seconds since the epoch. */
  readonly date: number;
  readonly signal: AbortSignal;
}

/** The same, when the project's git has been asked. */
export interface HowToCommit extends Omit<Committing, "rules"> {
  readonly style: CommitStyle;
  readonly project: Located;
}

/** How commits look in a project: as the rules say, and else as its git is set. */
export async function styleOf(located: Located, rules: CommitRules): Promise<Result<CommitStyle>> {
  const git = gitInFolderOf(located);
  const isSaid = rules.signOff !== null && rules.sign !== null;
  const [author, committer, settings] = await Promise.all([
    rules.author === null ? identityIn(git, "GIT_AUTHOR_IDENT") : success(rules.author),
    identityIn(git, "GIT_COMMITTER_IDENT"),
    isSaid ? success(new Map<string, boolean>()) : settingsIn(git),
  ]);
  if (!author.ok) return author;
  if (!committer.ok) return committer;
  if (!settings.ok) return settings;
  return success({
    author: author.value ?? IDENTITY,
    committer: committer.value ?? author.value ?? IDENTITY,
    signOff: rules.signOff ?? settings.value.get("format.signoff") ?? false,
    sign: rules.sign ?? settings.value.get("commit.gpgsign") ?? false,
    prefix: rules.prefix,
  });
}

/** As git would name the person; null where it would have to guess from the machine. */
async function identityIn(git: Git, variable: string): Promise<Result<Identity | null>> {
  const answer = await git.ask(["-c", "user.useConfigOnly=true", "var", variable], "", [0]);
  if (!answer.ok) {
    const { failure } = answer;
    const isUnknown = failure.reason === "git" && failure.stderr.includes("auto-detection is disabled");
    return isUnknown ? success(null) : answer;
  }
  const [, name = "", email = ""] = /^(.*) <(.*)> \d+ \S+$/m.exec(answer.value.stdout.toString("utf8")) ?? [];
  return success({ name, email });
}

/** What is set more than once is as it was set last. */
async function settingsIn(git: Git): Promise<Result<ReadonlyMap<string, boolean>>> {
  const names = "^(format\\.signoff|commit\\.gpgsign)$";
  const answer = await git.ask(["config", "--type=bool", "--get-regexp", names], "", [0, 1]);
  if (!answer.ok) return answer;
  const lines = answer.value.stdout.toString("latin1").trim().split("\n");
  return success(
    new Map(lines.map((line) => line.split(" ")).map(([name = "", on]) => [name, on === "true"])),
  );
}

/** Longest first line that hosts and `git log --oneline` show whole. */
const SUBJECT = 72;
const BODY = 72;

/** The message with the style's prefix and sign-off. `trailers` are whole lines, of which the last may be a sign-off. */
export function messageIn(style: CommitStyle, title: string, trailers: readonly string[]): string {
  const { subject, rest } = subjectOf(style.prefix, title);
  const footer = [...trailers, ...signOffs(style)];
  const prose = [subject, ...(rest === null ? [] : [rest])].map((text) => text.replace(TRAILER, "$1 : "));
  return `${[...prose, ...(footer.length === 0 ? [] : [footer.join("\n")])].join("\n\n")}\n`;
}

/** The first line of a message, and the title of a request: a squash takes the one for the other. */
export function subjectIn(prefix: string, title: string): string {
  const bare = prefix !== "" && title.startsWith(prefix) ? title.slice(prefix.length) : title;
  return subjectOf(prefix, bare).subject;
}

/** A title that is too long for a subject is cut at a word, and said in full below. */
function subjectOf(
  prefix: string,
  title: string,
): { readonly subject: string; readonly rest: string | null } {
  const line = title.replace(/\s+/g, " ").trim();
  const whole = `${prefix}${prefix === "" ? line : asDescription(prefix, line)}`;
  if (whole.length <= SUBJECT) return { subject: whole, rest: null };
  const room = SUBJECT - 1;
  const space = whole.lastIndexOf(" ", room);
  const cut = space > prefix.length + room / 3 ? whole.slice(0, space) : clipped(whole, room);
  return { subject: `${cut.replace(/[\s,;:.–—-]+$/u, "")}…`, rest: wrapped(line) };
}

/** No half of a sign that takes two units. */
function clipped(text: string, room: number): string {
  return text.slice(0, room).replace(/[\uD800-\uDBFF]$/u, "");
}

/** After a type, as conventional commits have it, a description begins small and ends without a full stop. */
function asDescription(prefix: string, title: string): string {
  if (!/^[a-z]+(\([^)]*\))?!?: $/.test(prefix)) return title;
  const [first = ""] = title.split(" ", 1);
  const isShout = first.length > 1 && first === first.toUpperCase();
  const small = isShout ? first.toLowerCase() : first.charAt(0).toLowerCase() + first.slice(1);
  return `${small}${title.slice(first.length)}`.replace(/\.+$/, "");
}

function wrapped(text: string): string {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > BODY) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.join("\n");
}

const SIGN_OFF = "Signed-off-by";

/** What a title must not say at the beginning of a line: it would be read as a fact. */
const TRAILER = /^(Factory-[\w-]+|Signed-off-by): /gm;

/** Whoever commits certifies it, and so does the author where that is somebody else: checks ask for either. */
function signOffs({ signOff, author, committer }: CommitStyle): readonly string[] {
  if (!signOff) return [];
  const lines = [author, committer].map(({ name, email }) => `${SIGN_OFF}: ${name} <${email}>`);
  return [...new Set(lines)];
}

/** Whether a commit, as git stores it, is as one that would be made now with that subject. */
export function isInStyle(raw: string, style: CommitStyle, subjects: ReadonlySet<string>): boolean {
  const end = raw.indexOf("\n\n");
  const header = raw.slice(0, end);
  const message = raw.slice(end + 2);
  const isBy = (role: string, { name, email }: Identity) => header.includes(`\n${role} ${name} <${email}> `);
  const signed = [...message.matchAll(new RegExp(`^${SIGN_OFF}: .*$`, "gm"))].map(([line]) => line);
  return (
    isBy("author", style.author) &&
    isBy("committer", style.committer) &&
    (!style.sign || /\ngpgsig(-sha256)? /.test(header)) &&
    signed.join("\n") === signOffs(style).join("\n") &&
    subjects.has(message.split("\n", 1)[0] ?? "")
  );
}
