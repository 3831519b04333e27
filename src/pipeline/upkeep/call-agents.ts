// Do the routed agents answer, and how? Each is asked one small question with one tool, as a build asks: through the ledger,
// within the budget. It says what came.

import { join } from "node:path";
import type { HostedDeclaration } from "../../model/agent-declaration.ts";
import type { BuildOptions } from "../../model/build-options.ts";
import type { ModelRequest, PaidAnswer } from "../../model/conversation.ts";
import type { EventBody } from "../../model/event.ts";
import { type Result, success } from "../../model/result.ts";
import type { Workspace } from "../../model/workspace.ts";
import { failureText } from "../../report/failure-text.ts";
import { duration, price } from "../../report/figures.ts";
import { Blobs } from "../../store/blobs.ts";
import { DISK } from "../../store/durable-io.ts";
import { ShutModels } from "../../store/shut-models.ts";
import { NOTHING_REMEMBERED } from "../reading/read.ts";
import { readFetched } from "../reading/read-fetched.ts";
import type { BuildEnvironment } from "../run/build-environment.ts";
import { Recorder, refuseUnsound } from "../run/recorder.ts";
import { openPaidSessions } from "../sessions/paid-sessions.ts";
import { declaredAt, fine, type HealthFinding, problem } from "./health-finding.ts";

const QUESTION: ModelRequest = {
  system: "You are being tested. Do only what you are asked.",
  messages: [{ role: "user", text: "Call the tool `report` with the word ready." }],
  tools: [
    {
      name: "report",
      description: "Takes one word.",
      parameters: {
        type: "object",
        properties: { word: { type: "string" } },
        required: ["word"],
        additionalProperties: false,
      },
    },
  ],
};

/** Fails where nobody could be asked at all. Each agent is asked anew, whatever it answered or refused before. */
export async function callAgents(
  environment: BuildEnvironment,
  options: Pick<BuildOptions, "budgetUsd" | "perHourUsd" | "modelCalls">,
): Promise<Result<readonly HealthFinding[]>> {
  const { root, signal, clock } = environment;
  const reading = await readFetched(environment, NOTHING_REMEMBERED, options.modelCalls);
  if (!reading.ok) return reading;
  const sound = refuseUnsound(reading.value.sources);
  if (!sound.ok) return sound;
  const store = join(root, ".factory", "store");
  const shut = ShutModels.open(store);
  const reopened = shut.ok ? await shut.value.reopenAll() : shut;
  if (!reopened.ok) return reopened;
  const recorder = new Recorder(environment);
  const learnt = new Map<string, string>();
  const emit = (event: EventBody) => {
    if (event.type === "setting-learnt") learnt.set(event.agent, event.setting);
    recorder.emit(event);
  };
  const { sources } = reading.value;
  const blobs = new Blobs(store, DISK);
  const paid = openPaidSessions({ sources, options, blobs, shared: null, emit, signal, clock, edits: null });
  const findings: HealthFinding[] = [];
  for (const agent of routedModels(sources.workspace)) {
    const startedAt = clock();
    const purpose = {
      ...({ role: "implementer", phase: "implementation", subject: "doctor", project: null } as const),
      ...{ attempt: 1, session: `doctor-${agent.id}`, salt: `doctor ${startedAt}` },
    };
    const asked = await paid.sessions.askFor(agent, purpose)(QUESTION);
    const found = asked.ok
      ? answered(agent, asked.value, { ms: clock() - startedAt, setting: learnt.get(agent.id) ?? null })
      : refusal(agent, asked.failure);
    findings.push(...declaredAt(agent.place, [found]));
  }
  const closed = await paid.sessions.close();
  return closed.ok ? success(findings) : closed;
}

/** All whom a route names, fallbacks with them. */
function routedModels({ agents, routing }: Workspace): readonly HostedDeclaration[] {
  const routed = new Set(
    [routing.roles, routing.implementer].flatMap((routes) => Object.values(routes).flat()),
  );
  return agents.filter(
    (agent): agent is HostedDeclaration => agent.kind === "hosted" && routed.has(agent.id),
  );
}

function answered(
  agent: HostedDeclaration,
  { answer, usage }: PaidAnswer,
  { ms, setting }: { readonly ms: number; readonly setting: string | null },
): HealthFinding {
  const subject = `call ${agent.id}`;
  const { tokens, usd, estimated } = usage;
  const speed = ms > 0 ? `, ${Math.round((tokens.out * 1000) / ms)} tokens a second` : "";
  const counted = estimated ? "tokens are not counted, so they are estimated" : "tokens are counted";
  const cost = usd === null ? "its price is unknown" : `it cost ${price(usd)}`;
  const usesTools = answer.toolCalls.some(({ name }) => name === "report");
  const says = [
    `answers in ${duration(ms)} (${tokens.in} tokens in, ${tokens.out} out${speed})`,
    usesTools ? "calls tools" : "called no tool",
    answer.document === true ? "answers in one piece" : "answers as a stream",
    counted,
    cost,
    ...(setting === null ? [] : [`refused a setting, for which \`compat: {${setting}}\` is the line`]),
  ].join("; ");
  if (usesTools) return fine(subject, says);
  const fix =
    "Without tools it can plan and review, and drafts nothing: route `implementer` to another model, or have its server offer tools.";
  return problem("warning", { subject, code: "no-tools", says, fix });
}

function refusal(agent: HostedDeclaration, failure: Parameters<typeof failureText>[0]): HealthFinding {
  const { message, fix } = failureText(failure);
  return problem("error", { subject: `call ${agent.id}`, code: failure.reason, says: message, fix });
}
