// What did the user ask? Parses the words, finds the workspace and hands over to the command's own file.

import { CommanderError, type Command as Parser } from "commander";
import { COMMANDS } from "./commands.ts";
import { COMPLETE } from "./completion-scripts.ts";
import type { CommandDeclaration } from "./declaration.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { Invocation, type Words } from "./invocation.ts";
import { VERSION } from "./package-version.ts";
import { GLOBAL_OPTIONS } from "./shared-options.ts";
import { openWorkflowLog } from "./workflow-log.ts";

/** Never rejects for anything that a person typed. */
export async function runCommandLine(argv: readonly string[]): Promise<ExitCode> {
  if (argv[0] === COMPLETE) return answerShell(argv.slice(1));
  openWorkflowLog(process.env);
  let code: ExitCode = EXIT.done;
  const parser = await makeParser(async (command, words) => {
    const invocation = new Invocation(words);
    code = await (await command.load()).run(invocation);
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

type Handler = (command: CommandDeclaration, words: Words) => Promise<void>;

async function makeParser(handle: Handler): Promise<Parser> {
  const commander = await import("commander");
  const program = new commander.Command("factory")
    .description("Make for specs: brings generated code up to date with the specs that it comes from.")
    .version(VERSION, "-V, --version")
    .showHelpAfterError("(`factory --help` lists the commands)")
    .exitOverride();
  for (const { flags, help } of GLOBAL_OPTIONS) program.option(flags, help);
  for (const declaration of COMMANDS) {
    if (!("commands" in declaration)) {
      addCommand(program, declaration, { commander, handle });
      continue;
    }
    const { name, summary, commands } = declaration;
    const group = program
      .command(name)
      .summary(summary)
      .description(`Commands that ${summary}.`)
      .showHelpAfterError(`(\`factory ${name} --help\` lists its commands)`)
      .exitOverride();
    for (const one of commands)
      addCommand(group, { ...one, name: `${name} ${one.name}` }, { commander, handle });
  }
  return program;
}

interface Making {
  readonly commander: typeof import("commander");
  readonly handle: Handler;
}

function addCommand(parent: Parser, declaration: CommandDeclaration, { commander, handle }: Making): void {
  const { name, usage, summary, description = summary, choices: words } = declaration;
  const command = parent
    .command(usage)
    .summary(summary)
    .description(description)
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError(`(\`factory ${name} --help\` lists its arguments)`)
    .exitOverride();
  if (words !== undefined) command.registeredArguments[0]?.choices([...words]);
  for (const { flags, help, parse, choices } of declaration.options) {
    const option = new commander.Option(flags, help);
    if (choices !== undefined) option.choices([...choices]);
    if (parse !== undefined) option.argParser(parse);
    command.addOption(option);
  }
  command.action(async () => {
    await handle(declaration, { name, args: command.processedArgs, options: command.optsWithGlobals() });
  });
}
