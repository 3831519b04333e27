// What does a worker do with a draft? It fetches the tree, lets the program work on it in a slot of its own, confined, and sends
// what changed. Whatever goes wrong is an answer. Keys come from the worker's own environment, by the names that the order says.

import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { SessionResult } from "../../agents/agent-port.ts";
import { draftByProgram } from "../../agents/command-session.ts";
import { PRESETS, presetOf } from "../../agents/presets/preset-names.ts";
import type { TakenDraft } from "../../fleet/draft-taker.ts";
import type { TaskId } from "../../model/address.ts";
import type { CommandDeclaration } from "../../model/agent-declaration.ts";
import { type Digest, digestOfBytes } from "../../model/digest.ts";
import type { Change, Usage } from "../../model/output.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { ownRedactor } from "../../platform/redact.ts";
import type { ObjectServer } from "../../store/sharing/object-server.ts";
import { collectDraft } from "../../workspaces/collect-draft.ts";
import { strayBeside } from "../../workspaces/stray-files.ts";
import type { Slot } from "../slots/lease.ts";
import {
  type AnsweredChange,
  type DraftAnswer,
  type DraftOrder,
  draftName,
  draftOrderIn,
  tellableFailure,
} from "./draft-order.ts";
import { draftStoredAt, storedAt } from "./file-list.ts";
import { away, type ReceivedStage } from "./received-trees.ts";
import { faultWords, type StageServerOrder, wordsOf, workerKeys } from "./stage-server.ts";

export interface DraftServerOrder extends Omit<StageServerOrder, "atOnce"> {
  readonly server: ObjectServer;
}

type Without<A, K extends string> = A extends unknown ? Omit<A, K> : never;
type Said = Without<DraftAnswer, "order">;
type Work = {
  readonly changes: readonly Change[];
  readonly question: string | null;
  readonly notes: string | null;
};

/** What was paid for is not lost to a store that is away for a moment. */
const PUTS = 60;
const PUT_AGAIN_MS = 2000;
/** Of a log, in bytes: its end counts. */
const LOG_BYTES = 1024 * 1024;

export class DraftServer {
  readonly #order: DraftServerOrder;
  readonly #own: ReadonlySet<string>;

  constructor(order: DraftServerOrder) {
    this.#order = order;
    this.#own = workerKeys(order);
  }

  /** Never rejects. Null: nothing was begun, since the store is away. */
  async answer(taken: TakenDraft): Promise<string | null> {
    const order = draftOrderIn(taken.body);
    if (order === null || draftName(order) !== taken.name)
      return JSON.stringify({ order: taken.name, ...unable("it is no order") });
    const folder = join(this.#order.root, ".factory", "fleet-drafts", taken.name);
    const said = await this.#made(order, taken, folder).catch((error: unknown) =>
      unable(`bug: ${String(error)}`),
    );
    await rm(folder, { recursive: true, force: true }).catch(() => {});
    return said === null ? null : JSON.stringify({ order: taken.name, ...said });
  }

  /** Puts an answer where whoever asked looks for it. */
  async share(name: string, answer: string): Promise<boolean> {
    const put = await this.#order.server.put(draftStoredAt(name as Digest), Buffer.from(answer));
    return put.ok;
  }

  async #made(order: DraftOrder, taken: TakenDraft, folder: string): Promise<Said | null> {
    const declaration = await this.#declarationOf(order);
    if (!declaration.ok) return unable(declaration.failure);
    const received = await this.#order.trees.receive(order);
    if (!received.ok) {
      const fault = received.failure;
      if ("away" in fault) return this.#rest(fault.away);
      return "missing" in fault ? { kind: "missing", files: fault.missing } : unable(faultWords(fault));
    }
    const window = await this.#order.server.get(storedAt(order.window));
    if (!window.ok) return this.#rest(away(window.failure));
    if (window.value === null || digestOfBytes(window.value) !== order.window)
      return window.value === null
        ? { kind: "missing", files: [order.window] }
        : unable("the shared store holds another window");
    await this.#layRole(order, folder);
    const session = await this.#inSlot(received.value, order, (slot) =>
      this.#drafted(slot, {
        order,
        taken,
        folder,
        declaration: declaration.value,
        window: window.value as Uint8Array,
      }),
    );
    return session.ok ? session.value : unable(wordsOf(session.failure));
  }

  #rest(why: string): null {
    this.#order.rest.begin(why);
    return null;
  }

  async #declarationOf({ agent }: DraftOrder): Promise<Result<CommandDeclaration, string>> {
    const { preset, model, network, env } = agent;
    if (preset !== null && !Object.hasOwn(PRESETS, preset)) return failed(`it does not know ${preset}`);
    const named = preset === null ? [] : (await presetOf(preset)).variables(model);
    const asked = [...env, ...named].find((name) => this.#own.has(name));
    if (asked !== undefined) return failed(`the order asks for ${asked}, a key of the worker's own`);
    const { network: _, ...rest } = agent;
    return success({
      ...rest,
      ...{ kind: "command", reads: "all", place: { file: "projects.yaml", line: 1, column: 1 } },
      ...(network === null ? {} : { network }),
    });
  }

  /** Where its program looks for it in a workspace. */
  async #layRole({ agent, guide, roleText }: DraftOrder, folder: string): Promise<void> {
    await mkdir(join(folder, "workspace"), { recursive: true });
    if (agent.preset === null || roleText === null) return;
    const file = (await presetOf(agent.preset)).roleFile(agent.role ?? guide);
    const path = join(folder, "workspace", file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, roleText);
  }

  #inSlot(
    { state, tree }: ReceivedStage,
    { subject }: DraftOrder,
    work: (slot: Slot) => Promise<Said>,
  ): Promise<Result<Said>> {
    return this.#order.slots.use(state, { kind: "agent", tree, subject }, async (slot) =>
      success(await work(slot)),
    );
  }

  async #drafted(slot: Slot, { order, taken, folder, declaration, window }: Prepared): Promise<Said> {
    const { system, text } = JSON.parse(Buffer.from(window).toString("utf8")) as Record<string, string>;
    const log = join(folder, "log");
    const ended = await draftByProgram(declaration, {
      ...{ root: join(folder, "workspace"), role: order.role, guide: order.guide },
      ...{ scratch: join(folder, "session"), log, redact: ownRedactor(order.agent.env) },
      ask: async () => failed({ reason: "cancelled" }),
      spending: (usage, model) => taken.tell(JSON.stringify({ usage, model })),
      ...{ signal: taken.signal, begin: taken.begin, task: { id: order.subject as TaskId } },
      ...{ system: system ?? "", text: text ?? "", dir: slot.dir, slot: slot.number },
      borrows: slot.worktree.borrows,
    });
    return this.#toldOf(ended, slot, log);
  }

  async #toldOf(
    { result, usage, model }: SessionResult<{ question: string | null; notes: string | null }>,
    { worktree }: Slot,
    log: string,
  ): Promise<Said> {
    const told = { usage, model: model ?? null, log: await this.#sendLog(log) };
    const work = result.ok ? await workIn(worktree, result.value) : result;
    if (this.#order.signal.aborted && !work.ok) return { kind: "given-up", ...told };
    if (work.ok) return this.#sendWork(work.value, told);
    const failure = tellableFailure(work.failure);
    if (failure !== null) return { kind: "failed", failure, ...told };
    return { kind: "failed", failure: unavailable(wordsOf(work.failure)), ...told };
  }

  async #sendWork(
    { changes, question, notes }: Work,
    told: { readonly usage: Usage; readonly model: string | null; readonly log: Digest | null },
  ): Promise<Said> {
    const answered: AnsweredChange[] = [];
    for (const { path, mode, content } of changes) {
      const digest = content === null ? null : await this.#put(content, PUTS);
      if (content !== null && digest === null)
        return { kind: "failed", failure: unavailable("the shared store did not take its draft"), ...told };
      answered.push({ path, mode, digest });
    }
    return { kind: "drafted", changes: answered, question, notes, ...told };
  }

  async #sendLog(path: string): Promise<Digest | null> {
    const bytes = await readFile(path).catch(() => null);
    return bytes === null ? null : this.#put(bytes.subarray(-LOG_BYTES), 1);
  }

  async #put(bytes: Uint8Array, tries: number): Promise<Digest | null> {
    const digest = digestOfBytes(bytes);
    for (let tried = 1; ; tried++) {
      const put = await this.#order.server.put(storedAt(digest), bytes);
      if (put.ok) return digest;
      if (tried >= tries || this.#order.signal.aborted) return null;
      await wait(PUT_AGAIN_MS);
    }
  }
}

interface Prepared {
  readonly order: DraftOrder;
  readonly taken: TakenDraft;
  readonly folder: string;
  readonly declaration: CommandDeclaration;
  readonly window: Uint8Array;
}

async function workIn(
  worktree: Slot["worktree"],
  { question, notes }: Pick<Work, "question" | "notes">,
): Promise<Result<Work>> {
  const stray = await strayBeside(worktree);
  if (stray !== null) return failed({ reason: "hostile-path", path: `../${stray}`, cause: "parent" });
  const changes = await collectDraft(worktree);
  return changes.ok ? success({ changes: changes.value, question, notes }) : changes;
}

function unavailable(detail: string) {
  return { reason: "agent-unavailable", agent: "worker", detail } as const;
}

function unable(why: string): Said {
  return { kind: "unable", why: why.slice(0, 2000) };
}
