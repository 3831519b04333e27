// When does watching build? A world of one number, the version of the sources, in which everything that takes time ends
// in any order.

import fc from "fast-check";
import { expect, test } from "vitest";
import {
  begin,
  next,
  type PendingWork,
  type WatchInput,
  type WatchOrder,
  type WatchState,
} from "../../src/watch/machine.ts";

interface Building {
  /** The version that it read, and what it may pay. */
  readonly version: number;
  readonly mayPay: boolean;
  withdrew: boolean;
}

/** Plays the loop: keeps what is under way, and lets the test end it. */
class World {
  state: WatchState;
  version = 1;
  stands = 0;
  work: (version: number) => PendingWork = () => "free";
  timer = false;
  look: { version: number } | null = null;
  weighing = false;
  asking = false;
  building: Building | null = null;
  left = false;
  /** Everything that was ordered, for those who count. */
  readonly log: WatchOrder[] = [];
  /** Versions that builds were begun for. */
  readonly built: number[] = [];
  /** Whether a look began after the last touch. */
  lookedSinceTouch = true;

  constructor(confirm = false) {
    const [state, orders] = begin(confirm);
    this.state = state;
    this.#carryOut(orders);
  }

  feed(input: WatchInput): void {
    const [state, orders] = next(this.state, input);
    this.state = state;
    this.#carryOut(orders);
  }

  touch(changes: boolean): void {
    if (changes) this.version++;
    this.lookedSinceTouch = false;
    this.feed({ type: "touched" });
  }

  endLook(): void {
    if (this.look === null) return;
    const { version } = this.look;
    this.look = null;
    const stands = this.building?.version ?? this.stands;
    this.feed({ type: "looked", snapshot: String(version), stands: String(stands) });
  }

  endWeighing(): void {
    if (!this.weighing) return;
    this.weighing = false;
    this.feed({ type: "estimated", work: this.work(this.version) });
  }

  endTimer(): void {
    if (!this.timer) return;
    this.timer = false;
    this.feed({ type: "quiet" });
  }

  answer(yes: boolean): void {
    if (!this.asking) return;
    this.asking = false;
    this.feed({ type: "answered", yes });
  }

  endBuild(): void {
    if (this.building === null) return;
    const { version, mayPay, withdrew } = this.building;
    this.stands = version;
    this.building = null;
    const unpaid = !mayPay && this.work(version) === "paid";
    this.feed({ type: "ended", left: unpaid ? "unpaid" : withdrew ? "withdrawn" : "nothing" });
  }

  get isBusy(): boolean {
    return this.timer || this.look !== null || this.weighing || this.asking || this.building !== null;
  }

  /** Lets everything under way come to its end. */
  settle(yes = true): void {
    for (let steps = 0; this.isBusy; steps++) {
      if (steps > 1000) throw new Error(`never rests: ${JSON.stringify(this.state)}`);
      this.endTimer();
      this.endLook();
      this.endWeighing();
      this.answer(yes);
      this.endBuild();
    }
  }

  #carryOut(orders: readonly WatchOrder[]): void {
    for (const order of orders) {
      this.log.push(order);
      switch (order.type) {
        case "wait":
          this.timer = true;
          break;
        case "look":
          expect(this.look).toBeNull();
          this.look = { version: this.version };
          this.lookedSinceTouch = true;
          break;
        case "estimate":
          expect(this.weighing).toBe(false);
          this.weighing = true;
          break;
        case "ask":
          this.asking = true;
          break;
        case "unask":
          this.asking = false;
          break;
        case "build":
          expect(this.building).toBeNull();
          this.building = { version: this.version, mayPay: order.mayPay, withdrew: false };
          this.built.push(this.version);
          break;
        case "withdraw":
          if (this.building !== null && this.building.version !== this.version) this.building.withdrew = true;
          break;
        case "leave":
          this.left = true;
          break;
        case "announce":
        case "rest":
          break;
      }
    }
  }
}

type Move = (world: World) => void;

const plainMoves: fc.Arbitrary<Move> = fc.oneof(
  fc.boolean().map((changes) => (world: World) => world.touch(changes)),
  fc.constant((world: World) => world.endTimer()),
  fc.constant((world: World) => world.endLook()),
  fc.constant((world: World) => world.endWeighing()),
  fc.constant((world: World) => world.endBuild()),
  fc.boolean().map((yes) => (world: World) => world.answer(yes)),
);
const moves = fc.oneof(
  { arbitrary: plainMoves, weight: 6 },
  { arbitrary: fc.constant((world: World) => world.feed({ type: "due" })), weight: 1 },
);

const works = fc.array(fc.constantFrom<PendingWork>("free", "paid", "unsound"), {
  minLength: 1,
  maxLength: 8,
});

function worldOf(kinds: readonly PendingWork[], confirm: boolean): World {
  const world = new World(confirm);
  world.work = (version) => kinds[version % kinds.length] as PendingWork;
  return world;
}

test("whatever happens in whatever order, there are never two builds, and in the end what lies there is built", () => {
  fc.assert(
    fc.property(fc.array(moves, { maxLength: 60 }), works, fc.boolean(), (played, kinds, confirm) => {
      const world = worldOf(kinds, confirm);
      for (const play of played) play(world);
      world.settle();
      expect(world.state.phase).toBe("idle");
      expect(world.lookedSinceTouch).toBe(true);
      if (world.work(world.version) !== "unsound") expect(world.stands).toBe(world.version);
    }),
  );
});

test("a build under way is followed by one build at most, however often the sources are touched meanwhile", () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 30 }), (touches) => {
      const world = new World();
      world.settle();
      world.touch(true);
      while (world.building === null) {
        world.endTimer();
        world.endLook();
        world.endWeighing();
      }
      const before = world.built.length;
      for (const changes of touches) {
        world.touch(changes);
        world.endTimer();
        world.endLook();
      }
      world.endBuild();
      world.settle();
      expect(world.built.length - before).toBeLessThanOrEqual(1);
      expect(world.stands).toBe(world.version);
    }),
  );
});

test("what the first touch comes to is estimated while the quiet is waited for, and told after it", () => {
  const world = new World();
  world.settle();
  const before = world.log.length;
  world.touch(true);
  world.endTimer();
  world.endLook();
  world.endWeighing();
  expect(world.log.slice(before)).toEqual([
    { type: "wait", quiet: "brief" },
    { type: "look" },
    { type: "estimate" },
    { type: "wait", quiet: "short" },
  ]);
  world.endTimer();
  expect(world.log.slice(before + 4)).toEqual([
    { type: "announce", paid: false },
    { type: "build", mayPay: false },
  ]);
});

test("of touches that do not end, the first alone is looked at before the quiet, and none is told or built", () => {
  const touches = fc.array(fc.constantFrom("at once", "while looking", "while weighing", "when weighed"), {
    minLength: 1,
    maxLength: 20,
  });
  fc.assert(
    fc.property(touches, (moments) => {
      const world = new World();
      world.settle();
      const before = world.log.length;
      world.touch(true);
      world.endTimer();
      for (const moment of moments) {
        if (moment !== "at once") world.endLook();
        if (moment === "when weighed") world.endWeighing();
        world.touch(true);
        world.endLook();
        world.endWeighing();
      }
      const orders = world.log.slice(before);
      expect(orders.filter(({ type }) => type === "look")).toHaveLength(1);
      expect(orders.filter(({ type }) => type === "announce" || type === "build")).toEqual([]);
      world.settle();
      expect(world.stands).toBe(world.version);
      expect(world.built).toHaveLength(2);
    }),
  );
});

test("a touch that changed nothing leaves what was estimated as it is", () => {
  const world = new World();
  world.settle();
  const before = world.log.length;
  world.touch(true);
  world.endTimer();
  world.endLook();
  world.endWeighing();
  world.touch(false);
  world.settle();
  expect(world.log.slice(before).filter(({ type }) => type === "estimate")).toHaveLength(1);
  expect(world.built).toEqual([1, 2]);
});

test("touches that change nothing lead to no build", () => {
  const world = new World();
  world.settle();
  const before = world.built.length;
  for (let times = 0; times < 20; times++) {
    world.touch(false);
    world.settle();
  }
  expect(world.built.length).toBe(before);
  expect(world.state.phase).toBe("idle");
});

test("what cannot be built is told once, and not weighed again until it changes", () => {
  const world = new World();
  world.settle();
  world.work = () => "unsound";
  world.touch(true);
  world.settle();
  world.touch(false);
  world.settle();
  world.touch(false);
  world.settle();
  expect(world.log.filter(({ type }) => type === "announce")).toHaveLength(2);
  expect(world.built).toHaveLength(1);
});

test("a build that is begun after a short quiet may not pay; one after a long quiet may", () => {
  fc.assert(
    fc.property(fc.array(plainMoves, { maxLength: 60 }), works, (played, kinds) => {
      const world = worldOf(kinds, false);
      for (const play of played) play(world);
      world.settle();
      const starts = world.log.flatMap((order, at) => (order.type === "build" && order.mayPay ? [at] : []));
      for (const at of starts) {
        const waits = world.log.slice(0, at).flatMap((one) => (one.type === "wait" ? [one.quiet] : []));
        expect(waits.at(-1) ?? "long").toBe("long");
      }
    }),
  );
});

/** What neither makes another work of it nor ends a question. */
const UNSEEN: ReadonlySet<WatchOrder["type"]> = new Set(["announce", "wait", "look"] as const);

test("who wants to be asked pays for nothing that was not agreed to", () => {
  fc.assert(
    fc.property(fc.array(moves, { maxLength: 60 }), works, (played, kinds) => {
      const world = worldOf(kinds, true);
      for (const play of played) play(world);
      world.settle(false);
      for (const [at, order] of world.log.entries()) {
        if (order.type !== "build" || !order.mayPay) continue;
        const before = world.log.slice(0, at).filter(({ type }) => !UNSEEN.has(type));
        expect(before.at(-1)?.type).toBe("ask");
      }
    }),
  );
});

test("a no builds what is free, and is not asked again for the same", () => {
  const world = new World(true);
  world.work = () => "paid";
  world.settle(false);
  expect(world.log.filter(({ type }) => type === "ask")).toHaveLength(1);
  expect(world.log).toContainEqual({ type: "build", mayPay: false });
  expect(world.state.phase).toBe("idle");
});

test("touches that change nothing leave a question as it is, and tell nothing again", () => {
  const world = new World(true);
  world.work = () => "paid";
  const ordered = (type: WatchOrder["type"]) => world.log.filter((order) => order.type === type).length;
  world.endLook();
  world.endWeighing();
  expect(world.asking).toBe(true);
  for (let times = 0; times < 3; times++) {
    world.touch(false);
    world.endTimer();
    world.endLook();
  }
  world.touch(false);
  world.answer(true);
  expect(world.building).toBeNull();
  world.endTimer();
  world.endLook();
  expect(world.building).toMatchObject({ version: 1, mayPay: true });
  expect([ordered("announce"), ordered("ask"), ordered("unask")]).toEqual([1, 1, 0]);
});

test("an edit makes a question void, and its answer too", () => {
  for (const answersFirst of [true, false]) {
    const world = new World(true);
    world.work = () => "paid";
    world.endLook();
    world.endWeighing();
    world.touch(true);
    if (answersFirst) world.answer(true);
    world.endTimer();
    world.endLook();
    expect(world.building).toBeNull();
    expect(world.weighing).toBe(true);
    expect(world.asking).toBe(false);
  }
});

test("touches that change nothing while paid work waits for calm tell nothing again", () => {
  const world = new World();
  world.work = () => "paid";
  world.settle();
  world.touch(true);
  for (let times = 0; times < 3; times++) {
    world.endTimer();
    world.endLook();
    world.endWeighing();
    world.touch(false);
  }
  world.settle();
  expect(world.log.filter(({ type }) => type === "announce")).toHaveLength(2);
  expect(world.built).toEqual([1, 2]);
});

test("paid work that only shows while a free build runs is waited and paid for after it", () => {
  const world = new World();
  world.endLook();
  world.work = () => "free";
  world.endWeighing();
  world.work = () => "paid";
  world.endBuild();
  // The weighing finds nothing again: that a gate will fail cannot be foreseen.
  world.work = () => "free";
  world.settle();
  expect(world.log.filter(({ type }) => type === "build")).toEqual([
    { type: "build", mayPay: false },
    { type: "build", mayPay: true },
  ]);
});

test("an edit during a build that was withdrawn for is built next, also where it was undone again", () => {
  const world = new World();
  world.endLook();
  world.endWeighing();
  world.touch(true);
  world.endTimer();
  world.endLook();
  expect(world.state.phase).toBe("building-and-changed");
  world.version--;
  world.touch(false);
  world.endTimer();
  world.endLook();
  expect(world.state.phase).toBe("building");
  world.endBuild();
  world.settle();
  expect(world.built).toEqual([1, 1]);
});

test("an interrupt ends the idle at once, and a build after its end", () => {
  const idle = new World();
  idle.settle();
  idle.feed({ type: "interrupt" });
  expect(idle.left).toBe(true);

  const busy = new World();
  busy.endLook();
  busy.endWeighing();
  busy.feed({ type: "interrupt" });
  expect(busy.left).toBe(false);
  busy.touch(true);
  busy.endBuild();
  expect(busy.left).toBe(true);
  expect(busy.isBusy).toBe(false);
});
