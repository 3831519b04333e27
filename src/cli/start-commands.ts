// Which commands begin something: a workspace, a feature, or a task for code that is there?

import { CODING_PROGRAMS } from "../pipeline/programs/coding-programs.ts";
import { append, type CommandSection } from "./declaration.ts";
import { SCAFFOLDS, USUAL_SCAFFOLD } from "./scaffold-entries.ts";
import { BUILD_OPTIONS, NO_WAIT } from "./shared-options.ts";

export const START: CommandSection = {
  heading: "Start:",
  commands: [
    {
      name: "init",
      usage: "init [project]",
      summary: "make a workspace here; in a repository with code, propose and try its gates",
      description:
        "Reads the repository that it is called in: how it installs, which tests, linters and type checkers it has. Proposes them as gates, runs each once with --yes (on a terminal it asks), and leaves in projects.yaml what holds. What exists already is kept. With a project's name, declares one that the first build makes from a scaffold, with gates and reports that fit it; on a terminal it asks for which.",
      examples: [
        { run: "init --yes", does: "in a repository with code: propose its gates and try each once" },
        { run: "init shop", does: "in an empty folder: a workspace with a new project" },
        { run: "init shop --scaffold python", does: "the same, in Python" },
        {
          run: "init --with claude,cursor",
          does: "also what these programs read to use the factory, in a workspace that is there, too",
        },
      ],
      page: "existing-repositories",
      options: [
        { flags: "-y, --yes", help: "take the proposal, and run its setup and each gate once" },
        {
          flags: "--scaffold <name>",
          help: `what a new project begins as (default: ${USUAL_SCAFFOLD})`,
          choices: SCAFFOLDS,
        },
        {
          flags: "--with <programs>",
          help: `also write what these read to use the factory: ${Object.keys(CODING_PROGRAMS).join(", ")} (commas between them)`,
          parse: append,
        },
      ],
      load: () => import("./commands/init.ts"),
    },
    {
      name: "new",
      usage: "new <template> [feature]",
      summary: "begin a feature, from a template or without one",
      description:
        "Writes specs/<feature>/ from a template; on a terminal, asks for the parameters that are missing. `factory new FEATURE` begins one without a template.",
      examples: [
        {
          run: "new data-model books --set resource=book --yes",
          does: "a feature from a template, without questions",
        },
        {
          run: "new rest-resource books-api",
          does: "a feature from a template; a terminal asks for the rest",
        },
        { run: "new opening-hours", does: "a feature without a template, for you to write" },
      ],
      page: "tutorial",
      options: [
        { flags: "-s, --set <key=value>", help: "set a parameter (repeatable)", parse: append },
        {
          flags: "--answers <file>",
          help: "read parameters as YAML or JSON (- for stdin); --set takes precedence",
        },
        { flags: "-p, --project <id>", help: "build it into this project (default: the only one)" },
        { flags: "-n, --dry-run", help: "print the files, and write nothing" },
        { flags: "-y, --yes", help: "take the defaults, do not ask" },
      ],
      load: () => import("./commands/new.ts"),
    },
    {
      name: "add",
      usage: "add [request]",
      summary: "make a feature of a request, say what it costs, build it",
      description:
        "Reads a feature request in Markdown as people write them (`-` reads stdin), and writes specs/<feature>/. Items of lists become requirements; where there are none, paragraphs do.",
      examples: [
        { run: "add request.md", does: "make the feature, and say what it would cost" },
        {
          run: 'add --title "Dark mode" -r "Colors follow the system" --build',
          does: "without a file, and build it",
        },
      ],
      page: "importing",
      options: [
        { flags: "--title <text>", help: "give the feature this title" },
        {
          flags: "-r, --requirement <text>",
          help: "ask for this, without a file (repeatable)",
          parse: append,
        },
        { flags: "-p, --project <id>", help: "build it into this project (default: the only one)" },
        { flags: "--as <feature>", help: "give the feature this name (default: from its title)" },
        { flags: "--build", help: "build it at once" },
        ...BUILD_OPTIONS.filter(({ flags }) => !/--(?:force|dry-run)\b/.test(flags)),
        { flags: "-n, --dry-run", help: "print the files, and write nothing" },
      ],
      load: () => import("./commands/add.ts"),
    },
    {
      name: "import",
      usage: "import <paths...>",
      summary: "import specs of other tools, or issues, as features",
      description:
        "Reads a repository, the folder of one spec, or issues from stdin (-), and writes specs/<feature>/ for each. Reports by file and line what it could not import. Changes neither the originals nor existing features.",
      examples: [
        { run: "import .", does: "every spec below this folder" },
        { run: "import openspec/changes/add-login --dry-run", does: "print what one change becomes" },
        {
          run: "import issues.json",
          does: "issues that `gh issue list --json number,title,body,labels,url` has printed",
        },
        {
          run: "import -",
          does: "an issue from stdin: `gh issue view 7 --json number,title,body,labels,url | factory import -`",
        },
      ],
      page: "importing",
      options: [
        {
          flags: "--from <format>",
          help: "read this format, if there are several",
          choices: ["spec-kit", "openspec", "kiro", "task-master", "github"],
        },
        { flags: "-p, --project <id>", help: "build it into this project (default: the only one)" },
        { flags: "--as <feature>", help: "give the feature this name, if there is only one" },
        { flags: "-n, --dry-run", help: "print the files, and write nothing" },
      ],
      load: () => import("./commands/import.ts"),
    },
    {
      name: "adopt",
      usage: "adopt <project> <paths...>",
      summary: "put existing files of a project under a task, without changing them",
      description:
        "Paths are files, folders and globs from the root of the project. The files must be committed on its branch.",
      examples: [
        {
          run: 'adopt shop-api src/main.ts --accept "answers on the port that it is given"',
          does: "one file, with what must be true of it",
        },
        { run: "adopt shop-api 'src/http/**' --dry-run", does: "print the spec that a folder would get" },
      ],
      page: "existing-repositories",
      options: [
        { flags: "-a, --accept <text>", help: "say what must be true of them (repeatable)", parse: append },
        {
          flags: "--feature <id>",
          help: "put the task into this feature, new or not (default: PROJECT-adopted)",
        },
        { flags: "--task <id>", help: "give the task this id (default: the next free one)" },
        { flags: "--title <text>", help: "give the task this title" },
        { flags: "-n, --dry-run", help: "print the spec, and write nothing" },
        NO_WAIT,
      ],
      load: () => import("./commands/adopt.ts"),
    },
  ],
};
