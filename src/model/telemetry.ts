// What can be told of a build to whoever collects spans and metrics? The nouns of OpenTelemetry that a build needs.

/** Never a text of a prompt, an answer, a file or a program: names, counts and codes alone. */
export type Attributes = Readonly<Record<string, string | boolean | number | Fraction>>;

/** A number that is one with a fraction even where it is whole: backends keep one type for each name. */
export interface Fraction {
  readonly fraction: number;
}

export interface TelemetrySpan {
  /** Distinct within its build. */
  readonly id: number;
  /** Null: the build itself. */
  readonly parent: number | null;
  readonly name: string;
  /** `client`: a request that left this machine. */
  readonly kind: "internal" | "client";
  /** Milliseconds since the epoch. */
  readonly start: number;
  readonly end: number;
  readonly attributes: Attributes;
  readonly events: readonly { readonly at: number; readonly name: string; readonly attributes: Attributes }[];
  /** Null: nothing is known of it, as of a span that was open when the build was stopped. */
  readonly ok: boolean | null;
}

export type Metric = {
  readonly name: string;
  /** In the Unified Code for Units of Measure. */
  readonly unit: string;
  readonly description: string;
} & (
  | {
      readonly kind: "sum";
      readonly points: readonly { readonly attributes: Attributes; readonly value: number }[];
    }
  | {
      readonly kind: "histogram";
      /** Upper bounds of the buckets, ascending; what is larger than the last has a bucket of its own. */
      readonly bounds: readonly number[];
      readonly points: readonly { readonly attributes: Attributes; readonly values: readonly number[] }[];
    }
);
