// In which spellings can a value stand in a text, and which Handlebars expression writes each of them again? Every
// spelling is what the renderer makes of its expression, so what is extracted here is rendered back as it was.

import type { Renderer, RenderValues } from "../../model/render.ts";

/** Something that a template asks for: a parameter, or the name of the feature itself. */
export interface Subject {
  /** `params.noun`, `feature.id`; how people are told of it. */
  readonly name: string;
  /** What an expression calls it: `params.noun`, or `(featureId task.id)`. */
  readonly operand: string;
  readonly value: string | number;
  /** A title is prose of its own, so only its exact text counts. */
  readonly kind: "param" | "feature" | "title";
}

export type Style =
  | "verbatim"
  | "kebab"
  | "snake"
  | "flat"
  | "camel"
  | "pascal"
  | "constant"
  | "phrase"
  | "sentence"
  | "title"
  | "shout"
  | "article"
  | "Article";

export interface Spelling {
  readonly text: string;
  /** What stands between the braces, without them. */
  readonly expression: string;
  readonly style: Style;
  /** Position of its subject: the earlier wins where two have the same text. */
  readonly subject: number;
}

export interface Lexicon {
  readonly subjects: readonly Subject[];
  /** Longest first; of equal texts, those of the earlier subject first. */
  readonly spellings: readonly Spelling[];
}

/** Words of ASCII letters and digits: what the helpers can spell. Any other value is extracted as it is written. */
const WORDS = /^[A-Za-z][A-Za-z0-9]*(?:[ ._/-][A-Za-z0-9]+)*$/;

const FORMS: Readonly<Record<Exclude<Style, "verbatim">, string>> = {
  kebab: "kebab %",
  snake: "snake %",
  flat: "flat %",
  camel: "camel %",
  pascal: "pascal %",
  constant: "constant %",
  phrase: "phrase %",
  sentence: "capital (phrase %)",
  title: "title %",
  shout: "shout %",
  article: "article (phrase %)",
  Article: "capital (article (phrase %))",
};

/** `values` are those that the expressions are rendered with. */
export function lexiconOf(subjects: readonly Subject[], renderer: Renderer, values: RenderValues): Lexicon {
  const spellings = subjects.flatMap((subject, index) => {
    const known = new Set<string>();
    return formsOf(subject, renderer, values).flatMap(({ style, expression }): Spelling[] => {
      const text = rendered(renderer, expression, values);
      const key = `${style}\0${text}`;
      if (text === null || text === "" || known.has(key)) return [];
      known.add(key);
      return [{ text, expression, style, subject: index }];
    });
  });
  return {
    subjects,
    spellings: spellings.sort((a, b) => b.text.length - a.text.length || a.subject - b.subject),
  };
}

type Form = Pick<Spelling, "style" | "expression">;

function formsOf(subject: Subject, renderer: Renderer, values: RenderValues): Form[] {
  const { operand, value, kind } = subject;
  const verbatim: Form = { style: "verbatim", expression: unwrapped(operand) };
  if (kind === "title") return [{ style: "verbatim", expression: `line ${operand}` }];
  if (typeof value === "number" || !WORDS.test(value)) return [verbatim];
  const say = (expression: string) => rendered(renderer, expression, values);
  const phrase = say(`phrase ${operand}`);
  const single = say(`singular (phrase ${operand})`);
  const isPlural = single !== phrase && say(`plural (singular (phrase ${operand}))`) === phrase;
  const other = `(${isPlural ? "singular" : "plural"} (phrase ${operand}))`;
  const [one, many] = isPlural ? [other, operand] : [operand, other];
  return [
    verbatim,
    ...spelled(isPlural ? many : one, isPlural),
    ...spelled(isPlural ? one : many, !isPlural),
  ];
}

/** Many of a thing have no article. */
function spelled(operand: string, isPlural: boolean): Form[] {
  return Object.entries(FORMS)
    .filter(([style]) => !isPlural || !style.endsWith("rticle"))
    .map(([style, form]) => ({ style: style as Style, expression: form.replace("%", operand) }));
}

/** At the top of a mustache a call has no parentheses. */
function unwrapped(operand: string): string {
  return operand.startsWith("(") ? operand.slice(1, -1) : operand;
}

/** Null where a helper refuses the value: `pascal` of what begins with a digit. */
function rendered(renderer: Renderer, expression: string, values: RenderValues): string | null {
  const text = renderer.render(`{{${expression}}}`, "spelling", values);
  return text.ok ? text.value : null;
}
