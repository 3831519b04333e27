// What does a person read about a build who was not there? Markdown for a pull request or a chat: what was done about each
// task and why, what failed and how, what it cost. Texts of others stay on lines of their own.

import type { Event } from "../model/event.ts";
import { evidence } from "./build-text.ts";
import { count, duration, price } from "./figures.ts";
import { plain } from "./plain.ts";
import { reasonText } from "./stale-text.ts";
import { timingsOf } from "./timings.ts";
import { timingsMarkdown } from "./timings-text.ts";

type Settled = Extract<Event, { readonly type: "task-settled" }>;

/** A table is read to here; the rest is counted. */
const MOST_ROWS = 200;

/** `events` of one build, in order. */
export function buildMarkdown(build: string, events: readonly Event[]): string {
  const settled = events.filter((event): event is Settled => event.type === "task-settled");
  const ended = events.find((event) => event.type === "build-ended");
  const products = events.filter((event) => event.type === "project-settled");
  const worked = settled.filter(({ result }) => result.action !== "fresh");
  const usd = settled.reduce<number | null>(
    (sum, { result }) => (sum === null || result.usd === null ? null : sum + result.usd),
    0,
  );
  const failed = [...settled, ...products].filter(({ failure }) => failure !== null);
  const end = ended === undefined ? "has not ended" : ended.ok ? "all well" : "not all well";
  const figures = [
    end,
    ...(ended === undefined ? [] : [duration(ended.ms)]),
    `${count(settled.length, "task")}, ${settled.length - worked.length} fresh`,
    `${price(usd)} for tasks`,
  ];
  const text = [
    `# Build ${build}`,
    figures.join(" · "),
    ...section("Tasks", taskRows(worked)),
    ...section("Where the time went", ended === undefined ? [] : timingsMarkdown(timingsOf(events))),
    ...section(
      "Failures",
      failed.flatMap((event) => {
        const subject = event.type === "task-settled" ? event.result.id : `${event.result.id}/`;
        return event.failure === null
          ? []
          : [`- **${subject}** ${oneLine(evidence(event.failure, subject))}`];
      }),
    ),
    ...section(
      "Products",
      products.map(({ result: { id, branch, commit, merged, request } }) => {
        const where = commit === null ? "has no commit" : `is at ${commit.slice(0, 10)}`;
        const waits = request === undefined ? "" : `, and waits as ${request}`;
        return `- **${id}** \`${branch}\` ${where}${merged ? " and holds the product" : ""}${waits}`;
      }),
    ),
    ...section(
      "Findings",
      events.flatMap((event) =>
        event.type === "diagnostic"
          ? [
              `- ${event.diagnostic.severity}: ${oneLine(event.diagnostic.message)} (\`${event.diagnostic.code}\`)`,
            ]
          : [],
      ),
    ),
  ];
  return `${text.join("\n\n")}\n`;
}

function taskRows(worked: readonly Settled[]): readonly string[] {
  if (worked.length === 0) return [];
  const rows = worked.slice(0, MOST_ROWS).map(({ result }) => {
    const { id, action, reasons, attempts, agent, usd, ms } = result;
    const why = reasons[0] === undefined ? "" : reasonText(reasons[0]);
    return `| ${[id, action, why, agent, String(attempts), price(usd), duration(ms)].map(cell).join(" | ")} |`;
  });
  const rest = worked.length - rows.length;
  return [
    "| task | action | why | agent | attempts | cost | time |",
    "| --- | --- | --- | --- | --: | --: | --: |",
    ...rows,
    ...(rest > 0 ? ["", `and ${count(rest, "more task")}`] : []),
  ];
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`## ${title}\n\n${lines.join("\n")}`];
}

function cell(text: string): string {
  return oneLine(text).replaceAll("|", "\\|");
}

/** No line end of a stranger's begins a heading or a list. */
function oneLine(text: string): string {
  return plain(text.replace(/\s+/g, " ").trim());
}
