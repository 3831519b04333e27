// Which workers are there, and what are they doing? Each says so itself every moment, and what it said goes by itself soon after
// it falls silent. It is news for people and a hint where to wait; nothing is decided by it alone.

import type { Redis } from "ioredis";

export interface FleetMember {
  /** Of this start of it. */
  readonly id: string;
  readonly name: string;
  /** The fleet that it belongs to: orders of others it never sees. */
  readonly fleet: string;
  readonly slots: number;
  /** What it is at work on, as people read it. */
  readonly busy: readonly string[];
  /** Why it takes nothing now, in its words; null: it does. */
  readonly rests: string | null;
  /** How many drafts by programs it makes at once; 0: none. */
  readonly drafts: number;
  /** Those that it makes now, as people read them. */
  readonly drafting: readonly string[];
  /** Of the programs that builds ask for, those that are there. */
  readonly programs: readonly string[];
  /** Those that it has looked for and not found. */
  readonly lacks: readonly string[];
}

export const NO_DRAFTS: Pick<FleetMember, "drafts" | "drafting" | "programs" | "lacks"> = {
  ...{ drafts: 0, drafting: [], programs: [], lacks: [] },
};

/** Between two words of a worker, and until its last one is forgotten. */
const BEAT_MS = 2000;
const SILENCE_MS = 8000;

const MEMBERS = "factory:members";

export class Heartbeat {
  readonly #redis: Redis;
  readonly #now: () => FleetMember;
  readonly #timer: NodeJS.Timeout;

  constructor(redis: Redis, now: () => FleetMember) {
    this.#redis = redis;
    this.#now = now;
    this.#timer = setInterval(() => this.beat(), BEAT_MS);
    this.beat();
  }

  /** What cannot be said now is said the next time. */
  beat(): void {
    const member = this.#now();
    const said = this.#redis
      .multi()
      .sadd(MEMBERS, member.id)
      .set(keyOf(member.id), JSON.stringify(member), "PX", SILENCE_MS);
    void said.exec().catch(() => {});
  }

  async end(): Promise<void> {
    clearInterval(this.#timer);
    const { id } = this.#now();
    await this.#redis
      .multi()
      .srem(MEMBERS, id)
      .del(keyOf(id))
      .exec()
      .catch(() => {});
  }
}

/** Of all fleets on this Redis, by name. Rejects as the connection does. */
export async function listMembers(redis: Redis): Promise<readonly FleetMember[]> {
  const ids = await redis.smembers(MEMBERS);
  if (ids.length === 0) return [];
  const said = await redis.mget(ids.map(keyOf));
  const silent = ids.filter((_, index) => said[index] === null);
  if (silent.length > 0) await redis.srem(MEMBERS, ...silent);
  const members = said.flatMap((text) => (text === null ? [] : memberIn(text)));
  return members.sort((a, b) => (a.name === b.name ? (a.id < b.id ? -1 : 1) : a.name < b.name ? -1 : 1));
}

function keyOf(id: string): string {
  return `factory:member:${id}`;
}

/** Nothing for what no worker said. */
function memberIn(text: string): readonly FleetMember[] {
  try {
    const said = JSON.parse(text) as Partial<FleetMember> | null;
    // A worker of an earlier version makes no drafts, and says nothing of them.
    const { id, name, fleet, slots, busy, rests = null } = said ?? {};
    const { drafts = 0, drafting = [], programs = [], lacks = [] } = said ?? {};
    const isOne =
      [id, name, fleet].every((each) => typeof each === "string") &&
      [slots, drafts].every((each) => typeof each === "number") &&
      (rests === null || typeof rests === "string") &&
      [busy, drafting, programs, lacks].every(areTexts);
    const member = { id, name, fleet, slots, busy, rests, drafts, drafting, programs, lacks };
    return isOne ? [member as FleetMember] : [];
  } catch {
    return [];
  }
}

function areTexts(said: unknown): boolean {
  return Array.isArray(said) && said.every((each) => typeof each === "string");
}
