// How is the model of a hosted agent asked? By one stateless call. It knows no retries, no money and no store: those are
// the line's, so that they are the same for all.

import type { HostedDeclaration } from "../../model/agent-declaration.ts";
import type { ModelAnswer, ModelRequest } from "../../model/conversation.ts";
import type { Result } from "../../model/result.ts";
import type { Exchange } from "./provider.ts";
import { providerOf } from "./provider-kinds.ts";
import type { Transport } from "./transport.ts";
import { callOnce } from "./wire.ts";

/**
 * Never rejects. Fails with `model-error`, classed, or with `cancelled` soon after the signal aborts. Each call is one
 * request on the wire: nothing is repeated here.
 */
export interface Model {
  ask(request: ModelRequest, signal: AbortSignal): Promise<Result<ModelAnswer>>;
}

/** A missing key is no error here: the model's first call tells it, where a server needs one. */
export async function makeModel(
  declaration: HostedDeclaration,
  environment: NodeJS.ProcessEnv,
): Promise<Model> {
  return modelOf(await providerOf(declaration).load(), declaration, environment);
}

/** Address of the server that an agent's model is asked at. */
export function baseOf(declaration: HostedDeclaration, variables: NodeJS.ProcessEnv): string {
  return declaration.baseUrl ?? providerOf(declaration).home(variables);
}

/** What the environment holds is the key, and how the network is reached. */
export function modelOf(
  exchange: Exchange,
  declaration: HostedDeclaration,
  variables: NodeJS.ProcessEnv,
): Model {
  const key = variables[declaration.keyEnv]?.trim() ?? "";
  const base = baseOf(declaration, variables);
  let opened: Promise<Transport> | null = null;
  const transport: Transport = async (url, init) => {
    opened ??= import("./transport.ts").then(({ openTransport }) => openTransport(variables));
    return (await opened)(url, init);
  };
  return {
    ask: (request, signal) =>
      callOnce({ declaration, key, transport, variables, signal }, (wire, sentKey) =>
        exchange({ declaration, request, base, key: sentKey, wire }),
      ),
  };
}
