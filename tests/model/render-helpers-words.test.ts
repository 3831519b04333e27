// Do the helpers that spell names spell them as their names say, and does singular undo plural?

import { expect, test } from "vitest";
import { RENDER_HELPERS } from "../../src/model/render-helpers.ts";

const call = (name: string, ...given: readonly unknown[]) => RENDER_HELPERS[name]?.(given, new Map());

test("a name is spelled in every case", () => {
  expect(["snake", "flat", "title"].map((name) => call(name, "orderLine-item"))).toEqual([
    "order_line_item",
    "orderlineitem",
    "Order Line Item",
  ]);
  expect(call("featureId", "order-lines:T01")).toBe("order-lines");
});

test("a name that Go exports begins with a capital, and holds what Go takes for a letter", () => {
  expect(["unit price", "straße", "名前"].map((name) => call("public", name))).toEqual([
    "UnitPrice",
    "Straße",
    "X名前",
  ]);
  expect(() => call("public", "नाम")).toThrow("cannot be a name in Go");
});

test("text in double quotes stays there, whatever it holds", () => {
  expect([`say "it" \\ so\n`, "it's", 7, true].map((value) => call("quoted", value))).toEqual([
    '"say \\"it\\" \\\\ so\\n"',
    `"it's"`,
    "7",
    "true",
  ]);
});

test.each("product box dish match city key address status bus house case size cache schema coach".split(" "))(
  "the singular of the plural of %s is the word itself",
  (noun) => {
    expect(call("singular", call("plural", noun))).toBe(noun);
  },
);

test.each("class status analysis bias chassis".split(" "))("%s is no plural", (noun) => {
  expect(call("singular", noun)).toBe(noun);
});
