// What has been said between us and a model in one session, and what did it cost? It lives as long as the session:
// nothing of it is kept for another.

import type {
  Message,
  ModelAnswer,
  ModelRequest,
  ToolAnswer,
  ToolDeclaration,
} from "../model/conversation.ts";
import { addUsage, NO_USAGE, type Usage } from "../model/output.ts";
import { failed, type Result, success } from "../model/result.ts";
import type { Session } from "./agent-port.ts";
import type { SessionLog } from "./session-log.ts";

/** From how many turns before the last on the model is told. */
const LAST_TURNS = 3;

export interface ConversationOptions {
  readonly agent: string;
  readonly maxTurns: number;
  readonly system: string;
  readonly text: string;
  readonly tools: readonly ToolDeclaration[];
}

export class Conversation {
  readonly #options: ConversationOptions;
  readonly #session: Session;
  readonly #log: SessionLog;
  readonly #messages: Message[];
  #turns = 0;
  #usage: Usage = NO_USAGE;

  constructor(options: ConversationOptions, session: Session, log: SessionLog) {
    this.#options = options;
    this.#session = session;
    this.#log = log;
    this.#messages = [{ role: "user", text: options.text }];
  }

  /** What all turns so far cost, also where one of them failed. */
  get usage(): Usage {
    return this.#usage;
  }

  /** The model's next message. Fails with `agent-turns`, `cancelled`, or as the call did. */
  async next(): Promise<Result<ModelAnswer>> {
    if (this.#session.signal.aborted) return failed({ reason: "cancelled" });
    if (this.#turns >= this.#options.maxTurns) return failed({ reason: "agent-turns", turns: this.#turns });
    this.#turns += 1;
    const { system, tools } = this.#options;
    // The request is kept by whoever was asked, so it must not grow with the conversation.
    const request: ModelRequest = { system, messages: [...this.#messages], tools };
    const asked = await this.#session.ask(request);
    if (asked.ok) this.#usage = addUsage(this.#usage, asked.value.usage);
    if (this.#session.signal.aborted) return failed({ reason: "cancelled" });
    if (!asked.ok) return asked;
    const { answer, usage } = asked.value;
    this.#log.turn(this.#turns, usage, answer.text);
    if (answer.end === "filtered") return failed(filtered(this.#options.agent, answer.text));
    this.#messages.push(messageOf(answer));
    return success(answer);
  }

  /** Our part after a message that called tools. */
  answer(answers: readonly ToolAnswer[]): void {
    const left = this.#options.maxTurns - this.#turns;
    const last = answers.at(-1);
    if (left > LAST_TURNS || last === undefined) {
      this.#messages.push({ role: "tools", answers });
      return;
    }
    const warned = {
      ...last,
      text: `${last.text}\n[${left} of your turns ${left === 1 ? "is" : "are"} left]`,
    };
    this.#messages.push({ role: "tools", answers: [...answers.slice(0, -1), warned] });
  }

  /** Our part after a message without any. */
  say(text: string): void {
    this.#messages.push({ role: "user", text });
  }
}

function messageOf({ text, toolCalls, verbatim }: ModelAnswer): Message {
  // Providers do not take an empty message back.
  if (text === "" && toolCalls.length === 0)
    return { role: "model", text: "(nothing)", toolCalls, verbatim: null };
  return { role: "model", text, toolCalls, verbatim };
}

/** `said`: the words that stand in the place of an answer. */
function filtered(agent: string, said: string) {
  const words = said.trim() === "" ? "" : `: ${said.trim().slice(0, 200)}`;
  const detail = `the provider's rules blocked the answer${words}`;
  return {
    reason: "model-error",
    agent,
    cause: "filtered",
    status: null,
    detail,
    retryAt: null,
    outcome: "no-answer",
  } as const;
}
