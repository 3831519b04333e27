// In which languages is a kind of project written, and which files are in one of them? By the endings of their paths.

/** A kind is what a proposal calls it, such as `Node with npm`. */
const LANGUAGES: readonly { readonly kind: RegExp; readonly ending: RegExp; readonly name: string }[] = [
  { kind: /^Node/, ending: /\.[cm]?tsx?$/, name: "TypeScript" },
  { kind: /^Node/, ending: /\.[cm]?jsx?$/, name: "JavaScript" },
  { kind: /^Python/, ending: /\.py$/, name: "Python" },
  { kind: /^Go/, ending: /\.go$/, name: "Go" },
  { kind: /^Rust/, ending: /\.rs$/, name: "Rust" },
  { kind: /^(?:Java|JVM)/, ending: /\.java$/, name: "Java" },
  { kind: /^(?:Java|JVM)/, ending: /\.kt$/, name: "Kotlin" },
  { kind: /^(?:Java|JVM)/, ending: /\.scala$/, name: "Scala" },
  { kind: /^(?:Java|JVM)/, ending: /\.groovy$/, name: "Groovy" },
  { kind: /^PHP/, ending: /\.php$/, name: "PHP" },
  { kind: /^Ruby/, ending: /\.rb$/, name: "Ruby" },
  { kind: /^C or/, ending: /\.[ch]$/, name: "C" },
  { kind: /^C or/, ending: /\.(?:cc|cpp|cxx|hh|hpp|hxx)$/, name: "C++" },
  { kind: /^\.NET/, ending: /\.cs$/, name: "C#" },
  { kind: /^\.NET/, ending: /\.fs$/, name: "F#" },
  { kind: /^\.NET/, ending: /\.vb$/, name: "Visual Basic" },
];

/** How many of the files are in a language of the kind. */
export function filesOfKind(kind: string, paths: readonly string[]): number {
  const own = languagesOf(kind);
  return paths.filter((path) => own.some(({ ending }) => ending.test(path))).length;
}

/**
 * The languages of the files where none of these kinds of project is written in any of them. Empty also where nobody can
 * tell: no kind, one without a language such as `make`, or files of none.
 */
export function foreignLanguages(paths: readonly string[], kinds: readonly string[]): readonly string[] {
  const own = kinds.flatMap(languagesOf);
  const used = LANGUAGES.filter(({ ending }) => paths.some((path) => ending.test(path)));
  if (own.length === 0 || used.some((one) => own.includes(one))) return [];
  return used.map(({ name }) => name);
}

function languagesOf(kind: string): typeof LANGUAGES {
  return LANGUAGES.filter((one) => one.kind.test(kind));
}
