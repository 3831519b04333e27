// Which changes of an upstream file does a window show, and which does it not?

import { expect, test } from "vitest";
import { declaredInterface, hasInterface } from "../../src/context/declared-interface.ts";

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
  return (await declaredInterface(path, source)).text;
}

test("an interface holds the declarations of a file and nothing of its bodies", async () => {
  expect(await declaredInterface("src/price.ts", PRICE)).toEqual({
    path: "src/price.ts",
    declared: true,
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

test("where an export has no written type, the whole text stands in and every change of it counts", async () => {
  const loose = "export const total = [1, 2].map((cents) => cents * 2);\n";
  expect(await declaredInterface("src/total.ts", loose)).toEqual({
    path: "src/total.ts",
    text: loose.trim(),
    declared: false,
  });
  expect(await textOf(`// sum\n${loose}`)).not.toBe(await textOf(loose));
});

test("a file that does not parse is shown whole", async () => {
  const broken = "export function price(: number {";
  expect(await declaredInterface("src/price.ts", broken)).toMatchObject({ text: broken, declared: false });
});

test("a declaration file is its own interface", async () => {
  const text = "export declare const LIMIT: number;";
  expect(await declaredInterface("src/limit.d.ts", `${text}\n`)).toEqual({
    path: "src/limit.d.ts",
    text,
    declared: true,
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
  "src/a.js",
  "src/a.py",
  "package.json",
  "README.md",
  "src/a.ts.txt",
  "src/a.test.ts",
  "src/a.spec.tsx",
  "test/a.ts",
  "tests/deep/a.ts",
  "src/__tests__/a.ts",
])("%s has none", (path) => expect(hasInterface(path)).toBe(false));
