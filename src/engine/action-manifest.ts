// What may affect a task's action? The manifest is built here and nowhere else, so the key and its explanation read the
// same list.

import type { AgentIdentity } from "../model/agent-declaration.ts";
import { type Digest, digestOf, digestOfBytes, type Json } from "../model/digest.ts";
import { actionKey, type Component, type ComponentKind, type Manifest } from "../model/manifest.ts";
import type { Task } from "../model/task.ts";
import type { Reason, ReasonCode } from "../model/verdict.ts";
import { SEGMENT_KINDS, type SegmentKind, type Window } from "../model/window.ts";

/** Content that an agent is given beside its window, by path. Null: the path does not exist. */
export interface GivenContent {
  readonly kind: "template" | "output" | "file";
  readonly name: string;
  readonly digest: Digest | null;
}

function agentComponent(name: string, parameters: Json): Component {
  const digest = digestOf("agent/1", parameters);
  return { kind: "agent", name, digest, text: JSON.stringify(parameters), place: null };
}

const ABSENT = digestOfBytes("absent");

/** Everyone whose answer can become part of the result. */
export interface Authors {
  readonly agent: AgentIdentity;
  /** By what they are for: `fallback 1`, `tester`, `compressor`. */
  readonly others: readonly { readonly as: string; readonly agent: AgentIdentity }[];
}

export function manifestOf(
  task: Task,
  window: Window,
  { agent, others }: Authors,
  given: readonly GivenContent[],
): Manifest {
  const components: Component[] = window.segments.map((segment) => ({
    kind: segment.kind,
    name: segment.name,
    digest: digestOfBytes(segment.basis ?? segment.text),
    text: segment.basis ?? segment.text,
    place: segment.place,
  }));
  components.push(agentComponent(agent.kind, agent.parameters));
  for (const { as, agent: other } of others) {
    components.push(agentComponent(as, { kind: other.kind, parameters: other.parameters }));
  }
  for (const { kind, name, digest } of given) {
    components.push({ kind, name, digest: digest ?? ABSENT, text: null, place: null });
  }
  return { task: task.id, components };
}

/** What differs between two manifests, in the order of the new one, then what is gone. Empty where the keys are equal. */
export function compareManifests(before: Manifest, after: Manifest): Reason[] {
  const old = new Map(numbered(before.components));
  const reasons: Reason[] = [];
  for (const [name, component] of numbered(after.components)) {
    const earlier = old.get(name);
    old.delete(name);
    if (earlier?.digest !== component.digest)
      reasons.push(reasonFor(component, earlier?.text ?? null, component.text));
  }
  for (const gone of old.values()) reasons.push(reasonFor(gone, gone.text, null));
  if (reasons.length === 0 && actionKey(before) !== actionKey(after))
    reasons.push(plainReason("key-changed", "order of the window"));
  return reasons;
}

/** Components may share a name: a part can render one source into two files. The first is compared with the first. */
function numbered(components: readonly Component[]): [string, Component][] {
  const counts = new Map<string, number>();
  return components.map((component) => {
    const name = `${component.kind}\0${component.name}`;
    const count = counts.get(name) ?? 0;
    counts.set(name, count + 1);
    return [`${name}\0${count}`, component];
  });
}

const GIVEN: Readonly<Record<Exclude<ComponentKind, SegmentKind>, ReasonCode>> = {
  agent: "agent-changed",
  template: "template-changed",
  output: "output-changed",
  file: "file-changed",
};

function codeOf(kind: ComponentKind): ReasonCode {
  return kind in GIVEN ? GIVEN[kind as keyof typeof GIVEN] : SEGMENT_KINDS[kind as SegmentKind].reason;
}

function reasonFor(component: Component, before: string | null, after: string | null): Reason {
  return {
    code: codeOf(component.kind),
    subject: component.name,
    file: component.place?.file ?? null,
    line: component.place?.line ?? null,
    before,
    after,
  };
}

export function plainReason(code: ReasonCode, subject: string): Reason {
  return { code, subject, file: null, line: null };
}
