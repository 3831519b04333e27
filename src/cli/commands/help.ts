// `factory help [TOPIC]`: a page of the documentation, or what a code means. The help of commands is the parser's own.

import { basename } from "node:path";
import type { Json } from "../../model/digest.ts";
import type { Failure } from "../../model/failure.ts";
import { pad } from "../../report/columns.ts";
import { pageText } from "../../report/page-text.ts";
import { suggestion } from "../../spec/findings/nearest.ts";
import type { CommandDeclaration, CommandSection } from "../declaration.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Invocation } from "../invocation.ts";
import { codeHelps, readTopics, type Topic } from "../topics.ts";

/** Lines that are longer are hard to read, however wide the terminal is. */
const WIDEST = 100;
const UNKNOWN_WIDTH = 80;

export async function run(invocation: Invocation, sections: readonly CommandSection[]): Promise<ExitCode> {
  const read = readTopics(invocation.packageRoot);
  if (!read.ok) return invocation.refuse(read.failure);
  const topics = read.value;
  const commands = commandsOf(sections);
  const asked = invocation.rest(0).join(" ");
  if (asked === "") return list(invocation, topics, commands);
  // The parser has told a person; this is for scripts.
  const command = commands.find(({ name }) => name === asked);
  if (command !== undefined) {
    invocation.printJson({ schema: 1, ...command });
    return EXIT.done;
  }
  const topic = topics.find(({ name }) => name === asked);
  if (topic !== undefined) return show(invocation, topic, topics);
  const codes = codeHelps(topics);
  const code = codes.find((each) => each.code === asked);
  if (code === undefined) {
    const known = [...commands, ...topics].map(({ name }) => name);
    return invocation.refuse(unknownTopic(asked, [...known, ...codes.map((each) => each.code)]));
  }
  if (invocation.json) invocation.printJson({ schema: 1, ...code });
  else print(invocation, `# ${code.code}\n\n${code.means}\n\n${code.fix}\n`, topics);
  return EXIT.done;
}

/** The commands stand above it: the parser has told them. */
function list(invocation: Invocation, topics: readonly Topic[], commands: Json): ExitCode {
  if (invocation.json) {
    const told = topics.map(({ name, title, path }) => ({ name, title, path }));
    invocation.printJson({ schema: 1, commands, topics: told });
    return EXIT.done;
  }
  const width = Math.max(...topics.map(({ name }) => name.length));
  const headings = [...new Set(topics.map(({ heading }) => heading))];
  const lines = headings.flatMap((heading) => [
    "",
    heading,
    ...topics
      .filter((topic) => topic.heading === heading)
      .map(({ name, title }) => `  ${pad(name, width)}  ${title}`),
  ]);
  invocation.print([
    ...lines,
    "",
    "`factory help PAGE` shows one of them, and `factory help CODE` what the code of a finding means.",
  ]);
  return EXIT.done;
}

/** What is declared of each command, as a script can read it. */
function commandsOf(sections: readonly CommandSection[]) {
  const told = (
    before: string,
    { name, usage, summary, description, options, examples }: CommandDeclaration,
  ) => ({
    name: `${before}${name}`,
    usage: `factory ${before}${usage}`,
    summary,
    description: description ?? null,
    options: options.map(({ flags, help }) => ({ flags, help })),
    examples: examples.map(({ run, does }) => ({ run: `factory ${run}`, does })),
  });
  return sections
    .flatMap(({ commands }) => commands)
    .flatMap((entry) =>
      "commands" in entry ? entry.commands.map((each) => told(`${entry.name} `, each)) : [told("", entry)],
    );
}

function show(invocation: Invocation, topic: Topic, topics: readonly Topic[]): ExitCode {
  const { name, title, path, text } = topic;
  if (invocation.json) invocation.printJson({ schema: 1, name, title, path, text });
  else print(invocation, text, topics);
  return EXIT.done;
}

function print(invocation: Invocation, markdown: string, topics: readonly Topic[]): void {
  const names = new Set(topics.map(({ name }) => name));
  const linkOf = (target: string) => {
    if (target.includes("://")) return target;
    const name = basename(target.replace(/#.*$/, ""), ".md");
    return names.has(name) ? `factory help ${name}` : null;
  };
  const width = Math.min(process.stdout.columns ?? UNKNOWN_WIDTH, WIDEST);
  const color = invocation.look.color && process.stdout.isTTY === true;
  invocation.print(pageText(markdown, { width, color, linkOf }));
}

function unknownTopic(asked: string, known: readonly string[]): Failure {
  return {
    reason: "usage",
    message: `there is no command, page or code ${JSON.stringify(asked)}`,
    fix: `${suggestion(asked, known)} \`factory help\` lists all pages.`,
  };
}
