// Which templates are there, and what does one say? Those of people are read with the workspace, because their findings are
// findings of it. One of the package is read when somebody asks for it: reading all takes longer than a small workspace.

import type { Template, Templates } from "../../model/template.ts";

export interface TemplateSources extends Template {
  /** Texts below the template's `code/`, by path. */
  readonly code: Readonly<Record<string, string>>;
}

type Reading = () => TemplateSources | null;

export class TemplateShelf implements Templates<TemplateSources> {
  readonly #read: Map<string, TemplateSources>;
  readonly #unread = new Map<string, Reading>();
  #isSealed = false;

  constructor(read: Iterable<TemplateSources>) {
    this.#read = new Map([...read].map((template) => [template.name, template]));
  }

  /** Those that were read until now. */
  get read(): readonly TemplateSources[] {
    return [...this.#read.values()];
  }

  put(template: TemplateSources | null): void {
    if (template !== null) this.#read.set(template.name, template);
  }

  putUnread(name: string, reading: Reading): void {
    this.#unread.set(name, reading);
  }

  /** The findings of the sources are told: what is read from now on has none to add. */
  seal(): void {
    this.#isSealed = true;
  }

  has(name: string): boolean {
    return this.#read.has(name) || this.#unread.has(name);
  }

  get(name: string): TemplateSources | undefined {
    const reading = this.#unread.get(name);
    this.#unread.delete(name);
    const template = reading?.();
    // Else what is there and cannot be read would pass for what is not there.
    if (template === null && this.#isSealed)
      throw new Error(`the template ${name} of the package cannot be read: install the package again`);
    if (template !== undefined) this.put(template);
    return this.#read.get(name);
  }

  *keys(): Generator<string> {
    yield* this.#read.keys();
    yield* this.#unread.keys();
  }

  *values(): Generator<TemplateSources> {
    for (const name of [...this.keys()]) {
      const template = this.get(name);
      if (template !== undefined) yield template;
    }
  }
}
