// When do the files of one task come to the disk while it runs? One after the other, so that of two of one kind the later
// stays; and a generator's phase only once it lasts, for a build of many of its tasks would write thousands that nobody can read
// in time.

import type { TaskId } from "../../model/address.ts";
import type { AgentDeclaration } from "../../model/agent-declaration.ts";
import type { Redact } from "../../platform/redact.ts";
import { statusJson, type TaskFileKind, type TaskStatus, writeTaskFile } from "./task-files.ts";

/** Where nobody is asked, these pass in an instant. */
const MAY_PASS: ReadonlySet<TaskStatus["phase"]> = new Set(["drafting", "inspecting"]);
const PASSING_MS = 50;

export class TaskWriter {
  readonly #root: string;
  readonly #task: TaskId;
  readonly #redact: Redact;
  #written: Promise<void> = Promise.resolve();
  #passing: NodeJS.Timeout | null = null;

  constructor(root: string, task: TaskId, redact: Redact) {
    this.#root = root;
    this.#task = task;
    this.#redact = redact;
  }

  write(kind: TaskFileKind, text: string): Promise<void> {
    this.#written = this.#written.then(() => writeTaskFile(this.#root, this.#task, kind, text, this.#redact));
    return this.#written;
  }

  /** On the disk afterwards, but for a generator's phase that may pass before anybody reads of it. */
  async status(status: TaskStatus, by: AgentDeclaration["kind"]): Promise<void> {
    this.ended();
    const write = () => this.write("status.json", statusJson(status));
    if (by !== "generator" || !MAY_PASS.has(status.phase)) await write();
    else this.#passing = setTimeout(() => void write(), PASSING_MS).unref();
  }

  /** What was to be written soon is past. */
  ended(): void {
    if (this.#passing !== null) clearTimeout(this.#passing);
    this.#passing = null;
  }
}
