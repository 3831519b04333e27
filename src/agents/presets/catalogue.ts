// Which programs are known as agents? One line each; their own files know how each is called.

import type { Preset as Name } from "../../model/agent.ts";
import { claude } from "./claude.ts";
import { codex } from "./codex.ts";
import { gemini } from "./gemini.ts";
import { opencode } from "./opencode.ts";
import type { Preset } from "./preset.ts";

export const PRESETS: Readonly<Record<Name, Preset>> = { opencode, claude, codex, gemini };
