// `factory graph [TARGET…]`: the tasks and what they depend on, as text, Mermaid, DOT or JSON.

import { type Graph, link } from "../../engine/graph.ts";
import { selectTargets } from "../../engine/target.ts";
import type { TaskId } from "../../model/address.ts";
import type { Project } from "../../model/project.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { Verdict } from "../../model/verdict.ts";
import { evaluate } from "../../pipeline/line/evaluate.ts";
import { loadPreviousBuild } from "../../pipeline/reading/build-index.ts";
import { readSources } from "../../pipeline/reading/read.ts";
import { knownTargets, unknownTargets } from "../../pipeline/reading/unknown-target.ts";
import { refuseUnsound } from "../../pipeline/run/recorder.ts";
import { graphDot } from "../../report/graph-dot.ts";
import { graphMermaid } from "../../report/graph-mermaid.ts";
import { graphText } from "../../report/graph-text.ts";
import { graphDocument } from "../../report/json.ts";
import { buildOptions } from "../build-targets.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Invocation } from "../invocation.ts";
import { quietEnvironment } from "../locked-build.ts";
import { graphView } from "../select-graph.ts";

interface GraphData {
  readonly graph: Graph;
  readonly projects: readonly Project[];
  /** Empty where nobody asked for them. */
  readonly verdicts: ReadonlyMap<TaskId, Verdict>;
}

export async function run(invocation: Invocation): Promise<ExitCode> {
  const targets = invocation.rest(0);
  const data = invocation.flag("status") ? await judgedGraph(invocation) : await plainGraph(invocation);
  if (!data.ok) return invocation.refuse(data.failure);
  const { graph, verdicts, projects } = data.value;
  const { nodes, unknown } = selectTargets(graph, targets);
  if (unknown.length > 0) {
    return invocation.refuse(unknownTargets(unknown, knownTargets(graph, projects)));
  }
  const view = graphView(graph, targets.length === 0 ? graph.tasks.keys() : nodes, verdicts);
  const format = invocation.flag("mermaid")
    ? "mermaid"
    : invocation.flag("dot")
      ? "dot"
      : invocation.text("format");
  if (invocation.json) invocation.printJson(graphDocument(view));
  else if (format === "mermaid") process.stdout.write(graphMermaid(view));
  else if (format === "dot") process.stdout.write(graphDot(view));
  else invocation.print(graphText(view, invocation.look.color));
  return EXIT.done;
}

async function plainGraph({ root, packageRoot, writer }: Invocation): Promise<Result<GraphData>> {
  const reading = await readSources(root, packageRoot, loadPreviousBuild(root, writer).remembered);
  if (!reading.ok) return reading;
  const { sources } = reading.value;
  const sound = refuseUnsound(sources);
  if (!sound.ok) return failed(sound.failure);
  return success({
    graph: link(sources.features),
    projects: sources.workspace.projects,
    verdicts: new Map(),
  });
}

/** Everything is judged: what the targets need is in the picture too. */
async function judgedGraph(invocation: Invocation): Promise<Result<GraphData>> {
  const evaluation = await evaluate(quietEnvironment(invocation), buildOptions(invocation, []));
  if (!evaluation.ok) return evaluation;
  const { run, taskStates } = evaluation.value;
  const verdicts = new Map(taskStates.map(({ task, judgement }) => [task.id, judgement.verdict]));
  return success({ graph: run.graph, projects: run.sources.workspace.projects, verdicts });
}
