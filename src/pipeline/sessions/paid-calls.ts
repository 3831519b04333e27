// How is a model asked so that no answer is paid for twice, and nothing is spent beyond the budget? For each call:
//
//   asked already? ─► answered before? ─► allowed? ─► money reserved ─► room kept ─► INTENT ─► sent ─► answer kept ─► settled
//
// It does not know what is asked, nor what an answer means, and speaks no provider's language.

import type { AskModel } from "../../agents/agent-port.ts";
import type { Model } from "../../agents/providers/model.ts";
import type { HostedDeclaration } from "../../model/agent-declaration.ts";
import type { CountedTokens, ModelAnswer, ModelRequest, PaidAnswer } from "../../model/conversation.ts";
import { canonical, type Digest, type Json } from "../../model/digest.ts";
import type { EventBody } from "../../model/event.ts";
import { NO_USAGE, type Usage } from "../../model/output.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { Purpose } from "../../model/role.ts";
import { pause } from "../../platform/clock.ts";
import { redactValue } from "../../platform/redact.ts";
import type { Calls } from "../../store/calls.ts";
import type { ShutModels } from "../../store/shut-models.ts";
import { callKey, limitPlace, roomFor, tokensAtMost, tokensGuessed, tokensOf } from "./call-key.ts";
import {
  callEnd,
  holdsForAll,
  isLeft,
  LONGEST_WAIT,
  type ModelError,
  NO_REFUSALS,
  type Refusals,
  refusedAgain,
  restAfter,
  shutUntil,
  waitBefore,
} from "./call-policy.ts";
import { type Ledger, type Payer, payerOf } from "./ledger.ts";

/** What calls of one build have in common. */
export interface Payment {
  readonly calls: Calls;
  readonly shut: ShutModels;
  readonly ledger: Ledger;
  readonly models: (declaration: HostedDeclaration) => Promise<Model>;
  /** In USD, today; null where the price is unknown. `answered`: the model that the provider says it was. */
  readonly priceOf: (
    declaration: HostedDeclaration,
    tokens: CountedTokens,
    answered: string | null,
  ) => Promise<number | null>;
  readonly modelCalls: "allowed" | "locked" | "offline";
  /** Takes secrets out of what is sent and kept. */
  readonly redact: (text: string) => string;
  readonly clock: () => number;
  /** Lets no further call be sent. One that was sent is waited for, and its answer kept. */
  readonly signal: AbortSignal;
  readonly tell: (event: EventBody) => void;
  /** Whether no further call is to be sent for a subject. */
  readonly withdrawn: (subject: string) => boolean;
}

export interface CallPurpose extends Purpose {
  /** Makes the same question a new call; empty for none. */
  readonly salt: string;
}

interface Call {
  readonly key: Digest;
  readonly declaration: HostedDeclaration;
  readonly purpose: CallPurpose;
  readonly request: ModelRequest;
  /** Whose limits hold. */
  readonly payer: Payer;
}

/** An answer, and what it cost whoever paid for it. */
interface Kept {
  readonly answer: ModelAnswer;
  readonly cost: Usage;
  readonly replayed: boolean;
}

/** What came of sending once, and what of the reserved money is gone: null where the price is unknown. */
interface Sent {
  readonly result: Result<Kept>;
  readonly spent: number | null;
}

/** Limits that are everybody's. */
const SHARED: ReadonlySet<string> = new Set(["build", "hour"]);

export class PaidCalls {
  readonly #payment: Payment;
  readonly #underWay = new Map<Digest, Promise<Result<Kept>>>();
  readonly #models = new Map<string, Promise<Model>>();
  /** By model: it takes no call before a time that is waited for. */
  readonly #busy = new Map<Digest, ModelError>();
  /** A call that was sent is never killed for tidiness: its silence limit ends it. */
  readonly #never = new AbortController().signal;

  constructor(payment: Payment) {
    this.#payment = payment;
  }

  /**
   * The way to ask for one session. Beyond the failures of the model and of the disk, it ends in `model-needed` where
   * no call may be sent, `budget`, `price-unknown`, `call-unresolved`, and `cancelled`.
   */
  askFor(declaration: HostedDeclaration, purpose: CallPurpose): AskModel {
    const payer = payerOf(purpose);
    return (request) => {
      const key = callKey(declaration, request, purpose.salt);
      return this.#ask({ key, declaration, purpose, request, payer });
    };
  }

  async #ask(call: Call): Promise<Result<PaidAnswer>> {
    const startedAt = this.#payment.clock();
    const kept = await this.#share(call);
    if (!kept.ok) return kept;
    const { answer, cost, replayed } = kept.value;
    this.#payment.tell({
      type: "call-ended",
      session: call.purpose.session,
      agent: call.declaration.id,
      model: answer.model ?? call.declaration.model,
      tokens: cost.tokens,
      usd: cost.usd,
      replayed,
      ms: this.#payment.clock() - startedAt,
    });
    if (replayed) return success({ answer, usage: NO_USAGE, replayed });
    if (this.#payment.signal.aborted) return failed({ reason: "cancelled" });
    return success({ answer, usage: cost });
  }

  /** Whoever asks what is being asked already waits for that answer. */
  async #share(call: Call): Promise<Result<Kept>> {
    for (;;) {
      const other = this.#underWay.get(call.key);
      if (other === undefined) break;
      const kept = await other;
      if (kept.ok) return success({ ...kept.value, replayed: true });
      // The limit of another task or project is none of this one's.
      if (kept.failure.reason !== "budget" || SHARED.has(kept.failure.of)) return kept;
    }
    const kept = this.#obtain(call).finally(() => this.#underWay.delete(call.key));
    this.#underWay.set(call.key, kept);
    return kept;
  }

  async #obtain(call: Call): Promise<Result<Kept>> {
    const { calls, ledger, modelCalls, signal } = this.#payment;
    const before = await calls.lookup(call.key);
    if (!before.ok) return before;
    if (before.value !== null) {
      const answer = JSON.parse(Buffer.from(before.value.bytes).toString()) as ModelAnswer;
      return success({ answer, cost: before.value.usage, replayed: true });
    }
    if (modelCalls !== "allowed") {
      const { task } = call.payer;
      return failed({ reason: "model-needed", tasks: task === null ? [] : [task] });
    }
    if (signal.aborted) return failed({ reason: "cancelled" });
    if (this.#payment.withdrawn(call.purpose.subject)) return failed({ reason: "withdrawn" });
    const { declaration } = call;
    const most = await this.#payment.priceOf(declaration, tokensAtMost(declaration, call.request), null);
    if (most === null && ledger.isLimited(call.payer)) {
      return failed({ reason: "price-unknown", agent: declaration.id, model: declaration.model });
    }
    if (calls.begun(call.key) > 0) this.#tellRisk(call, most);
    return this.#insist(call, most);
  }

  /** Sends as often as the policy allows. `most` is what one sending can cost. */
  async #insist(call: Call, most: number | null): Promise<Result<Kept>> {
    const { calls, ledger, signal, clock } = this.#payment;
    const place = limitPlace(call.declaration);
    let unknown = 0;
    for (let past = NO_REFUSALS; ; ) {
      if (signal.aborted) return failed({ reason: "cancelled" });
      const shut = this.#shutAt(call, place);
      if (shut !== null) return failed(shut);
      const busy = this.#busy.get(place);
      if (busy !== undefined && holdsForAll(busy, clock())) {
        const waited = await this.#wait(call, busy, past);
        if (waited === null) return failed({ ...busy, agent: call.declaration.id });
        past = waited;
        continue;
      }
      const rested = await this.#rest(call, most);
      if (!rested.ok) return rested;
      const reserved = await ledger.reserve(most ?? 0, call.payer, signal);
      if (!reserved.ok) return reserved;
      const { result, spent } = await this.#send(call, most);
      reserved.value.settle(spent);
      if (result.ok || result.failure.reason !== "model-error") return result;
      if (result.failure.outcome === "unknown") {
        this.#tellRisk(call, most);
        unknown += 1;
        if (isLeft(calls.begun(call.key), most, unknown)) return result;
        continue;
      }
      if (result.failure.taught !== undefined) {
        this.#tellTaught(call, result.failure.taught);
        continue;
      }
      const kept = await this.#shut(call, place, result.failure);
      if (!kept.ok) return kept;
      past = refusedAgain(past, result.failure);
      if (this.#shutAt(call, place) !== null) continue;
      if (holdsForAll(result.failure, clock())) {
        this.#busy.set(place, result.failure);
        continue;
      }
      const waited = await this.#wait(call, result.failure, past);
      if (waited === null) return result;
      past = waited;
    }
  }

  /** How a model refused that no build asks yet, as `call` is told; null where it is asked. */
  #shutAt({ declaration }: Call, place: Digest): ModelError | null {
    const shut = this.#payment.shut.at(place);
    if (shut === null || shut.until <= this.#payment.clock()) return null;
    return { ...shut.refusal, agent: declaration.id, askedAgainAt: shut.until };
  }

  /** Writes down where a refusal holds beyond this build. Calls that were refused side by side shut a model once. */
  async #shut(call: Call, place: Digest, refusal: ModelError): Promise<Result<void>> {
    const { shut, clock, redact } = this.#payment;
    if (this.#shutAt(call, place) !== null) return success(undefined);
    const times = shut.at(place)?.times ?? 0;
    const until = shutUntil(refusal, times, clock());
    if (until === null) return success(undefined);
    const plain = redactValue(refusal as unknown as Json, redact) as unknown as ModelError;
    return shut.shut({ place, until, times: times + 1, refusal: plain });
  }

  /** Waits until a call that was never answered may be sent again; fails where that is too long for a build. */
  async #rest(call: Call, most: number | null): Promise<Result<void>> {
    const { calls, clock } = this.#payment;
    const { begun, at } = calls.unanswered(call.key);
    const whole = restAfter(begun, most);
    // A clock that was set back makes no rest longer.
    const ms = Math.min(at + whole - clock(), whole);
    if (ms <= 0) return success(undefined);
    if (ms <= LONGEST_WAIT) {
      await this.#pause(call, "unanswered", ms);
      return success(undefined);
    }
    const atRisk = most === null ? null : most * begun;
    const agent = call.declaration.id;
    return failed({ reason: "call-unresolved", agent, begun, atRisk, againAt: clock() + ms });
  }

  async #send(call: Call, most: number | null): Promise<Sent> {
    const { calls, redact, signal } = this.#payment;
    const model = await this.#modelOf(call.declaration);
    const request = redactValue(call.request as unknown as Json, redact);
    if (signal.aborted) return { result: failed({ reason: "cancelled" }), spent: 0 };
    const begun = await calls.begin(
      call.key,
      Buffer.from(canonical(request)),
      this.#meta(call, most),
      roomFor(call.declaration),
    );
    if (!begun.ok) return { result: begun, spent: 0 };
    const answered = await model.ask(request as unknown as ModelRequest, this.#never);
    if (answered.ok) return this.#keep(call, answered.value);
    const { failure } = answered;
    if (failure.reason === "model-error" && failure.outcome === "unknown") {
      return { result: answered, spent: await this.#atLeast(call, failure.said ?? 0, most) };
    }
    const end = failure.reason === "model-error" ? callEnd(failure.cause) : "not-sent";
    const ended = await calls.fail(call.key, end);
    return { result: ended.ok ? answered : ended, spent: 0 };
  }

  async #keep(call: Call, received: ModelAnswer): Promise<Sent> {
    const { calls, shut, redact, priceOf } = this.#payment;
    const { tokens: counted, estimated } = tokensOf(call.request, received);
    const usd = await priceOf(call.declaration, counted, received.model);
    const { in: given, out, cached } = counted;
    const cost: Usage = {
      calls: 1,
      tokens: { in: given, out, cached },
      usd,
      ...(estimated ? { estimated: true } : {}),
    };
    // Taken out before it is kept and used, so that a replay gives the very same.
    const kept = canonical(redactValue(received as unknown as Json, redact));
    const finished = await calls.finish(call.key, Buffer.from(kept), cost);
    const reopened = await shut.reopen(limitPlace(call.declaration));
    if (!reopened.ok) return { result: reopened, spent: usd };
    // Read back, so that what is sent after it has the same bytes as after a replay.
    const answer = JSON.parse(kept) as ModelAnswer;
    return { result: finished.ok ? success({ answer, cost, replayed: false }) : finished, spent: usd };
  }

  #modelOf(declaration: HostedDeclaration): Promise<Model> {
    const known = this.#models.get(declaration.id) ?? this.#payment.models(declaration);
    this.#models.set(declaration.id, known);
    return known;
  }

  /** What an answer that broke off may cost: what was reserved, or more where more came. */
  async #atLeast({ declaration, request }: Call, said: number, most: number | null): Promise<number | null> {
    const came = await this.#payment.priceOf(declaration, tokensGuessed(request, said), null);
    return most === null || came === null ? most : Math.max(most, came);
  }

  /** With this wait among them; null, at once, where the call is not to be sent again. */
  async #wait(call: Call, error: ModelError, past: Refusals): Promise<Refusals | null> {
    const ms = waitBefore(error, past, call.key, this.#payment.clock());
    if (ms === null) return null;
    await this.#pause(call, error.cause, ms);
    return { ...past, waited: past.waited + ms };
  }

  async #pause(call: Call, cause: ModelError["cause"] | "unanswered", ms: number): Promise<void> {
    const { tell, signal } = this.#payment;
    const { session, subject } = call.purpose;
    tell({ type: "call-waiting", session, subject, agent: call.declaration.id, cause, ms });
    await pause(ms, signal);
  }

  #tellRisk(call: Call, atRisk: number | null): void {
    const { subject } = call.purpose;
    this.#payment.tell({ type: "call-at-risk", agent: call.declaration.id, subject, atRisk });
  }

  #tellTaught({ declaration, purpose }: Call, { setting, known }: NonNullable<ModelError["taught"]>): void {
    if (known) return;
    this.#payment.tell({ type: "setting-learnt", agent: declaration.id, subject: purpose.subject, setting });
  }

  #meta(call: Call, most: number | null) {
    const { role, phase, subject, project, attempt, session } = call.purpose;
    const { id: agent, model } = call.declaration;
    const at = this.#payment.clock();
    return { at, role, phase, subject, project, attempt, session, agent, model, usd: most };
  }
}
