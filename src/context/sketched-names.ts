// Which number has a name that files use? Names are kept once for all files of a project, so that a map compares numbers.

import type { Sketch, SourceSketch } from "../model/sketch.ts";

export class SketchedNames {
  readonly #all: string[];
  readonly #ids = new Map<string, number>();
  #isIndexed = false;

  constructor(known: readonly string[] = []) {
    this.#all = [...known];
  }

  get all(): readonly string[] {
    return this.#all;
  }

  sketch(source: SourceSketch): Sketch {
    return { ...source, uses: source.uses.map((name) => this.#idOf(name)) };
  }

  /** Sketches that go by the numbers here, by the numbers there. */
  renumbered(sketches: Iterable<Sketch>, other: SketchedNames): Sketch[] {
    const ids = new Int32Array(this.#all.length).fill(-1);
    const idOf = (id: number) => {
      if (ids[id] === -1) ids[id] = other.#idOf(this.#all[id] as string);
      return ids[id] as number;
    };
    return [...sketches].map((sketch) => ({ ...sketch, uses: sketch.uses.map(idOf) }));
  }

  #idOf(name: string): number {
    // Where nothing is new, nobody looks for a number by its name.
    if (!this.#isIndexed) {
      for (const [id, known] of this.#all.entries()) this.#ids.set(known, id);
      this.#isIndexed = true;
    }
    let id = this.#ids.get(name);
    if (id === undefined) {
      id = this.#all.push(name) - 1;
      this.#ids.set(name, id);
    }
    return id;
  }
}
