// Why does a call of a model bring no answer?

export type ModelErrorCause =
  /** 401, 403, or no key. */
  | "auth"
  /** The account, or a limit of a day, is used up; waiting does not help soon. */
  | "quota"
  /** 429. */
  | "rate"
  /** 5xx. */
  | "overloaded"
  /** A server of one's own reads the model into memory. */
  | "loading"
  /** No connection, or one that broke. */
  | "network"
  /** A certificate is not trusted; a proxy lets nothing through, or a variable that tells of either is of no use. */
  | "certificate"
  | "proxy"
  /** Silent for too long. */
  | "silence"
  /** The window is larger than the model takes. */
  | "context"
  /** More output is asked for than the model gives. */
  | "output"
  /** There is no such model, or not for this key. */
  | "model"
  /** A setting or a feature that the server does not take. */
  | "parameter"
  /** Any other 4xx: the provider does not take such a request. */
  | "refused"
  /** Blocked by the provider's own rules. */
  | "filtered"
  /** An answer that is none: not of the protocol's shape. */
  | "malformed";

/** Trouble that is over when the provider, the key or the network is well again: another agent may do meanwhile. */
export function isAtProvider(cause: ModelErrorCause): boolean {
  return AT_THE_PROVIDER.has(cause);
}

const AT_THE_PROVIDER: ReadonlySet<ModelErrorCause> = new Set([
  "auth",
  "quota",
  "rate",
  "overloaded",
  "loading",
  "network",
  "certificate",
  "proxy",
  "silence",
] as const);
