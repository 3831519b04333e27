// How does a test use a workspace as a coding program does? The official client of the protocol, and the real command at
// the other end of the wire.

import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { FACTORY, type FactoryRig } from "./factory-rig.ts";

export interface ToolAnswer {
  readonly failed: boolean;
  /** The document; null where it was refused. */
  readonly document: Record<string, never> | null;
  /** All that is told in words, and the document as text at the end. */
  readonly texts: readonly string[];
  /** Codes of what it found or failed by. */
  readonly codes: readonly string[];
}

interface Calling {
  readonly signal?: AbortSignal;
  readonly onProgress?: (message: string) => void;
}

export class McpClient implements AsyncDisposable {
  readonly client: Client;
  /** What came over the wire and was no message of the protocol. */
  readonly noise: Error[] = [];

  private constructor(client: Client) {
    this.client = client;
    client.onerror = (error) => this.noise.push(error);
  }

  /** Starts `factory mcp` with these words behind it. The shapes of all documents are known from then on, and held. */
  static async over(
    rig: FactoryRig,
    args: readonly string[] = [],
    env: Readonly<Record<string, string>> = {},
  ): Promise<McpClient> {
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [FACTORY, "mcp", ...args],
      cwd: rig.root,
      env: rig.environment(env),
      stderr: "ignore",
    });
    return McpClient.by(transport);
  }

  static async by(transport: Parameters<Client["connect"]>[0]): Promise<McpClient> {
    const connected = new McpClient(new Client({ name: "test", version: "1" }));
    await connected.client.connect(transport);
    return connected;
  }

  async toolNames(): Promise<readonly string[]> {
    return (await this.client.listTools()).tools.map(({ name }) => name);
  }

  async call(name: string, input: object = {}, { signal, onProgress }: Calling = {}): Promise<ToolAnswer> {
    const result = await this.client.callTool({ name, arguments: { ...input } }, undefined, {
      timeout: 100_000,
      resetTimeoutOnProgress: true,
      ...(signal === undefined ? {} : { signal }),
      ...(onProgress === undefined ? {} : { onprogress: ({ message }) => onProgress(message ?? "") }),
    });
    const texts = (result.content as { text: string }[]).map(({ text }) => text);
    const told = JSON.parse(texts.at(-1)?.startsWith("{") ? (texts.at(-1) as string) : "{}");
    const codes = (told.diagnostics ?? []).map(({ code }: { code: string }) => code);
    const document = (result.structuredContent ?? null) as ToolAnswer["document"];
    return { failed: result.isError === true, document, texts, codes };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client.close();
  }
}
