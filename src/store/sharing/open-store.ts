// Which server does a declaration mean, and who are we to it? The one place that reads the address and the variables. It asks
// nothing.

import { headerVariables, sentHeaders } from "../../model/agent-declaration.ts";
import { failed, type Result } from "../../model/result.ts";
import type { StoreDeclaration } from "../../model/store-declaration.ts";
import { now } from "../../platform/clock.ts";
import type { Variables } from "../../platform/network-route.ts";
import { type ExchangeLimits, openExchange } from "./exchange.ts";
import { HttpServer } from "./http-server.ts";
import type { ObjectServer, ServerFault } from "./object-server.ts";
import { S3Server, s3CredentialsOf, s3PlaceOf } from "./s3-server.ts";

/** Of one request. A file that an agent wrote is never as large, and what a store sends is held in memory. */
export const REQUEST_LIMITS: ExchangeLimits = {
  headMs: 5000,
  wholeMs: 60_000,
  bytes: 64 * 1024 * 1024,
};

/** `over` ends what is under way. Where a variable that is needed is not set, it is a server that says so. */
export function openServer(
  declaration: StoreDeclaration,
  variables: Variables,
  over: AbortSignal,
  limits: ExchangeLimits = REQUEST_LIMITS,
): ObjectServer {
  const exchange = openExchange(variables, limits, over);
  if (declaration.url.startsWith("s3:")) {
    const credentials = s3CredentialsOf(variables);
    if (credentials === null)
      return unavailable("asks for AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, which are not set");
    return new S3Server(s3PlaceOf(declaration.url, variables), credentials, exchange, now);
  }
  const missing = headerVariables(declaration).find((name) => !variables[name]?.trim());
  if (missing !== undefined) return unavailable(`has a header that names ${missing}, which is not set`);
  return new HttpServer(new URL(declaration.url), sentHeaders(declaration, variables), exchange);
}

function unavailable(detail: string): ObjectServer {
  const refuse = async (): Promise<Result<never, ServerFault>> => failed({ detail });
  return { get: refuse, put: refuse, list: refuse, remove: refuse };
}
