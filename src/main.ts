// The door: starts the command line, and is the one place where a bug is caught.

import { runCommandLine } from "./cli/command-line.ts";

try {
  process.exitCode = await runCommandLine(process.argv.slice(2));
} catch (error) {
  const { stack, message } = error instanceof Error ? error : new Error(String(error));
  process.stderr.write(
    `factory: this is a bug, and nothing was settled after it. Please report it with these lines:\n` +
      `  node ${process.version}, ${process.platform} ${process.arch}\n  ${stack ?? message}\n`,
  );
  process.exitCode = 1;
}
