// Which commands follow `factory template`? One entry each, like those of commands.ts.

import { append, type CommandGroup } from "./declaration.ts";

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
    {
      name: "check",
      usage: "check [features...]",
      summary: "for CI: exit 3 where a feature lags behind its template",
      description:
        "Tells which features lag behind their template or have no record of it, and which templates do not work.",
      options: [],
      load: () => import("./commands/template-check.ts"),
    },
    {
      name: "update",
      usage: "update [features...]",
      summary: "bring specs to the template of now, merged with your edits",
      description:
        "Renders the spec anew and merges it with what you wrote, requirement by requirement. Where both changed the same, nothing of that feature is written. Code follows at the next build.",
      options: [
        { flags: "-n, --dry-run", help: "say what would change, and write nothing" },
        {
          flags: "-s, --set <key=value>",
          help: "an answer for features that have none to what the new version asks (repeatable)",
          parse: append,
        },
        { flags: "--prefer <side>", help: "settle conflicts by one side", choices: ["mine", "template"] },
        { flags: "--from <version>", help: "the version that a feature without template.lock began with" },
        { flags: "--base <revision>", help: "the commit at which a feature without template.lock began" },
        { flags: "--no-wait", help: "exit 7 at once where another build holds the workspace" },
      ],
      load: () => import("./commands/template-update.ts"),
    },
    {
      name: "add",
      usage: "add <repository>",
      summary: "take templates from a git repository, pinned to a commit",
      description:
        "Writes the repository and the commit into projects.yaml and fetches the templates. Once more, it moves the pin.",
      options: [
        { flags: "--ref <name>", help: "a tag, a branch or a commit (default: the repository's HEAD)" },
        {
          flags: "--folder <path>",
          help: "the folder of the templates (default: templates/features, or the root)",
        },
        { flags: "--only <name>", help: "only this template (repeatable)", parse: append },
        { flags: "--no-wait", help: "exit 7 at once where another build holds the workspace" },
      ],
      load: () => import("./commands/template-add.ts"),
    },
    {
      name: "extract",
      usage: "extract <feature> <name>",
      summary: "make a template of a feature that is built",
      description:
        "Lifts the given values, in all their spellings, out of a feature's documents and code into templates/features/<name>/. Written only where the template gives the original back byte for byte.",
      options: [
        {
          flags: "--value <key=text>",
          help: "a parameter, and what stands for it (repeatable)",
          parse: append,
        },
        { flags: "-n, --dry-run", help: "print the files, and write none" },
        { flags: "-f, --force", help: "replace a template of that name" },
      ],
      load: () => import("./commands/template-extract.ts"),
    },
  ],
};
