// What does a map of a repository tell, and when does it change?

import fc from "fast-check";
import { expect, test } from "vitest";
import { exportedSignatures, type MappedFile, repoMap } from "../../src/context/repo-map.ts";
import { expectGolden } from "./golden.ts";

const MONEY = `// export function fake(): void
import { a } from "./a.ts";

export interface Money {
  readonly cents: number;
}
export type Currency = "EUR" | "USD";
export const ZERO: Money = { cents: 0 };
export const round = (value: number): number => Math.round(value);
export async function parse(
  text: string,
  { strict }: { strict: boolean } = { strict: true },
): Promise<Money | null> {
  return null;
}
export function named(): { cents: number } {
  return { cents: 1 };
}
export default class Purse extends Map<string, Money> {
  export = 1;
}
export abstract class Wallet {}
const hidden = 1;
export { hidden };
`;

const FILES: readonly MappedFile[] = [
  { path: "src/money.ts", exports: exportedSignatures("src/money.ts", MONEY) },
  { path: "README.md" },
  { path: "src/shop/price.ts", exports: ["function price(cents: number): Price", "interface Price"] },
  { path: "src/shop/deep/er/x.ts", exports: [] },
  { path: "tests/money.test.ts" },
];

test("the map tells folders, files and what they export", () => {
  expectGolden("repo-map.txt", [repoMap(FILES, 51_200)]);
});

test("what does not fit goes by rank: signatures, names, then the files of deep folders", () => {
  const sizes = [700, 330, 170, 140, 110, 60, 10];
  expectGolden(
    "repo-map-narrow.txt",
    sizes.flatMap((limit) => [`== ${limit}`, repoMap(FILES, limit)]),
  );
});

test("a change of a body changes no map, and one of a signature does", () => {
  const before = exportedSignatures("a.ts", MONEY);
  expect(
    exportedSignatures(
      "a.ts",
      MONEY.replace("return null;", "throw new Error();").replace("cents: 0", "cents: 1"),
    ),
  ).toEqual(before);
  expect(exportedSignatures("a.ts", MONEY.replace("text: string", "text: Text"))).not.toEqual(before);
  expect(exportedSignatures("a.py", "export function x() {}")).toEqual([]);
});

const segment = fc.constantFrom("src", "tests", "a", "b", "lib", "x.ts", "é.md", "ünit");
const files = fc.uniqueArray(
  fc.record({
    path: fc.array(segment, { minLength: 1, maxLength: 6 }).map((parts) => parts.join("/")),
    exports: fc.array(fc.constantFrom("function a(x: number): string", "const b", "type C", "odd one"), {
      maxLength: 3,
    }),
  }),
  { selector: ({ path }) => path, maxLength: 60 },
);

test("a map never passes its limit, and neither the order of files nor a second time changes it", () => {
  fc.assert(
    fc.property(files, fc.integer({ min: 0, max: 4000 }), (given, limit) => {
      const map = repoMap(given, limit);
      expect(Buffer.byteLength(map)).toBeLessThanOrEqual(limit);
      expect(repoMap([...given].reverse(), limit)).toBe(map);
    }),
  );
});

test("a repository of many files is mapped within the limit", () => {
  const many = Array.from({ length: 20_000 }, (_, index) => ({
    path: `packages/p${index % 50}/src/m${index % 7}/file${index}.ts`,
    exports: [`function f${index}(a: string): void`],
  }));
  const map = repoMap(many, 51_200);
  expect(Buffer.byteLength(map)).toBeLessThanOrEqual(51_200);
  expect(map).toContain("packages/p1/src/m1/ (");
});
