// How is what the page asks for carried out? As operations, in this process. A build that was begun from the page goes on
// when the page is closed; it ends in order when somebody stops it, or the server ends.

import { z } from "zod";
import type { Json } from "../model/digest.ts";
import type { Result } from "../model/result.ts";
import { CHANGE_OPERATIONS } from "../operations/change-operations.ts";
import { LOOK_OPERATIONS } from "../operations/look-operations.ts";
import type { Operation } from "../operations/operation.ts";
import type { Caller, Place } from "../pipeline/commands/caller.ts";
import { failureBlock } from "../report/failure-block.ts";
import { diagnosticOf } from "../report/failure-diagnostic.ts";
import { plain } from "../report/plain.ts";
import type { Overview } from "./overview.ts";
import { VIEW_OPERATIONS } from "./view-operations.ts";

export interface Answer {
  readonly status: number;
  /** `{document, words}`, or `{diagnostics, words}` of what was refused. */
  readonly body: Json;
}

const OPERATIONS: ReadonlyMap<string, Operation> = new Map(
  [...LOOK_OPERATIONS, ...CHANGE_OPERATIONS, ...VIEW_OPERATIONS].map((one) => [one.name, one]),
);

export class OperationRunner {
  readonly #place: Place;
  readonly #running = new Set<Promise<unknown>>();
  readonly #interrupts = new Set<AbortController>();

  readonly #overview: () => Promise<Result<Overview>>;

  constructor(place: Place, overview: () => Promise<Result<Overview>>) {
    this.#place = place;
    this.#overview = overview;
  }

  /**
   * `overview` is how all stands, `stop` interrupts what was begun here; all else is the name of an operation. `body` is
   * what it takes, as JSON.
   */
  async answer(name: string, body: string): Promise<Answer> {
    if (name === "stop") {
      const stopped = this.#interrupts.size;
      this.#stop();
      return { status: 200, body: { document: { stopped }, words: [] } };
    }
    if (name === "overview") {
      const overview = await this.#overview();
      if (overview.ok)
        return { status: 200, body: { document: overview.value as unknown as Json, words: [] } };
      return { status: 422, body: { words: failureBlock(overview.failure, null, false) } };
    }
    const operation = OPERATIONS.get(name);
    if (operation === undefined) return { status: 404, body: { words: [`there is no ${name}`] } };
    const input = operation.input.safeParse(jsonOf(body));
    if (!input.success) return { status: 400, body: { words: [z.prettifyError(input.error)] } };
    const said: string[] = [];
    const running = operation.run(input.data, this.#caller(operation, said, input.data.wait !== false));
    this.#running.add(running);
    try {
      const end = await running;
      if (end.ok) {
        const words = [...said, ...(end.trouble ?? [])];
        return { status: 200, body: { document: end.document as Json, words } };
      }
      const target = end.target ?? null;
      const words = [...said, ...failureBlock(end.failure, target, false)];
      return {
        status: 422,
        body: { diagnostics: diagnosticOf(end.failure, target) as unknown as Json, words },
      };
    } finally {
      this.#running.delete(running);
    }
  }

  async close(): Promise<void> {
    this.#stop();
    await Promise.allSettled(this.#running);
  }

  #stop(): void {
    for (const interrupt of this.#interrupts) interrupt.abort();
  }

  #caller({ name }: Operation, said: string[], waits: boolean): Caller {
    const { root, packageRoot, writer } = this.#place;
    const say = (...lines: readonly string[]) => said.push(...lines.map(plain));
    return {
      ...{ root, packageRoot, writer, waits, say },
      command: `factory ui (${name})`,
      warn: say,
      onInterrupt: (interrupt) => {
        this.#interrupts.add(interrupt);
        return () => this.#interrupts.delete(interrupt);
      },
      // The page reads the journal, as it does of builds that others run.
      openView: async () => ({ tell() {}, close() {} }),
    };
  }
}

/** What is no JSON is what no operation takes. */
function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
