// `factory template add URL`: take templates from a git repository, pinned to a commit. Once more moves the pin.

import { join, relative, resolve, sep } from "node:path";
import { failed, type Result, success } from "../../model/result.ts";
import { withLock } from "../../pipeline/commands/locked-build.ts";
import { fetchRef, isAddress } from "../../pipeline/reading/pinned-templates.ts";
import { readFileCapped } from "../../platform/files.ts";
import { pinTemplates } from "../../spec/edit/pin-templates.ts";
import { TEMPLATE_GIT, TEMPLATE_GIT_RULE } from "../../spec/schema/git-address.ts";
import { writeDurably } from "../../store/durable.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Invocation } from "../invocation.ts";

const LIMIT = 1024 * 1024;

interface Added {
  readonly git: string;
  readonly commit: string;
  readonly names: readonly string[];
}

export async function run(invocation: Invocation): Promise<ExitCode> {
  const added = await withLock(invocation, ({ signal }) => add(invocation, signal));
  if (!added.ok) return invocation.refuse(added.failure);
  const { git, commit, names } = added.value;
  if (invocation.json) invocation.printJson({ schema: 1, git, commit, templates: [...names] });
  else invocation.print([`pinned  ${git} at ${commit}`, ...names.map((name) => `        ${name}`)]);
  return EXIT.done;
}

async function add(invocation: Invocation, signal: AbortSignal): Promise<Result<Added>> {
  const path = join(invocation.root, "projects.yaml");
  const before = readFileCapped(path, LIMIT);
  if (!before.ok) return before;
  const git = sourceOf(invocation);
  if (!git.ok) return git;
  const ref = invocation.text("ref");
  const folder = invocation.text("folder")?.replace(/\/+$/, "") ?? null;
  const fetched = await fetchRef({ root: invocation.root, signal }, { git: git.value, ref, folder });
  if (!fetched.ok) return fetched;
  const { commit, names } = fetched.value;
  const only = onlyOf(invocation.list("only"), names);
  if (!only.ok) return only;
  const named = ref === commit ? null : ref;
  const pin = { git: git.value, ref: named, commit, folder, only: only.value };
  const text = pinTemplates(Buffer.from(before.value).toString("utf8"), pin);
  if (!text.ok) return text;
  const written = await writeDurably(path, text.value);
  return written.ok ? success({ git: git.value, commit, names: only.value ?? names }) : written;
}

/** A path is written down from the root of the workspace, so that it means the same to everybody. */
function sourceOf(invocation: Invocation): Result<string> {
  const given = invocation.argument(0) ?? "";
  const isPath = TEMPLATE_GIT.test(given) && !isAddress(given);
  const git = isPath && !given.startsWith("/") ? fromRoot(invocation, given) : given;
  if (TEMPLATE_GIT.test(git) && !git.startsWith("-")) return success(git);
  return failed({
    reason: "usage",
    message: `templates cannot be taken from ${JSON.stringify(given)}: an address ${TEMPLATE_GIT_RULE}`,
    fix: "Give another address.",
  });
}

function fromRoot({ root, directory }: Invocation, path: string): string {
  return relative(root, resolve(directory, path)).split(sep).join("/") || ".";
}

function onlyOf(wanted: readonly string[], names: readonly string[]): Result<readonly string[] | null> {
  const missing = wanted.filter((name) => !names.includes(name));
  if (missing.length === 0) return success(wanted.length === 0 ? null : wanted);
  return failed({
    reason: "usage",
    message: `there is no template ${missing.join(", ")} in it`,
    detail: names,
    fix: "Name some of those above.",
  });
}
