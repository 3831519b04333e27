// What is a workspace, reduced to the facts that a build may depend on? Random sketches, and every edit that a person
// could make to one. How they are written down is files.ts; what follows from them is oracle.ts.

import fc from "fast-check";

export const PROJECTS = ["api", "cli"] as const;
export const REQUIREMENTS = ["R1", "R2", "R3"] as const;

/** Where a task's code shows a value: nowhere, in a body that no interface declares, or in an exported type. */
export type Shown = "no" | "body" | "face";

export interface Sketch {
  readonly features: readonly FeatureSketch[];
  /** Gate command by project; null: no gate. */
  readonly gates: readonly (string | null)[];
  /** Number of the next task: ids are never used again. */
  readonly nextTask: number;
}

export interface FeatureSketch {
  readonly id: string;
  /** Variant of each requirement's text. */
  readonly requirements: readonly number[];
  readonly a: number;
  readonly b: readonly number[];
  readonly constraint: number;
  /** Feature of which all tasks come before all of this one. */
  readonly after: string | null;
  readonly tasks: readonly TaskSketch[];
}

export interface TaskSketch {
  readonly number: number;
  readonly project: number;
  readonly title: number;
  readonly description: number;
  /** Indices into REQUIREMENTS. */
  readonly requirements: readonly number[];
  /** Numbers of tasks, all smaller: no cycle can be drawn. */
  readonly dependsOn: readonly number[];
  readonly code: CodeSketch;
}

/** A task's own template source. */
export interface CodeSketch {
  readonly language: "ts" | "txt";
  /** An export without a written type: the whole text stands in for its interface. */
  readonly loose: boolean;
  readonly text: number;
  /** A comment of the template's, which no output shows. */
  readonly note: number;
  readonly requirements: Shown;
  readonly a: Shown;
  readonly b: Shown;
  readonly interfaces: Shown;
  /** The file's name holds the value of `a`. */
  readonly named: boolean;
}

export function tasksOf(sketch: Sketch): { feature: FeatureSketch; task: TaskSketch }[] {
  return sketch.features.flatMap((feature) => feature.tasks.map((task) => ({ feature, task })));
}

export function localId(task: number): string {
  return `T${String(task).padStart(2, "0")}`;
}

export function addressesOf(sketch: Sketch): string[] {
  return tasksOf(sketch).map(({ feature, task }) => `${feature.id}:${localId(task.number)}`);
}

const shown = fc.constantFrom<Shown>("no", "body", "face");
const small = fc.integer({ min: 0, max: 3 });

const code: fc.Arbitrary<CodeSketch> = fc.record({
  language: fc.constantFrom("ts", "ts", "ts", "txt"),
  loose: fc.integer({ min: 0, max: 4 }).map((number) => number === 0),
  text: small,
  note: small,
  requirements: shown,
  a: shown,
  b: shown,
  interfaces: shown,
  named: fc.integer({ min: 0, max: 4 }).map((number) => number === 0),
});

const task = fc.record({
  project: fc.nat(PROJECTS.length - 1),
  title: small,
  description: small,
  requirements: fc.uniqueArray(fc.nat(REQUIREMENTS.length - 1), { maxLength: 2 }),
  dependsOn: fc.uniqueArray(fc.nat(20), { maxLength: 3 }),
  code,
});

const feature = fc.record({
  requirements: fc.tuple(small, small, small),
  a: small,
  b: fc.uniqueArray(small, { minLength: 1, maxLength: 3 }),
  constraint: small,
  after: fc.option(fc.nat(3), { nil: null, freq: 2 }),
  tasks: fc.array(task, { minLength: 1, maxLength: 4 }),
});

/** Two projects, two to four features of one to four tasks, with dependencies across both. */
export const sketches: fc.Arbitrary<Sketch> = fc
  .record({
    features: fc.array(feature, { minLength: 2, maxLength: 4 }),
    gates: fc.tuple(fc.constantFrom(null, "true"), fc.constantFrom(null, "true")),
  })
  .map((drawn) => {
    let nextTask = 0;
    // Dealt out in turn, so that smaller numbers, and with them dependencies, lie in every feature.
    const numbers = new Map<string, number>();
    for (let at = 0; at < 4; at++) {
      for (const [index, { tasks }] of drawn.features.entries()) {
        if (at < tasks.length && index < drawn.features.length - 1) numbers.set(`${index} ${at}`, nextTask++);
      }
    }
    // The last feature comes last as a whole, so that it may depend on another one as a whole.
    const last = drawn.features.length - 1;
    for (const at of drawn.features[last]?.tasks.keys() ?? []) numbers.set(`${last} ${at}`, nextTask++);
    const features = drawn.features.map((one, index) => ({
      ...one,
      id: `f${index}`,
      after: index === last && one.after !== null ? `f${one.after % last}` : null,
      tasks: one.tasks.map((each, at) => {
        const number = numbers.get(`${index} ${at}`) as number;
        return { ...each, number, dependsOn: each.dependsOn.filter((other) => other < number) };
      }),
    }));
    return { features, gates: drawn.gates, nextTask };
  });

const kinds = [
  "requirement",
  "a",
  "b",
  "constraint",
  "title",
  "description",
  "names-requirement",
  "dependency",
  "add-task",
  "remove-task",
  "move-task",
  "text",
  "note",
  "shows",
  "gate",
] as const;

export interface Stroke {
  readonly kind: (typeof kinds)[number];
  /** Choices among what there is, and new values. */
  readonly numbers: readonly number[];
  readonly drawn: Omit<TaskSketch, "number">;
}

/** One change that a person makes. As data, so that a failure prints what was done. */
export const strokes: fc.Arbitrary<Stroke> = fc.record({
  kind: fc.constantFrom(...kinds),
  numbers: fc.array(fc.nat(1000), { minLength: 4, maxLength: 4 }),
  drawn: task,
});

export function apply(sketch: Sketch, { kind, numbers, drawn }: Stroke): Sketch {
  const [first, second, third, fresh] = numbers as [number, number, number, number];
  const all = tasksOf(sketch);
  const chosen = all[first % all.length] as (typeof all)[number];
  const { task: old, feature: home } = chosen;
  const onTask = (change: Partial<TaskSketch>) => withTask(sketch, old.number, change);
  const onFeature = (change: Partial<FeatureSketch>) => withFeature(sketch, home.id, change);
  switch (kind) {
    case "requirement":
      return onFeature({ requirements: home.requirements.with(second % REQUIREMENTS.length, fresh) });
    case "a":
      return onFeature({ a: fresh });
    case "b":
      return onFeature({ b: home.b.with(second % home.b.length, fresh) });
    case "constraint":
      return onFeature({ constraint: fresh });
    case "title":
      return onTask({ title: fresh });
    case "description":
      return onTask({ description: fresh });
    case "names-requirement":
      return onTask({ requirements: toggled(old.requirements, second % REQUIREMENTS.length) });
    case "dependency": {
      const below = all.filter(({ task: other }) => other.number < old.number);
      const other = below[second % Math.max(1, below.length)];
      return other === undefined ? sketch : onTask({ dependsOn: toggled(old.dependsOn, other.task.number) });
    }
    case "add-task": {
      const last = sketch.features.at(-1) as FeatureSketch;
      const earlier = all.filter(({ feature }) => feature.id !== last.id || home.id === last.id);
      const known = new Set(earlier.map(({ task: other }) => other.number));
      const added = {
        ...drawn,
        number: sketch.nextTask,
        dependsOn: drawn.dependsOn.filter((number) => known.has(number)),
      };
      const grown = onFeature({ tasks: [...home.tasks, added] });
      return { ...grown, nextTask: sketch.nextTask + 1 };
    }
    case "remove-task":
      return home.tasks.length === 1 ? sketch : withoutTask(sketch, old.number);
    case "move-task":
      return onTask({ project: (old.project + 1) % PROJECTS.length });
    case "text":
      return onTask({ code: { ...old.code, text: fresh } });
    case "note":
      return onTask({ code: { ...old.code, note: fresh } });
    case "shows":
      return onTask({ code: drawn.code });
    case "gate": {
      const commands = [null, "true", `true ${third % 3}`];
      return {
        ...sketch,
        gates: sketch.gates.with(second % PROJECTS.length, commands[third % 3] as string | null),
      };
    }
  }
}

function toggled(numbers: readonly number[], number: number): readonly number[] {
  return numbers.includes(number) ? numbers.filter((other) => other !== number) : [...numbers, number];
}

function withFeature(sketch: Sketch, id: string, change: Partial<FeatureSketch>): Sketch {
  const features = sketch.features.map((one) => (one.id === id ? { ...one, ...change } : one));
  return { ...sketch, features };
}

function withTask(sketch: Sketch, number: number, change: Partial<TaskSketch>): Sketch {
  const features = sketch.features.map((one) => ({
    ...one,
    tasks: one.tasks.map((each) => (each.number === number ? { ...each, ...change } : each)),
  }));
  return { ...sketch, features };
}

function withoutTask(sketch: Sketch, number: number): Sketch {
  const features = sketch.features.map((one) => ({
    ...one,
    tasks: one.tasks
      .filter((each) => each.number !== number)
      .map((each) => ({ ...each, dependsOn: each.dependsOn.filter((other) => other !== number) })),
  }));
  return { ...sketch, features };
}
