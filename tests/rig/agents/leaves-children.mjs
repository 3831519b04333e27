// An agent that leaves children behind which ignore SIGTERM: one in its group, one in a session of its own.
// Called as `node … WINDOW FILE`; the children's ids are written to FILE. With `wait` it stays itself.

import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import "./faithful.mjs";

const [, , , file, how] = process.argv;
const stubborn = 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000);';
const children = [false, true].map((detached) =>
  spawn(process.execPath, ["-e", stubborn], { detached, stdio: how === "wait" ? "inherit" : "ignore" }),
);
writeFileSync(file, JSON.stringify(children.map((child) => child.pid)));
if (how === "wait") setInterval(() => {}, 1000);
else for (const child of children) child.unref();
