// The far end of a ScriptedAgent: a real agent process that does what the test says, one order at a time.
// Started as `node scripted-agent.mjs SOCKET WINDOW` in the worktree. It dies with the test's socket.

import { execSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { dirname } from "node:path";
import { createInterface } from "node:readline";

const [socketPath, windowPath] = process.argv.slice(2);
const socket = connect(socketPath);
const say = (message) => socket.write(`${JSON.stringify(message)}\n`);

const orders = {
  write({ path, text }) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  },
  remove: ({ path }) => rmSync(path, { recursive: true }),
  read: ({ path }) => readFileSync(path, "utf8"),
  shell: ({ command }) => execSync(command, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }),
  answer: ({ value }) => writeFileSync(process.env.FACTORY_RESULT, JSON.stringify(value)),
};

socket.on("error", () => process.exit(90));
socket.on("close", () => process.exit(91));
socket.once("connect", () =>
  say({
    task: process.env.FACTORY_TASK,
    window: readFileSync(windowPath, "utf8"),
    cwd: process.cwd(),
    environment: process.env,
  }),
);
createInterface({ input: socket }).on("line", (line) => {
  const order = JSON.parse(line);
  if (order.do === "exit") process.exit(order.code);
  try {
    say({ ok: true, value: orders[order.do](order) ?? null });
  } catch (error) {
    say({ ok: false, message: String(error.message) });
  }
});
