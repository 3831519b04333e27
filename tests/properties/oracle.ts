// What should a build do about each task? Computed by brute force from the sketches before and after, without anything
// of src/: what a task is shown, what it therefore writes, and what lies below its gates.

import { itemsOf, requirementText } from "./files.ts";
import {
  type FeatureSketch,
  localId,
  PROJECTS,
  REQUIREMENTS,
  type Sketch,
  type TaskSketch,
  tasksOf,
} from "./sketch.ts";

/** Everything that a build may depend on, task by task. Texts stand for content: they are equal where it is. */
interface Facts {
  /** What the agent is shown. */
  readonly window: string;
  readonly output: string;
  /** What of the output a dependent's window shows; null where nothing is. */
  readonly face: string | null;
  /** Its file, the files below it in its project, and its gate. */
  readonly foundation: string;
  /** The tasks below it and how they hang together, by which a foundation is told from another in practice. */
  readonly structure: string;
}

function addressOf(feature: FeatureSketch, { number }: TaskSketch): string {
  return `${feature.id}:${localId(number)}`;
}

/** Follows one workspace through its edits, because what was built once is restored and not drafted again. */
export class Oracle {
  #before = new Map<string, Facts>();
  readonly #seen = new Set<string>();

  /** The actions that are right for each task; two where the contract leaves it open. */
  next(sketch: Sketch): Readonly<Record<string, readonly string[]>> {
    const now = factsOf(sketch);
    const actions = [...now].map(([address, facts]) => [address, this.#actionsFor(address, facts)] as const);
    for (const [address, facts] of now) this.#seen.add(address + facts.window);
    this.#before = now;
    return Object.fromEntries(actions);
  }

  #actionsFor(address: string, now: Facts): readonly string[] {
    const earlier = this.#before.get(address);
    if (earlier === undefined || earlier.window !== now.window) {
      return [this.#seen.has(address + now.window) ? "restored" : "regenerated"];
    }
    if (earlier.foundation !== now.foundation) return ["reverified"];
    // Gates may run once more where the graph below was redrawn, although the same files lie there.
    return earlier.structure === now.structure ? ["fresh"] : ["fresh", "reverified"];
  }
}

function factsOf(sketch: Sketch): Map<string, Facts> {
  const known = new Map<number, Facts>();
  const all = tasksOf(sketch);
  const homes = new Map(all.map((one) => [one.task.number, one]));
  const found = new Map<string, Facts>();
  for (const { feature, task } of fromBelow(sketch)) {
    const direct = task.dependsOn.flatMap((number) => homes.get(number) ?? []);
    const whole = sketch.features.find((other) => other.id === feature.after)?.tasks ?? [];
    const below = closure(sketch, [
      ...direct.map((one) => one.task.number),
      ...whole.map(({ number }) => number),
    ]);
    const shownFiles = direct
      .map((one) => ({
        address: addressOf(one.feature, one.task),
        file: fileOf(one.feature, one.task),
        facts: known.get(one.task.number) as Facts,
      }))
      .filter(({ facts }) => facts.face !== null)
      .sort((a, b) => (a.address < b.address ? -1 : 1));
    const mentioned = (name: "a" | "b" | "interfaces") =>
      task.code[name] !== "no" || (name === "a" && task.code.named);
    const { note, ...visible } = task.code;
    const window = JSON.stringify([
      [task.title, task.description, task.project],
      [...task.requirements].sort().map((index) => requirementText(feature, index)),
      feature.constraint,
      [visible, note],
      mentioned("a") ? feature.a : null,
      mentioned("b") ? itemsOf(feature) : null,
      mentioned("interfaces") ? shownFiles.map(({ file, facts }) => [file, facts.face]) : null,
    ]);
    const values = {
      requirements: [...task.requirements]
        .sort()
        .map((index) => [REQUIREMENTS[index], requirementText(feature, index)]),
      a: feature.a,
      b: itemsOf(feature),
      interfaces: shownFiles.map(({ file }) => file),
    };
    const body = [visible.text, ...shownAs(task, "body", values)];
    const face = shownAs(task, "face", values);
    const file = fileOf(feature, task);
    const output = JSON.stringify([file, task.code.language, task.code.loose, body, face]);
    const declared = JSON.stringify([file, face, shownAs(task, "body", {})]);
    const own = below.filter((number) => homes.get(number)?.task.project === task.project);
    const gate = sketch.gates[task.project];
    known.set(task.number, {
      window,
      output,
      face: task.code.language === "txt" ? null : task.code.loose ? output : declared,
      foundation: JSON.stringify([output, own.map((number) => known.get(number)?.output).sort(), gate]),
      structure: JSON.stringify([
        below.map((number) => {
          const one = homes.get(number);
          return [
            number,
            one?.task.dependsOn,
            one?.task.project,
            one?.feature.after,
            known.get(number)?.output,
          ];
        }),
        task.dependsOn,
      ]),
    });
    found.set(addressOf(feature, task), known.get(task.number) as Facts);
  }
  return found;
}

function fileOf(feature: FeatureSketch, task: TaskSketch): string {
  const value = task.code.named ? `-${feature.a}` : "";
  return `${PROJECTS[task.project]}/src/${feature.id}/${localId(task.number)}${value}.${task.code.language}`;
}

/** Which values stand in the bodies, or in the exported types, with their content where it is given. */
function shownAs(
  { code }: TaskSketch,
  where: "body" | "face",
  values: Readonly<Record<string, unknown>>,
): unknown[] {
  const names = ["requirements", "a", "b", "interfaces"] as const;
  return names.filter((name) => code[name] === where).map((name) => [name, values[name] ?? null]);
}

/** All tasks, each behind those below it: a task that joins a feature later lies below whatever waits for that feature. */
function fromBelow(sketch: Sketch): ReturnType<typeof tasksOf> {
  const depth = new Map(
    tasksOf(sketch).map(({ task }) => [task.number, closure(sketch, [task.number]).length]),
  );
  return [...tasksOf(sketch)].sort(
    (a, b) => (depth.get(a.task.number) ?? 0) - (depth.get(b.task.number) ?? 0),
  );
}

/** The given tasks and all below them. */
function closure(sketch: Sketch, start: readonly number[]): number[] {
  const homes = new Map(tasksOf(sketch).map((one) => [one.task.number, one]));
  const seen = new Set<number>();
  const visit = (number: number) => {
    const one = homes.get(number);
    if (one === undefined || seen.has(number)) return;
    seen.add(number);
    for (const below of one.task.dependsOn) visit(below);
    const whole = sketch.features.find((feature) => feature.id === one.feature.after);
    for (const { number: below } of whole?.tasks ?? []) visit(below);
  };
  for (const number of start) visit(number);
  return [...seen].sort((a, b) => a - b);
}
