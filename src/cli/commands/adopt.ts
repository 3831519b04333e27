// `factory adopt PROJECT PATH…`: take existing files of a project under a task, without changing them.

import { adopt } from "../../pipeline/adoption/adopt-files.ts";
import { asBuild } from "../../pipeline/commands/locked-build.ts";
import { validSources } from "../../pipeline/commands/valid-sources.ts";
import { count } from "../../report/figures.ts";
import { suggestion } from "../../spec/findings/nearest.ts";
import { NAME } from "../../spec/schema/schema-words.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Invocation } from "../invocation.ts";

export async function run(invocation: Invocation): Promise<ExitCode> {
  const sources = await validSources(invocation);
  if (!sources.ok) return invocation.refuse(sources.failure);
  const project = (invocation.argument(0) ?? "").replace(/\/$/, "");
  const ids = sources.value.workspace.projects.map(({ id }) => id);
  const acceptance = invocation.list("accept").filter((text) => text.trim() !== "");
  const feature = invocation.text("feature") ?? `${project}-adopted`;
  const refuse = (message: string, fix: string) => invocation.refuse({ reason: "usage", message, fix });
  if (!ids.includes(project))
    return refuse(`there is no project ${JSON.stringify(project)}`, suggestion(project, ids));
  if (!NAME.test(feature))
    return refuse(
      `a feature cannot be called ${JSON.stringify(feature)}`,
      "Use letters, digits, `.`, `_` and `-`, and begin with a letter or digit.",
    );
  if (acceptance.length === 0)
    return refuse(
      "nothing says what these files do, so no agent could recreate them",
      "Say it with `--accept TEXT`, once for each thing that must hold.",
    );
  const dryRun = invocation.flag("dryRun");
  const order = { project, feature, acceptance, dryRun, paths: invocation.rest(1) };
  const adopted = await asBuild(invocation, (environment) =>
    adopt(environment, { ...order, task: invocation.text("task"), title: invocation.text("title") }),
  );
  if (!adopted.ok) return invocation.refuse(adopted.failure);
  const { task, files, specs, untested } = adopted.value;
  const document = {
    schema: 1,
    ok: true,
    task,
    project,
    files: [...files],
    specs: Object.keys(specs),
    dry_run: dryRun,
  };
  if (invocation.json) invocation.printJson(document);
  else if (dryRun) for (const [path, text] of Object.entries(specs)) invocation.print([`--- ${path}`, text]);
  if (dryRun)
    invocation.say(`${task} would own ${count(files.length, "file")} of ${project}; nothing was written`);
  else
    invocation.say(`${task} owns ${count(files.length, "file")} of ${project} now, and none of them changed`);
  if (untested.length > 0)
    invocation.say(
      `note: no test names ${untested.join(", ")} of ${task} yet; the first regeneration will need one for each`,
    );
  return EXIT.done;
}
