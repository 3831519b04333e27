// What is a command given? The words of the user, the workspace that they mean, and the two streams to answer on.

import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { TaskId } from "../model/address.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import type { Json } from "../model/digest.ts";
import type { Failure, TargetFailure } from "../model/failure.ts";
import type { Caller, View } from "../pipeline/commands/caller.ts";
import { shown } from "../pipeline/tasks/task-files.ts";
import { onInterrupt } from "../platform/living-families.ts";
import { ownRedactor, redactValue } from "../platform/redact.ts";
import { diagnosticLine } from "../report/build-text.ts";
import type { FrameOf } from "../report/code-frame.ts";
import { failureBlock } from "../report/failure-block.ts";
import { diagnosticOf } from "../report/failure-diagnostic.ts";
import { gateOutputs } from "../report/gate-output.ts";
import { diagnosticsDocument, jsonLine, jsonText } from "../report/json.ts";
import { paintAll } from "../report/theme.ts";
import { annotation, END_OF_GROUP, groupCommand } from "../report/workflow-command.ts";
import { folderInRepository } from "../workspaces/find-repository.ts";
import { calledAs, repeatCall } from "./called.ts";
import { EXIT, type ExitCode, exitOf } from "./exit-code.ts";
import { GrowingLog } from "./growing-log.ts";
import { PACKAGE_ROOT, VERSION } from "./package-version.ts";
import { sourceFrames } from "./source-frames.ts";
import { lookOf, openTerminal, sayAside, type TerminalLook } from "./terminal.ts";
import { giveCommands, isWorkflowLog } from "./workflow-log.ts";

export interface Words {
  readonly name: string;
  readonly args: readonly unknown[];
  readonly options: Readonly<Record<string, unknown>>;
}

export class Invocation implements Caller {
  readonly words: Words;
  /** Absolute path of the workspace: the nearest folder upwards that has a projects.yaml, else where we are. */
  readonly root: string;
  readonly directory: string;
  readonly packageRoot = PACKAGE_ROOT;
  /** Whose memory of the last build counts: what was built into another branch says nothing of this one. */
  readonly writer: string;
  readonly json: boolean;
  readonly look: TerminalLook;
  readonly #called: string;

  constructor(words: Words) {
    this.words = words;
    const { directory } = words.options;
    this.directory = resolve(typeof directory === "string" ? directory : ".");
    this.#called = calledAs(process.env, typeof directory === "string" ? directory : undefined);
    this.root = workspaceAbove(this.directory) ?? this.directory;
    this.json = words.options.json === true;
    const { branch } = words.options;
    this.writer = typeof branch === "string" ? `${VERSION} ${branch}` : VERSION;
    const flags = { quiet: words.options.quiet === true, color: words.options.color !== false };
    this.look = lookOf(flags, process.env, process.stderr);
  }

  get command(): string {
    return `factory ${this.words.name}`;
  }

  get waits(): boolean {
    return !this.declined("wait");
  }

  flag(name: string): boolean {
    return this.words.options[name] === true;
  }

  /** Commander turns `--no-wait` into `wait: false`. */
  declined(name: string): boolean {
    return this.words.options[name] === false;
  }

  text(name: string): string | null {
    const value = this.words.options[name];
    return typeof value === "string" ? value : null;
  }

  number(name: string): number | null {
    const value = this.words.options[name];
    return typeof value === "number" ? value : null;
  }

  list(name: string): readonly string[] {
    const value = this.words.options[name];
    return Array.isArray(value) ? (value as string[]) : [];
  }

  /** The argument at a position: one word, or the rest of them. */
  argument(index: number): string | null {
    const value = this.words.args[index];
    return typeof value === "string" ? value : null;
  }

  rest(index: number): readonly string[] {
    const value = this.words.args[index];
    return Array.isArray(value) ? (value as string[]) : [];
  }

  /** Results go to stdout. */
  print(lines: readonly string[]): void {
    if (lines.length > 0) process.stdout.write(ownRedactor()(`${lines.join("\n")}\n`));
  }

  printJson(document: Json): void {
    process.stdout.write(jsonText(redactValue(document, ownRedactor())));
  }

  /** One of several documents, on a line of its own. */
  printJsonLine(document: Json): void {
    process.stdout.write(jsonLine(redactValue(document, ownRedactor())));
  }

  /** Prose about what happens goes to stderr. */
  say(...lines: readonly string[]): void {
    if (!this.look.quiet && lines.length > 0) this.warn(...lines);
  }

  /** What is said on stderr even to those who want it quiet. */
  warn(...lines: readonly string[]): void {
    sayAside(ownRedactor()(repeatCall(`${lines.join("\n")}\n`, this.#called)));
  }

  /** The first interrupt ends the work in order, the second at once. */
  onInterrupt(interrupt: AbortController): () => void {
    return onInterrupt(() => {
      if (interrupt.signal.aborted) process.exit(EXIT.interrupted);
      interrupt.abort();
      sayAside("\nfactory: stopping in order; interrupt again to stop at once\n");
    });
  }

  openView(): Promise<View> {
    const isWatched = process.stdin.isTTY === true && process.stdout.isTTY === true;
    const expect = async () => {
      const [{ pastTasks }, { expectationsOf }] = await Promise.all([
        import("../pipeline/history/build-history.ts"),
        import("../report/remaining-work.ts"),
      ]);
      const past = pastTasks(this.root);
      // An estimate is no reason to stop a build: `factory metrics` tells what is wrong with its past.
      return expectationsOf(past.ok ? past.value : []);
    };
    const logOf = (task: string) => new GrowingLog(join(this.root, shown(task as TaskId, "log")));
    // A pager behind a pipe has the keys for itself.
    return openTerminal(process.stderr, this.look, {
      expect,
      logOf,
      input: isWatched ? process.stdin : null,
    });
  }

  /** Tells a failure in the form that was asked for, and gives its exit code. */
  refuse(failure: Failure, target: string | null = null): ExitCode {
    const diagnostics = diagnosticOf(failure, target);
    if (this.json) this.printJson(diagnosticsDocument(diagnostics));
    // A log that shows findings beside their lines is not given the list of them twice.
    if (!isWorkflowLog() || failure.reason !== "invalid-spec")
      this.warn(...failureBlock(failure, target, this.look.color, this.frames));
    this.#annotate(diagnostics);
    return exitOf(failure);
  }

  /** Lines of sources that were not written since this command began. */
  get frames(): FrameOf {
    return sourceFrames(this.root, performance.timeOrigin);
  }

  /**
   * Findings as people read them, or beside their lines where the log can do that. `print` is for whoever asked for
   * findings, and sees the lines of all; beside another result, those of errors are enough.
   */
  showFindings(diagnostics: readonly Diagnostic[], how: "print" | "say" | "warn"): void {
    if (diagnostics.length === 0 || (how === "say" && this.look.quiet)) return;
    if (isWorkflowLog()) this.#annotate(diagnostics);
    else if (how === "print") this.print(this.#findingLines(diagnostics, () => true));
    else this.warn(...this.#findingLines(diagnostics, ({ severity }) => severity === "error"));
  }

  #findingLines(diagnostics: readonly Diagnostic[], isFramed: (one: Diagnostic) => boolean): string[] {
    const { frames } = this;
    return diagnostics.flatMap((one) => {
      const frame = isFramed(one) ? frames(one) : [];
      return [diagnosticLine(one), ...paintAll(frame, this.look.color)];
    });
  }

  /** What the gates printed that made something fail: in a log that outlives the state folder, folded. */
  showGateOutput(failures: readonly TargetFailure[]): void {
    if (!isWorkflowLog()) return;
    for (const { target, failure } of failures)
      for (const { gate, lines } of gateOutputs(failure)) {
        giveCommands([groupCommand(this.#redacted(`${target}: output of gate ${gate}`))]);
        this.warn(...lines);
        giveCommands([END_OF_GROUP]);
      }
  }

  #annotate(diagnostics: readonly Diagnostic[]): void {
    if (!isWorkflowLog()) return;
    const folder = folderInRepository(this.root);
    giveCommands(diagnostics.map((one) => this.#redacted(annotation(one, folder))));
  }

  #redacted(text: string): string {
    return ownRedactor()(text);
  }
}

/** The nearest folder upwards that has a projects.yaml; null where there is none. */
export function workspaceAbove(start: string): string | null {
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, "projects.yaml"))) return folder;
    if (dirname(folder) === folder) return null;
  }
}
