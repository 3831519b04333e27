// Does a build share what is paid for, and with whom? Nothing of it is loaded where no store is declared.

import { join } from "node:path";
import type { BuildOptions } from "../../model/build-options.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import type { EventBody } from "../../model/event.ts";
import { mayWrite, type StoreDeclaration, shownStore } from "../../model/store-declaration.ts";
import type { Workspace } from "../../model/workspace.ts";
import { failureText } from "../../report/failure-text.ts";
import { Blobs } from "../../store/blobs.ts";
import { DISK } from "../../store/durable-io.ts";
import { LeftInPlace, Quarantine } from "../../store/quarantine.ts";
import type { SharedStore, SharedStoreNews } from "../../store/sharing/shared-store.ts";

export interface SharedStoreOpening {
  readonly root: string;
  readonly workspace: Workspace;
  readonly modelCalls: BuildOptions["modelCalls"];
  /** For a command that only looks: it waits for less, and keeps and sends nothing. */
  readonly onlyLooks: boolean;
  readonly emit: (event: EventBody) => void;
}

const PATIENCE = { missMs: 30_000, drainMs: 10_000 };
const GLANCE = { missMs: 5000, drainMs: 0 };
const GLANCE_MS = 1500;

/** Null where there is none, or nobody may ask it. To be ended by whoever opened it. */
export async function openSharedStore(opening: SharedStoreOpening): Promise<SharedStore | null> {
  const { root, workspace, modelCalls, onlyLooks, emit } = opening;
  const declared = workspace.store;
  if (declared === undefined || modelCalls === "offline") return null;
  const { openServer, REQUEST_LIMITS } = await import("../../store/sharing/open-store.ts");
  const { SharedStore } = await import("../../store/sharing/shared-store.ts");
  const { Outbox } = await import("../../store/sharing/outbox.ts");
  const tell = (news: SharedStoreNews) =>
    emit({ type: "diagnostic", diagnostic: newsDiagnostic(declared, news) });
  const over = new AbortController();
  const limits = onlyLooks ? { ...REQUEST_LIMITS, headMs: GLANCE_MS } : REQUEST_LIMITS;
  const store = join(root, ".factory", "store");
  const aside = join(store, "quarantine");
  const here = new Blobs(store, DISK);
  const shared = new SharedStore({
    name: shownStore(declared),
    server: openServer(declared, process.env, over.signal, limits),
    writes: !onlyLooks && mayWrite(declared, process.env),
    onlyLooks,
    outbox: new Outbox(store),
    quarantine: onlyLooks ? new LeftInPlace(aside, DISK) : new Quarantine(aside, DISK),
    held: async (digest) => {
      const held = await here.getHere(digest);
      // What nobody could read again within the limits of a request is not sent.
      return held.ok && held.value.length <= limits.bytes ? held.value : null;
    },
    tell,
    patience: onlyLooks ? GLANCE : PATIENCE,
    over,
  });
  await shared.sendAgain();
  return shared;
}

/** Waits within a bound for what is being sent, and tells what the store was good for. */
export async function endSharedStore(
  shared: SharedStore | null,
  { emit, signal }: { readonly emit: (event: EventBody) => void; readonly signal: AbortSignal },
): Promise<void> {
  if (shared === null) return;
  const tally = await shared.end(signal);
  const { restored, sent, waiting, doubtful } = tally;
  const isIdle = [...Object.values(restored), sent, waiting, doubtful].every((count) => count === 0);
  if (!isIdle) emit({ type: "shared-store-used", tally });
}

function newsDiagnostic(declared: StoreDeclaration, news: SharedStoreNews): Diagnostic {
  const { file, line, column } = declared.place;
  const name = shownStore(declared);
  const at = { severity: "warning", target: null, file, line, column } as const;
  switch (news.news) {
    case "left":
      return {
        ...at,
        code: "store-left-alone",
        message: `The shared store ${name} ${news.detail}, so ${LEFT[news.what]} until the next build.`,
        fix: "What was paid for is kept here, and the next build sends it. `factory doctor` tries the store.",
      };
    case "doubt":
      return {
        ...at,
        code: "store-doubtful",
        message: `What the shared store ${name} holds at ${news.path} is not what its name says, and is not used.`,
        fix: `${keptWords(news.kept)} Remove it from the store, and look at who may write there.`,
      };
    case "refused":
      return {
        ...at,
        target: news.task,
        code: "store-result-refused",
        message: `A result of ${news.task} in the shared store ${name} is not used: ${news.fault}.`,
        fix: `${keptWords(news.kept)} The task is drafted here. Look at who may write to the store.`,
      };
    case "unnoted": {
      const { message, fix } = failureText(news.failure, "store");
      return {
        ...at,
        code: "store-unnoted",
        message: `What is to be sent to the shared store ${name} cannot be written down first: ${message}`,
        fix,
      };
    }
  }
}

function keptWords(kept: string | null): string {
  return kept === null ? "A build keeps a copy of it." : `A copy is in ${kept}.`;
}

const LEFT = { all: "it is left alone", sending: "nothing more is sent to it" } as const;
