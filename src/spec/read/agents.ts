// Whom does projects.yaml declare as agents, and with which defaults? Whether a route names one of them is looked at in
// parse-workspace.ts.

import type { AgentCatalogue, AgentDeclaration } from "../../model/agent-declaration.ts";
import { COMPAT_PRESETS, type Compat } from "../../model/compat.ts";
import type { Json } from "../../model/digest.ts";
import type { Place } from "../../model/place.ts";
import type { Findings } from "../findings/findings.ts";
import type { AgentShape, HostedShape } from "../schema/agent-schema.ts";
import { milliseconds } from "../schema/duration.ts";
import type { WorkspaceShape } from "../schema/schema.ts";
import type { Places } from "../yaml/yaml.ts";
import { placeholdersIn } from "./placeholders.ts";

type Provider = AgentCatalogue["providers"][string];
type CommandShape = Extract<AgentShape, { kind: "command" }>;

const AGENT_TIMEOUT = "15m";
/** Presets tell of every step that they take; a command of the author's may well be silent until it is done. */
const PRESET_SILENCE = "5m";
const MAX_TURNS = 30;
const SILENCE = "120s";

export function agentsOf(
  { agents }: WorkspaceShape,
  catalogue: AgentCatalogue,
  { places, findings }: { readonly places: Places; readonly findings: Findings },
): readonly AgentDeclaration[] {
  if (agents === undefined || Object.keys(agents).length === 0) {
    return [{ id: "local", kind: "generator", place: places.root }];
  }
  return Object.entries(agents).map(([id, agent]) => {
    const place = places.of(agents, id) ?? places.root;
    if (!isHosted(agent, catalogue) && agent.kind === "command") {
      checkCommand(id, agent, { place, places, findings });
    }
    return agentOf({ id, place }, agent, catalogue);
  });
}

function checkCommand(
  id: string,
  agent: CommandShape,
  {
    place,
    places,
    findings,
  }: { readonly place: Place; readonly places: Places; readonly findings: Findings },
): void {
  const subjectAt = (key: "run" | "max_turns") => ({ target: null, place: places.of(agent, key) ?? place });
  if (agent.run === undefined) {
    if (agent.preset !== undefined) return;
    findings.error(
      "missing-key",
      { target: null, place },
      {
        message: `The agent ${id} has neither run nor preset.`,
        fix: "Add run: with a shell command, or preset:.",
      },
    );
    return;
  }
  // What a program of the author's says is its own affair: nobody could count its turns.
  if (agent.max_turns !== undefined) {
    findings.error("idle-key", subjectAt("max_turns"), {
      message: `The agent ${id} has max_turns, but nothing can count the turns of its own command.`,
      fix: "Give the limit to the command itself, or limit its timeout.",
    });
  }
  const subject = subjectAt("run");
  placeholdersIn(agent.run, ["window", "workspace"], { whose: `The agent ${id}`, subject, findings });
}

/** Only what is a word of the catalogue has the keys of a provider. */
function isHosted(shape: AgentShape, { providers }: AgentCatalogue): shape is HostedShape {
  return Object.hasOwn(providers, shape.kind);
}

/** What is said beside a preset goes before it. */
function compatOf(shape: NonNullable<HostedShape["compat"]>): Compat {
  if (typeof shape === "string") return COMPAT_PRESETS[shape];
  const { preset, ...own } = shape;
  return { ...(preset === undefined ? {} : COMPAT_PRESETS[preset]), ...(own as Compat) };
}

function agentOf(
  declared: Pick<AgentDeclaration, "id" | "place">,
  shape: AgentShape,
  catalogue: AgentCatalogue,
): AgentDeclaration {
  if (isHosted(shape, catalogue)) {
    const provider = catalogue.providers[shape.kind] as Provider;
    return {
      ...declared,
      kind: "hosted",
      provider: shape.kind,
      model: shape.model,
      baseUrl: shape.base_url ?? null,
      keyEnv: shape.api_key_env ?? provider.keyEnv,
      maxTurns: shape.max_turns ?? MAX_TURNS,
      maxOutputTokens: shape.max_output_tokens ?? null,
      temperature: shape.temperature ?? null,
      silenceMs: milliseconds(shape.silence ?? SILENCE),
      ...(shape.headers === undefined ? {} : { headers: shape.headers }),
      ...(shape.extra_body === undefined ? {} : { extraBody: shape.extra_body as { [name: string]: Json } }),
      ...(shape.compat === undefined ? {} : { compat: compatOf(shape.compat) }),
    };
  }
  if (shape.kind === "generator") return { ...declared, kind: "generator" };
  const silence = shape.silence ?? (shape.run === undefined ? PRESET_SILENCE : null);
  return {
    ...declared,
    kind: "command",
    run: shape.run ?? null,
    preset: shape.preset ?? null,
    role: shape.agent ?? null,
    model: shape.model ?? null,
    timeoutMs: milliseconds(shape.timeout ?? AGENT_TIMEOUT),
    silenceMs: silence === null ? null : milliseconds(silence),
    maxTurns: shape.max_turns ?? null,
    reads: shape.reads ?? "declared",
    env: shape.env ?? [],
    ...(shape.sandbox === undefined ? {} : { sandbox: shape.sandbox }),
    ...(shape.network === undefined ? {} : { network: shape.network }),
  };
}
