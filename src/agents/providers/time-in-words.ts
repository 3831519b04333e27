// When does a sentence say that a server takes calls again? As a time to wait, a date, or a time of day, in the languages that
// servers and gateways refuse in.

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Names of each unit; what cases and plurals add to a Cyrillic stem belongs to it. */
const UNITS: readonly (readonly [string, number])[] = [
  [
    "ms|msecs?|milliseconds?|millisekunden?|milisegundos?|millisecondes?|миллисекунд\\p{L}*|毫秒|ミリ秒|밀리초",
    1,
  ],
  [
    "s|secs?|seconds?|sekunden?|segundos?|secondes?|secondi|секунд\\p{L}*|сек|秒[钟鐘]?|초|ثانية|ثوان[يٍ]?",
    SECOND,
  ],
  ["m|mins?|minutes?|minuten?|minutos?|minuti|минут\\p{L}*|мин|分[钟鐘]?|분|دقيقة|دقائق", MINUTE],
  ["h|hrs?|hours?|stunden?|horas?|heures?|час\\p{L}*|[个個]?小[时時]|時間|시간|ساعة|ساعات", HOUR],
  ["d|days?|tage?n?|d[ií]as?|jours?|дн\\p{L}+|день|[天日]|일|يوم|أيام", DAY],
];
const NAMES = UNITS.map(([names, ms]) => [new RegExp(`^(?:${names})$`, "iu"), ms] as const);

const FIGURE = String.raw`\d+(?:\.\d+|,\d{1,2}(?!\d))?`;
/** `a minute`, `one hour` */
const ONE = String.raw`(?<!\p{L})(?:an?|one)\s+`;
const UNIT = UNITS.map(([names]) => names).join("|");
/** Where words have spaces around them, a unit ends with its word. */
const END = String.raw`(?![\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Arabic}])`;
const AMOUNTS = new RegExp(String.raw`(?:(${FIGURE})\s*|${ONE})(${UNIT})${END}`, "giu");
const DURATION = String.raw`(?:(?:${FIGURE}\s*|${ONE})(?:${UNIT})${END}(?:\s*(?:,|and|und|et|y|e|и|&)?\s*))+`;
const DATE = String.raw`\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?\s*(?:Z|UTC|GMT|[+-]\d\d:?\d\d)?|(?:mon|tue|wed|thu|fri|sat|sun)\w*, \d\d? \w{3} \d{4} \d\d:\d\d(?::\d\d)? (?:GMT|UTC)`;

/** `try again in`, `retry your request after`, `please wait`, `the limit resets at`, `versuchen Sie es in`, `через` */
const CUE = String.raw`(?<!\p{L})(?:(?:again|retry(?:ing)?|retry[-_ ]after|wait(?:ing)?|resets?|reset[-_ ](?:at|in|time)|replenished|renewed|available|until|back|erneut|réessaye[rz]|réessai\p{L}*|patientez|riprov\p{L}*|nuevo|espere|reinténte\p{L}*|novamente|aguarde)(?!\p{L})|versuch|wart|повтор|попроб|подожд|через|حاول|المحاولة|انتظر|بعد|请|請|等待|稍[后後候])(?:[\p{L}\p{M}\p{N}_ '’]{0,40}?)[\s:=]*`;
/** Where the words of time come first, what they are for comes after: `20秒后`, `20초 후`, `20 Sekunden erneut`. */
const AFTER = String.raw`\s*(?:之|以)?(?:后|後|후|뒤|erneut|wieder|later)`;

const IN_WORDS = new RegExp(`${CUE}(${DURATION})|(${DURATION})${AFTER}`, "iu");
const AT_DATE = new RegExp(`${CUE}(${DATE})`, "iu");
const IN_CLOCK = /\b(?:in|after)\s+(?:(\d+)\.)?(\d{1,2}):(\d\d):(\d\d)\b/i;
const AT_CLOCK = new RegExp(String.raw`${CUE}(\d\d?):(\d\d)(?::\d\d)?\s*(?:UTC|GMT|Z)\b`, "iu");
const BARE_SECONDS = /\bretry[-_ ]?after["']?\s*[:=]?\s*["']?(\d+(?:\.\d+)?)\b/i;

/** Milliseconds since the epoch; null where it says nothing. */
export function timeInWords(text: string, now: number): number | null {
  const words = text.normalize("NFKC");
  const date = AT_DATE.exec(words)?.[1];
  if (date !== undefined) return dateOf(date);
  const [inClock, days = "0", ...clock] = IN_CLOCK.exec(words) ?? [];
  if (inClock !== undefined) {
    const [hours = 0, minutes = 0, seconds = 0] = clock.map(Number);
    return now + Number(days) * DAY + hours * HOUR + minutes * MINUTE + seconds * SECOND;
  }
  const [found, before, after] = IN_WORDS.exec(words) ?? [];
  if (found !== undefined) return now + (durationOf(before ?? after ?? "") ?? 0);
  const [atClock, hours, minutes] = AT_CLOCK.exec(words) ?? [];
  if (atClock !== undefined) return nextClock(Number(hours), Number(minutes), now);
  const seconds = BARE_SECONDS.exec(words)?.[1];
  return seconds === undefined ? null : now + Math.ceil(Number(seconds) * SECOND);
}

function nextClock(hours: number, minutes: number, now: number): number {
  const at = Math.floor(now / DAY) * DAY + hours * HOUR + minutes * MINUTE;
  return at > now ? at : at + DAY;
}

/** `58s`, `1m30.5s`, `2 hours and 5 minutes`, `1 分 30 秒`, in ms; null where it is none. */
export function durationOf(text: string): number | null {
  const amounts = [...text.matchAll(AMOUNTS)];
  if (amounts.length === 0) return null;
  const sum = amounts.reduce((ms, [, figure = "1", unit = ""]) => {
    const each = NAMES.find(([name]) => name.test(unit))?.[1] ?? 0;
    return ms + Number(figure.replace(",", ".")) * each;
  }, 0);
  return Math.ceil(sum);
}

function dateOf(text: string): number | null {
  const zoned = /(Z|UTC|GMT|[+-]\d\d:?\d\d)$/i.test(text.trim());
  const date = Date.parse(zoned ? text.replace(/\s*UTC$/i, "Z") : `${text.trim().replace(" ", "T")}Z`);
  return Number.isNaN(date) ? null : date;
}
