// What went wrong between us and an agent or its model, or in what it answered, and what can be done about it?

import type { Failure } from "../model/failure.ts";
import type { ModelErrorCause } from "../model/model-error.ts";
import { count, price } from "./figures.ts";
import { quoted } from "./plain.ts";
import { whyNoSandbox } from "./sandbox-text.ts";
import { wideningText } from "./widening-text.ts";
import { type FailureText, sentence } from "./wording.ts";

type AgentFailure = Extract<
  Failure,
  {
    reason:
      | "agent-missing"
      | "agent-unavailable"
      | "sandbox-unavailable"
      | "model-needed"
      | "model-error"
      | "call-unresolved"
      | "price-unknown"
      | "budget"
      | "agent-turns"
      | "agent-loop"
      | "agent-answer"
      | "agent-thoughts"
      | "review-rejected"
      | "review-undecided"
      | "approval-needed"
      | "change-waits";
  }
>;

const RAISE = {
  build: "Raise it with `--budget USD` or in projects.yaml",
  project: "Raise `budget: {usd: …}` of the project in projects.yaml",
  task: "Raise `per_task_usd` in projects.yaml",
  hour: "Wait until the hour is over, or raise `per_hour_usd` in projects.yaml (or `--budget-per-hour USD`)",
} as const;

/** Changes that a message names before it only counts them; all of them are its detail. */
const SHOWN = 4;

export function agentFailureText(failure: AgentFailure, target: string): FailureText {
  switch (failure.reason) {
    case "agent-missing":
      return {
        message: `The agent's program ${quoted(failure.program)} is not on the PATH.`,
        detail: [],
        fix: `Install ${quoted(failure.program)}, or route the task to another agent in projects.yaml.`,
      };
    case "agent-unavailable":
      return {
        message: `Agent ${quoted(failure.agent)} cannot be used: ${sentence(failure.detail)}`,
        detail: [],
        fix: "Run `factory doctor` to see what the agent needs, then build again.",
      };
    case "sandbox-unavailable":
      return {
        message: `Nothing runs, because \`sandbox: require\` asks for a sandbox and ${whyNoSandbox(failure)}.`,
        detail: [],
        fix: "Run `factory doctor` for what is missing, or write `sandbox: auto` in projects.yaml.",
      };
    case "model-needed":
      return {
        message: `${failure.tasks.length === 0 ? "Planning" : count(failure.tasks.length, "task")} would need a model call, and none is allowed here.`,
        detail: failure.tasks,
        fix: "Build without `--locked` and `--offline` and commit factory.lock, or restore the store that holds the answers.",
      };
    case "model-error": {
      const status = failure.status === null ? "" : ` (status ${failure.status})`;
      // Journals of before have no such field.
      const back = failure.retryAt ?? null;
      const asked = failure.askedAgainAt ?? null;
      const rests = asked === null ? "" : ` Builds ask it again from ${minuteFrom(asked)} on.`;
      const when = back === null ? rests : ` It takes calls again at ${minuteFrom(back)}.`;
      const after = asked ?? back;
      const atOnce = asked === null ? "" : `, ask it at once with \`factory retry ${target}\`,`;
      const { what, fix } = MODEL_ERRORS[failure.cause];
      return {
        message: `The model of agent ${quoted(failure.agent)} ${what}${status}: ${sentence(failure.detail)}${when}${failure.outcome === "unknown" ? " The call may have been paid for; the next build sends it again." : ""}`,
        detail: [],
        fix:
          after === null
            ? fix
            : `Build again after ${minuteFrom(after)}${atOnce || ","} or route the work to another agent.`,
      };
    }
    case "call-unresolved":
      return {
        message: `A call of agent ${quoted(failure.agent)} was sent ${failure.begun} times and never answered; ${failure.atRisk === null ? "its cost is unknown" : `at most ${price(failure.atRisk)} may have been paid for it`}. Builds send it again from ${minuteFrom(failure.againAt)} on.`,
        detail: [],
        fix: `Build again then, or send the call now with \`factory retry ${target}\`.`,
      };
    case "price-unknown":
      return {
        message: `The price of model ${quoted(failure.model)} (agent ${quoted(failure.agent)}) is not known, and a budget is set.`,
        detail: [],
        fix: `Add it to projects.yaml: \`prices: {${failure.model}: {in: USD, out: USD}}\`, per million tokens; 0 for a model of your own.`,
      };
    case "budget": {
      const whose =
        failure.of === "project" ? `the project ${quoted(failure.project ?? "")}` : `this ${failure.of}`;
      return {
        message: `The budget of ${price(failure.limit)} for ${whose} is reached: ${price(failure.spent)} is spent or reserved${failure.next === undefined ? "" : `, and the next call may cost up to ${price(failure.next)}`}.`,
        detail: [],
        fix: `${RAISE[failure.of]}${failure.of === "hour" ? "" : ", or give the agent a smaller `max_output_tokens`"}; finished work is kept.`,
      };
    }
    case "agent-turns":
      return {
        message: `The agent did not finish within ${count(failure.turns, "turn")}.`,
        detail: [],
        fix: "Split the task, or raise the agent's `max_turns` in projects.yaml.",
      };
    case "agent-loop":
      return {
        message: `${loopText(failure)}, so the factory stopped it.`,
        detail: failure.call === undefined ? [] : [`Its last tool call: ${failure.call}`],
        fix: "Say in the task what it could not find out, then run `factory build` again.",
      };
    case "agent-answer":
      return {
        message: `The answer in the role ${quoted(failure.role)} cannot be used: ${sentence(failure.detail)}`,
        detail: [],
        fix: `Ask again with \`factory retry ${target}\`, or route the role to a stronger agent.`,
      };
    case "agent-thoughts": {
      const limit = failure.limit === null ? "its limit" : `its limit of ${count(failure.limit, "token")}`;
      return {
        message: `The model of agent ${quoted(failure.agent)} thought until ${limit} was used up, and wrote nothing.`,
        detail: [],
        fix: `${failure.limit === null ? "Set" : "Raise"} the agent's \`max_output_tokens\` in projects.yaml, or give the model a larger context on its server; then run \`factory retry ${target}\`.`,
      };
    }
    case "review-rejected":
      return {
        message:
          failure.verdict === "changes"
            ? "The reviewer asks for changes."
            : "The reviewer recommends a rebase: the task itself must be rewritten.",
        detail: failure.findings,
        fix: "Improve the task in its BACKLOG.yaml, then run `factory build` again.",
      };
    case "review-undecided":
      return {
        message: "The reviewer cannot judge the draft, so a person has to.",
        detail: failure.findings,
        fix: `Look at ${failure.diff}; then run \`factory approve ${target}\` to take the draft, or \`factory retry ${target}\` to draft it again, or state in its criteria what proves them.`,
      };
    case "approval-needed":
      return {
        message:
          failure.paths === undefined
            ? `${quoted(failure.target)} waits for a person: its checkpoint is \`ask\`.`
            : `${failure.task} waits for a person: an agent planned that it may touch ${failure.paths.map(quoted).join(", ")}.`,
        detail: [],
        fix: `Look at ${failure.file}, then run \`factory approve ${failure.target}\`.`,
      };
    case "change-waits": {
      const told = failure.changes.map(({ task, widening }) => {
        const whose = task === failure.target ? "" : `in ${task} `;
        return `${whose}${wideningText(widening)}`;
      });
      const more = told.length > SHOWN ? `; and ${count(told.length - SHOWN, "more change")}` : "";
      return {
        message: `${quoted(failure.target)} waits for a person: an agent's new text ${told.slice(0, SHOWN).join("; ")}${more}.`,
        detail: told,
        fix: `Look at ${failure.proposal}; then run \`factory approve ${failure.target}\` to take it, or \`factory retry ${failure.target}\` to ask again, or edit the spec yourself.`,
      };
    }
  }
}

const MODEL_ERRORS: Readonly<Record<ModelErrorCause, { readonly what: string; readonly fix: string }>> = {
  auth: {
    what: "rejects the key",
    fix: "Set the environment variable of the agent's `api_key_env` to a valid key, then build again.",
  },
  quota: {
    what: "has no quota left",
    fix: "Wait until the quota resets, or route the work to another agent.",
  },
  rate: { what: "is limiting the rate of calls", fix: "Build again later, or lower `limits.agents`." },
  overloaded: { what: "is overloaded", fix: "Build again later; what was answered is kept." },
  loading: {
    what: "is still being loaded by its server",
    fix: "Build again when the server has it in memory; what was answered is kept.",
  },
  network: {
    what: "could not be reached",
    fix: "Check the network and the agent's `base_url`, then build again; what was answered is kept.",
  },
  certificate: {
    what: "has a certificate that is not trusted",
    fix: "Set `NODE_EXTRA_CA_CERTS` or `SSL_CERT_FILE` to a file with the certificate of whoever signed it, in PEM; your company's administrators have it. One that has expired, or is for another name, is for whoever runs the server to renew.",
  },
  proxy: {
    what: "cannot be reached with the proxy or the certificates that the environment names",
    fix: "Correct `HTTPS_PROXY` or `HTTP_PROXY` (a name and a password go into the address: `http://NAME:PASSWORD@HOST:PORT`), name the server in `NO_PROXY`, or correct `SSL_CERT_FILE`; then build again.",
  },
  silence: {
    what: "stopped answering",
    fix: "Build again, or raise the agent's `silence` in projects.yaml.",
  },
  context: {
    what: "does not accept a window that large",
    fix: "Split the task, or route it to a model with a larger window.",
  },
  output: {
    what: "does not give so much output",
    fix: "Lower the agent's `max_output_tokens` in projects.yaml.",
  },
  model: {
    what: "is not there, or not for this key",
    fix: "Correct the agent's `model` in projects.yaml, or ask who runs the server for access to it.",
  },
  parameter: {
    what: "does not take a setting of the request",
    fix: "Remove or change that setting of the agent in projects.yaml, or route the work to another agent.",
  },
  refused: {
    what: "rejected the request",
    fix: "Check the agent's `model` and `base_url` in projects.yaml.",
  },
  filtered: {
    what: "refused to answer",
    fix: "Reword what its rules object to, or route the task to another agent.",
  },
  malformed: {
    what: "gave a malformed answer",
    fix: "Build again; if that does not help, check the agent's `base_url`.",
  },
};

/** The next whole minute, so that nobody comes too early. */
function minuteFrom(at: number): string {
  return `${new Date(Math.ceil(at / 60_000) * 60_000).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

function loopText({ how, times, tool }: Extract<AgentFailure, { reason: "agent-loop" }>): string {
  if (how === "idle") return `The agent learned nothing new in ${times} turns`;
  if (how === "alternating")
    return `The agent made the same two calls in turn ${times} times (${quoted(tool)})`;
  return `The agent asked ${quoted(tool)} the same thing ${times} times`;
}
