// Which coding programs can somebody use the factory from, and what does each read of a folder? One entry each: its
// files, and in which form ours is in them. What these say lies in templates/programs/.

import type { Json } from "../../model/digest.ts";

export interface ProgramFile {
  /** From the root of the workspace. Of several the first that is there counts, else the first. */
  readonly paths: readonly [string, ...string[]];
  readonly form: Form;
}

export type Form =
  /** A marked part of a file that may be a person's. `text` is a file of templates/programs/. */
  | { readonly kind: "section"; readonly text: string }
  /** A file of ours, marked in its last line. */
  | { readonly kind: "whole"; readonly text: string; readonly comment: "markdown" | "script" }
  /** An entry of a JSON file, comments allowed: the value at these keys. */
  | { readonly kind: "entry"; readonly keys: readonly string[]; readonly value: (server: Command) => Json }
  /** A marked part of a TOML file, which is the table of this name. */
  | { readonly kind: "table"; readonly name: string; readonly lines: (server: Command) => readonly string[] };

/** How the factory is called here, such as `["npx", "factory"]`. */
export type Command = readonly [string, ...string[]];

/** A build takes as long as its agents; the programs would give up on it after a minute. */
const BUILD_SECONDS = 3600;

export const CODING_PROGRAMS: Readonly<Record<string, readonly ProgramFile[]>> = {
  claude: [guide("CLAUDE.md"), skill(".claude"), server(".mcp.json", "mcpServers", started)],
  opencode: [
    guide("AGENTS.md"),
    skill(".agents"),
    {
      paths: ["opencode.json", "opencode.jsonc"],
      form: {
        kind: "entry",
        keys: ["mcp", "factory"],
        value: (command) => {
          const all = [...command, ...SERVE];
          return { type: "local", command: all, enabled: true, timeout: BUILD_SECONDS * 1000 };
        },
      },
    },
    {
      paths: [".opencode/plugins/factory.js"],
      form: { kind: "whole", text: "opencode-plugin.js", comment: "script" },
    },
  ],
  codex: [
    guide("AGENTS.md"),
    skill(".agents"),
    {
      paths: [".codex/config.toml"],
      form: { kind: "table", name: "mcp_servers.factory", lines: tableLines },
    },
  ],
  cursor: [guide("AGENTS.md"), skill(".agents"), server(".cursor/mcp.json", "mcpServers", started)],
  gemini: [
    guide("GEMINI.md"),
    skill(".agents"),
    server(".gemini/settings.json", "mcpServers", (command) => ({
      ...started(command),
      timeout: BUILD_SECONDS * 1000,
    })),
  ],
  copilot: [
    guide(".github/copilot-instructions.md"),
    skill(".agents"),
    server(".vscode/mcp.json", "servers", (command) => ({ type: "stdio", ...started(command) })),
  ],
};

const SERVE = ["mcp", "--write"];

function guide(path: string): ProgramFile {
  return { paths: [path], form: { kind: "section", text: "guide.md" } };
}

/** Skills of `.agents/` are read by all but Claude Code, which has a folder of its own. */
function skill(folder: string): ProgramFile {
  const path = `${folder}/skills/factory/SKILL.md`;
  return { paths: [path], form: { kind: "whole", text: "skill.md", comment: "markdown" } };
}

function server(path: string, key: string, value: (command: Command) => Json): ProgramFile {
  return { paths: [path], form: { kind: "entry", keys: [key, "factory"], value } };
}

function started([command, ...args]: Command): { command: string; args: string[] } {
  return { command, args: [...args, ...SERVE] };
}

function tableLines(command: Command): readonly string[] {
  const { command: first, args } = started(command);
  // A JSON text is a TOML text as well.
  const words = args.map((word) => JSON.stringify(word)).join(", ");
  return [`command = ${JSON.stringify(first)}`, `args = [${words}]`, `tool_timeout_sec = ${BUILD_SECONDS}`];
}
