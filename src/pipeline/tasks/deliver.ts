// What is an agent shown in this attempt? The window that the key was made of, with what earlier attempts taught, made
// short enough. The key stays that of the plain window: how often an agent failed, and in which words a text was
// shortened, must not make a result another one.

import type { SessionResult } from "../../agents/agent-port.ts";
import { countedBytes, segmentBytes } from "../../context/bounded.ts";
import { compressible, leastRoom, sparedBytes } from "../../context/compressible.ts";
import { compressorWindow } from "../../context/compressor-window.ts";
import { checkSegments, shownGates } from "../../context/gate-words.ts";
import { withLessons } from "../../context/lessons.ts";
import { pointerText } from "../../context/pointer-text.ts";
import { windowTexts } from "../../context/window-text.ts";
import { routeRole } from "../../engine/route.ts";
import { addUsage, NO_USAGE } from "../../model/output.ts";
import { pointerIn } from "../../model/pointer.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { Tree } from "../../model/tree.ts";
import type { Segment, Window } from "../../model/window.ts";
import { groundOf } from "../product/ground.ts";
import type { Run } from "../run/run.ts";
import { askAgent } from "../sessions/agent-session.ts";
import { promptOf } from "../sessions/prompt.ts";
import type { TaskJob } from "./judge-task.ts";
import { readFacts } from "./read-facts.ts";

export interface Delivery {
  readonly lessons: readonly string[];
  /** Lines of the backlog's own evidence that no longer hold. */
  readonly outdated: ReadonlySet<string>;
  readonly salt: string;
}

export async function windowToDeliver(
  run: Run,
  judged: TaskJob,
  { lessons, outdated, salt }: Delivery,
): Promise<SessionResult<Window>> {
  const order = { ...judged, window: withoutEvidence(judged.window, outdated) };
  const ground = await groundOf(run, order.state, order.node);
  if (!ground.ok) return { result: ground, usage: NO_USAGE };
  const checks = await checksOf(order, ground.value.tree);
  if (!checks.ok) return { result: checks, usage: NO_USAGE };
  const pointers = await pointerTexts(order, ground.value.tree);
  if (!pointers.ok) return { result: pointers, usage: NO_USAGE };
  const { windowBytes } = run.sources.workspace.limits;
  const whole = (window: Window) =>
    withChecks(
      run,
      withLessons(withPointers(run, window, pointers.value), lessons, windowBytes),
      checks.value,
    );
  if (!order.oversized) return { result: success(whole(order.window)), usage: NO_USAGE };
  const { result, usage } = await compressed(run, order, salt);
  return { result: result.ok ? success(whole(result.value)) : result, usage };
}

/** A model is told of the gates by the tool that runs them; a program has no such tool. Whoever renders is told nothing. */
async function checksOf({ state, agent, fallbacks, gates }: TaskJob, tree: Tree): Promise<Result<Segment[]>> {
  if (agent.kind === "generator") return success([]);
  const facts = await readFacts(state, tree);
  if (!facts.ok) return facts;
  const isProgram = [agent, ...fallbacks].some(({ kind }) => kind === "command");
  return success(checkSegments(isProgram ? shownGates(gates, facts.value) : [], facts.value));
}

/**
 * What each pointer says of the tree that the agent works on. It is no part of the key: code that moved within a file is no
 * reason to draft anew.
 */
async function pointerTexts(
  { window, state, agent }: TaskJob,
  tree: Tree,
): Promise<Result<ReadonlyMap<string, string>>> {
  const told = new Map<string, string>();
  if (agent.kind === "generator") return success(told);
  for (const { text } of window.segments.filter(({ kind }) => kind === "pointer")) {
    const pointer = pointerIn(text);
    // A path alone says all that there is to say.
    if (pointer.symbol === null && pointer.lines === null) continue;
    const entry = tree.get(pointer.path);
    const content =
      entry === undefined || entry.mode === "160000" ? null : await state.contents.of(entry.oid);
    if (content?.ok === false) return content;
    const file = content === null ? null : Buffer.from(content.value).toString("utf8");
    told.set(text, await pointerText(text, file));
  }
  return success(told);
}

function withPointers(run: Run, window: Window, told: ReadonlyMap<string, string>): Window {
  if (told.size === 0) return window;
  const segments = window.segments.map((segment) => {
    const text = segment.kind === "pointer" ? told.get(segment.text) : undefined;
    return text === undefined ? segment : { ...segment, text };
  });
  const next = windowWith(segments);
  // Lines are worth less than the bound: without room for them the pointers stay as they were written.
  return next.taskBytes > run.sources.workspace.limits.windowBytes ? window : next;
}

/** As many as fit beside the task: no window grows past its bound for them. */
function withChecks(run: Run, window: Window, checks: readonly Segment[]): Window {
  const { windowBytes } = run.sources.workspace.limits;
  return checks.reduce((grown, check) => {
    const next = windowWith([...grown.segments, check]);
    return next.taskBytes <= windowBytes ? next : grown;
  }, window);
}

/** The key keeps them: gates that changed are no reason to draft anew what was accepted. */
function withoutEvidence(window: Window, outdated: ReadonlySet<string>): Window {
  const gone = window.segments.filter(({ kind, text }) => kind === "negative-evidence" && outdated.has(text));
  if (gone.length === 0) return window;
  return windowWith(window.segments.filter((segment) => !gone.includes(segment)));
}

/** Shortens one text after the other, until the window fits. Nobody is paid where that cannot be reached. */
async function compressed(run: Run, job: TaskJob, salt: string): Promise<SessionResult<Window>> {
  const { windowBytes, planningBytes } = run.sources.workspace.limits;
  const prompt = await promptOf(run.sources, "compressor", job.state.project);
  if (!prompt.ok) return { result: prompt, usage: NO_USAGE };
  let window = job.window;
  let usage = NO_USAGE;
  if (window.taskBytes - sparedBytes(window.segments) > windowBytes)
    return { result: fitting(window, windowBytes), usage };
  for (const segment of compressible(window.segments)) {
    const excess = window.taskBytes - windowBytes;
    if (excess <= 0) break;
    const size = segmentBytes(segment);
    const room = Math.max(leastRoom(segment), size - excess);
    const asked = compressorWindow({ prompt: prompt.value, passage: segment, room }, planningBytes);
    if (!asked.ok) return { result: asked, usage };
    const told = await askAgent(run.sessions, routeRole("compressor", run.sources.workspace), {
      order: {
        role: "compressor",
        phase: "implementation",
        subject: job.task.id,
        project: job.state.project.id,
        attempt: 1,
        salt,
        window: asked.value,
      },
      ...windowTexts(asked.value),
      access: null,
    });
    usage = addUsage(usage, told.usage);
    if (!told.result.ok) return { result: told.result, usage };
    const text = told.result.value.trim();
    if (Buffer.byteLength(text) < size) window = withText(window, segment, text);
  }
  return { result: fitting(window, windowBytes), usage };
}

function withText(window: Window, old: Segment, text: string): Window {
  return windowWith(window.segments.map((segment) => (segment === old ? { ...old, text } : segment)));
}

function windowWith(segments: readonly Segment[]): Window {
  return { segments, taskBytes: countedBytes(segments) };
}

function fitting(window: Window, limit: number): Result<Window> {
  if (window.taskBytes <= limit) return success(window);
  const fattest = window.segments
    .filter(({ kind }) => kind !== "role")
    .map((segment) => ({ name: `${segment.kind} ${segment.name}`, bytes: segmentBytes(segment) }))
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, 3);
  return failed({ reason: "window-too-large", bytes: window.taskBytes, limit, fattest });
}
