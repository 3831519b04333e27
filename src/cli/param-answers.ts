// Which values does a person give to a template's parameters? From `--set`, from the defaults, or by asking. It reads
// lines and writes questions on the streams that it is given, and does not know whether they are a terminal.

import { createInterface } from "node:readline/promises";
import type { Readable, Writable } from "node:stream";
import type { Json } from "../model/digest.ts";
import { failed, type Result, success } from "../model/result.ts";
import type { ItemShape, Template, TemplateParam } from "../model/template.ts";
import { plain } from "../report/plain.ts";
import { Findings } from "../spec/findings/findings.ts";
import { answerFault, checkParams } from "../spec/instantiate/instantiate.ts";
import { shortForm, shortList, shortText } from "../spec/instantiate/short-list.ts";
import { readYaml } from "../spec/yaml/yaml.ts";

export type Answers = Readonly<Record<string, Json>>;

/** Asks a question and gives the line that was typed; null where nobody answers any more. */
export type AskPerson = (question: string) => Promise<string | null>;

/** `key=value` words, typed as the template declares; the last word about a key counts. */
export function answersOf(template: Template, words: readonly string[]): Result<Answers> {
  const answers = new Map<string, Json>();
  for (const word of words) {
    const at = word.indexOf("=");
    if (at < 1) {
      const message = `--set ${word} gives no value`;
      return failed({ reason: "usage", message, fix: "Write it as --set key=value." });
    }
    const name = word.slice(0, at);
    const param = template.params.find((one) => one.name === name);
    const text = word.slice(at + 1);
    answers.set(name, param === undefined ? text : valueFrom(param, text));
  }
  return success(Object.fromEntries(answers));
}

/** The parameters that have no answer yet; with `defaults`, those that have no default either. */
export function unanswered(template: Template, given: Answers, defaults: boolean): readonly TemplateParam[] {
  return template.params.filter(
    (param) => !Object.hasOwn(given, param.name) && !(defaults && param.default !== undefined),
  );
}

/** Every answer complete and of its type, or all that is wrong with them. */
export function checkedAnswers(template: Template, given: Answers): Result<Answers> {
  const { params, diagnostics } = checkParams(template, given);
  if (diagnostics.length === 0) return success(params);
  return failed({
    reason: "usage",
    message: `these answers do not fit the template ${template.name}`,
    detail: diagnostics.flatMap(({ message, fix }) => [message, `  ${fix}`]),
    fix: "Correct the `--set` words.",
  });
}

/** Asks for what has no answer, each until it fits. An empty line takes the default. `cancelled` where answers end. */
export async function askFor(template: Template, given: Answers, ask: AskPerson): Promise<Result<Answers>> {
  const answers = new Map<string, Json>(Object.entries(given));
  for (const param of unanswered(template, given, false)) {
    let note = "";
    for (;;) {
      const text = await ask(`${note}${questionOf(param)} `);
      if (text === null) return failed({ reason: "cancelled" });
      const value =
        text.trim() === "" && param.default !== undefined ? param.default : valueFrom(param, text.trim());
      const problem = answerFault(template, param, value, Object.fromEntries(answers));
      if (problem === null) {
        answers.set(param.name, value);
        break;
      }
      note = `  ${plain(problem.message)}\n  ${plain(problem.fix)}\n`;
    }
  }
  return success(Object.fromEntries(answers));
}

/** What a command line would have to say about a parameter, with its default or a place to fill in. */
export function setWord({ name, type, default: value }: TemplateParam): string {
  const text = value === undefined ? `<${type}>` : typeof value === "string" ? value : JSON.stringify(value);
  const word = `${name}=${text}`;
  return `--set ${/^[\w=.,:/@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`}`;
}

/** Whether somebody is there to be asked. */
export function isAttended(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

/** Lines are kept until they are asked for, since a terminal may give several at once. Close it when done. */
export function askOn(
  input: Readable,
  output: Writable,
  terminal: boolean,
): { ask: AskPerson; close(): void } {
  const lines = createInterface({ input, output, terminal, historySize: 0 });
  const typed = lines[Symbol.asyncIterator]();
  return {
    async ask(question) {
      const parts = question.split("\n");
      const last = parts.pop() ?? "";
      if (parts.length > 0) output.write(`${parts.join("\n")}\n`);
      lines.setPrompt(last);
      lines.prompt();
      const { value, done } = await typed.next();
      return done === true ? null : value;
    },
    close: () => lines.close(),
  };
}

function questionOf({ name, type, question, rules, default: value }: TemplateParam): string {
  const form = type === "list" ? shortForm(rules.items) : null;
  const kind = rules.choices?.join("|") ?? form ?? type;
  const preset = value === undefined ? "" : ` [${presetText(value, form === null ? null : rules.items)}]`;
  return plain(`${question} (${name}, ${kind})${preset}:`);
}

function presetText(value: Json, shape: ItemShape | null): string {
  if (typeof value === "string") return value;
  return (shape === null ? null : shortText(value, shape)) ?? JSON.stringify(value);
}

/**
 * Lists and maps are YAML, of which JSON is a part; a list without a bracket or dash is its items, with commas between
 * them. What cannot be read stays text, for the check to refuse.
 */
function valueFrom(param: TemplateParam, text: string): Json {
  if (param.type !== "list" && param.type !== "map") return text;
  if (param.type === "list" && !/^\s*(?:[[{#]|-\s|$)/.test(text)) return shortList(text, param.rules.items);
  const findings = new Findings();
  const data = readYaml({ text, file: `--set ${param.name}`, firstLine: 1, target: null }, findings);
  return data === null || findings.list.length > 0 ? text : (data.root as Json);
}
