// What does a test of a real coding program need? A machine of its own (home, settings, PATH), a workspace, and a model
// on loopback that says what it is told to.

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { LLMock } from "@copilotkit/aimock";
import { vi } from "vitest";
import type { Agent, Assignment, Inquiry } from "../../../src/agents/agent-port.ts";
import { commandAgent } from "../../../src/agents/command.ts";
import type { CommandDeclaration } from "../../../src/model/agent-declaration.ts";
import { assignmentOf } from "../contract.ts";

/** The home of somebody who has only the program: nothing of the developer's own is reached. */
export function machineWith(programs: string): string {
  const home = realpathSync(mkdtempSync(join(tmpdir(), "factory home-")));
  vi.stubEnv("HOME", home);
  vi.stubEnv("PATH", `${programs}${delimiter}${process.env.PATH}`);
  for (const name of ["CONFIG", "DATA", "STATE", "CACHE"]) vi.stubEnv(`XDG_${name}_HOME`, undefined);
  return home;
}

export function put(root: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

export function agentOf(fields: Partial<CommandDeclaration>): Agent {
  return commandAgent(programOf(fields));
}

export function programOf(fields: Partial<CommandDeclaration>): CommandDeclaration {
  return {
    id: "coder",
    place: { file: "projects.yaml", line: 1, column: 1 },
    kind: "command",
    run: null,
    preset: null,
    role: null,
    model: null,
    timeoutMs: 90_000,
    silenceMs: null,
    maxTurns: null,
    reads: "all",
    env: [],
    ...fields,
  };
}

/** An order whose worktree is a repository, and whose workspace has the files. */
export async function orderOf(
  text: string,
  files: Readonly<Record<string, string>> = {},
  fields: Partial<Assignment> = {},
): Promise<Assignment & { readonly dir: string }> {
  const order = await assignmentOf({ text, ...fields });
  const { dir } = order;
  if (dir === null) throw new Error("the contract gives every assignment a worktree");
  execFileSync("git", ["init", "-q", dir]);
  put(order.root, files);
  return { ...order, dir };
}

export function inquiryOf(order: Assignment, fields: Partial<Inquiry> = {}): Inquiry {
  return { ...order, role: "reviewer", guide: "reviewer", subject: order.task.id, ...fields };
}

/** What git sees of a worktree, ignored files too. */
export function changed(dir: string): string[] {
  const told = execFileSync("git", ["-C", dir, "status", "--short", "--ignored"], { encoding: "utf8" });
  return told.split("\n").filter((line) => line !== "");
}

/** A model that calls the tool when the window holds the word, and is content with any result. */
export class Model {
  readonly server: LLMock;

  private constructor(server: LLMock) {
    this.server = server;
  }

  static async start(): Promise<Model> {
    return new Model(await LLMock.create({ port: 0, strict: true }));
  }

  calls(word: string, tool: string, input: Readonly<Record<string, unknown>>): void {
    const asked = (request: { messages: readonly unknown[] }) =>
      JSON.stringify(request.messages).includes(word);
    this.server.on(
      { predicate: (request) => asked(request) && request.messages.at(-1)?.role !== "tool" },
      {
        toolCalls: [{ name: tool, arguments: JSON.stringify(input), id: "call_1" }],
        usage: { prompt_tokens: 1000, completion_tokens: 50 },
      },
    );
    this.server.on(
      { predicate: (request) => asked(request) && request.messages.at(-1)?.role === "tool" },
      { content: "All done.", usage: { prompt_tokens: 1100, completion_tokens: 20 } },
    );
  }

  /** The same again, whatever came of it. */
  callsForEver(word: string, tool: string, input: Readonly<Record<string, unknown>>): void {
    this.server.on(
      { predicate: (request) => JSON.stringify(request.messages).includes(word) },
      {
        toolCalls: [{ name: tool, arguments: JSON.stringify(input) }],
        usage: { prompt_tokens: 1000, completion_tokens: 50 },
      },
    );
  }

  says(word: string, content: string): void {
    const usage = { prompt_tokens: 500, completion_tokens: 5 };
    this.server.on({ userMessage: word }, { content, usage });
  }

  refuses(word: string, status: number, message: string): void {
    this.server.on({ userMessage: word }, { error: { message, type: "refused" }, status });
  }

  /** The requests whose messages hold the word, as text. */
  asked(word: string): string[] {
    const bodies = this.server.getRequests().map(({ body }) => JSON.stringify(body));
    return bodies.filter((body) => body.includes(word));
  }
}
