// How long did a step take that is neither a model nor a gate? It is told once, when it has ended.

import type { EventBody, Step } from "../model/event.ts";

export interface StepTeller {
  readonly emit: (event: EventBody) => void;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

/** What took no time is no news. */
export function tellStep({ emit, clock }: StepTeller, step: Step, subject: string, since: number): void {
  if (clock() > since) emit({ type: "step-ended", subject, step, since });
}

/** Told whatever the work comes to. */
export async function timed<T>(
  teller: StepTeller,
  step: Step,
  subject: string,
  work: () => Promise<T>,
): Promise<T> {
  const since = teller.clock();
  try {
    return await work();
  } finally {
    tellStep(teller, step, subject, since);
  }
}
