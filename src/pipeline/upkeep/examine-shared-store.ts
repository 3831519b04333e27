// Can the store that a team shares be used from here? A document goes there and back, as a build would send it; it is always
// the same one, and counts among what may go by age.

import { join } from "node:path";
import { digestOfBytes } from "../../model/digest.ts";
import type { Failure } from "../../model/failure.ts";
import { mayWrite, type StoreDeclaration, shownStore } from "../../model/store-declaration.ts";
import type { Workspace } from "../../model/workspace.ts";
import { monotonic } from "../../platform/clock.ts";
import { failureText } from "../../report/failure-text.ts";
import { count, duration } from "../../report/figures.ts";
import type { ObjectServer } from "../../store/sharing/object-server.ts";
import { fine, type HealthFinding, problem } from "./health-finding.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const SUBJECT = "shared store";

const PROBE = Buffer.from("A document of spec-factory, by which `factory doctor` tries this store.\n");

/** None where no store is declared. */
export async function examineSharedStore(
  root: string,
  { store: declared }: Workspace,
  environment: Environment,
): Promise<readonly HealthFinding[]> {
  if (declared === undefined) return [];
  const { openServer } = await import("../../store/sharing/open-store.ts");
  const server = openServer(declared, environment, new AbortController().signal);
  return [await tryServer(server, declared, environment), ...(await waiting(root, declared))];
}

async function tryServer(
  server: ObjectServer,
  declared: StoreDeclaration,
  environment: Environment,
): Promise<HealthFinding> {
  const { actionResultOf, documentsIn } = await import("../../store/sharing/action-result.ts");
  const digest = digestOfBytes(PROBE);
  const document = `derived/cas/${digest}`;
  const record = `derived/ac/${digest}`;
  const name = shownStore(declared);
  const from = monotonic();
  const before = await server.get(document);
  if (!before.ok) return unreachable(declared, before.failure.detail);
  const reads = `${name} is read in ${duration(monotonic() - from)}`;
  if (!mayWrite(declared, environment)) {
    const why = declared.write === "never" ? "`write: never`" : "CI is set";
    return fine(SUBJECT, `${reads}; nothing is sent from here (${why})`);
  }
  const named = actionResultOf([{ digest, bytes: PROBE.length }]);
  const start = monotonic();
  for (const [path, bytes] of [
    [document, PROBE],
    [record, named],
  ] as const) {
    const put = await server.put(path, bytes);
    if (!put.ok) return unwritable(declared, put.failure.detail);
  }
  const took = monotonic() - start;
  const [back, told] = [await server.get(document), await server.get(record)];
  const isKept = back.ok && back.value !== null && digestOfBytes(back.value) === digest;
  const isNamed = told.ok && told.value !== null && documentsIn(told.value)?.[0]?.digest === digest;
  if (!isKept || !isNamed) {
    const what = isKept ? "what stands under a key" : "a document";
    return unwritable(declared, `took ${what} and does not give it back`);
  }
  return fine(SUBJECT, `${reads} and written in ${duration(took / 2)}`);
}

/** What could not be sent so far. */
async function waiting(root: string, declared: StoreDeclaration): Promise<readonly HealthFinding[]> {
  const { Outbox } = await import("../../store/sharing/outbox.ts");
  const parcels = await new Outbox(join(root, ".factory", "store")).all();
  if (!parcels.ok) return [unread(parcels.failure, declared)];
  const { length } = parcels.value;
  return length === 0 ? [] : [fine(SUBJECT, `${count(length, "record")} to be sent by the next build`)];
}

function unread(failure: Failure, { place }: StoreDeclaration): HealthFinding {
  const { message, fix } = failureText(failure, SUBJECT);
  return problem("warning", { subject: SUBJECT, code: "store-unnoted", says: message, fix, place });
}

function unreachable(declared: StoreDeclaration, detail: string): HealthFinding {
  const says = `${shownStore(declared)} ${detail}`;
  return problem("warning", {
    ...{ subject: SUBJECT, code: "store-unreachable", says, place: declared.place },
    fix: "Mend the address, the variables or the server; builds go on without it, and say so.",
  });
}

function unwritable(declared: StoreDeclaration, detail: string): HealthFinding {
  const says = `${shownStore(declared)} ${detail}`;
  return problem("warning", {
    ...{ subject: SUBJECT, code: "store-unwritable", says, place: declared.place },
    fix: "Give the right to write, let the server take larger bodies, or write `write: never`.",
  });
}
