// How does a program in a network of its own find the proxy that leads out of it? On a port of its loopback, from which all
// goes to the socket. It is started there by Node, from this text, and ends as the program does.

import type { Command } from "./sandbox.ts";

const PROXIES = ["http_proxy", "https_proxy", "all_proxy"];

const BRIDGE = `
const { connect, createServer } = require("node:net");
const { spawn } = require("node:child_process");
const { constants } = require("node:os");
const [socket, file, ...args] = process.argv.slice(1);
const server = createServer((near) => {
  const far = connect(socket);
  const drop = () => [near, far].forEach((one) => one.destroy());
  [near, far].forEach((one) => one.on("error", drop).on("close", drop));
  near.pipe(far).pipe(near);
});
server.listen(0, "127.0.0.1", () => {
  const way = "http://127.0.0.1:" + server.address().port;
  const own = "localhost,127.0.0.1,::1";
  const env = { ...process.env, NO_PROXY: own, no_proxy: own, NODE_USE_ENV_PROXY: "1" };
  for (const name of ${JSON.stringify(PROXIES)}) env[name] = env[name.toUpperCase()] = way;
  // It is asked to end beside us, and says how it does.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});
  const child = spawn(file, args, { stdio: "inherit", env });
  child.on("error", (error) => {
    console.error(error.message);
    process.exit(127);
  });
  child.on("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
});
`;

export function bridged({ file, args }: Command, socket: string): Command {
  return { file: process.execPath, args: ["-e", BRIDGE, socket, file, ...args] };
}
