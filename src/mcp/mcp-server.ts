// What does a program find that connects to a workspace? Tools, resources and prompts, over whatever wire it came by.

import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { CHANGE_OPERATIONS } from "../operations/change-operations.ts";
import { LOOK_OPERATIONS } from "../operations/look-operations.ts";
import type { Place } from "../pipeline/commands/caller.ts";
import { addPrompts } from "./feature-prompts.ts";
import { addTool, type Desk } from "./tool.ts";
import { addResources } from "./workspace-resources.ts";

export interface Serving {
  readonly place: Place;
  readonly version: string;
  /** Whether there are tools that write. */
  readonly writes: boolean;
}

const ABOUT = `This is a workspace of spec-factory, make for specs: people write specs/<feature>/feature.md, and agents generate the code that follows from it, and only that. Look with \`status\` and \`explain\` before anything is built, and with \`forecast\` at what it costs. Change specs, and never generated code. Long lists come in pages: go on at \`page.next\`.`;

export class Connection {
  readonly #server: McpServer;
  readonly #desk: Desk;

  private constructor(server: McpServer, desk: Desk) {
    this.#server = server;
    this.#desk = desk;
  }

  static async open({ place, version, writes }: Serving, transport: Transport): Promise<Connection> {
    const server = new McpServer({ name: "spec-factory", version }, { instructions: ABOUT });
    const desk: Desk = { place, running: new Set() };
    for (const operation of writes ? [...LOOK_OPERATIONS, ...CHANGE_OPERATIONS] : LOOK_OPERATIONS)
      addTool(server, desk, operation);
    addResources(server, desk);
    addPrompts(server, desk);
    await server.connect(transport);
    return new Connection(server, desk);
  }

  get isBusy(): boolean {
    return this.#desk.running.size > 0;
  }

  /** Ends in order what runs: requests are cancelled, and builds end as at an interrupt. */
  async close(): Promise<void> {
    await this.#server.close();
    await Promise.allSettled(this.#desk.running);
  }
}
