// Which languages have a syntax tree, and what do others see of a name in each of them?

export interface Language {
  readonly grammar: string;
  readonly isExported: (name: string, head: string) => boolean;
  /** Whether what the file imports is what it offers. */
  readonly offersImports?: boolean;
}

/** What stands behind the word `class` is said of its constructor. */
const PRIVATE = /(?<!\bclass\s.*)\bprivate\b/s;

const notPrivate = (_name: string, head: string) => !PRIVATE.test(ownWords(head));

/** Without what stands in parentheses: that is said of a parameter, or is told to an annotation. */
function ownWords(head: string): string {
  const less = head.replace(/\([^()]*\)/g, "");
  return less === head ? head : ownWords(less);
}

const PYTHON: Language = { grammar: "python", isExported: (name) => !/^_(?!_)/.test(name) };
const PYTHON_PACKAGE: Language = { ...PYTHON, offersImports: true };
const GO: Language = { grammar: "go", isExported: (name) => /^\p{Lu}/u.test(name) };
const RUST: Language = {
  grammar: "rust",
  isExported: (_name, head) => /\bpub\b|^impl\b|#\[macro_export\]/.test(head),
};
const JAVA: Language = { grammar: "java", isExported: notPrivate };
const CSHARP: Language = { grammar: "c-sharp", isExported: notPrivate };
const RUBY: Language = { grammar: "ruby", isExported: notPrivate };
const PHP: Language = { grammar: "php", isExported: notPrivate };
const CPP: Language = { grammar: "cpp", isExported: () => true };
/** What is static stays in its file, unless that is a header. */
const CPP_SOURCE: Language = { grammar: "cpp", isExported: (_name, head) => !/^static\b/.test(head) };
const KOTLIN: Language = { grammar: "kotlin", isExported: notPrivate };
const SWIFT: Language = {
  grammar: "swift",
  // What others may read but not set is still seen.
  isExported: (_name, head) => !/\b(?:file)?private\b(?!\()/.test(head),
};
const BASH: Language = { grammar: "bash", isExported: () => true };

const LANGUAGES: readonly [extensions: RegExp, language: Language][] = [
  [/(?:^|\/)__init__\.pyi?$/, PYTHON_PACKAGE],
  [/\.pyi?$/, PYTHON],
  [/\.go$/, GO],
  [/\.rs$/, RUST],
  [/\.java$/, JAVA],
  [/\.cs$/, CSHARP],
  [/\.(?:rb|rake)$/, RUBY],
  [/\.php$/, PHP],
  // C is near enough to C++ for its declarations.
  [/\.(?:h|hh|hpp|hxx)$/, CPP],
  [/\.(?:c|cc|cpp|cxx)$/, CPP_SOURCE],
  [/\.kt$/, KOTLIN],
  [/\.swift$/, SWIFT],
  [/\.(?:sh|bash)$/, BASH],
];

export function languageOf(path: string): Language | null {
  return LANGUAGES.find(([extensions]) => extensions.test(path))?.[1] ?? null;
}

/** Opens in one branch of the preprocessor what another closes, in every header of C that C++ may read. */
const LINKAGE =
  /^[ \t]*#[ \t]*if[^\n]*\b__cplusplus\b[^\n]*\n\s*(?:extern\s+"C"\s*\{|\})[^\n]*\n[ \t]*#[ \t]*endif[^\n]*$/gm;

/**
 * A macro on a line of its own, which stands for what no grammar knows, such as the beginning of a namespace, a template's head
 * or an attribute. Neither one of several constants nor the last of them.
 */
const MACRO_LINE =
  /(?<=(?:[;{}>:)/]|\/\/[^\n]*|#[^\n]*)\s*\n)[ \t]*[A-Z][A-Z\d]*(?:_[A-Z\d]+)+(?:\([^()\n]*\))?:?[ \t]*(?:\/\/[^\n]*)?(?=\n)(?!\s*[},=?:|&+*-])/g;

/** That a lambda may stand for an interface of Kotlin: younger than its grammar. */
const SINGLE_METHOD = /\bfun(?=[ \t]+interface[ \t]+\w)/g;

/** Before a constructor of Kotlin on a line of its own, which its grammar takes for the end of the class. */
const BEFORE_CONSTRUCTOR =
  /(?<=\bclass[ \t]+\w+(?:<[^{}()]*>)?)\s*\n\s*(?:(?:@[\w.:]+(?:\([^()]*\))?|internal|private|protected|public)\s+)*(?=constructor\b)/g;

/** Lines of Swift that may stand where its grammar has no room for them, who may see an import, and what binds the author alone. */
const DIRECTIVE =
  /(?<=\bnonisolated)\(unsafe\)|^[ \t]*#(?:if|elseif|else|endif|warning|error)\b[^\n]*|^[ \t]*(?:public|package|internal|fileprivate|private)(?=[ \t]+import\b)/gm;

/** Younger than the grammar of Swift, and to a task of the package the same as what it knows. */
const PACKAGE_WIDE = /(?<=^[ \t]*(?:@\w+[ \t]+)*)package(?=[ \t]+[a-z])/gm;

/** The source as its grammar can read it, every character where it stood. */
export function readable({ grammar }: Language, source: string): string {
  const blank = (text: string) => text.replace(/[^\n]/g, " ");
  if (grammar === "kotlin") {
    const oneLine = (text: string) => text.replace(/\n/g, " ");
    return source.replace(SINGLE_METHOD, blank).replace(BEFORE_CONSTRUCTOR, oneLine);
  }
  if (grammar === "swift") return source.replace(DIRECTIVE, blank).replace(PACKAGE_WIDE, "public ");
  if (grammar !== "cpp") return source;
  return source.replace(LINKAGE, blank).replace(MACRO_LINE, blank);
}
