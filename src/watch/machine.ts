// When does the next build start? A pure reducer: `next(state, input)` gives the new state and what to do about it. It
// knows no files, no clock and no build; snapshots are names that are equal or not.
//
//                 touched                    brief quiet: look ─► another snapshot: estimate ─► still quiet:
//      ┌──────┐ ───────────► ┌──────────┐      free, or paid and calm (and yes)
//      │ idle │              │ settling │ ◄─┐ ────────────────────────────────────────────────────────┐
//      └──────┘ ◄─────────── └──────────┘ ──┘ touched: wait anew                                       ▼
//                 the same,     ▲  ▲          paid and not calm: wait for longer, look again   ┌────────────┐
//                 or unsound    │  └───────────────────── ended: look ────────────────────────│  building  │
//                               │                                                             └────────────┘
//                               │                                    quiet: look ─► the same  ▲  │ touched
//                               │                                                             │  ▼
//                               │                                               ┌──────────────────────┐
//                               └───────── ended: wait, or look ────────────────│ building-and-changed │ ─┐ quiet: look ─►
//                                                                               └──────────────────────┘ ◄┘ another: withdraw
//
// A touch says that something may have changed and nothing else. What is looked at is compared with what the last build
// stands on, its own writes included, so no build starts itself, and with what was estimated last, so nothing is told twice
// and no question is void because a file was touched. What the first touch comes to is looked at and estimated while the quiet
// is waited for; a touch meanwhile makes that void, and then it is waited first. A build that was decided on after a short
// quiet may not pay: where that leaves paid work undone, it is waited for longer, asked for where a person wants that, and
// built then.

export type PendingWork = "free" | "paid" | "unsound";

export type WatchInput =
  /** Something happened below the watched folders. */
  | { readonly type: "touched" }
  /** As long as the last `wait` said, nothing was touched. */
  | { readonly type: "quiet" }
  /** What lies there, and what the last build, or the one under way, stands on. */
  | { readonly type: "looked"; readonly snapshot: string; readonly stands: string }
  | { readonly type: "estimated"; readonly work: PendingWork }
  | { readonly type: "answered"; readonly yes: boolean }
  | { readonly type: "ended"; readonly left: Left }
  /** What kept the last build from its end is over: a wait for a provider, or for the hour's budget. */
  | { readonly type: "due" }
  | { readonly type: "interrupt" };

/** How long nothing was touched: an editor wrote its file; nobody writes any more; a person has stopped to write. */
export type Quiet = "brief" | "short" | "long";

/** What a build did not do: what people edited under it, or what it was not allowed to pay for. */
export type Left = "nothing" | "withdrawn" | "unpaid";

export type WatchOrder =
  | { readonly type: "wait"; readonly quiet: Quiet }
  | { readonly type: "look" }
  | { readonly type: "estimate" }
  /** Tell the estimate; it is known to cost something even where the estimate did not find it. */
  | { readonly type: "announce"; readonly paid: boolean }
  | { readonly type: "ask" }
  /** The question that was asked is void. */
  | { readonly type: "unask" }
  | { readonly type: "build"; readonly mayPay: boolean }
  /** Let no call start in the build under way for what differs now from what it stands on; nothing, perhaps. */
  | { readonly type: "withdraw" }
  | { readonly type: "rest" }
  | { readonly type: "leave" };

export type Phase = "idle" | "settling" | "building" | "building-and-changed";

export interface WatchState {
  readonly phase: Phase;
  /** What is waited for beside the end of a build. */
  readonly step: "none" | "quiet" | "looking" | "estimating" | "weighed" | "asking";
  /** Touched since the look or the estimate under way began: what it finds is outdated. */
  readonly touched: boolean;
  /** What is waited for, or was before the last look. */
  readonly quiet: Quiet;
  /** The snapshot that was looked at last, what it was found to need, and whether that was told. */
  readonly snapshot: string | null;
  readonly work: PendingWork | null;
  readonly told: boolean;
  /** A snapshot that cannot be built, and was told. */
  readonly unsound: string | null;
  /** What was asked about `snapshot`, and what came back before the next look at it. */
  readonly question: "none" | "open" | "yes" | "no";
  /** A build is due although nothing changed; `paid` where it is known to cost something. */
  readonly owed: "no" | "free" | "paid";
  /** Paid work is asked for first. */
  readonly confirm: boolean;
  /** The person did not want to pay for the build under way. */
  readonly refused: boolean;
  readonly leaving: boolean;
}

type Step = readonly [WatchState, readonly WatchOrder[]];

const LOOK: WatchOrder = { type: "look" };

/** Nothing was built yet, so the first look leads to a build. */
export function begin(confirm: boolean): Step {
  const state: WatchState = {
    phase: "settling",
    step: "looking",
    touched: false,
    quiet: "long",
    snapshot: null,
    work: null,
    told: false,
    unsound: null,
    question: "none",
    owed: "free",
    confirm,
    refused: false,
    leaving: false,
  };
  return [state, [LOOK]];
}

export function next(state: WatchState, input: WatchInput): Step {
  if (state.leaving && input.type !== "ended") return [state, []];
  switch (input.type) {
    case "touched":
      return touched(state);
    case "quiet":
      return quiet(state);
    case "looked":
      return isBuilding(state) ? lookedMeanwhile(state, input) : looked(state, input);
    case "estimated":
      return state.step === "estimating" ? estimated(state, input.work) : [state, []];
    case "answered":
      return answered(state, input.yes);
    case "ended":
      return isBuilding(state) ? ended(state, input.left) : [state, []];
    case "due":
      return due(state);
    case "interrupt":
      return interrupted(state);
  }
}

function isBuilding({ phase }: WatchState): boolean {
  return phase === "building" || phase === "building-and-changed";
}

function touched(state: WatchState): Step {
  if (state.step === "looking" || state.step === "estimating") return [{ ...state, touched: true }, []];
  const isWeighed = state.step === "weighed" || (state.step === "quiet" && state.quiet === "short");
  return settle(state, isBuilding(state) || isWeighed ? "short" : "brief");
}

/** Waits until nothing was touched for a while. */
function settle(state: WatchState, quiet: Quiet): Step {
  const phase = isBuilding(state) ? "building-and-changed" : "settling";
  return [{ ...state, phase, step: "quiet", touched: false, quiet }, [{ type: "wait", quiet }]];
}

function quiet(state: WatchState): Step {
  if (state.step === "quiet") return [{ ...state, step: "looking", touched: false }, [LOOK]];
  return state.step === "weighed" ? weighed({ ...state, quiet: "short" }) : [state, []];
}

interface Looked {
  readonly snapshot: string;
  readonly stands: string;
}

function looked(state: WatchState, { snapshot, stands }: Looked): Step {
  if (state.step !== "looking") return [state, []];
  if (state.touched) return settle(state, "short");
  if (state.work !== null && snapshot === state.snapshot) return weighed(state);
  const [free, void_] = unask(state);
  const isDone = snapshot === stands && state.owed === "no";
  if (isDone || snapshot === state.unsound) {
    const [resting, orders] = rest({ ...free, snapshot });
    return [resting, [...void_, ...orders]];
  }
  const owed = snapshot === stands || state.owed !== "paid" ? state.owed : "free";
  return [
    { ...free, step: "estimating", snapshot, work: null, told: false, owed },
    [...void_, { type: "estimate" }],
  ];
}

function lookedMeanwhile(state: WatchState, { snapshot, stands }: Looked): Step {
  if (state.step !== "looking") return [state, []];
  if (state.touched) return settle(state, "short");
  const phase = snapshot === stands ? "building" : "building-and-changed";
  return [{ ...state, phase, step: "none" }, [{ type: "withdraw" }]];
}

function estimated(state: WatchState, found: PendingWork): Step {
  if (state.touched) return settle(state, "short");
  return weighed({ ...state, work: found === "free" && state.owed === "paid" ? "paid" : found });
}

/** It is known what the snapshot needs. */
function weighed(state: WatchState): Step {
  if (state.quiet === "brief") return [{ ...state, step: "weighed" }, [{ type: "wait", quiet: "short" }]];
  if (state.told) return pay(state);
  const announce: WatchOrder = { type: "announce", paid: state.work === "paid" };
  const [after, orders] = act({ ...state, told: true });
  return [after, [announce, ...orders]];
}

function act(state: WatchState): Step {
  if (state.work === "unsound") return rest({ ...state, unsound: state.snapshot });
  return state.work === "free" ? build(state, false) : pay(state);
}

/** What costs something was told, and is as it was told. */
function pay(state: WatchState): Step {
  if (state.question === "open") return [{ ...state, step: "asking" }, []];
  if (state.question !== "none") return build(state, state.question === "yes");
  if (state.quiet !== "long") return settle(state, "long");
  if (state.confirm) return [{ ...state, step: "asking", question: "open" }, [{ type: "ask" }]];
  return build(state, true);
}

/** An answer counts once it is known that it is about what lies there. */
function answered(state: WatchState, yes: boolean): Step {
  if (state.question !== "open") return [state, []];
  if (state.step === "asking") return build(state, yes);
  return [{ ...state, question: yes ? "yes" : "no" }, []];
}

function unask(state: WatchState): Step {
  return [{ ...state, question: "none" }, state.question === "open" ? [{ type: "unask" }] : []];
}

function build(state: WatchState, mayPay: boolean): Step {
  const refused = state.question !== "none" && !mayPay;
  const begun: WatchState = {
    ...state,
    phase: "building",
    step: "none",
    touched: false,
    quiet: "short",
    snapshot: null,
    work: null,
    told: false,
    unsound: null,
    question: "none",
    owed: "no",
    refused,
  };
  return [begun, [{ type: "build", mayPay }]];
}

/** Something may have changed since the last look, if only through the build itself: look before resting. */
function ended(state: WatchState, left: Left): Step {
  const isOwed = left !== "nothing" && !(left === "unpaid" && state.refused);
  const owed = isOwed ? (left === "unpaid" ? "paid" : "free") : "no";
  const after: WatchState = { ...state, phase: "settling", quiet: "short", owed, refused: false };
  if (state.leaving) return [{ ...after, phase: "idle", step: "none" }, [{ type: "leave" }]];
  if (state.step === "quiet") return [after, []];
  // What is being looked at may be half of what the build wrote at its end.
  if (state.step === "looking") return [{ ...after, touched: true }, []];
  return [{ ...after, step: "looking", touched: false }, [LOOK]];
}

function due(state: WatchState): Step {
  if (isBuilding(state)) return [state, []];
  const owed = state.owed === "no" ? "free" : state.owed;
  if (state.phase !== "idle") return [{ ...state, owed }, []];
  const after: WatchState = { ...state, phase: "settling", step: "looking", touched: false, quiet: "long" };
  return [{ ...after, owed }, [LOOK]];
}

function rest(state: WatchState): Step {
  return [
    { ...state, phase: "idle", step: "none", quiet: "short", work: null, told: false },
    [{ type: "rest" }],
  ];
}

function interrupted(state: WatchState): Step {
  if (isBuilding(state)) return [{ ...state, leaving: true }, []];
  const [free, void_] = unask(state);
  return [{ ...free, phase: "idle", step: "none", leaving: true }, [...void_, { type: "leave" }]];
}
