// How is a program served that started us, and talks over our standard streams? stdout belongs to the protocol: whatever
// else would be written there goes to stderr.

import { Writable } from "node:stream";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { Connection, type Serving } from "./mcp-server.ts";

/** Until the client closes our stdin, or `end` is aborted; then what runs is ended in order. */
export async function serveStdio(serving: Serving, end: AbortSignal): Promise<void> {
  const { stdin, stdout } = process;
  const write = stdout.write.bind(stdout);
  stdout.write = process.stderr.write.bind(process.stderr);
  const protocol = new Writable({
    decodeStrings: false,
    write: (chunk: string, encoding, done) => {
      write(chunk, encoding, done);
    },
  });
  // A client that is gone reads no more; its stdin tells that it is.
  protocol.on("error", () => {});
  const left = new Promise<void>((resolve) => {
    stdin.once("end", resolve);
    stdin.once("close", resolve);
    if (end.aborted) resolve();
    end.addEventListener("abort", () => resolve());
  });
  const connection = await Connection.open(serving, new StdioServerTransport(stdin, protocol));
  await left;
  await connection.close();
  stdout.write = write;
}
