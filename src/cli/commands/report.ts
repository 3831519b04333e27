// `factory report [build]`: what a build came to, as Markdown; with --html as one page that any browser shows.

import { basename, join } from "node:path";
import type { Event } from "../../model/event.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { buildMarkdown } from "../../report/build-markdown.ts";
import { listJournals, readJournal } from "../../store/journal.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Invocation } from "../invocation.ts";
import { writeReport } from "../report-file.ts";

export async function run(invocation: Invocation): Promise<ExitCode> {
  const { root, packageRoot, writer } = invocation;
  const found = journalOf(root, invocation.argument(0));
  if (!found.ok) return invocation.refuse(found.failure);
  const { build, events } = found.value;
  const file = invocation.text("html");
  if (file === null) {
    invocation.print(buildMarkdown(build, events).trimEnd().split("\n"));
    return EXIT.done;
  }
  const tasks = events.flatMap((event) =>
    event.type === "task-settled" && event.result.action !== "fresh" ? [event.result.id] : [],
  );
  const { reportPage } = await import("../../dashboard/report-page.ts");
  const page = await reportPage({ root, packageRoot, writer }, build, tasks);
  if (!page.ok) return invocation.refuse(page.failure);
  return writeReport(invocation, { file, text: page.value, code: EXIT.done });
}

interface Found {
  readonly build: string;
  readonly events: readonly Event[];
}

/** The latest one, or the one whose name begins so. */
function journalOf(root: string, named: string | null): Result<Found> {
  const journals = listJournals(join(root, ".factory", "journal"));
  if (!journals.ok) return journals;
  const path = journals.value.find((one) => named === null || basename(one).startsWith(named));
  if (path === undefined)
    return failed({
      reason: "usage",
      message:
        named === null
          ? "nothing was built here yet"
          : `there is no journal of build ${JSON.stringify(named)}`,
      fix: named === null ? "Run `factory build` first." : "See the names in `.factory/journal/`.",
    });
  const reading = readJournal(path);
  return reading.ok ? success({ build: basename(path, ".jsonl"), events: reading.value.events }) : reading;
}
