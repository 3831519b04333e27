// Which machines work for a build, and what is their word worth? `fleet:` of projects.yaml, or `--fleet`.

import type { Place } from "./place.ts";

export interface FleetDeclaration {
  /** Address of a Redis, redis:// or rediss://; `$NAME` in it is a variable of the environment. */
  readonly url: string;
  /**
   * Whether this machine sees for itself that a product passes its gates, and looks at each failure again before anybody pays for
   * it. Else the word of a worker counts.
   */
  readonly verify: boolean;
  /** Null where the command line names it. */
  readonly place: Place | null;
}

type Variables = Readonly<Record<string, string | undefined>>;

const VARIABLE = /\$(?:\{(\w+)\}|([A-Za-z_]\w*))/g;

/** Names of variables in its address. */
export function fleetVariables({ url }: Pick<FleetDeclaration, "url">): readonly string[] {
  return [...url.matchAll(VARIABLE)].map(([, braced, bare]) => braced ?? bare ?? "");
}

/** The address with the values of its variables, encoded as parts of an address. */
export function fleetAddress({ url }: Pick<FleetDeclaration, "url">, variables: Variables): string {
  const value = (_: string, braced?: string, bare?: string) =>
    encodeURIComponent(variables[braced ?? bare ?? ""]?.trim() ?? "");
  return url.replace(VARIABLE, value);
}

/** The address as people may read it: without name, password and settings. */
export function shownFleet({ url }: Pick<FleetDeclaration, "url">): string {
  return url
    .replace(/^([a-z]+:\/\/)[^/]*@/i, "$1")
    .replace(/[?#].*$/, "")
    .replace(/\/+$/, "");
}
