// What does a line of calls.jsonl say? It knows no file and no money: what a call is for is a matter of the caller.

import type { Digest, Json } from "../model/digest.ts";
import type { Usage } from "../model/output.ts";
import { recordLine } from "./records.ts";

export const CALLS_FORMAT = 1;

/** What the caller wants to find beside a call: who asked, for what, and the money at risk. */
export type CallMeta = { readonly [name: string]: Json };

/** Why a call certainly brought no answer, and so may be begun again without the risk of paying twice. */
export type CallEnd = "not-sent" | "rejected" | "throttled" | "server";

export type CallRecord =
  | { readonly type: "calls"; readonly format: number }
  | { readonly type: "intent"; readonly key: Digest; readonly request: Digest; readonly meta: CallMeta }
  | {
      readonly type: "done";
      readonly key: Digest;
      readonly answer: Digest;
      readonly adopted: boolean;
      /** It came from a shared store, so somebody else paid. */
      readonly shared?: true;
      /** What it cost, and what its intent said. Journals of before have neither. */
      readonly usage?: Usage;
      readonly meta?: CallMeta;
    }
  | { readonly type: "failed"; readonly key: Digest; readonly end: CallEnd }
  /** Paid by a program that makes its calls itself. */
  | { readonly type: "spend"; readonly meta: CallMeta; readonly usage: Usage };

export function callLine(record: CallRecord): Buffer {
  return recordLine(JSON.stringify(record));
}
