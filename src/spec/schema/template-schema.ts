// Which keys and values may stand in the template.yaml of a feature template? As schema.ts for all else that is written.

import * as z from "zod";
import { VERSION } from "../../model/version.ts";
import { anything, NAME, prose, text, texts } from "./schema-words.ts";

const paramName = (about: string) =>
  z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_]*$/, "must be made of letters, digits and `_`")
    .describe(about);
const bound = (about: string) => z.number().int("must be a whole number").optional().describe(about);

/** What a value must keep to beside its type. */
const rules = {
  pattern: z.string().optional().describe("Regular expression that a text must match as a whole"),
  hint: text("How to write it, said where a text is refused").optional(),
  choices: texts("The only values that are accepted").optional(),
  among: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_]*\.[A-Za-z][A-Za-z0-9_]*$/, "must be such as states.name")
    .optional()
    .describe(
      "List and key, such as `states.name`: values that its items have there are accepted, beside the choices",
    ),
  not: texts("Values that are refused").optional(),
  becomes: z
    .enum(["type", "variable", "member", "pattern"])
    .optional()
    .describe("A name in code that the language does not reserve; or a regular expression"),
  min: bound("Least value of an integer, or least length of a text, list or map"),
  max: bound("Greatest value of an integer, or greatest length of a text, list or map"),
};
const valueType = z
  .enum(["string", "integer", "boolean", "list", "map", "any"])
  .describe("Type of the value");

/** The items of a list whose members, where they are maps, are made of `more` as well. */
function items<T extends z.ZodRawShape>(more: T) {
  const member = z.strictObject({
    type: valueType,
    required: z.boolean().optional().describe("Whether it must be there; default false"),
    ...rules,
    ...more,
  });
  return z
    .strictObject({
      type: valueType,
      ...rules,
      keys: z
        .record(z.string(), member)
        .optional()
        .describe("The members of a map, by name; any where absent"),
      unique: z
        .array(z.array(text("A key")))
        .optional()
        .describe("Keys whose values, taken together, no two items share; one list per rule"),
      one_of: texts("Keys of which an item has exactly one").optional(),
    })
    .optional()
    .describe("What every item of a list must be");
}

const param = z.strictObject({
  name: paramName("Name of the parameter"),
  type: z.enum(["string", "integer", "boolean", "list", "map"]).describe("Type of its value"),
  question: text("What `factory new` asks for it").optional(),
  default: anything.optional().describe("Value where none is given"),
  example: anything.optional().describe("Value to try the template with where there is no default"),
  ...rules,
  items: items({ items: items({}) }),
});

const migration = z
  .strictObject({
    to: text("Version that the change came with: features of older versions are migrated").optional(),
    from: text("Range of versions that are migrated, such as `<2.0.0`").optional(),
    rename: z.record(z.string(), paramName("New name")).optional().describe("New names by old names"),
    set: z.record(z.string(), anything).optional().describe("Values by parameter"),
    remove: z.array(paramName("Name of a parameter")).optional().describe("Parameters to remove"),
    note: prose("What a person should know or do").optional(),
  })
  .describe("What happens to a feature's parameters");

const anchor = (side: string) =>
  z
    .string()
    .regex(/^[^\r\n]*\S[^\r\n]*$/, "must be one line that is not blank")
    .optional()
    .describe(
      `Line of the file ${side} which they come, blanks at its ends aside; may hold Handlebars expressions`,
    );

const inject = z
  .strictObject({
    after: anchor("behind"),
    before: anchor("before"),
    at: z.literal("end").optional().describe("Behind the last line of the file"),
  })
  .optional()
  .describe("Inserts them into the file at `to`, which is there, instead of writing it; one of three keys");

export const TEMPLATE = z
  .strictObject({
    version: z
      .string()
      .regex(VERSION, "must be a version such as 1.0.0")
      .describe("Version of the template, such as 1.0.0"),
    description: prose("What it makes").optional(),
    params: z.array(param).optional().describe("What may be set when it is instantiated"),
    code: z
      .record(
        z.string().regex(NAME, "must be made of letters, digits, `.`, `_` and `-`"),
        z.array(
          z.strictObject({
            template: text(
              "Path of the Handlebars source below code/; `\\{{` in it writes braces that belong to the file",
            ),
            to: text("Path in the project; may hold Handlebars expressions"),
            inject,
          }),
        ),
      )
      .optional()
      .describe("Code parts by name, for the generator agent"),
    migrations: z
      .array(migration)
      .optional()
      .describe("How features of older versions are brought to this one, in order"),
  })
  .describe("template.yaml of a feature template");

export type TemplateShape = z.infer<typeof TEMPLATE>;
