import fc from "fast-check";
import { expect, test } from "vitest";
import { ownSecretsIn, redactor, redactStream, redactValue } from "../../src/platform/redact.ts";

const SECRET = 'sk-Abc/12+3"45é?';
const environment = { OPENAI_API_KEY: SECRET, HOME: "/home/somebody", KEYBOARD: "qwertyuiop" };
const redact = redactor(environment);

test("a secret is taken out in every form in which it travels", () => {
  expect(redact(`key=${SECRET};`)).toBe("key=[redacted];");
  expect(redact(JSON.stringify({ key: SECRET }))).toBe('{"key":"[redacted]"}');
  expect(redact(`?key=${encodeURIComponent(SECRET)}&`)).toBe("?key=[redacted]&");
  for (const before of ["", "a", "ab", "user:"]) {
    for (const form of ["base64", "base64url"] as const) {
      const encoded = Buffer.from(`${before}${SECRET} and more`).toString(form);
      const inner = Buffer.from(SECRET).toString(form).slice(4, 12);
      expect(redact(encoded)).toContain("[redacted]");
      expect(redact(encoded)).not.toContain(inner);
    }
  }
});

test("only what looks like a secret, or was named, is one", () => {
  const variables = {
    GITHUB_TOKEN: "token-12345",
    DB_PASSWORD: "hunter2hunter2",
    AWS_SECRET_ACCESS_KEY: "aws-12345678",
    DATABASE_URL: "postgres://me:pass-word-1@host/db",
    SSH_KEY_PATH: "/home/me/.ssh/id",
    PWD: "/home/me/work",
    SHORT_KEY: "abc",
    MODEL_ACCESS: "named-secret",
    EDITOR: "vim-is-an-editor",
  };
  const clean = redactor(variables, ["MODEL_ACCESS"]);
  const text = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  expect(text.map(clean)).toEqual([
    "GITHUB_TOKEN=[redacted]",
    "DB_PASSWORD=[redacted]",
    "AWS_SECRET_ACCESS_KEY=[redacted]",
    "DATABASE_URL=postgres://me:[redacted]@host/db",
    "SSH_KEY_PATH=/home/me/.ssh/id",
    "PWD=/home/me/work",
    "SHORT_KEY=abc",
    "MODEL_ACCESS=[redacted]",
    "EDITOR=vim-is-an-editor",
  ]);
});

test("a key of several lines is known by each of them", () => {
  const key = "-----BEGIN KEY-----\nMIIEvQIBADANBgkq\nhkiG9w0BAQEFAASC\n-----END KEY-----";
  const clean = redactor({ SIGNING_KEY: key });
  expect(clean(`  ${key}\n`)).toBe("  [redacted]\n");
  expect(clean("> hkiG9w0BAQEFAASC")).toBe("> [redacted]");
  expect(clean("-----BEGIN KEY-----")).toBe("-----BEGIN KEY-----");
});

test("a value that holds no secret is left as it is, and one that does loses it wherever it stands", () => {
  const value = { a: ["text", 1, null, { b: true }] };
  expect(redactValue(value, redact)).toBe(value);
  expect(redactValue({ a: ["x", `<${SECRET}>`], b: 2 }, redact)).toEqual({ a: ["x", "<[redacted]>"], b: 2 });
});

test("however a stream is cut, it says what the whole text would say", () => {
  const variables = { A_TOKEN: "abcdefgh", B_TOKEN: "cdefghij", C_TOKEN: "aaaaaaaa", D_TOKEN: "abcdefghXYZ" };
  const whole = redactor(variables);
  const piece = fc.oneof(
    fc.constantFrom("abcdefgh", "cdefghij", "aaaaaaaa", "abcdefghXYZ", "abcde", "cdef", "aaaa", "gh", "\n"),
    fc.string({ maxLength: 5 }),
  );
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 12 }),
      fc.array(fc.nat(20), { maxLength: 12 }),
      (pieces, cuts) => {
        const text = pieces.join("");
        const stream = redactStream(variables);
        let written = "";
        let at = 0;
        for (const length of cuts) {
          written += stream.push(text.slice(at, at + length));
          at += length;
          for (const secret of Object.values(variables)) expect(written).not.toContain(secret);
        }
        written += stream.push(text.slice(at)) + stream.end();
        expect(written).toBe(whole(text));
      },
    ),
    { numRuns: 500 },
  );
});

test("without secrets nothing is held back", () => {
  const stream = redactStream({ HOME: "/home/somebody" });
  expect(stream.push("abc")).toBe("abc");
  expect(stream.end()).toBe("");
});

test("a secret is seen in pieces, and words that only resemble one are not", () => {
  process.env.PIECES_TOKEN = "sk-live-0123456789abcdef";
  try {
    const isSecretIn = ownSecretsIn();
    for (const text of [
      "sk-live-0123456789abcdef",
      "sk-live-\n0123456789\nabcdef\n",
      'const a = "sk-live-01234" +\n  "56789abcdef";',
      'const a = "sk-live-01234";\nconst b = `56789abcdef`;',
      "token: >-\n  sk-live-01\n  23456789abcdef",
    ])
      expect(isSecretIn(text), text).toBe(true);
    for (const text of ["sk-live", 'a = "0123456789"; b = "abcdef";', "sk live 0123456789abcde"])
      expect(isSecretIn(text), text).toBe(false);
  } finally {
    delete process.env.PIECES_TOKEN;
  }
});
