// How is the model of a hosted agent asked? By one stateless call. It knows no retries, no money and no store: those are
// the line's, so that they are the same for all.

import type { HostedDeclaration } from "../../model/agent-declaration.ts";
import type { ModelAnswer, ModelRequest } from "../../model/conversation.ts";
import type { Result } from "../../model/result.ts";
import type { Exchange } from "./provider.ts";
import { providerOf } from "./provider-kinds.ts";
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
  const key = environment[declaration.keyEnv]?.trim() ?? "";
  return modelOf(await providerOf(declaration).load(), declaration, key);
}

/** `key` may be empty for a compatible server that asks for none. */
export function modelOf(exchange: Exchange, declaration: HostedDeclaration, key: string): Model {
  return {
    ask: (request, signal) =>
      callOnce({ declaration, key, signal }, (wire, sentKey) =>
        exchange({ declaration, request, key: sentKey, wire }),
      ),
  };
}
