// An agent that does its task, then waits for ever and ignores polite requests.

import "./faithful.mjs";

process.on("SIGTERM", () => {});
setInterval(() => {}, 1000);
