// What a build hands to its paid calls, in a folder of its own: one model at 1 USD per thousand tokens.

import { join } from "node:path";
import { priceOf } from "../../src/agents/prices.ts";
import type { HostedDeclaration } from "../../src/model/agent-declaration.ts";
import type { ModelRequest } from "../../src/model/conversation.ts";
import type { EventBody } from "../../src/model/event.ts";
import { type Caps, Ledger } from "../../src/pipeline/sessions/ledger.ts";
import { type CallPurpose, PaidCalls, type Payment } from "../../src/pipeline/sessions/paid-calls.ts";
import { Blobs } from "../../src/store/blobs.ts";
import { Calls } from "../../src/store/calls.ts";
import { DISK, type DurableIo } from "../../src/store/durable-io.ts";
import { ShutModels } from "../../src/store/shut-models.ts";
import { modelAt } from "./provider.ts";

export const coder: HostedDeclaration = {
  id: "coder",
  place: { file: "projects.yaml", line: 1, column: 1 },
  kind: "hosted",
  provider: "openai",
  model: "house-model",
  baseUrl: null,
  keyEnv: "OPENAI_API_KEY",
  maxTurns: 30,
  maxOutputTokens: 1_000,
  temperature: null,
  silenceMs: 60_000,
};

export const purpose: CallPurpose = {
  role: "implementer",
  phase: "implementation",
  subject: "products:T01",
  project: "shop-api",
  attempt: 1,
  session: "s1",
  salt: "",
};

export function asking(text: string): ModelRequest {
  return { system: "Write.", messages: [{ role: "user", text }], tools: [] };
}

/** One answer of `answerOf`: 1000 tokens in, 100 out. */
export const ONE_ANSWER = 1.1;

export interface Bench extends Payment {
  readonly paid: PaidCalls;
  readonly told: EventBody[];
}

export async function bench(
  folder: string,
  url: string,
  part: Partial<Payment> & { readonly caps?: Caps; readonly io?: DurableIo } = {},
): Promise<Bench> {
  const { caps = { build: null, perTask: null }, io = DISK, ...rest } = part;
  const store = join(folder, "store");
  const calls = await Calls.open(store, new Blobs(store, io), io);
  // Also run outside of the test runner, by payer.ts.
  if (!calls.ok) throw new Error(JSON.stringify(calls.failure));
  const shut = ShutModels.open(store, io);
  if (!shut.ok) throw new Error(JSON.stringify(shut.failure));
  const told: EventBody[] = [];
  const prices = { "house-model": { in: 1_000, out: 1_000, cached: 100, written: 1_250 } };
  const payment: Payment = {
    calls: calls.value,
    shut: shut.value,
    ledger: new Ledger(caps),
    withdrawn: () => false,
    models: async () => modelAt(url),
    priceOf: (declaration, tokens, answered) => priceOf(declaration, { answered, tokens, at: 0 }, prices),
    modelCalls: "allowed",
    redact: (text) => text,
    clock: Date.now,
    signal: new AbortController().signal,
    tell: (happening) => told.push(happening),
    ...rest,
  };
  return { ...payment, paid: new PaidCalls(payment), told };
}
