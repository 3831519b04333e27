// How does a branch become a request where people review it? By the program of its host, where that is installed and logged
// in: `gh` or `glab`, as the person would run it. What it cannot do is told in its words, and costs the build nothing.

import { randomUUID } from "node:crypto";
import type { OpenedRequest } from "../model/project-failure.ts";
import { hostOf } from "../model/remote.ts";
import { type Result, success } from "../model/result.ts";
import { type ProcessEnd, runProcess } from "../platform/process.ts";
import { gitInFolderOf, type Located } from "./locate.ts";

export interface RequestOrder {
  readonly project: Located;
  readonly remote: string;
  /** Branch that is offered, and the one that it is for. */
  readonly head: string;
  readonly branch: string;
  readonly title: string;
  /** Markdown, and the file that holds it. */
  readonly text: string;
  readonly file: string;
  readonly signal: AbortSignal;
}

interface Host {
  readonly program: "gh" | "glab";
  /** Whose hosts it knows without being asked. */
  readonly isItsOwn: (host: string) => boolean;
  readonly list: (order: RequestOrder) => readonly string[];
  /** Of the answer to `list`: what names the open request, and where it is. */
  readonly keys: readonly [name: string, url: string];
  readonly create: (order: RequestOrder) => readonly string[];
  readonly update: (name: string, order: RequestOrder) => readonly string[];
}

/** An argument of a program cannot be much longer. */
const LONGEST_TEXT = 30_000;

const HOSTS: readonly Host[] = [
  {
    program: "gh",
    isItsOwn: (host) => /^(www\.|ssh\.)?github\.com$/.test(host),
    list: ({ head, branch }) => [
      ...["pr", "list", "--head", head, "--base", branch, "--state", "open"],
      ...["--limit", "1", "--json", "number,url"],
    ],
    keys: ["number", "url"],
    create: ({ head, branch, title, file }) => [
      ...["pr", "create", "--head", head, "--base", branch, "--title", title, "--body-file", file],
    ],
    update: (name, { file }) => ["pr", "edit", name, "--body-file", file],
  },
  {
    program: "glab",
    isItsOwn: (host) => host === "gitlab.com" || /^(altssh\.)?gitlab\./.test(host),
    list: ({ head, branch }) => [
      ...["mr", "list", "--source-branch", head, "--target-branch", branch, "--output", "json"],
    ],
    keys: ["iid", "web_url"],
    create: ({ head, branch, title, text }) => [
      ...["mr", "create", "--source-branch", head, "--target-branch", branch],
      ...["--title", title, "--description", shortened(text), "--yes"],
    ],
    update: (name, { text }) => ["mr", "update", name, "--description", shortened(text)],
  },
];

/** Opens the request, or gives the open one its text of today. */
export async function openRequest(order: RequestOrder): Promise<Result<OpenedRequest>> {
  const url = await gitInFolderOf(order.project).line("remote", "get-url", order.remote);
  if (!url.ok) return url;
  const name = hostOf(url.value);
  const own = HOSTS.find(({ isItsOwn }) => name !== null && isItsOwn(name));
  let trouble: OpenedRequest = null;
  for (const host of own === undefined ? HOSTS : [own]) {
    const opened = await openAt(host, name, order);
    if ("url" in opened) return success(opened);
    // Where nobody knows whose the host is, only a program that does may complain.
    const { program, said, isUnknown } = opened;
    if (own !== undefined || !isUnknown) trouble ??= { program, said };
  }
  return success(trouble);
}

type Attempt =
  | { readonly url: string; readonly isNew: boolean }
  | {
      readonly program: string;
      readonly said: string;
      /** It is not there, or does not know the host. */
      readonly isUnknown: boolean;
    };

async function openAt(host: Host, name: string | null, order: RequestOrder): Promise<Attempt> {
  const { program } = host;
  const refused = (run: Run, isUnknown = false) => ({ program, said: saidBy(run, program), isUnknown });
  const status = await run(
    program,
    ["auth", "status", ...(name === null ? [] : ["--hostname", name])],
    order,
  );
  if (!isDone(status)) return refused(status, true);
  const listed = await run(program, host.list(order), order);
  // In a repository that is none of its hosts', the program says so; nobody asked for it.
  if (!isDone(listed)) return refused(listed, name === null);
  const open = firstOf(listed.stdout, host.keys);
  if (open === "unreadable") return { program, said: "its list of requests is not JSON", isUnknown: false };
  const done = await run(program, open === null ? host.create(order) : host.update(open.name, order), order);
  if (!isDone(done)) return refused(done);
  const url = open?.url ?? /https?:\/\/\S+/.exec(done.stdout)?.[0] ?? /https?:\/\/\S+/.exec(done.output)?.[0];
  if (url === undefined) return { program, said: "it gave no address of the request", isUnknown: false };
  return { url, isNew: open === null };
}

function firstOf(
  json: string,
  [nameKey, urlKey]: Host["keys"],
): { readonly name: string; readonly url: string } | "unreadable" | null {
  try {
    const list: unknown = JSON.parse(json.trim() === "" ? "[]" : json);
    const first = Array.isArray(list) ? (list[0] as Readonly<Record<string, unknown>> | undefined) : null;
    if (first === null) return "unreadable";
    return first === undefined ? null : { name: String(first[nameKey]), url: String(first[urlKey]) };
  } catch {
    return "unreadable";
  }
}

const PROGRAM_MS = 60_000;
const OUTPUT_LIMIT = 64 * 1024;

type Run = ProcessEnd & { readonly stdout: string };

async function run(file: string, args: readonly string[], { project, signal }: RequestOrder): Promise<Run> {
  const lines: string[] = [];
  const ended = await runProcess({
    ...{ file, args, signal, timeoutMs: PROGRAM_MS, outputLimit: OUTPUT_LIMIT, marker: randomUUID() },
    cwd: project.workTree ?? project.gitDir,
    env: { ...(process.env as Record<string, string>), ...UNASKED },
    onLine: (line) => lines.push(line),
  });
  return { ...ended, stdout: lines.join("\n") };
}

/** Nobody is there to answer, and what is said is read by a program. */
const UNASKED = {
  GH_PROMPT_DISABLED: "1",
  GH_NO_UPDATE_NOTIFIER: "1",
  GLAB_CHECK_UPDATE: "false",
  NO_PROMPT: "1",
  GLAB_NO_PROMPT: "1",
  NO_COLOR: "1",
};

function isDone({ end, code }: ProcessEnd): boolean {
  return end === "exited" && code === 0;
}

function saidBy({ end, code, output, stdout }: Run, program: string): string {
  if (end === "not-found") return `${program} is not installed`;
  if (end === "timeout") return "it gave no answer";
  const lines = `${output}\n${stdout}`.split("\n").map((line) => line.trim());
  // A heading such as the name of the host says nothing yet.
  const telling = lines.filter((line) => line.includes(" "));
  return telling[0] ?? lines.find((line) => line !== "") ?? `it ended with exit code ${code}`;
}

function shortened(text: string): string {
  if (text.length <= LONGEST_TEXT) return text;
  return `${text.slice(0, LONGEST_TEXT)}\n\n…\n`;
}
