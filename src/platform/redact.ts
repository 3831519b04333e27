// What must never be written anywhere? The values of variables that look like secrets, taken out of texts in every form
// in which they usually travel. It knows no file and no pipe; whoever writes passes its text through here.

import type { Json } from "../model/digest.ts";

export type Redact = (text: string) => string;

type Environment = Readonly<Record<string, string | undefined>>;

/** A word of a variable's name that says that its value is nobody else's business. */
const SECRET_NAME =
  /(?:^|_)(?:[A-Z]*KEY|[A-Z]*TOKEN|SECRETS?|PASS|PASSWORD|PASSWD|PASSPHRASE|PWD|CREDENTIALS?|AUTH|COOKIE|DSN)(?:$|_)/;

/** What such a variable holds where its name ends so, and the folder that we are in. */
const HARMLESS_NAME = /^PWD$|_(?:FILE|PATH|DIR|ID|NAME|SOCK|TTL|LIMIT)$/;

/** Shorter values are words: taking them out would spoil texts and protect nothing. */
const SHORTEST = 8;

/** Of what is put together from pieces: letters of other words come to stand side by side. */
const SHORTEST_IN_PIECES = 12;

const MARK = "[redacted]";

/**
 * Takes the values of secret-looking variables, and of those that `named` lists, out of a text: as they are, quoted in
 * JSON, encoded for an address, and in base64 wherever they stand in what was encoded.
 */
export function redactor(environment: Environment, named: readonly string[] = []): Redact {
  const secrets = secretsOf(environment, named);
  return secrets === null ? (text) => text : (text) => text.replace(secrets.pattern, MARK);
}

/** For what this process knows itself. */
export function ownRedactor(named: readonly string[] = []): Redact {
  return redactor(process.env, named);
}

/**
 * Whether a text holds such a value, also in pieces: over several lines, with quotes and signs between them, or in several
 * strings of a program one after the other.
 */
export function ownSecretsIn(named: readonly string[] = []): (text: string) => boolean {
  const secrets = secretsOf(process.env, named);
  if (secrets === null) return () => false;
  const joined = [...new Set(secrets.forms.map(lettersOf))].filter(
    ({ length }) => length >= SHORTEST_IN_PIECES,
  );
  const isIn = (text: string) => joined.some((form) => text.includes(form));
  return (text) =>
    text.replace(secrets.pattern, MARK) !== text || isIn(lettersOf(text)) || isIn(lettersOf(stringsOf(text)));
}

function lettersOf(text: string): string {
  return text.replace(/[^\p{L}\p{N}_-]/gu, "");
}

/** What the string literals of a program come to, one after the other. */
function stringsOf(text: string): string {
  return [...text.matchAll(/(["'`])((?:\\.|(?!\1)[^\n\\])*)\1/g)].map(([, , said]) => said).join("");
}

/** Every string in the value; names of members stay. The value itself where nothing had to be taken out. */
export function redactValue(value: Json, redact: Redact): Json {
  if (typeof value === "string") return redact(value);
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) {
    const items = value.map((one: Json) => redactValue(one, redact));
    return items.some((one, at) => one !== value[at]) ? items : value;
  }
  const entries = Object.entries(value).map(([name, one]) => [name, redactValue(one, redact)] as const);
  const changed = entries.some(([name, one]) => one !== (value as Record<string, Json>)[name]);
  return changed ? Object.fromEntries(entries) : value;
}

/** A text that comes in pieces: what might be the beginning of a secret is held back until more of it is there. */
export interface RedactedStream {
  /** What may be written now. */
  push(chunk: string): string;
  /** The rest. */
  end(): string;
}

export function redactStream(environment: Environment, named: readonly string[] = []): RedactedStream {
  const secrets = secretsOf(environment, named);
  if (secrets === null) return { push: (chunk) => chunk, end: () => "" };
  let held = "";
  return {
    push(chunk) {
      const text = held + chunk;
      const from = heldFrom(text, secrets);
      held = text.slice(from);
      return text.slice(0, from).replace(secrets.pattern, MARK);
    },
    end() {
      const rest = held.replace(secrets.pattern, MARK);
      held = "";
      return rest;
    },
  };
}

/** Where a beginning of a secret at the end of the text starts; a match that reaches over that point is held back whole. */
function heldFrom(text: string, { forms, pattern, firsts, longest }: Secrets): number {
  let from = text.length;
  for (let at = Math.max(0, text.length - longest + 1); at < text.length; at += 1) {
    if (!firsts.has(text[at] as string)) continue;
    const rest = text.slice(at);
    if (!forms.some((form) => form.length > rest.length && form.startsWith(rest))) continue;
    from = at;
    break;
  }
  for (const match of text.matchAll(pattern)) {
    if (match.index < from && match.index + match[0].length > from) return match.index;
  }
  return from;
}

interface Secrets {
  /** Longest first: none is cut short by another that it begins with. */
  readonly forms: readonly string[];
  readonly pattern: RegExp;
  readonly firsts: ReadonlySet<string>;
  readonly longest: number;
}

/** Null where the environment holds none. */
function secretsOf(environment: Environment, named: readonly string[]): Secrets | null {
  const all = new Set<string>();
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined) continue;
    for (const secret of secretsIn(name, value, named)) for (const form of formsOf(secret)) all.add(form);
  }
  if (all.size === 0) return null;
  const forms = [...all].sort((a, b) => b.length - a.length);
  return {
    forms,
    pattern: new RegExp(forms.map((form) => form.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&")).join("|"), "g"),
    firsts: new Set(forms.map((form) => form[0] as string)),
    longest: forms[0]?.length ?? 0,
  };
}

function secretsIn(name: string, value: string, named: readonly string[]): readonly string[] {
  const upper = name.toUpperCase();
  const whole = named.includes(name) || (SECRET_NAME.test(upper) && !HARMLESS_NAME.test(upper));
  // Whatever its name, an address may carry a password.
  const password = /^[a-z][a-z0-9+.-]*:\/\/[^/?#@:]*:([^/?#@]+)@/i.exec(value)?.[1];
  const lines = value.includes("\n") ? value.split(/\r?\n/).filter((line) => !line.startsWith("-----")) : [];
  return [...(whole ? [value.trim(), ...lines] : []), ...(password === undefined ? [] : [password])].filter(
    ({ length }) => length >= SHORTEST,
  );
}

function formsOf(secret: string): readonly string[] {
  const quoted = JSON.stringify(secret).slice(1, -1);
  const address = encodeURIComponent(secret);
  const inner = [0, 1, 2].map((offset) => innerBase64(secret, offset));
  const lower = address.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
  return [
    secret,
    quoted,
    quoted.replaceAll("/", "\\/"),
    address,
    lower,
    ...inner,
    ...inner.map((form) => form.replaceAll("+", "-").replaceAll("/", "_")),
  ];
}

/** The characters of base64 that the secret alone decides where it starts `offset` bytes into a group of three. */
function innerBase64(secret: string, offset: number): string {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret)]);
  const encoded = bytes.toString("base64");
  return encoded.slice(Math.ceil((offset * 8) / 6), Math.floor((bytes.length * 8) / 6));
}
