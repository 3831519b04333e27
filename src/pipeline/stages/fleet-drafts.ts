// How does a worker make a draft for this machine? The tree and the window go through the shared store, the order through the queue,
// and what comes back is looked at as if a stranger had written it: who it answers, which paths, which modes, how much. What it
// costs, and whether it may be asked for again, is for whoever asks.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { presetOf } from "../../agents/presets/preset-names.ts";
import type { DraftReply, DraftSender } from "../../fleet/draft-sender.ts";
import type { AgentDeclaration, CommandDeclaration } from "../../model/agent-declaration.ts";
import { type Digest, digestOfBytes } from "../../model/digest.ts";
import type { Failure } from "../../model/failure.ts";
import type { Change, Usage } from "../../model/output.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { Role } from "../../model/role.ts";
import type { Tree } from "../../model/tree.ts";
import { failureText } from "../../report/failure-text.ts";
import type { ObjectServer } from "../../store/sharing/object-server.ts";
import { MAX_DRAFT_BYTES } from "../../workspaces/collect-draft.ts";
import { onDisk, unlessMissing } from "../../workspaces/disk.ts";
import type { ProjectState } from "../projects/project-state.ts";
import {
  commandProgram,
  type DraftAnswer,
  type DraftOrder,
  draftAnswerIn,
  draftName,
  spendingIn,
} from "./draft-order.ts";
import { draftStoredAt, storedAt } from "./file-list.ts";
import type { FleetWarnings } from "./fleet-warnings.ts";
import type { SendFault, SentTrees } from "./sent-trees.ts";
import { canTravel, isSoundDraft, orderedTree } from "./travel.ts";

export interface DraftStage {
  readonly state: ProjectState;
  /** As the project sees it. */
  readonly tree: Tree;
  readonly declaration: CommandDeclaration;
  readonly subject: string;
  readonly role: Role;
  readonly guide: Role;
  readonly window: { readonly system: string; readonly text: string };
  readonly salt: string;
}

/** A draft that another machine could make. */
export interface PreparedDraft {
  readonly name: Digest;
  readonly order: DraftOrder;
  readonly program: string;
  readonly windowBytes: Uint8Array;
  readonly stage: DraftStage;
}

export interface DraftWish {
  readonly sending: number;
  /** False: it is only looked for. */
  readonly mayBegin: boolean;
  readonly onTaken: (worker: string) => void;
  readonly onTold: (usage: Usage, model: string | null) => void;
  readonly signal: AbortSignal;
}

export type FleetDraft =
  | {
      readonly kind: "drafted";
      readonly worker: string;
      /** From the top of the repository; paths, modes and size are sound. */
      readonly changes: readonly Change[];
      readonly question: string | null;
      readonly notes: string | null;
      readonly told: Told;
    }
  | { readonly kind: "failed"; readonly worker: string; readonly failure: Failure; readonly told: Told }
  /** The program was ended there, for the worker was: it is to be made here. */
  | { readonly kind: "given-up"; readonly worker: string; readonly told: Told }
  /** No program was started. */
  | { readonly kind: "nobody" }
  /** Nobody knows whether it was paid for. `refused`: it was answered, and not by what was asked for. */
  | { readonly kind: "unknown"; readonly refused: boolean };

export interface Told {
  readonly usage: Usage;
  readonly model: string | null;
  /** The end of what its program wrote; null where it did not come. */
  readonly log: string | null;
}

export interface FleetDraftsOrder {
  /** Of the workspace. */
  readonly root: string;
  readonly sender: DraftSender;
  readonly trees: SentTrees;
  readonly server: ObjectServer;
  readonly warnings: FleetWarnings;
  /** Longest way from a subject to the end, in tasks. */
  readonly heightOf: (subject: string) => number;
}

/** Longest setup, and what a draft needs beside its program, in ms. */
const BESIDE_MS = 35 * 60 * 1000;
/** How often a worker may ask for files that the store does not have. */
const ASKED_FOR_FILES = 3;
const LOG_BYTES = 4 * 1024 * 1024;

export class FleetDrafts {
  readonly #order: FleetDraftsOrder;

  constructor(order: FleetDraftsOrder) {
    this.#order = order;
  }

  /** Lets workers look for the programs of these agents. */
  async announce(agents: readonly AgentDeclaration[]): Promise<void> {
    await this.#order.sender.announce(await travellingPrograms(agents));
  }

  /** Null where this machine has to make it. Its tree is in the store afterwards. */
  async prepare(stage: DraftStage): Promise<Result<PreparedDraft | null>> {
    const { state, declaration, window, guide, role, salt, subject } = stage;
    if (!mayTravel(declaration)) return success(null);
    const program = await programOf(declaration);
    const travels = await canTravel(state, stage.tree);
    if (!travels.ok) return travels;
    if (!travels.value) return success(null);
    const sent = await this.#order.trees.send(state.home, state.treeInRepository(stage.tree));
    if (!sent.ok) return this.#unsent(sent.failure);
    const roleText = await this.#roleText(declaration, guide);
    if (!roleText.ok) return roleText;
    const windowBytes = Buffer.from(JSON.stringify({ system: window.system, text: window.text }));
    const put = await this.#order.server.put(storedAt(digestOfBytes(windowBytes)), windowBytes);
    if (!put.ok) return this.#unsent({ store: put.failure.detail });
    const { id, run, preset, model, timeoutMs, silenceMs, maxTurns, env, network = null } = declaration;
    const order: DraftOrder = {
      ...{ draft: 1, ...orderedTree(state, sent.value), subject, role, guide, salt },
      roleText: roleText.value,
      agent: {
        ...{ id, run, preset, role: declaration.role, model },
        timeoutMs,
        silenceMs,
        maxTurns,
        env,
        network,
      },
      window: digestOfBytes(windowBytes),
    };
    return success({ name: draftName(order), order, program, windowBytes, stage });
  }

  /** Whether a worker could begin it now. */
  hasRoom({ program }: PreparedDraft, signal: AbortSignal): Promise<boolean> {
    return this.#order.sender.hasRoom(program, signal);
  }

  tellUnable(worker: string, failure: Failure): void {
    this.#order.warnings.tell({ news: "unable", worker, detail: failureText(failure, "draft").message });
  }

  /** Never rejects. */
  async ask(draft: PreparedDraft, wish: DraftWish): Promise<FleetDraft> {
    const { name, program, order, stage } = draft;
    for (let asked = 0; asked < ASKED_FOR_FILES; asked++) {
      const reply = await this.#order.sender.ask({
        ...{ name, program, body: JSON.stringify(order), label: stage.subject },
        urgency: this.#order.heightOf(stage.subject),
        longestMs: stage.declaration.timeoutMs + BESIDE_MS,
        ...{ sending: wish.sending, mayBegin: wish.mayBegin, onTaken: wish.onTaken, signal: wish.signal },
        onTold: (text) => {
          const told = spendingIn(text);
          if (told !== null) wish.onTold(told.usage, told.model);
        },
        lookup: () => this.#lookup(name),
      });
      if (reply.kind !== "done") return this.#undone(reply, stage.subject);
      const { worker } = reply;
      const answer = draftAnswerIn(reply.body, name);
      const read = answer === null ? null : await this.#read(answer, draft, worker);
      if (read === null) {
        this.#order.warnings.tell({ news: "draft-refused", worker });
        await this.forget(draft);
        return { kind: "unknown", refused: true };
      }
      if (read !== "again") return read;
      await this.forget(draft);
    }
    this.#order.warnings.tell({ news: "store", detail: "keeps no file that is put there" });
    return { kind: "nobody" };
  }

  /** What came of it is kept here. */
  async settle({ name, program }: PreparedDraft): Promise<void> {
    await this.#order.sender.settle({ name, program });
    await this.#order.server.remove(draftStoredAt(name));
  }

  /** What lies there under its name is of no use. */
  async forget({ name, program }: PreparedDraft): Promise<void> {
    await this.#order.sender.forget({ name, program });
    await this.#order.server.remove(draftStoredAt(name));
  }

  close(): void {
    this.#order.sender.close();
  }

  #undone(reply: Exclude<DraftReply, { kind: "done" }>, task: string): FleetDraft {
    const { kind, detail } = reply;
    const { warnings } = this.#order;
    if (kind === "nobody") {
      if (detail !== null) warnings.tell({ news: "left", detail });
      return { kind: "nobody" };
    }
    if (detail !== null) warnings.tell({ news: "draft-lost", task, detail });
    return { kind: "unknown", refused: false };
  }

  async #lookup(name: Digest): Promise<string | null> {
    const got = await this.#order.server.get(draftStoredAt(name));
    return got.ok && got.value !== null ? Buffer.from(got.value).toString("utf8") : null;
  }

  /** Null for what no honest worker says. */
  async #read(
    answer: DraftAnswer,
    draft: PreparedDraft,
    worker: string,
  ): Promise<FleetDraft | "again" | null> {
    switch (answer.kind) {
      case "unable":
        this.#order.warnings.tell({ news: "unable", worker, detail: answer.why });
        await this.forget(draft);
        return { kind: "nobody" };
      case "missing":
        return this.#sendMissing(answer.files, draft);
      case "given-up":
        this.#order.warnings.tell({ news: "draft-given-up", worker, task: draft.stage.subject });
        return { kind: "given-up", worker, told: await this.#told(answer) };
      case "failed":
        return { kind: "failed", worker, failure: answer.failure, told: await this.#told(answer) };
      case "drafted": {
        const changes = await this.#changes(answer, draft.stage);
        if (changes === null) return null;
        const { question, notes } = answer;
        return { kind: "drafted", worker, changes, question, notes, told: await this.#told(answer) };
      }
    }
  }

  async #sendMissing(
    files: readonly Digest[],
    { order, windowBytes }: PreparedDraft,
  ): Promise<"again" | null> {
    const others = files.filter((digest) => digest !== order.window);
    if (!others.every((digest) => this.#order.trees.isOurs(digest))) return null;
    if (files.includes(order.window)) await this.#order.server.put(storedAt(order.window), windowBytes);
    await this.#order.trees.sendFiles(others);
    return "again";
  }

  async #changes(
    { changes: answered }: Extract<DraftAnswer, { kind: "drafted" }>,
    stage: DraftStage,
  ): Promise<readonly Change[] | null> {
    const changes: Change[] = [];
    let bytes = 0;
    for (const { path, mode, digest } of answered) {
      const content = digest === null ? null : await this.#content(digest);
      bytes += content?.length ?? 0;
      // No more is fetched than a draft may hold.
      if ((digest !== null && content === null) || bytes > MAX_DRAFT_BYTES) return null;
      changes.push({ path, mode, content });
    }
    return isSoundDraft(stage, changes) ? changes : null;
  }

  /** Null where the store has nothing, or something else. */
  async #content(digest: Digest): Promise<Uint8Array | null> {
    const got = await this.#order.server.get(storedAt(digest));
    return got.ok && got.value !== null && digestOfBytes(got.value) === digest ? got.value : null;
  }

  async #told({
    usage,
    model,
    log,
  }: Pick<Told, "usage" | "model"> & { readonly log: Digest | null }): Promise<Told> {
    const bytes = log === null ? null : await this.#content(log);
    const text = bytes === null || bytes.length > LOG_BYTES ? null : Buffer.from(bytes).toString("utf8");
    return { usage, model, log: text };
  }

  /** Null where the workspace has no file of its own for the role. */
  async #roleText({ preset, role }: CommandDeclaration, guide: Role): Promise<Result<string | null>> {
    if (preset === null) return success(null);
    const path = join(this.#order.root, (await presetOf(preset)).roleFile(role ?? guide));
    return onDisk(path, "read the role file", () => unlessMissing(readFile(path, "utf8")));
  }

  #unsent(fault: SendFault): Result<null> {
    if ("failure" in fault) return failed(fault.failure);
    this.#order.warnings.tell({ news: "store", detail: fault.store });
    return success(null);
  }
}

/** By which workers may make drafts of these agents. */
export async function travellingPrograms(agents: readonly AgentDeclaration[]): Promise<readonly string[]> {
  const commands = agents.filter((agent) => agent.kind === "command");
  return [...new Set(await Promise.all(commands.filter(mayTravel).map(programOf)))];
}

/** What lies in the folder of this workspace is nowhere else. */
function mayTravel({ run }: CommandDeclaration): boolean {
  return run === null || !/\{\{\s*workspace\s*\}\}/.test(run);
}

async function programOf({ preset, run }: CommandDeclaration): Promise<string> {
  return preset === null ? commandProgram(run ?? "") : (await presetOf(preset)).program;
}
