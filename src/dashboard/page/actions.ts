// What does a button do? It asks for an operation, and what that has to say is told above the page.

import { tellTrouble } from "./store.ts";
import { type Answer, ask } from "./wire.ts";

/** `document` null: it was refused, and the words are shown. */
export async function act<D>(operation: string, input: object = {}): Promise<Answer<D>> {
  const answer = await ask<D>(operation, input);
  tellTrouble(answer.words);
  return answer;
}
