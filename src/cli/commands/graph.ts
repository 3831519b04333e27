// `factory graph [TARGET…]`: the tasks and what they depend on, as text, Mermaid, DOT or JSON.

import { taskGraph } from "../../pipeline/commands/task-graph.ts";
import { graphDot } from "../../report/graph-dot.ts";
import { graphMermaid } from "../../report/graph-mermaid.ts";
import { graphText } from "../../report/graph-text.ts";
import { graphDocument } from "../../report/json.ts";
import { buildOptions } from "../build-targets.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Invocation } from "../invocation.ts";

export async function run(invocation: Invocation): Promise<ExitCode> {
  const options = buildOptions(invocation, invocation.rest(0));
  const view = await taskGraph(invocation, options, invocation.flag("status"));
  if (!view.ok) return invocation.refuse(view.failure);
  const format = invocation.flag("mermaid")
    ? "mermaid"
    : invocation.flag("dot")
      ? "dot"
      : invocation.text("format");
  if (invocation.json) invocation.printJson(graphDocument(view.value));
  else if (format === "mermaid") process.stdout.write(graphMermaid(view.value));
  else if (format === "dot") process.stdout.write(graphDot(view.value));
  else invocation.print(graphText(view.value, invocation.look.color));
  return EXIT.done;
}
