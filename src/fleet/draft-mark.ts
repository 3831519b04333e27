// Who has begun a draft that costs money? A mark under its name in Redis, beside what the worker keeps on its own disk. It is set
// before a program starts, so that no other worker starts one for the same draft, and stays until whoever asked has the answer.
//
//   (none) ──► begun ──► kept ──► settled
//
// `sending` counts how often whoever asks has decided that it is to be paid for: a higher one begins anew.

import { digestOf } from "../model/digest.ts";
import type { FleetLink } from "./fleet-link.ts";

export interface DraftMark {
  /** Id of the worker's start. */
  readonly id: string;
  /** Its name, as people call it. */
  readonly worker: string;
  readonly sending: number;
  /** `kept`: its answer lies in the shared store. `settled`: whoever asked has it. */
  readonly state: "begun" | "kept" | "settled";
}

/** For as long as a build may come back for its draft, in ms. */
const MARK_MS = 7 * 24 * 60 * 60 * 1000;
/** Programs that builds asked for of late are looked for on workers. */
const ASKED_MS = 24 * 60 * 60 * 1000;

const BEGIN = `
local said = redis.call('get', KEYS[1])
if said then
  local mark = cjson.decode(said)
  if mark.state ~= 'settled' and mark.sending >= tonumber(ARGV[2]) then return said end
end
redis.call('set', KEYS[1], ARGV[1], 'PX', ARGV[3])
return false`;

/** Null once the mark is ours; else whose it is. Rejects as the connection does, and all others do. */
export async function beginMark(link: FleetLink, name: string, mark: DraftMark): Promise<DraftMark | null> {
  const text = JSON.stringify(mark);
  const said = await link.redis.eval(BEGIN, 1, keyOf(link, name), text, mark.sending, MARK_MS);
  return typeof said === "string" ? markIn(said) : null;
}

export async function setMark(link: FleetLink, name: string, mark: DraftMark): Promise<void> {
  await link.redis.set(keyOf(link, name), JSON.stringify(mark), "PX", MARK_MS);
}

export async function readMark(link: FleetLink, name: string): Promise<DraftMark | null> {
  const said = await link.redis.get(keyOf(link, name));
  return said === null ? null : markIn(said);
}

export async function dropMark(link: FleetLink, name: string): Promise<void> {
  await link.redis.del(keyOf(link, name));
}

/** Whoever asked wants this draft ended. */
export async function stopDraft(link: FleetLink, name: string): Promise<void> {
  await link.redis.set(link.key("draft-stop", name), "1", "PX", ASKED_MS);
}

export async function isStopped(link: FleetLink, name: string): Promise<boolean> {
  return (await link.redis.exists(link.key("draft-stop", name))) === 1;
}

export async function dropStop(link: FleetLink, name: string): Promise<void> {
  await link.redis.del(link.key("draft-stop", name));
}

/** Lets workers look whether they have these programs, and tell so. */
export async function askForPrograms(link: FleetLink, programs: readonly string[]): Promise<void> {
  if (programs.length === 0) return;
  const key = link.key("draft-programs");
  await link.redis.sadd(key, ...programs);
  await link.redis.pexpire(key, ASKED_MS);
  await link.redis.publish(link.key("work"), "programs");
}

export function programsAskedFor(link: FleetLink): Promise<readonly string[]> {
  return link.redis.smembers(link.key("draft-programs"));
}

/** Name of the lane in which drafts by a program wait. */
export function draftLane(program: string): string {
  return `drafts-${digestOf("draft-lane/1", program).slice(0, 16)}`;
}

function keyOf(link: FleetLink, name: string): string {
  return link.key("draft", name);
}

/** Null for what no worker said. */
function markIn(text: string): DraftMark | null {
  try {
    const { id, worker, sending, state } = JSON.parse(text) as Partial<DraftMark>;
    const isOne =
      typeof id === "string" &&
      typeof worker === "string" &&
      typeof sending === "number" &&
      (state === "begun" || state === "kept" || state === "settled");
    return isOne ? { id, worker, sending, state } : null;
  } catch {
    return null;
  }
}
