// Which commands follow `factory template`? One entry each, like those of commands.ts.

import type { CommandGroup } from "./declaration.ts";

export const TEMPLATE_COMMANDS: CommandGroup = {
  name: "template",
  summary: "the templates, and the features that were made of them",
  commands: [
    {
      name: "list",
      usage: "list",
      summary: "the templates, and which features use which version",
      options: [],
      load: () => import("./commands/template-list.ts"),
    },
  ],
};
