// What did this workspace ever pay for? Reads the account out of calls.jsonl, without the build lock: what is under way
// looks like a call at risk. It adds nothing up.

import type { Digest, Json } from "../model/digest.ts";
import { NO_USAGE, type Usage } from "../model/output.ts";
import { type Result, success } from "../model/result.ts";
import type { Phase, Role } from "../model/role.ts";
import type { Spending } from "../model/spending.ts";
import { readCallFile } from "./call-file.ts";
import type { CallMeta } from "./call-record.ts";

export interface Account {
  /** In the order in which it was spent; calls at risk come last. */
  readonly spending: readonly Spending[];
  /** Of what is at risk: calls that no later sending got an answer to either. */
  readonly unanswered: readonly Spending[];
  /** Damaged stretches of the journal, which may have named more. */
  readonly damaged: number;
}

/** `store` is `.factory/store`. */
export function readAccount(store: string): Result<Account> {
  const file = readCallFile(store);
  if (!file.ok) return file;
  const { parsed, records } = file.value;
  const spending: Spending[] = [];
  const open = new Map<Digest, CallMeta[]>();
  const answered = new Set<Digest>();
  for (const record of records) {
    switch (record.type) {
      case "intent":
        open.set(record.key, [...(open.get(record.key) ?? []), record.meta]);
        break;
      case "failed":
        open.get(record.key)?.pop();
        break;
      case "done": {
        answered.add(record.key);
        // Another's money; what this workspace sent for the same answer is at risk still.
        if (record.shared === true) break;
        const meta = open.get(record.key)?.pop() ?? record.meta ?? {};
        const what = meta.program === true ? "program" : "call";
        if (record.usage !== undefined) spending.push(spendingOf(what, meta, record.usage));
        break;
      }
      case "spend":
        spending.push(spendingOf("program", record.meta, record.usage));
    }
  }
  const unanswered: Spending[] = [];
  for (const [key, metas] of open) {
    const atRisk = metas.map((meta) =>
      spendingOf("at-risk", meta, { ...NO_USAGE, calls: 1, usd: usdOf(meta) }),
    );
    spending.push(...atRisk);
    if (!answered.has(key)) unanswered.push(...atRisk);
  }
  return success({ spending, unanswered, damaged: parsed.damaged });
}

function spendingOf(what: Spending["what"], meta: CallMeta, usage: Usage): Spending {
  return {
    what,
    usage,
    at: typeof meta.at === "number" ? meta.at : null,
    role: text(meta.role) as Role | null,
    phase: text(meta.phase) as Phase | null,
    agent: text(meta.agent),
    model: text(meta.model),
    subject: text(meta.subject),
    project: text(meta.project),
    attempt: typeof meta.attempt === "number" ? meta.attempt : null,
    session: text(meta.session),
  };
}

function text(value: Json | undefined): string | null {
  return typeof value === "string" ? value : null;
}

function usdOf(meta: CallMeta): number | null {
  return typeof meta.usd === "number" ? meta.usd : null;
}
