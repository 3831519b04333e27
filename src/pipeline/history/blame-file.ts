// Who wrote a file of a project, line by line? git tells the commits; their trailers and the locks tell the tasks. What
// lies in the project's folder is told as it lies there, also where it is not committed.

import { join } from "node:path";
import { taskId } from "../../model/address.ts";
import type { Blame, BlamedRange, CodeCommit, LineRange, Writer } from "../../model/blame.ts";
import { digestOfBytes } from "../../model/digest.ts";
import type { Output } from "../../model/output.ts";
import { inRepository, isBeside, seenFrom } from "../../model/path.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { LockEntry } from "../../model/trace.ts";
import type { Oid } from "../../model/tree.ts";
import { readFileCapped } from "../../platform/files.ts";
import { suggestion } from "../../spec/findings/nearest.ts";
import { SCAFFOLD_SUBJECT, SCAFFOLD_TRAILER } from "../../workspaces/project-repository.ts";
import { Repository } from "../../workspaces/repository.ts";
import { placeOf, projectFolder } from "../projects/project-place.ts";
import type { Sources } from "../reading/sources.ts";
import type { CodeAddress } from "./code-address.ts";
import { type ResultName, resultIn, TaskOrigins } from "./task-origins.ts";

const FILE_LIMIT = 64 * 1024 * 1024;
/** As git does, content with a zero byte near its beginning is no text. */
const LOOKED_AT = 8000;

export async function blame(sources: Sources, address: CodeAddress): Promise<Result<Blame>> {
  const { project, path, line } = address;
  const inside = inRepository(project.root, path);
  const opened = await Repository.open(placeOf(sources.root, project));
  if (!opened.ok) return opened;
  const repository = opened.value;
  const file = await fileOf(sources.root, repository, address);
  if (!file.ok) return file;
  const { tip, text, committed, at } = file.value;
  const binary = isBinary(text);
  const lines = binary ? [] : linesOf(text);
  if (line !== null && !binary && line > lines.length) {
    const message = `${project.id}/${path} has ${lines.length} lines, so there is no line ${line}`;
    return failed({ reason: "usage", message, fix: "Leave the line out to see the whole file." });
  }
  const found =
    lines.length === 0
      ? await wholeFile(repository, at, inside)
      : await repository.blame({ commit: at, path: inside, line });
  if (!found.ok) return found;
  const ranges = found.value.map((range) =>
    range.commit === at && at !== tip ? { ...range, commit: null } : range,
  );
  const commits = await repository.codeCommits([...new Set(ranges.flatMap(({ commit }) => commit ?? []))]);
  if (!commits.ok) return commits;
  const owner = ownerOf(sources, address);
  const origins = new TaskOrigins(sources);
  const told: BlamedRange[] = [];
  for (const range of ranges) {
    const code = range.commit === null ? null : (commits.value.get(range.commit) ?? null);
    told.push(await rangeOf(range, code, { owner, origins, committed }));
  }
  return success({
    project: project.id,
    path,
    line: binary ? null : line,
    text: line === null || binary ? null : (lines[line - 1] ?? null),
    binary,
    branch: repository.branch,
    owner: owner === null ? null : { task: owner.result.task, released: owner.released },
    ranges: told,
  });
}

interface Found {
  readonly tip: Oid;
  /** What the project's folder holds, and what the branch does. */
  readonly text: Uint8Array;
  readonly committed: Uint8Array;
  /** Commit to look into: the tip, or one on top of it with what is not committed. */
  readonly at: Oid;
}

async function fileOf(
  root: string,
  repository: Repository,
  { project, path }: CodeAddress,
): Promise<Result<Found>> {
  const heads = await repository.heads();
  if (!heads.ok) return heads;
  const { branch: tip, checkedOut } = heads.value;
  if (tip === null)
    return noFile(`${project.id} has no commit on ${repository.branch} yet`, "Run `factory build` first.");
  const tree = await repository.tree(tip);
  if (!tree.ok) return tree;
  const told = inRepository(project.root, path);
  const entry = tree.value.get(told);
  const present = readFileCapped(join(projectFolder(root, project), path), FILE_LIMIT);
  if (entry === undefined) {
    const known = await repository.pastBlobs([tip], [told]);
    const paths = [...tree.value.keys()];
    const own = paths.map((other) => seenFrom(project.root, other)).filter((other) => !isBeside(other));
    return missing({
      name: `${project.id}/${path}`,
      branch: repository.branch,
      isFolder: own.some((other) => other.startsWith(`${path}/`)),
      isNew: present.ok,
      wasThere: known.ok && known.value.has(told),
      others: own.map((other) => `${project.id}/${other}`),
    });
  }
  if (!entry.mode.startsWith("100"))
    return noFile(`${project.id}/${path} is a link or a submodule`, "Name a regular file.");
  const read = await repository.read([entry.oid]);
  if (!read.ok) return read;
  const committed = read.value[0] as Uint8Array;
  // Another branch that is checked out there is not the one that is asked about.
  if (!present.ok || checkedOut !== "branch") return success({ tip, text: committed, committed, at: tip });
  const text = withLineEndsOf(committed, present.value);
  if (Buffer.compare(text, committed) === 0) return success({ tip, text, committed, at: tip });
  const at = await repository.commitWith(tip, told, text);
  return at.ok ? success({ tip, text, committed, at: at.value }) : at;
}

interface Absence {
  readonly name: string;
  readonly branch: string;
  readonly isFolder: boolean;
  readonly isNew: boolean;
  readonly wasThere: boolean;
  readonly others: readonly string[];
}

function missing({ name, branch, isFolder, isNew, wasThere, others }: Absence): Result<never> {
  if (isFolder) return noFile(`${name} is a folder`, "Name a file in it.");
  if (isNew)
    return noFile(`${name} is not committed on ${branch}, so it is nobody's yet`, "Commit it first.");
  if (wasThere)
    return noFile(`${name} is no longer on ${branch}`, "`git log` in the project shows who removed it.");
  return noFile(`there is no file ${name} on ${branch}`, suggestion(name, others));
}

function noFile(message: string, fix: string): Result<never> {
  return failed({ reason: "usage", message, fix });
}

async function wholeFile(
  repository: Repository,
  at: Oid,
  path: string,
): Promise<Result<readonly LineRange[]>> {
  const commit = await repository.lastChange(at, path);
  return commit.ok ? success([{ first: 1, last: 1, commit: commit.value }]) : commit;
}

interface Owner {
  readonly result: ResultName;
  readonly released: boolean;
  readonly output: Output;
}

/** Of several tasks that write it in turn, the last. */
function ownerOf({ locks }: Sources, { project, path }: CodeAddress): Owner | null {
  const owners = locks.all().flatMap(({ feature, tasks }) =>
    Object.entries(tasks).flatMap(([id, entry]: [string, LockEntry]): Owner[] => {
      const output = entry.outputs.find((one) => one.path === path && one.digest !== null);
      if (entry.project !== project.id || output === undefined) return [];
      const result = { task: taskId(feature, id), key: entry.key, agent: entry.agent ?? null, spec: null };
      return [{ result, released: entry.released.includes(path), output }];
    }),
  );
  return owners.at(-1) ?? null;
}

interface Around {
  readonly owner: Owner | null;
  readonly origins: TaskOrigins;
  readonly committed: Uint8Array;
}

async function rangeOf(
  range: LineRange,
  code: CodeCommit | null,
  { owner, origins, committed }: Around,
): Promise<BlamedRange> {
  if (code === null) return { ...range, writer: "uncommitted", code, origin: null };
  const named = resultIn(code);
  if (named !== null) return { ...range, writer: "factory", code, origin: await origins.of(named) };
  // A squash or a rebase hid the factory's commit; the file that a task made is still the very same.
  const isWhole =
    owner !== null && owner.output.base === null && owner.output.digest === digestOfBytes(committed);
  if (isWhole) return { ...range, writer: "factory", code, origin: await origins.of(owner.result) };
  return { ...range, writer: withoutTask(code), code, origin: null };
}

function withoutTask({ byFactory, subject, trailers }: CodeCommit): Writer {
  if (!byFactory) return "person";
  // Projects of earlier versions have the subject alone.
  return SCAFFOLD_TRAILER in trailers || subject === SCAFFOLD_SUBJECT ? "scaffold" : "merge";
}

function isBinary(content: Uint8Array): boolean {
  return content.subarray(0, LOOKED_AT).includes(0);
}

function linesOf(content: Uint8Array): readonly string[] {
  const lines = Buffer.from(content).toString("utf8").split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/** A checkout that git gave the line ends of the system is no edit. */
function withLineEndsOf(committed: Uint8Array, present: Uint8Array): Uint8Array {
  const text = Buffer.from(present).toString("latin1");
  if (!text.includes("\r\n") || Buffer.from(committed).includes("\r\n")) return present;
  return Buffer.from(text.replaceAll("\r\n", "\n"), "latin1");
}
