// Which commands are there, in the order of the help? Their declarations are in a file for each section; their code is
// loaded only when they are called.

import { BUILD } from "./build-commands.ts";
import type { CommandSection } from "./declaration.ts";
import { LOOK } from "./look-commands.ts";
import { SETTLE } from "./settle-commands.ts";
import { SPECS } from "./spec-commands.ts";
import { START } from "./start-commands.ts";
import { UPKEEP } from "./upkeep-commands.ts";

export const SECTIONS: readonly CommandSection[] = [START, BUILD, LOOK, SETTLE, SPECS, UPKEEP];

export const COMMANDS = SECTIONS.flatMap(({ commands }) => commands);
