// Does lifting find every spelling, leave what only looks like one, and render back byte for byte?

import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { loadRenderer, type Renderer } from "../../src/model/render.ts";
import { extractText } from "../../src/spec/extract/extract-text.ts";
import { lexiconOf, type Subject } from "../../src/spec/extract/spellings.ts";
import type { Language } from "../../src/spec/extract/text-place.ts";

let renderer: Renderer;
beforeAll(async () => {
  renderer = await loadRenderer();
});

const param = (name: string, value: string | number): Subject => ({
  name: `params.${name}`,
  operand: `params.${name}`,
  value,
  kind: "param",
});

const valuesOf = (given: Readonly<Record<string, string | number>>) => ({ params: given });

function lifted(
  text: string,
  given: Readonly<Record<string, string | number>>,
  language: Language = "prose",
) {
  const subjects = Object.entries(given).map(([name, value]) => param(name, value));
  const lexicon = lexiconOf(subjects, renderer, valuesOf(given));
  return extractText(text, lexicon, { language });
}

function render(source: string, given: Readonly<Record<string, string | number>>): string {
  const text = renderer.render(source, "test", valuesOf(given));
  if (!text.ok) throw new Error(JSON.stringify(text.failure));
  return text.value;
}

/** The same text for another value. */
function under(text: string, language: Language, before: string, after: string): string {
  return render(lifted(text, { noun: before }, language).source, { noun: after });
}

test("every spelling of a value becomes the same spelling of another", () => {
  const spellings =
    "order-line orderLine OrderLine order_line ORDER_LINE orderline order line Order line Order Line ORDER LINE " +
    "order-lines orderLines OrderLines order_lines ORDER_LINES orderlines order lines Order lines Order Lines ORDER LINES";
  expect(under(spellings, "prose", "order-line", "price tag")).toBe(
    "price-tag priceTag PriceTag price_tag PRICE_TAG pricetag price tag Price tag Price Tag PRICE TAG " +
      "price-tags priceTags PriceTags price_tags PRICE_TAGS pricetags price tags Price tags Price Tags PRICE TAGS",
  );
});

test("a plural value lifts its singular too, and the article goes with the noun", () => {
  expect(under("Boxes hold a box each, and A box is no byBox.", "prose", "boxes", "order lines")).toBe(
    "Order lines hold an order line each, and An order line is no byOrderLine.",
  );
});

test("humps and separators end a word, and other letters do not", () => {
  const text = "productId newProduct getHTTPProduct PRODUCT_LIMIT product2 byproduct productive Productivity";
  const { source, kept } = lifted(text, { noun: "product" }, "code");
  expect(render(source, { noun: "price tag" })).toBe(
    "priceTagId newPriceTag getHTTPPriceTag PRICE_TAG_LIMIT priceTag2 byproduct productive Productivity",
  );
  expect(kept).toEqual(["byproduct", "productive", "Productivity"]);
});

test("a single word is spelled as its place asks", () => {
  const code = [
    'import { product } from "./products/product.ts"; // makes a product',
    'const kind = "product"; const path = "/products"; const id = "new-product"; const row = product_id;',
    `const say = \`no product \${product}\`;\nassert(text === "\\nproduct");`,
  ].join("\n");
  expect(under(code, "code", "product", "order line")).toBe(
    [
      'import { orderLine } from "./order-lines/order-line.ts"; // makes an order line',
      'const kind = "order-line"; const path = "/order-lines"; const id = "new-order-line"; const row = order_line_id;',
      `const say = \`no order line \${orderLine}\`;\nassert(text === "\\norder line");`,
    ].join("\n"),
  );
  expect(
    under("The product is a `Product` of `product()` in src/product.ts.", "prose", "product", "order line"),
  ).toBe("The order line is a `OrderLine` of `orderLine()` in src/order-line.ts.");
});

test("the longest value wins, and of two with one spelling the first", () => {
  const given = { noun: "order", line: "order line" };
  const { source } = lifted("An order line is in an order; orderLine, order.", given);
  expect(source).toBe(
    "{{capital (article (phrase params.line))}} is in {{article (phrase params.noun)}}; {{camel params.line}}, {{phrase params.noun}}.",
  );
});

test("numbers are lifted whole, and values of other letters as they are written", () => {
  const given = { max: 80, name: "Größe", price: "5 €" };
  const text = "80 80px 1.80 180 80.5 (80) x=80; Größe Größen 5 € 15 € -80";
  const { source } = lifted(text, given);
  expect(render(source, { max: 7, name: "Länge", price: "6 $" })).toBe(
    "7 80px 1.80 180 80.5 (7) x=7; Länge Größen 6 $ 15 € -7",
  );
});

test("what looks like Handlebars stays text", () => {
  const text =
    "{{product}} {{{product}}} \\{{product}} {product} \\product \\\\product {{#if}} {{!-- --}} }} { {";
  const { source } = lifted(text, { noun: "product" });
  expect(render(source, { noun: "product" })).toBe(text);
  expect(render(source, { noun: "tag" })).toBe(text.replaceAll("product", "tag"));
});

const WORD = fc.stringMatching(/^[a-z][a-z0-9]{1,6}$/);
const VALUE = fc.oneof(
  fc.array(WORD, { minLength: 1, maxLength: 3 }).map((words) => words.join("-")),
  fc.array(WORD, { minLength: 1, maxLength: 3 }).map((words) => words.join(" ")),
  fc.stringMatching(/^[a-z][a-zA-Z0-9]{1,9}$/),
  fc.constantFrom("boxes", "status", "Earl Grey (black)", "Größe", "a.b/c", "5 €", "𝒳𝒴", "addresses", "x"),
);
const NOISE = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 6 }).filter((text) => !text.includes("\0")),
  fc.constantFrom(
    "{",
    "{{",
    "{{{",
    "}",
    "}}",
    "\\",
    "\\\\",
    "`",
    "_",
    "-",
    "/",
    ".ts",
    "\n",
    "\r\n",
    " ",
    '"',
    "'",
    "${",
  ),
  WORD,
);

test("whatever a document holds, its template renders it again", () => {
  fc.assert(
    fc.property(
      fc.record({ noun: VALUE, verb: VALUE }),
      fc.array(fc.oneof(NOISE, fc.nat({ max: 60 })), { maxLength: 25 }),
      fc.constantFrom<Language>("prose", "code", "path"),
      (given, parts, language) => {
        const subjects = Object.entries(given).map(([name, value]) => param(name, value));
        const lexicon = lexiconOf(subjects, renderer, valuesOf(given));
        const { spellings } = lexicon;
        const text = parts
          .map((part) => (typeof part === "string" ? part : (spellings[part % spellings.length]?.text ?? "")))
          .join("");
        const { source, text: expected } = extractText(text, lexicon, { language });
        expect(expected).toBe(text);
        expect(render(source, given)).toBe(text);
      },
    ),
    { numRuns: Number(process.env.FACTORY_RUNS ?? 200) },
  );
});
