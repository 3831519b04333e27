// Which commands are for CI, and for the machine that it all runs on?

import { SHELLS } from "./completion-scripts.ts";
import type { CommandSection } from "./declaration.ts";
import { positiveInteger, SARIF } from "./shared-options.ts";

export const UPKEEP: CommandSection = {
  heading: "Check and clean up:",
  commands: [
    {
      name: "check",
      usage: "check [targets...]",
      summary: "for CI: exit 3 unless every task is fresh, owned and covered",
      examples: [
        { run: "check", does: "for a pull request" },
        { run: "check --strict", does: "also fail where nothing proves a criterion" },
        { run: "check --json", does: "the findings as one JSON document" },
      ],
      page: "teams",
      options: [{ flags: "--strict", help: "also exit 3 if nothing proves a criterion" }, SARIF],
      load: () => import("./commands/check.ts"),
    },
    {
      name: "verify",
      usage: "verify",
      summary: "rebuild every project from specs and store, and compare tree ids",
      examples: [{ run: "verify", does: "compare every project with what specs and store give" }],
      page: "teams",
      options: [],
      load: () => import("./commands/verify.ts"),
    },
    {
      name: "doctor",
      usage: "doctor",
      summary: "examine the environment and the workspace",
      examples: [
        { run: "doctor", does: "what is missing, and how to mend it" },
        { run: "doctor --call", does: "also ask every routed model one small question" },
        { run: "doctor --fleet", does: "also try the queue, and one stage on each worker" },
      ],
      page: "troubleshooting",
      options: [
        {
          flags: "--call",
          help: "also ask each routed model one small question, within the budget: does it answer, call tools, count tokens, at what price and speed",
        },
        {
          flags: "--fleet [url]",
          help: "also try the fleet at this Redis: its queue, and one stage on each worker; default `fleet` of projects.yaml",
        },
      ],
      load: () => import("./commands/doctor.ts"),
    },
    {
      name: "gc",
      usage: "gc",
      summary: "clean up the store",
      examples: [
        { run: "gc --dry-run", does: "how much could be removed" },
        { run: "gc", does: "remove what nothing uses and costs nothing to make again" },
        { run: "gc --remote", does: "remove old gate runs from the shared store, too" },
      ],
      options: [
        { flags: "-n, --dry-run", help: "show what it would remove, and remove nothing" },
        { flags: "--paid", help: "also remove paid content that nothing uses" },
        {
          flags: "--remote",
          help: "also remove from the shared store what is derived and older than 30 days; never what was paid for",
        },
      ],
      load: () => import("./commands/gc.ts"),
    },
    {
      name: "worker",
      usage: "worker",
      summary: "run gates, and drafts where told, for builds of other machines, until interrupted",
      description:
        "Takes gates from the queue of a fleet, fetches their trees from the shared store that projects.yaml names, and runs them in slots of its own, confined. It needs a folder of its own: no build can run there meanwhile.",
      examples: [
        { run: "worker --fleet redis://queue:6379", does: "one gate run at a time" },
        { run: "worker --slots 4 --name big-one", does: "four at a time, for the fleet of projects.yaml" },
        { run: "worker --drafts 2", does: "also make drafts by the coding programs that are installed here" },
      ],
      page: "fleet",
      options: [
        {
          flags: "--fleet <url>",
          help: "Redis of the fleet; $NAME in it is a variable; default `fleet` of projects.yaml",
        },
        {
          flags: "--slots <n>",
          help: "run gates of this many trees at once; default 1",
          parse: positiveInteger,
        },
        {
          flags: "--drafts <n>",
          help: "make this many drafts by programs at once, with the keys of this environment; default 0: none",
          parse: positiveInteger,
        },
        { flags: "--name <name>", help: "what builds call this machine; default its host name" },
      ],
      load: () => import("./commands/worker.ts"),
    },
    {
      name: "mcp",
      usage: "mcp",
      summary: "serve the workspace to coding programs by the Model Context Protocol",
      description:
        "Tools, resources and prompts for programs that speak the Model Context Protocol, over stdio: the program starts this command. With --http, on loopback, for those that know the token; $FACTORY_MCP_TOKEN sets one that stays.",
      examples: [
        { run: "mcp", does: "tools that look, over stdio; a program starts it" },
        { run: "mcp --write", does: "also tools that build, edit and settle" },
        { run: "mcp --http --port 7733", does: "over HTTP, for programs that connect to an address" },
      ],
      page: "coding-programs",
      options: [
        { flags: "--write", help: "also offer tools that build, edit a spec and settle what waits" },
        { flags: "--http", help: "serve over HTTP on 127.0.0.1 and print address and token" },
        { flags: "--port <n>", help: "listen on this port (default: a free one)", parse: positiveInteger },
      ],
      load: () => import("./commands/mcp.ts"),
    },
    {
      name: "update",
      usage: "update",
      summary: "bring what `init --with` wrote for coding programs to the text of this version",
      description:
        "Shows what it changes. Only what stands between our marks, and entries that nobody edited, are renewed; an edited part is told and stays.",
      examples: [
        { run: "update", does: "renew it, after the factory was updated" },
        { run: "update --dry-run", does: "show what would change" },
        { run: "update --force", does: "also replace what you edited in our parts" },
      ],
      page: "coding-programs",
      options: [
        { flags: "-n, --dry-run", help: "show what would change, and write nothing" },
        { flags: "-f, --force", help: "also replace parts of ours that you edited" },
      ],
      load: () => import("./commands/update.ts"),
    },
    {
      name: "ui",
      usage: "ui",
      summary: "look and steer in the browser: a board, the graph, tasks, specs, builds, metrics",
      description:
        "Serves a dashboard on loopback until Ctrl-C, and prints its link, which works once. It shows builds as they run, whoever runs them, and has buttons for what the commands do.",
      examples: [
        { run: "ui", does: "print a link to open in a browser" },
        { run: "ui --port 7744", does: "on a port that stays" },
      ],
      page: "dashboard",
      options: [
        { flags: "--port <n>", help: "listen on this port (default: a free one)", parse: positiveInteger },
        { flags: "--host <address>", help: "listen on another address of this machine (default: 127.0.0.1)" },
      ],
      load: () => import("./commands/ui.ts"),
    },
    {
      name: "completion",
      usage: "completion <shell>",
      summary: "print the script with which bash, zsh or fish completes commands",
      description:
        "Completes commands, flags and their values, targets, features and templates of the workspace. Install it with a line in ~/.bashrc: `source <(factory completion bash)`; in ~/.zshrc, after compinit: `source <(factory completion zsh)`; in ~/.config/fish/config.fish: `factory completion fish | source`.",
      examples: [
        { run: "completion bash", does: "print the script for bash" },
        { run: "completion fish", does: "print the script for fish" },
      ],
      options: [],
      choices: SHELLS,
      load: () => import("./commands/completion.ts"),
    },
    {
      name: "help",
      usage: "help [topic...]",
      summary: "show a page of the documentation, or the help of a command",
      description:
        "A topic is a page, a command, or the code of a finding or failure. Without one: all commands and all pages.",
      examples: [
        { run: "help", does: "all commands and all pages" },
        { run: "help concepts", does: "a page" },
        { run: "help build", does: "the same as `factory build --help`" },
        { run: "help gates-failed", does: "what a code means, and what to do" },
      ],
      options: [],
      load: () => import("./commands/help.ts"),
    },
  ],
};
