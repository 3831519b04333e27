// Which commands follow `factory template`? One entry each, like those of commands.ts.

import { append, type CommandGroup } from "./declaration.ts";
import { NO_WAIT } from "./shared-options.ts";

export const TEMPLATE_COMMANDS: CommandGroup = {
  name: "template",
  summary: "manage templates, and the features that were made from them",
  commands: [
    {
      name: "list",
      usage: "list",
      summary: "list the templates, and which features use which version",
      examples: [{ run: "template list", does: "all that there are" }],
      options: [],
      load: () => import("./commands/template-list.ts"),
    },
    {
      name: "check",
      usage: "check [features...]",
      summary: "for CI: exit 3 if a feature is behind its template",
      description:
        "Shows which features are behind their template or have no record of it, and which templates do not work.",
      examples: [
        { run: "template check", does: "every feature that a template made" },
        { run: "template check products", does: "one feature" },
      ],
      options: [],
      load: () => import("./commands/template-check.ts"),
    },
    {
      name: "update",
      usage: "update [features...]",
      summary: "update specs to the current template, merged with your edits",
      description:
        "Renders the spec again and merges it with what you wrote, requirement by requirement. On a conflict, it writes nothing of that feature. Code follows at the next build.",
      examples: [
        { run: "template update", does: "every feature" },
        { run: "template update products --dry-run", does: "show what would change in one" },
        { run: "template update products --prefer mine", does: "settle conflicts in favour of your text" },
      ],
      page: "templates",
      options: [
        { flags: "-n, --dry-run", help: "show what would change, and write nothing" },
        {
          flags: "-s, --set <key=value>",
          help: "answer what the new version asks, for features without an answer (repeatable)",
          parse: append,
        },
        {
          flags: "--prefer <side>",
          help: "settle conflicts in favour of one side",
          choices: ["mine", "template"],
        },
        {
          flags: "--from <version>",
          help: "say from which version a feature without template.lock was made",
        },
        { flags: "--base <revision>", help: "say at which commit a feature without template.lock was made" },
        NO_WAIT,
      ],
      load: () => import("./commands/template-update.ts"),
    },
    {
      name: "add",
      usage: "add <repository>",
      summary: "add templates from a git repository, pinned to a commit",
      description:
        "Writes the repository and the commit into projects.yaml and fetches the templates. Run it again to move the pin.",
      examples: [
        {
          run: "template add https://git.example/team/templates --ref v1.2.0",
          does: "all templates of a repository, at a tag",
        },
        {
          run: "template add ../our-templates --only invoice",
          does: "one template of a folder beside this one",
        },
      ],
      page: "lifted-and-fetched-templates",
      options: [
        { flags: "--ref <name>", help: "pin this tag, branch or commit (default: the repository's HEAD)" },
        {
          flags: "--folder <path>",
          help: "take the templates from this folder (default: templates/features, or the root)",
        },
        { flags: "--only <name>", help: "take only this template (repeatable)", parse: append },
        NO_WAIT,
      ],
      load: () => import("./commands/template-add.ts"),
    },
    {
      name: "extract",
      usage: "extract <feature> <name>",
      summary: "make a template from a feature that is built",
      description:
        "Turns the given values, in all their spellings, into parameters of templates/features/<name>/. Writes it only if the template reproduces the original documents and code byte for byte.",
      examples: [
        {
          run: "template extract products catalogue --value resource=product",
          does: 'make the word "product" a parameter',
        },
        {
          run: "template extract products catalogue --value resource=product --dry-run",
          does: "print the template",
        },
      ],
      page: "lifted-and-fetched-templates",
      options: [
        {
          flags: "--value <key=text>",
          help: "define a parameter, and the text that it replaces (repeatable)",
          parse: append,
        },
        { flags: "-n, --dry-run", help: "print the files, and write nothing" },
        { flags: "-f, --force", help: "replace an existing template of that name" },
      ],
      load: () => import("./commands/template-extract.ts"),
    },
  ],
};
