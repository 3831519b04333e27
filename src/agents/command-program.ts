// What exactly is started for a command agent? Either the author's own command, or what a preset makes of the same order.
// It prepares, and starts nothing.

import { cp, mkdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { CommandDeclaration } from "../model/agent-declaration.ts";
import type { Failure } from "../model/failure.ts";
import { failed, type Result, success } from "../model/result.ts";
import type { Task } from "../model/task.ts";
import { childEnvironment } from "../platform/child-environment.ts";
import { fillIn } from "../platform/process-shell.ts";
import type { Assignment, Inquiry, Session } from "./agent-port.ts";
import type { CommandCallOrder, OwnPlaces, Preset, ScratchFile } from "./presets/preset.ts";
import { presetOf } from "./presets/preset-names.ts";

/** What of an assignment a program is given. */
export interface ProgramAssignment
  extends Session,
    Pick<Assignment, "system" | "text" | "dir" | "borrows" | "slot"> {
  readonly task: Pick<Task, "id">;
  /** Called when all is ready, before the program starts. False: it must not. Absent: nobody need be asked. */
  readonly begin?: () => Promise<boolean>;
}

/** One order to a command agent, with the places where its files lie. */
export interface ProgramRequest {
  readonly declaration: CommandDeclaration;
  readonly session: ProgramAssignment | Inquiry;
  readonly purpose: "draft" | "reply";
  /** What it is about, as FACTORY_TASK tells. */
  readonly subject: string;
  readonly dir: string;
  /** The whole window. */
  readonly text: string;
  readonly window: string;
  readonly result: string;
}

/** Ready to be started. */
export interface Program {
  readonly name: string;
  readonly preset: Preset | null;
  readonly start: { readonly command: string } | { readonly file: string; readonly args: readonly string[] };
  readonly env: Readonly<Record<string, string>>;
  /** Null: stdin stays closed. */
  readonly input: string | null;
  /** What a preset's program needs of the person's own. */
  readonly own: OwnPlaces;
}

/** Rejects where the scratch folder cannot be written. */
export async function programOf(request: ProgramRequest): Promise<Result<Program>> {
  const { declaration, dir, result, subject, window } = request;
  const given = {
    FACTORY_TASK: subject,
    FACTORY_WINDOW: window,
    FACTORY_RESULT: result,
    ...("slot" in request.session && request.session.slot !== null
      ? { FACTORY_SLOT: String(request.session.slot) }
      : {}),
    // A program that loses the worktree's repository must not go on in the one around us.
    GIT_CEILING_DIRECTORIES: dirname(dir),
  };
  if (declaration.run !== null) {
    const command = fillIn(declaration.run, { window, workspace: request.session.root });
    return success({
      name: declaration.run.trim().split(/\s+/)[0] ?? "",
      preset: null,
      start: { command },
      env: childEnvironment(given, declaration.env),
      input: request.purpose === "draft" ? null : request.text,
      own: { reads: [], logins: [] },
    });
  }
  if (declaration.preset === null) return failed(unavailable(declaration, "it has neither run nor preset"));
  const preset = await presetOf(declaration.preset);
  const allowed = [...preset.variables(declaration.model), ...declaration.env];
  return await programCalled(request, preset, childEnvironment(given, allowed));
}

async function programCalled(
  request: ProgramRequest,
  preset: Preset,
  env: CommandCallOrder["env"],
): Promise<Result<Program>> {
  const { declaration, dir, purpose, session, subject, text } = request;
  const role = await roleOf(request, preset);
  if (role !== null && role.text === null && !preset.ownRoles) {
    const file = preset.roleFile(role.name);
    return failed(unavailable(declaration, `the workspace has no ${file} for the role ${role.name}`));
  }
  const scratch = join(session.scratch, preset.program);
  const { maxTurns, model } = declaration;
  const { root } = session;
  const order = { purpose, title: subject, dir, root, scratch, model, maxTurns, role, window: text, env };
  const call = preset.call(order);
  await mkdir(scratch, { recursive: true });
  for (const laid of call.scratchFiles) await layScratch(laid);
  return success({
    name: preset.program,
    preset,
    start: { file: preset.program, args: call.args },
    env: { ...env, ...call.env },
    input: call.input,
    own: preset.own(env),
  });
}

/** The role that is declared; else the one that is played, where the workspace has a file for it; else none. */
async function roleOf(
  { declaration, session }: ProgramRequest,
  preset: Preset,
): Promise<CommandCallOrder["role"]> {
  const name = declaration.role ?? session.guide;
  const text = await unlessMissing(readFile(join(session.root, preset.roleFile(name)), "utf8"));
  return text === null && declaration.role === null ? null : { name, text };
}

async function layScratch(laid: ScratchFile): Promise<void> {
  switch (laid.kind) {
    case "folder":
      await mkdir(laid.to, { recursive: true });
      return;
    case "file":
      await writeFile(laid.to, laid.text, { mode: 0o600 });
      return;
    case "copy": {
      const left = join(laid.from, laid.without);
      // What a program installs beside its settings is installed again where it is needed.
      const filter = (path: string) => basename(path) !== "node_modules" && path !== left;
      await unlessMissing(cp(laid.from, laid.to, { recursive: true, filter }));
      return;
    }
    case "edited-copy": {
      const text = await unlessMissing(readFile(laid.from, "utf8"));
      if (text !== null) await writeFile(laid.to, laid.edit(text), { mode: 0o600 });
      return;
    }
    case "link":
      if ((await unlessMissing(stat(laid.from))) !== null) await symlink(laid.from, laid.to);
      return;
  }
}

async function unlessMissing<T>(attempt: Promise<T>): Promise<T | null> {
  try {
    return await attempt;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

export function unavailable({ id }: CommandDeclaration, detail: string): Failure {
  return { reason: "agent-unavailable", agent: id, detail };
}
