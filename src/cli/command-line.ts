// What did the user ask? Has the words parsed, finds the workspace and hands over to the command's own file.

import { CommanderError, type Command as Parser } from "commander";
import { makeParser } from "./command-parser.ts";
import { SECTIONS } from "./commands.ts";
import { COMPLETE } from "./completion-scripts.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { Invocation, type Words } from "./invocation.ts";
import { VERSION } from "./package-version.ts";
import { openWorkflowLog } from "./workflow-log.ts";

/** Never rejects for anything that a person typed. */
export async function runCommandLine(argv: readonly string[]): Promise<ExitCode> {
  if (argv[0] === COMPLETE) return answerShell(argv.slice(1));
  openWorkflowLog(process.env);
  let code: ExitCode = EXIT.done;
  const parser = await makeParser(VERSION, async (command, words) => {
    if (command.name === "help" && words.options.json !== true && showsHelp(parser, words)) return;
    const invocation = new Invocation(words);
    code = await (await command.load()).run(invocation, SECTIONS);
  });
  try {
    await parser.parseAsync([...argv], { from: "user" });
    return code;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return EXIT.done;
    if (argv.includes("--json")) await printUsageFinding(error.message);
    return EXIT.invalid;
  }
}

async function answerShell(words: readonly string[]): Promise<ExitCode> {
  const { complete, completionLines } = await import("./complete.ts");
  const lines = completionLines(complete(words, process.cwd()));
  if (lines.length > 0) process.stdout.write(`${lines.join("\n")}\n`);
  return EXIT.done;
}

/** Tells the help of the command that is named, or of all; false where a page is asked for. */
function showsHelp(parser: Parser, { args }: Words): boolean {
  const names = args[0] as readonly string[];
  let named: Parser | undefined = parser;
  for (const name of names) named = named?.commands.find((command) => command.name() === name);
  named?.outputHelp();
  // The pages follow where nothing is named.
  return named !== undefined && names.length > 0;
}

/** The parser has told a person on stderr; a script reads the same on stdout. */
async function printUsageFinding(message: string): Promise<void> {
  const { diagnosticOf } = await import("../report/failure-diagnostic.ts");
  const { diagnosticsDocument, jsonText } = await import("../report/json.ts");
  const text = message.replace(/^error: /, "");
  const failure = {
    reason: "usage",
    message: text,
    fix: "Run `factory --help` for the commands that it knows.",
  } as const;
  process.stdout.write(jsonText(diagnosticsDocument(diagnosticOf(failure, null))));
}
