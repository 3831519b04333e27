// Which changes of an upstream file does a window show, and which does it not?

import { expect, test } from "vitest";
import { declaredInterface, hasInterface } from "../../src/context/declared-interface.ts";
import { Grammars } from "../../src/platform/grammars.ts";

const GRAMMARS = new Grammars();

const PRICE = `import type { Currency } from "./currency.ts";

/** A price as people read it. */
export interface Price {
  readonly cents: number;
  readonly currency: Currency;
}

const SIGN = "EUR";

export function priceText(price: Price, sign: string = SIGN): string {
  return sign + price.cents; // no rounding
}

export class Till {
  #sum = 0;
  private log: string[] = [];
  add(price: Price): void {
    this.#sum += price.cents;
  }
}

export const LIMIT: number = 10;
`;

async function textOf(source: string, path = "src/price.ts"): Promise<string> {
  return (await declaredInterface(path, Buffer.from(source), GRAMMARS)).text;
}

test("an interface holds the declarations of a file and nothing of its bodies", async () => {
  expect(await declaredInterface("src/price.ts", Buffer.from(PRICE), GRAMMARS)).toMatchObject({
    path: "src/price.ts",
    rung: "declared",
    text: `import type { Currency } from "./currency.ts";
export interface Price {
    readonly cents: number;
    readonly currency: Currency;
}
export declare function priceText(price: Price, sign?: string): string;
export declare class Till {
    #private;
    private log;
    add(price: Price): void;
}
export declare const LIMIT: number;`,
  });
});

const same: readonly [edit: string, from: string, to: string][] = [
  ["a changed body", "sign + price.cents", "price.cents + sign"],
  ["a changed comment", "/** A price as people read it. */", "/** What a thing costs. */\n// In cents."],
  ["a comment within a body", "// no rounding", "// cents are whole"],
  ["a changed default value", "sign: string = SIGN", 'sign: string = "$"'],
  ["a changed value of an annotated constant", "LIMIT: number = 10", "LIMIT: number = 20"],
  ["a local name", "const SIGN", "const UNUSED = 1;\nconst SIGN"],
  ["other spacing", "  readonly cents: number;\n", "  readonly    cents:number\n\n"],
];

test.each(same)("%s leaves the interface as it was", async (_edit, from, to) => {
  expect(PRICE).toContain(from);
  expect(await textOf(PRICE.replace(from, to))).toBe(await textOf(PRICE));
});

const other: readonly [edit: string, from: string, to: string][] = [
  ["a changed exported type", "cents: number", "cents: bigint"],
  ["a new parameter", "sign: string = SIGN)", "sign: string = SIGN, wide?: boolean)"],
  ["a changed result", "): string {", "): string | null {"],
  ["a new method", "  add(price", "  clear(): void {}\n  add(price"],
  ["a new export", "const SIGN", 'export const MORE: string = "";\nconst SIGN'],
  ["an export taken back", "export const LIMIT", "const LIMIT"],
  ["a renamed export", "priceText", "textOfPrice"],
];

test.each(other)("%s is another interface", async (_edit, from, to) => {
  expect(PRICE).toContain(from);
  expect(await textOf(PRICE.replace(from, to))).not.toBe(await textOf(PRICE));
});

const loose: readonly [what: string, source: string, shown: string][] = [
  ["a constant", "export const total = [1, 2].map((cents) => cents * 2);", "const total: INFERRED;"],
  [
    "a component",
    "export const Row = (props: Props) => <li>{props.name}</li>;",
    "const Row: (props: Props) => INFERRED;",
  ],
  ["a bare parameter", "export const twice = x => x.map(y);", "const twice: (x: INFERRED) => INFERRED;"],
  ["a default value", "export function open(at = now()): void {}", "function open(at?: INFERRED): void;"],
  ["a method", "export class A { run(id: string) { return find(id); } }", "    run(id: string): INFERRED;"],
  ["a property", "export class A { all = find(); }", "    all: INFERRED;"],
  ["a base that is made", "export class A extends made(B) {}", "class A extends INFERRED {"],
  ["names taken out of a value", "export const { a, b: [c] } = made();", "const a: INFERRED, c: INFERRED;"],
  ["a default that is made", "export default made(1);", "declare const _default: INFERRED;"],
  ["an object with a value that is made", "export const o = { a: made(), b: 1 };", "    a: INFERRED;"],
];

test.each(loose)("%s without a written type is shown without its value", async (_what, source, shown) => {
  const path = "src/loose.tsx";
  const one = await declaredInterface(
    path,
    Buffer.from(`${source}\nexport const made: number = secret();\n`),
    GRAMMARS,
  );
  expect(one.rung).toBe("heads");
  expect(one.text).toContain(shown.replaceAll("INFERRED", "/* inferred */ any"));
  expect(one.text).not.toMatch(/made\(|secret|find\(|=> x|cents|<li>/);
});

test("what is put on a component afterwards takes nothing from its head", async () => {
  const source = `export function Row(p: P) { return <li>{p.x}</li>; }\nRow.displayName = "Row";\n`;
  expect(await textOf(source, "src/row.tsx")).toContain("function Row(p: P): /* inferred */ any;");
});

test("a file that does not parse is named with its size, and every change of it counts", async () => {
  const broken = "export function price(: number { return secret; }";
  const one = await declaredInterface("src/price.ts", Buffer.from(broken), GRAMMARS);
  expect(one).toMatchObject({
    rung: "named",
    text: expect.stringMatching(/^\(49 bytes, sha256 [0-9a-f]{16}\)$/),
  });
  expect(await textOf(`${broken} `)).not.toBe(one.text);
});

test("a declaration file is its own interface", async () => {
  const text = "export declare const LIMIT: number;";
  expect(await declaredInterface("src/limit.d.ts", Buffer.from(`${text}\n`), GRAMMARS)).toMatchObject({
    path: "src/limit.d.ts",
    text,
    rung: "declared",
  });
});

test("the same bytes give the same interface whatever the line ends on this machine", async () => {
  expect(await textOf(PRICE.replaceAll("\n", "\r\n"))).toBe(await textOf(PRICE));
});

test.each(["src/a.ts", "src/a.tsx", "src/a.mts", "src/a.cts", "a.d.ts", "src/contest/a.ts", "src/latest.ts"])(
  "%s has an interface",
  (path) => expect(hasInterface(path)).toBe(true),
);

test.each([
  "src/a.test.ts",
  "src/a.spec.tsx",
  "test/a.ts",
  "tests/deep/a.ts",
  "src/__tests__/a.ts",
  "store/price_test.go",
  "pkg/test_price.py",
  "src/main/PriceTest.java",
  "spec/price_spec.rb",
])("%s has none", (path) => expect(hasInterface(path)).toBe(false));
