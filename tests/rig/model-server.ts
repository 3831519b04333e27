// Which models does a test talk to? A local server that speaks the providers' protocols, and answers as the test's own
// function says. It keeps what it was asked, in the order in which it came.

import { type ChatCompletionRequest, LLMock } from "@copilotkit/aimock";

/** A request as the server understood it, whichever protocol it came by. */
export interface Asked {
  readonly model: string;
  readonly system: string;
  /** All that is not the system prompt, as text. */
  readonly messages: readonly { readonly role: string; readonly text: string }[];
  readonly tools: readonly string[];
  /** Each of them as it was declared, as JSON. */
  readonly declared: readonly string[];
}

/** What an answer is said to have taken; without it no server tells. */
interface Counted {
  readonly tokens?: { readonly in: number; readonly out: number };
}

export type Reply =
  | ({ readonly text: string } & Counted)
  | ({ readonly calls: readonly { readonly name: string; readonly input: object | string }[] } & Counted)
  | { readonly status: number; readonly message: string; readonly retryAfter?: number };

export class ModelServer implements AsyncDisposable {
  readonly asked: Asked[] = [];
  readonly #mock: LLMock;

  private constructor(mock: LLMock) {
    this.#mock = mock;
  }

  /** `latencyMs` passes before each answer, which comes in pieces of so many characters. */
  static async listen(
    reply: (asked: Asked, server: ModelServer) => Reply | Promise<Reply>,
    { latencyMs = 0, pieces = 20 }: { readonly latencyMs?: number; readonly pieces?: number } = {},
  ): Promise<ModelServer> {
    const mock = await LLMock.create({ port: 0, chunkSize: pieces, strict: true, journalMaxEntries: 0 });
    const server = new ModelServer(mock);
    mock.on({ predicate: () => true }, async (request) => {
      const asked = askedIn(request);
      server.asked.push(asked);
      const answer = await reply(asked, server);
      if (latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, latencyMs));
      return fixtureOf(answer, asked);
    });
    return server;
  }

  /** Address without a path. */
  get url(): string {
    return this.#mock.url;
  }

  /** Base URL of the OpenAI protocol. */
  get openai(): string {
    return `${this.#mock.url}/v1`;
  }

  /** Base URL of the Gemini protocol. */
  get gemini(): string {
    return this.#mock.url;
  }

  /** What was asked with a system prompt that contains the words. */
  in(words: string): readonly Asked[] {
    return this.asked.filter(({ system }) => system.includes(words));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#mock.stop();
  }
}

/** The first message of the conversation: the window without its prompt. */
export function windowOf(asked: Asked): string {
  return asked.messages[0]?.text ?? "";
}

/** How many answers of the model stand in the conversation already. */
export function turnOf(asked: Asked): number {
  return asked.messages.filter(({ role }) => role === "assistant").length;
}

function askedIn(request: ChatCompletionRequest): Asked {
  const texts = request.messages.map(({ role, content }) => ({ role, text: textOf(content) }));
  return {
    model: request.model,
    system: texts
      .filter(({ role }) => role === "system")
      .map(({ text }) => text)
      .join("\n"),
    messages: texts.filter(({ role }) => role !== "system"),
    tools: (request.tools ?? []).map((tool) => tool.function.name),
    declared: (request.tools ?? []).map((tool) => JSON.stringify(tool.function)),
  };
}

function textOf(content: ChatCompletionRequest["messages"][number]["content"]): string {
  if (content === null) return "";
  return typeof content === "string" ? content : content.map((part) => part.text ?? "").join("");
}

/** Ids of calls hang on the turn alone, so that the same conversation goes on with the same requests. */
function fixtureOf(reply: Reply, asked: Asked) {
  if ("status" in reply) {
    return {
      error: { message: reply.message, type: "error" },
      status: reply.status,
      ...(reply.retryAfter === undefined ? {} : { retryAfter: reply.retryAfter }),
    };
  }
  const { tokens } = reply;
  const usage =
    tokens === undefined ? {} : { usage: { prompt_tokens: tokens.in, completion_tokens: tokens.out } };
  if ("text" in reply) return { content: reply.text, ...usage };
  return {
    ...usage,
    toolCalls: reply.calls.map(({ name, input }, index) => ({
      id: `call_${turnOf(asked)}_${index}`,
      name,
      arguments: typeof input === "string" ? input : JSON.stringify(input),
    })),
  };
}
