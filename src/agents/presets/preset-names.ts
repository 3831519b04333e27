// Which programs are known as agents? One line each, loaded by whoever uses it; their own files know how each is called.

import type { Preset } from "./preset.ts";

export const PRESETS: Readonly<Record<string, () => Promise<Preset>>> = {
  opencode: async () => (await import("./opencode.ts")).opencode,
  claude: async () => (await import("./claude.ts")).claude,
  codex: async () => (await import("./codex.ts")).codex,
  gemini: async () => (await import("./gemini.ts")).gemini,
};

/** `name` is a word of the catalogue, as in every declaration. */
export function presetOf(name: string): Promise<Preset> {
  const load = PRESETS[name];
  if (load === undefined) throw new Error(`bug: ${name} was read with another catalogue`);
  return load();
}
