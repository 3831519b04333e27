// How does a template become text? Only strings from `templates/` are compiled; what people write in specs reaches
// Handlebars as values and is never a template. It knows nothing of features, windows or files on disk.

import type Handlebars from "handlebars";
import type { Failure } from "./failure.ts";
import { RENDER_HELPERS } from "./render-helpers.ts";
import { tidyImports } from "./render-imports.ts";
import { failed, type Result, success } from "./result.ts";

/** What a template may refer to, by root name. */
export type RenderValues = Readonly<Record<string, unknown>>;

export interface Renderer {
  /** Failure `template` names `file` and, where Handlebars knows it, the line. */
  render(source: string, file: string, values: RenderValues): Result<string>;
  /**
   * The values that a template refers to: `params.fields`, `requirements`, `interfaces` … A bare `params` means all of
   * them. A source that does not parse mentions nothing: rendering it is what reports the mistake.
   */
  mentions(source: string): ReadonlySet<string>;
}

/** The roots of values. A path that starts otherwise belongs to the item of an enclosing block. */
const ROOTS = new Set([
  "params",
  "requirements",
  "acceptance",
  "constraints",
  "interfaces",
  "task",
  "feature",
  "project",
]);

/** Of these it matters which part is meant. */
const OF_PARTS = new Set(["params", "project"]);

/** Loops within loops over long lists would never end, and nobody wants a file of that length. */
const MOST_PASSES = 100_000;

let loaded: Promise<Renderer> | null = null;

/** Loads Handlebars, which takes longer than most builds need it. Whoever asks gets the same one: it compiles a source once. */
export function loadRenderer(): Promise<Renderer> {
  loaded ??= makeRenderer();
  return loaded;
}

async function makeRenderer(): Promise<Renderer> {
  const { default: handlebars } = await import("handlebars");
  const engine = handlebars.create();
  for (const name of ["log", "helperMissing", "blockHelperMissing"]) engine.unregisterHelper(name);
  const knownHelpers: Record<string, boolean> = { log: false };
  for (const [name, helper] of Object.entries(RENDER_HELPERS)) {
    engine.registerHelper(name, (...given: unknown[]) => {
      const { hash, loc } = given.pop() as Handlebars.HelperOptions & { loc: hbs.AST.SourceLocation };
      try {
        return helper(given, new Map(Object.entries(hash)));
      } catch (thrown) {
        const message = thrown instanceof Error ? thrown.message : String(thrown);
        throw Object.assign(new Error(`${name}: ${message}`), { lineNumber: loc.start.line });
      }
    });
    knownHelpers[name] = true;
  }
  engine.registerHelper("imports", function (this: unknown, { fn }: Handlebars.HelperOptions) {
    return tidyImports(fn(this));
  });
  knownHelpers.imports = true;
  let passes = 0;
  const each = engine.helpers.each as Handlebars.HelperDelegate;
  engine.registerHelper("each", function (this: unknown, items: unknown, options: Handlebars.HelperOptions) {
    const fn: typeof options.fn = (...given) => {
      passes += 1;
      if (passes <= MOST_PASSES) return options.fn(...given);
      throw new Error(`each: the loops of the template come to more than ${MOST_PASSES} passes`);
    };
    return each.call(this, items, { ...options, fn });
  });
  const compiled = new Map<string, Handlebars.TemplateDelegate>();
  const mentioned = new Map<string, ReadonlySet<string>>();
  return {
    render(source, file, values) {
      passes = 0;
      try {
        let template = compiled.get(source);
        if (template === undefined) {
          template = engine.compile(source, {
            noEscape: true,
            strict: true,
            preventIndent: true,
            knownHelpers: knownHelpers as KnownHelpers,
            knownHelpersOnly: true,
          });
          compiled.set(source, template);
        }
        const text = template(bare(values), {
          allowProtoPropertiesByDefault: false,
          allowProtoMethodsByDefault: false,
        });
        return success(text);
      } catch (thrown) {
        return failed(templateFailure(file, thrown));
      }
    },
    mentions(source) {
      const known = mentioned.get(source);
      if (known !== undefined) return known;
      const found = new Set<string>();
      try {
        collect(engine.parse(source), found);
      } catch {
        found.clear();
      }
      mentioned.set(source, found);
      return found;
    },
  };
}

/** A prompt with small values put in. Most hold no `{{`: those are their own text, and Handlebars is not loaded. */
export async function renderPrompt(
  source: string,
  file: string,
  values: RenderValues,
): Promise<Result<string>> {
  if (!source.includes("{{")) return success(source);
  const renderer = await loadRenderer();
  return renderer.render(source, file, values);
}

/** What every object of values inherits: no name at all, and words for Handlebars' message about a missing one. */
const NOTHING: object = Object.freeze(
  Object.create(null, { [Symbol.toPrimitive]: { value: () => "what the window holds" } }),
);

/** A copy without prototypes, so that `constructor` and its like are missing as any unknown name is. */
function bare(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(bare);
  if (typeof value !== "object" || value === null) return value;
  const copy: Record<string, unknown> = Object.create(NOTHING);
  for (const [key, member] of Object.entries(value)) copy[key] = bare(member);
  return copy;
}

type KnownHelpers = NonNullable<CompileOptions["knownHelpers"]>;

/** Every path of the syntax tree, whatever kind of node holds it. */
function collect(node: unknown, found: Set<string>): void {
  if (Array.isArray(node)) {
    for (const child of node) collect(child, found);
  } else if (typeof node === "object" && node !== null) {
    if ("type" in node && node.type === "PathExpression") {
      const root = rootOf(node as hbs.AST.PathExpression);
      if (root !== null) found.add(root);
      return;
    }
    for (const child of Object.values(node)) collect(child, found);
  }
}

function rootOf(path: hbs.AST.PathExpression): string | null {
  const parts = path.data && path.parts[0] === "root" ? path.parts.slice(1) : path.parts;
  const [first, second] = parts;
  if (first === undefined || !ROOTS.has(first)) return null;
  return second !== undefined && OF_PARTS.has(first) ? `${first}.${second}` : first;
}

function templateFailure(file: string, thrown: unknown): Failure {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const known =
    thrown instanceof Error && "lineNumber" in thrown && typeof thrown.lineNumber === "number"
      ? thrown.lineNumber
      : null;
  const parsed = /^Parse error on line (\d+)/.exec(message)?.[1];
  return {
    reason: "template",
    file,
    line: known ?? (parsed === undefined ? null : Number(parsed)),
    // A parse error is four lines: where, a drawing, and at last what was expected.
    // JavaScript's own complaints speak of operators and repeat values; what a template's author needs is the cause.
    message:
      thrown instanceof TypeError
        ? "a path of the template leads into a value that has no such parts"
        : (message.split("\n").at(-1) ?? message),
  };
}
