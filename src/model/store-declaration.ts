// Where do a team and its CI keep what was paid for once? `store:` of projects.yaml.

import type { Place } from "./place.ts";

/** `auto`: not where the variable CI is set. */
export const STORE_WRITING = ["auto", "always", "never"] as const;

export interface StoreDeclaration {
  /** An http or https address, or `s3://bucket/prefix?endpoint=…&region=…`. */
  readonly url: string;
  readonly write: (typeof STORE_WRITING)[number];
  /** Sent with every request to an http server; `$NAME` in one is a variable of the environment. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly place: Place;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** Whether this machine adds to the store. */
export function mayWrite({ write }: StoreDeclaration, variables: Variables): boolean {
  return write === "always" || (write === "auto" && isUnset(variables.CI));
}

function isUnset(value: string | undefined): boolean {
  return value === undefined || ["", "0", "false"].includes(value.trim().toLowerCase());
}

/** The address as people may read it: what stands after `?` is settings. */
export function shownStore({ url }: Pick<StoreDeclaration, "url">): string {
  return url.replace(/[?#].*$/, "").replace(/\/+$/, "");
}
