// How are a user's words read, and what does the help show? The declarations of commands, as commander takes them.

import type { Command as Parser } from "commander";
import { SECTIONS } from "./commands.ts";
import type { CommandDeclaration, CommandGroup, Example } from "./declaration.ts";
import type { Words } from "./invocation.ts";
import { GLOBAL_OPTIONS } from "./shared-options.ts";

type Handler = (command: CommandDeclaration, words: Words) => Promise<void>;

/** Below the list of all commands: the way from nothing to code. */
const FIRST_STEPS = `
First steps, in an empty folder:
  factory init shop
  factory new data-model books --set resource=book --yes
  factory build
In a repository that has code: \`factory init --yes\`.

\`factory help COMMAND\` tells options and examples, \`factory help\` lists the pages of the documentation.`;

/** Of all commands; `handle` gets what was called. Rejects with commander's own error where words are none of theirs. */
export async function makeParser(version: string, handle: Handler): Promise<Parser> {
  const commander = await import("commander");
  const program = new commander.Command("factory")
    .description("Make for specs: brings generated code up to date with the specs that it comes from.")
    .version(version, "-V, --version")
    .showHelpAfterError("(`factory --help` lists the commands)")
    .addHelpText("after", FIRST_STEPS)
    .helpCommand(false)
    .exitOverride();
  for (const { flags, help } of GLOBAL_OPTIONS) program.option(flags, help);
  const making = { commander, handle };
  for (const { heading, commands } of SECTIONS) {
    program.commandsGroup(heading);
    for (const declaration of commands) {
      if ("commands" in declaration) addGroup(program, declaration, making);
      else addCommand(program, declaration, making);
    }
  }
  return program;
}

function addGroup(program: Parser, { name, summary, commands }: CommandGroup, making: Making): void {
  const group = program
    .command(name)
    .summary(summary)
    .description(`Commands that ${summary}.`)
    .showHelpAfterError(`(\`factory ${name} --help\` lists its commands)`)
    .addHelpText("after", () => examplesText(commands.map(({ examples }) => examples[0])))
    .helpCommand(false)
    .exitOverride();
  for (const one of commands) addCommand(group, { ...one, name: `${name} ${one.name}` }, making);
}

/** Past this, what an example does stands below it. */
const EXAMPLE_WIDTH = 40;

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
    .addHelpText("after", () => examplesText(declaration.examples) + moreText(declaration.page))
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

function moreText(page: string | undefined): string {
  return page === undefined ? "" : `\nMore: \`factory help ${page}\``;
}

function examplesText(examples: readonly Example[]): string {
  const width = Math.max(...examples.map(({ run }) => run.length));
  const lines = examples.map(({ run, does }) =>
    width > EXAMPLE_WIDTH ? `  factory ${run}\n      ${does}` : `  factory ${run.padEnd(width)}  ${does}`,
  );
  return ["", "Examples:", ...lines, ""].join("\n");
}
