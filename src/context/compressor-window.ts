// What is shown to whoever shortens a text? The text and how much room there is. Where it comes from and what it is
// needed for would only invite additions.

import type { Result } from "../model/result.ts";
import type { Window } from "../model/window.ts";
import { bounded, type RolePrompt } from "./bounded.ts";
import { boundSegment } from "./planning-room.ts";

export interface CompressionMaterial {
  readonly prompt: RolePrompt | null;
  readonly passage: { readonly name: string; readonly text: string };
  /** Most bytes that the shortened text may have. */
  readonly room: number;
}

/** Fails with `window-too-large` when the text passes `limit` bytes. */
export function compressorWindow(material: CompressionMaterial, limit: number): Result<Window> {
  const { name, text } = material.passage;
  return bounded(
    { role: "compressor", prompt: material.prompt },
    [{ kind: "passage", name, text, place: null }, boundSegment(material.room)],
    limit,
  );
}
