// How does a hosted model write a draft? It reads, writes and runs gates through tools until it hands in, asks a person,
// or falls silent. Its files are an overlay in memory; whether they are any good is not its own to say.

import type { HostedDeclaration } from "../model/agent-declaration.ts";
import { type Result, success } from "../model/result.ts";
import type { Assignment, DraftedWork, SessionResult } from "./agent-port.ts";
import { runHostedSession } from "./hosted-session.ts";
import { Overlay } from "./overlay.ts";
import { refused, type ToolReply, toolReply } from "./tool-answer.ts";
import { ALL_TOOLS, gateTool, isReading, type ToolInput } from "./tool-list.ts";
import { ReadTools } from "./tool-reading.ts";
import { WriteTools } from "./tool-writing.ts";

const OUTPUT_CHARACTERS = 2048;
const CUT =
  "Your message was cut off at the output limit. Write in smaller pieces: the first part of a file, then edit_file.";
const NUDGE = "Do the task with the tools, then call finish.";

export function draftHosted(
  declaration: HostedDeclaration,
  assignment: Assignment,
): Promise<SessionResult<DraftedWork>> {
  const { role, system, text, gates } = assignment;
  // Whoever is judged by no gate, such as an author of tests alone, is offered none.
  const offered = gates.length > 0 ? ALL_TOOLS : ALL_TOOLS.filter((name) => name !== "run_gate");
  const tools = new DraftTools(assignment);
  let nudged = false;
  return runHostedSession(
    {
      declaration,
      system,
      text,
      role,
      offered,
      tools: { run_gate: gateTool(gates) },
      handle: (input) => tools.perform(input),
      cutShort: CUT,
      settle: (message) => {
        if (nudged || tools.hasChanges) return success({ done: tools.work(null, message.text) });
        nudged = true;
        return success({ say: NUDGE });
      },
      remark: (work, remark) => ({
        ...work,
        notes: work.notes === null ? remark : `${work.notes}\n${remark}`,
      }),
    },
    assignment,
  );
}

class DraftTools {
  readonly #assignment: Assignment;
  readonly #overlay: Overlay;
  readonly #readTools: ReadTools;
  readonly #writeTools: WriteTools;

  constructor(assignment: Assignment) {
    this.#assignment = assignment;
    this.#overlay = new Overlay(assignment.snapshot);
    this.#readTools = new ReadTools(this.#overlay, assignment.redact);
    this.#writeTools = new WriteTools(this.#overlay, this.#readTools, assignment);
  }

  get hasChanges(): boolean {
    return this.#overlay.changes().length > 0;
  }

  work(question: string | null, notes: string | null): DraftedWork {
    const { redact } = this.#assignment;
    const said = (text: string | null) => (text === null ? null : redact(text).trim() || null);
    return {
      changes: this.#overlay.changes(),
      reads: this.#readTools.reads,
      question: said(question),
      notes: said(notes),
    };
  }

  async perform(input: ToolInput): Promise<Result<ToolReply | { readonly done: DraftedWork }>> {
    if (isReading(input)) return this.#readTools.perform(input);
    switch (input.tool) {
      case "write_file":
        return this.#writeTools.writeFile(input.fields);
      case "edit_file":
        return this.#writeTools.editFile(input.fields);
      case "delete_file":
        return this.#writeTools.deleteFile(input.fields);
      case "run_gate":
        return this.#runGate(input.fields.gate);
      case "ask":
        if (input.fields.question.trim() === "") return success(refused("The question is empty."));
        return success({ done: this.work(input.fields.question, null) });
      case "finish":
        return success({ done: this.work(null, input.fields.summary ?? null) });
    }
  }

  async #runGate(gate: string): Promise<Result<ToolReply>> {
    const { gates, runGate, redact } = this.#assignment;
    if (gates.every(({ id }) => id !== gate))
      return success(refused(`Gates: ${gates.map(({ id }) => id).join(", ") || "none"}.`));
    const ran = await runGate(gate, this.#overlay.changes());
    if (!ran.ok) return ran;
    const { passed, evidence, output } = ran.value;
    // Outputs tell of times, which are no news.
    const news = `gate:${gate}:${passed}:${evidence}`;
    if (passed) return success(toolReply(`${gate} passed.`, news));
    return success(
      toolReply(`${gate} failed: ${evidence}\n${redact(output).slice(-OUTPUT_CHARACTERS)}`.trim(), news),
    );
  }
}
