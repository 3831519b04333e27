// What do the sessions of one build share? The ledger, the journal of paid calls, and what must not be written anywhere.
// The journal is opened by the first call: most builds make none.

import type { SessionResult } from "../../agents/agent-port.ts";
import { priceOf, priceOfProgram } from "../../agents/prices.ts";
import type { AgentDeclaration, CommandDeclaration } from "../../model/agent-declaration.ts";
import type { EventBody } from "../../model/event.ts";
import type { Failure } from "../../model/failure.ts";
import { keysOf, namedVariables } from "../../model/named-variables.ts";
import type { Usage } from "../../model/output.ts";
import { type Result, success } from "../../model/result.ts";
import type { Workspace } from "../../model/workspace.ts";
import { ownRedactor, ownSecretsIn } from "../../platform/redact.ts";
import { Blobs } from "../../store/blobs.ts";
import type { Calls } from "../../store/calls.ts";
import { DISK } from "../../store/durable-io.ts";
import type { SharedStore } from "../../store/sharing/shared-store.ts";
import type { SourceEdits } from "../reading/source-edits.ts";
import type { SessionEnvironment } from "./agent-session.ts";
import { DraftAccount } from "./draft-account.ts";
import { DraftRooms } from "./draft-rooms.ts";
import { type Ledger, payerOf } from "./ledger.ts";
import type { CallPurpose, PaidCalls } from "./paid-calls.ts";
import { ProgramPrices } from "./program-prices.ts";

export interface SessionsOrder {
  readonly root: string;
  readonly workspace: Workspace;
  readonly blobs: Blobs;
  /** Where answers are looked for that this workspace does not have. */
  readonly shared: SharedStore | null;
  readonly ledger: Ledger;
  readonly modelCalls: "allowed" | "locked" | "offline";
  readonly emit: (event: EventBody) => void;
  readonly signal: AbortSignal;
  readonly clock: () => number;
  readonly edits: SourceEdits | null;
}

export interface BuildSessions extends SessionEnvironment {
  /** Whether a text holds what must not be written anywhere, also in pieces. */
  readonly holdsSecret: (text: string) => boolean;
  /** To be called once, when no session is held any more. */
  close(): Promise<Result<void>>;
}

export function openSessions(order: SessionsOrder): BuildSessions {
  const { root, workspace, blobs, shared, ledger, modelCalls, emit, signal, clock, edits } = order;
  const withdrawn = (subject: string) => edits?.withdraws(subject) === true;
  const redact = ownRedactor(namedVariables(workspace));
  const prices = new ProgramPrices(root);
  const rooms = new DraftRooms(blobs.folderOf("paid"));
  let opened: Promise<Result<{ readonly calls: Calls; readonly paid: PaidCalls }>> | null = null;
  const open = async () => {
    const { makeModel } = await import("../../agents/providers/model.ts");
    const { Calls } = await import("../../store/calls.ts");
    const { ShutModels } = await import("../../store/shut-models.ts");
    const { PaidCalls } = await import("./paid-calls.ts");
    const store = `${root}/.factory/store`;
    const shut = ShutModels.open(store);
    if (!shut.ok) return shut;
    const calls = await Calls.open(store, new Blobs(store, DISK), DISK, shared);
    if (!calls.ok) return calls;
    const paid = new PaidCalls({
      calls: calls.value,
      shut: shut.value,
      ledger,
      models: (declaration) => makeModel(declaration, process.env),
      priceOf: (declaration, tokens, answered) =>
        priceOf(declaration, { answered, tokens, at: clock() }, workspace.prices),
      modelCalls,
      redact,
      clock,
      signal,
      tell: emit,
      withdrawn,
    });
    return success({ calls: calls.value, paid });
  };
  const account = () => {
    opened ??= open();
    return opened;
  };
  /** What a program told, with its price, in the ledger. */
  const book = async (
    declaration: CommandDeclaration,
    purpose: CallPurpose,
    { usage: told, model }: Pick<SessionResult<unknown>, "usage" | "model">,
  ): Promise<Usage> => {
    const usd = await costOf(declaration, told, model ?? null);
    const usage = { ...told, usd };
    prices.learn(declaration.id, usd);
    ledger.spend(usage, payerOf(purpose));
    return usage;
  };
  const costOf = async (declaration: CommandDeclaration, { tokens, usd }: Usage, answered: string | null) =>
    usd ?? (await priceOfProgram(declaration, { answered, tokens, at: clock() }, workspace.prices));
  return {
    root,
    emit,
    signal,
    redact,
    holdsSecret: ownSecretsIn(keysOf(workspace.agents)),
    modelCalls,
    withdrawn,
    askFor: (declaration, purpose) => async (request) => {
      const kept = await account();
      return kept.ok ? kept.value.paid.askFor(declaration, purpose)(request) : kept;
    },
    spend: async (declaration, purpose, told) => {
      if (told.usage.calls === 0) {
        prices.learn(declaration.id, null);
        return success(told.usage);
      }
      const usage = await book(declaration, purpose, told);
      const kept = await account();
      if (!kept.ok) return kept;
      const meta = metaOf(declaration, purpose, { at: clock(), usd: usage.usd });
      const spent = await kept.value.calls.spent(meta, usage);
      return spent.ok ? success(usage) : spent;
    },
    draftAccount: async (declaration, purpose) => {
      const kept = await account();
      if (!kept.ok) return kept;
      const known = prices.expected(declaration.id);
      const { subject } = purpose;
      return success(
        new DraftAccount({
          calls: kept.value.calls,
          meta: (usd) => ({ ...metaOf(declaration, purpose, { at: clock(), usd }), program: true }),
          book: (told) => book(declaration, purpose, told),
          expected: Number.isFinite(known) && known > 0 ? known : null,
          tellRisk: (atRisk) => emit({ type: "call-at-risk", agent: declaration.id, subject, atRisk }),
        }),
      );
    },
    meter: async (declaration, purpose, stop) => {
      const expected = () => prices.expected(declaration.id);
      const admitted = await ledger.meter(payerOf(purpose), expected, signal);
      if (!admitted.ok) return admitted;
      const meter = admitted.value;
      const room = await rooms.keep();
      if (!room.ok) {
        meter.end();
        return room;
      }
      let failure: Failure | null = null;
      return success({
        told: (usage, model) => {
          void (async () => {
            const fits = meter.read((await costOf(declaration, usage, model)) ?? 0);
            if (fits.ok || failure !== null) return;
            failure = fits.failure;
            stop();
          })();
        },
        overspent: () => failure,
        end: () => {
          rooms.free(room.value);
          meter.end();
        },
      });
    },
    close: async () => {
      const kept = opened === null ? null : await opened;
      return kept?.ok === true ? kept.value.calls.close() : success(undefined);
    },
  };
}

function metaOf(
  declaration: AgentDeclaration,
  { role, phase, subject, project, attempt, session }: CallPurpose,
  { at, usd }: { readonly at: number; readonly usd: Usage["usd"] },
) {
  const model = declaration.kind === "generator" ? null : declaration.model;
  return { at, role, phase, subject, project, attempt, session, agent: declaration.id, model, usd };
}
