// What must a provider of models be able to do? One stateless call. It knows no retries, no money and no store: those
// are the line's, so that they are the same for all.

import type { ModelAnswer, ModelRequest } from "../model/conversation.ts";
import type { Result } from "../model/result.ts";

/**
 * Never rejects. Fails with `model-error`, classed, or with `cancelled` soon after the signal aborts. Each call is one
 * request on the wire: nothing is repeated here.
 */
export interface Model {
  ask(request: ModelRequest, signal: AbortSignal): Promise<Result<ModelAnswer>>;
}
