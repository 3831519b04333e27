// How does a step say that it worked or not? Failures are values; only bugs throw.

import type { Failure } from "./failure.ts";

export type Result<T, F = Failure> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: F };

export function success<T>(value: T): Result<T, never> {
  return { ok: true, value };
}

export function failed<F>(failure: F): Result<never, F> {
  return { ok: false, failure };
}
