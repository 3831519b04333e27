// How much do two texts speak of the same? By the words that they share, with names of code taken apart, and without
// those words that all specs are full of. Where a script puts no spaces between its words, pairs of signs count as words.

const USUAL = new Set(
  (
    "system shall must should user users able allow allows with that this when then given from into have each implement " +
    "create creates write writes test tests testing unit integration contract file files support provide provides using " +
    "data following where while which than them they their also only same such other the and for all any can may will are " +
    "not has was its per src lib app add adds new use make " +
    "sistema debe deben deberá usuario usuarios para como cuando desde entonces una los las del por con que crear añadir deve devem deverá " +
    "quando então com uma dos das não système doit doivent utilisateur utilisateurs pour avec dans lorsque les des une est créer ajouter " +
    "muss müssen soll sollen benutzer nutzer kann können wird werden wenn dann eine einen einer der die das und mit für ist " +
    "система системы должна должен должны пользователь пользователя может могут если когда тогда для или при это " +
    "يجب على النظام المستخدم عند في من إلى أن"
  )
    .split(" ")
    .map(stem),
);
const USUAL_PAIRS = new Set(
  (
    "系统 系統 用户 用戶 使用 必须 必須 需要 应该 可以 支持 提供 实现 實現 创建 功能 进行 以及 機能 実装 作成 追加 必要 可能 場合 使用 " +
    "利用 対応 シス ステ テム 시스 스템 사용 용자 해야 한다 하는 구현 추가 기능 있다 있어 수있 경우 제공"
  ).split(" "),
);

/** Hiragana stands between the words of Japanese, and these signs between those of Chinese. */
const BETWEEN =
  /[\p{Script=Hiragana}的了在和与與或是把被将將对對为為从從到当當时時并及其该該个個应應须須能可由]+/u;
const PAIRED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー々]+/gu;
const UNSPACED = /[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]+/gu;

export function wordsOf(text: string): ReadonlySet<string> {
  const apart = text
    .normalize("NFKC")
    .replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2")
    .toLowerCase();
  const found = new Set<string>(names(text));
  const spaced = apart
    .replace(PAIRED, (run) => {
      for (const part of run.split(BETWEEN)) for (const pair of pairsIn(part)) found.add(pair);
      return " ";
    })
    .replace(UNSPACED, (run) => {
      for (const { segment } of new Intl.Segmenter("und", { granularity: "word" }).segment(run))
        if (segment.length > 1) found.add(segment);
      return " ";
    });
  for (const word of spaced.match(/[\p{L}\p{M}]{3,}/gu) ?? []) {
    const root = stem(word);
    if (!USUAL.has(root)) found.add(root);
  }
  return found;
}

/** Names of code as a whole: who shares `getTotals` speaks of the same thing, who shares `totals` may not. */
function names(text: string): readonly string[] {
  return (
    text.match(
      /(?<![\p{L}\d_$])(?:[a-z]+(?:[A-Z][a-z\d]*)+|[A-Z][a-z\d]+(?:[A-Z][a-z\d]*)+|[a-z]+(?:_[a-z\d]+)+)(?![\p{L}\d_$])/gu,
    ) ?? []
  ).map((name) => name.toLowerCase());
}

function pairsIn(run: string): readonly string[] {
  const signs = [...run];
  const pairs = signs.slice(1).map((sign, index) => `${signs[index]}${sign}`);
  return pairs.filter((pair) => !USUAL_PAIRS.has(pair));
}

/** What a word weighs that not all texts have: the fewer have it, the more. */
export function rarity(texts: readonly ReadonlySet<string>[]): ReadonlyMap<string, number> {
  const weights = new Map<string, number>();
  for (const text of texts) for (const word of text) weights.set(word, (weights.get(word) ?? 0) + 1);
  for (const [word, count] of weights) weights.set(word, 1 / count);
  return weights;
}

export function sharedWords(
  some: ReadonlySet<string>,
  others: ReadonlySet<string>,
  weights: ReadonlyMap<string, number> = new Map(),
): number {
  let shared = 0;
  for (const word of some) if (others.has(word)) shared += weights.get(word) ?? 1;
  return shared;
}

/** Near enough for `albums` and `album`, `sorting` and `sorted`; Arabic without its article. */
function stem(word: string): string {
  return word
    .replace(/^(?:و|ب|ل)?ال(?=\p{L}{3})/u, "")
    .replace(/(?:ies|es|s|ing|ed)$/, "")
    .slice(0, 6);
}

/** Fewer words than these may be shared by chance. */
const LEAST_SHARED = 2;
const LEAST_PART = 0.4;
/** What the second best may have of what the best has. */
export const MOST_BESIDE = 0.6;

/** The one choice that speaks of it. Null where none does, or where another one comes near. */
export function toldBy<Choice extends { readonly words: ReadonlySet<string> }>(
  words: ReadonlySet<string>,
  choices: readonly Choice[],
): Choice | null {
  const weights = rarity(choices.map((choice) => choice.words));
  const scored = choices
    .map((choice) => ({ choice, score: sharedWords(words, choice.words, weights) }))
    .sort((a, b) => b.score - a.score);
  const [best, second] = scored;
  if (best === undefined) return null;
  const shared = [...words].filter((word) => best.choice.words.has(word));
  const isEnough = shared.length >= LEAST_SHARED && shared.length >= LEAST_PART * words.size;
  const isAlone = (second?.score ?? 0) <= MOST_BESIDE * best.score;
  return isEnough && isAlone ? best.choice : null;
}
