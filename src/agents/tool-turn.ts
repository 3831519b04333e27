// What comes of the calls in one message of a model? They are done in their order, each with an answer, until one of them
// ends the session. What a call does is its handler's business; whether calls still lead anywhere is judged here.

import type { ModelAnswer, ToolAnswer, ToolCall } from "../model/conversation.ts";
import type { Failure } from "../model/failure.ts";
import { failed, type Result, success } from "../model/result.ts";
import type { Role } from "../model/role.ts";
import type { Session } from "./agent-port.ts";
import { LoopWatch } from "./loop-watch.ts";
import type { SessionLog } from "./session-log.ts";
import { refused, type ToolReply } from "./tool-answer.ts";
import { parseCall } from "./tool-arguments.ts";
import type { ToolInput, ToolName } from "./tool-list.ts";

const MAX_MALFORMED = 3;
const MAX_CUT = 2;
/** More in one message is no work but a flood; each still gets an answer, as providers want it. */
const MAX_CALLS = 100;

/** Does one call of known shape. `done` ends the session; a failure ends it, too. */
export type ToolHandler<T> = (input: ToolInput) => Promise<Result<ToolReply | { readonly done: T }>>;

export interface ToolTurnsOptions<T> {
  readonly role: Role;
  readonly offered: readonly ToolName[];
  readonly handle: ToolHandler<T>;
  /** What is said to a message that was cut off at the output limit. */
  readonly cutShort: string;
}

export class ToolTurns<T> {
  readonly #options: ToolTurnsOptions<T>;
  readonly #session: Session;
  readonly #log: SessionLog;
  readonly #watch = new LoopWatch();
  #malformed = 0;
  #cut = 0;

  constructor(options: ToolTurnsOptions<T>, session: Session, log: SessionLog) {
    this.#options = options;
    this.#session = session;
    this.#log = log;
  }

  async take(message: ModelAnswer): Promise<Result<{ answers: readonly ToolAnswer[] } | { done: T }>> {
    const answers: ToolAnswer[] = [];
    let refusals = 0;
    for (const [at, call] of message.toolCalls.entries()) {
      if (this.#session.signal.aborted) return failed({ reason: "cancelled" });
      const isCut = message.end === "length" && at === message.toolCalls.length - 1;
      if (at >= MAX_CALLS) {
        const text = `Not done: one message may hold ${MAX_CALLS} calls.`;
        answers.push({ id: call.id, name: call.name, text });
        continue;
      }
      const taken = await this.#call(call, isCut, refusals > 0);
      if (!taken.ok) return taken;
      if ("done" in taken.value) {
        this.#log.called(call, "");
        return success(taken.value);
      }
      if (taken.value.news === null) refusals += 1;
      const text = this.#session.redact(taken.value.text);
      this.#log.called(call, text);
      answers.push({ id: call.id, name: call.name, text });
    }
    const loop = this.#watch.turned();
    return loop === null ? success({ answers }) : failed(loop);
  }

  /** A message that was cut off; a failure where it is one too many in a row. */
  cutOff(): Result<string> {
    this.#cut += 1;
    if (this.#cut <= MAX_CUT) return success(this.#options.cutShort);
    return failed(this.#unusable(`${this.#cut} messages in a row were cut off at the output limit`));
  }

  /** A turn without calls brings nothing new. */
  idle(): Failure | null {
    return this.#watch.turned();
  }

  async #call(
    call: ToolCall,
    isCut: boolean,
    afterRefusal: boolean,
  ): Promise<Result<ToolReply | { done: T }>> {
    const parsed = parseCall(call, this.#options.offered);
    if ("fault" in parsed) return this.#refuse(call, parsed.fault, isCut);
    this.#malformed = 0;
    if (!isCut) this.#cut = 0;
    const { input, ignored } = parsed;
    if (afterRefusal && input.tool === "finish") {
      return success(refused("Not finished: a call before this one was refused."));
    }
    const done = await this.#options.handle(input);
    if (!done.ok || "done" in done.value) return done;
    const { text, news } = done.value;
    // The fields stand in the order of the tool's own table, however the model wrote them.
    const signature = `${input.tool} ${JSON.stringify(input.fields)} ${news ?? text}`;
    const asked = this.#session.redact(JSON.stringify(input.fields));
    const loop = this.#watch.called({ tool: input.tool, signature, asked, news });
    if (loop !== null) return failed(loop);
    return success({ text: ignored.length === 0 ? text : `${text}\n[ignored: ${ignored.join(", ")}]`, news });
  }

  #refuse(call: ToolCall, fault: string, isCut: boolean): Result<ToolReply> {
    if (isCut) {
      const cut = this.cutOff();
      return cut.ok ? success(refused(cut.value)) : cut;
    }
    this.#malformed += 1;
    if (this.#malformed > MAX_MALFORMED) {
      return failed(this.#unusable(`${this.#malformed} calls in a row could not be read: ${fault}`));
    }
    const signature = `${call.name} ${call.arguments}`;
    const asked = this.#session.redact(call.arguments);
    const loop = this.#watch.called({ tool: call.name, signature, asked, news: null });
    return loop === null ? success(refused(fault)) : failed(loop);
  }

  #unusable(detail: string): Failure {
    return { reason: "agent-answer", role: this.#options.role, detail: this.#session.redact(detail) };
  }
}
