// The door: starts the command line, and is the one place where a bug is caught, and where nobody listens any more.

import { runCommandLine } from "./cli/command-line.ts";
import { refusedFile } from "./platform/file-failure.ts";
import { failureText } from "./report/failure-text.ts";

let unwritten = false;

// A reader that leaves early, as `head` does, has what it wants, and a build goes on to its end. Any other error (a full
// disk below `> file`) means that the answer is not where it was asked for.
process.stderr.on("error", () => {});
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") return;
  unwritten = true;
  process.exitCode = 1;
  process.stderr.write(`factory: the output could not be written: ${error.message}\n`);
});

async function main(): Promise<void> {
  try {
    const code = await runCommandLine(process.argv.slice(2));
    process.exitCode = unwritten ? 1 : code;
  } catch (error) {
    const refused = refusedFile(error);
    if (refused !== null) {
      const { message, fix } = failureText(refused, "");
      process.stderr.write(`factory: ${message}\n  → ${fix}\n`);
      process.exit(1);
    }
    const { stack, message } = error instanceof Error ? error : new Error(String(error));
    process.stderr.write(
      `factory: this is a bug, and nothing was settled after it. Please report it with these lines:\n` +
        `  node ${process.version}, ${process.platform} ${process.arch}\n  ${stack ?? message}\n`,
    );
    // At once: what was started would keep us, and is ended with us.
    process.exit(1);
  }
}

void main();
