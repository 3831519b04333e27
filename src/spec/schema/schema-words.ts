// Which words, numbers and ids may stand at any place of the sources? The shapes that all schemas are made of.

import * as z from "zod";
import { HOST_RULE } from "../../model/network.ts";
import { SANDBOX_MODES } from "../../model/reach.ts";
import { TYPE_NAME } from "../../model/task-type.ts";
import { DURATION } from "./duration.ts";

/** Ids of projects, features, agents and gates. */
export const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9_-])?$/;
const LOCAL_ID = /^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,63})$/;
/** As a local id, in parts with single dots between them, such as `2.1`. */
export const TASK_ID = /^(?=.{1,64}$)[A-Za-z0-9][A-Za-z0-9_-]*(?:\.[A-Za-z0-9][A-Za-z0-9_-]*)*$/;
const DEPENDENCY =
  /^(?:[A-Za-z0-9][A-Za-z0-9._-]{0,99}:)?(?=[^:]{1,64}$)[A-Za-z0-9][A-Za-z0-9_-]*(?:\.[A-Za-z0-9][A-Za-z0-9_-]*)*$/;
export const BRANCH =
  /^(?![-/.])(?!.*(?:\.\.|\/\/|\/\.|@\{|\.lock(?:\/|$)))[^\s~^:?*[\\\u0000-\u001f\u007f]{0,199}[^\s~^:?*[\\\u0000-\u001f\u007f./]$/;

export const text = (about: string) => z.string().regex(/\S/, "must not be empty").describe(about);
export const prose = (about: string) => z.string().describe(about);
export const texts = (about: string) => z.array(text("One entry")).describe(about);
export const name = (about: string) =>
  z.string().regex(NAME, "must be made of letters, digits, `.`, `_` and `-`").describe(about);
const localId = (about: string) =>
  z.string().regex(LOCAL_ID, "must be made of letters, digits, `_` and `-`").describe(about);
export const taskName = (about: string) =>
  z
    .string()
    .regex(TASK_ID, "must be made of letters, digits, `_` and `-`, with single dots between them")
    .describe(about);
export const names = (about: string) => z.array(name("An id")).describe(about);
export const network = (about: string) =>
  z
    .union([z.boolean(), HOSTS], "must be true, false or a list of hosts")
    .describe(`${about}; a list names the hosts that it reaches, by HTTP and HTTPS`);
export const duration = (about: string) =>
  z.string().regex(DURATION, "must be a duration such as 500ms, 120s, 15m or 2h").describe(about);
export const count = (least: number, about: string) => {
  const message = `must be a whole number from ${least}`;
  return z.number().int(message).min(least, message).max(1_000_000_000, "is too large").describe(about);
};
export const variable = (about: string) =>
  z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "must be the name of an environment variable")
    .describe(about);
export const HEADERS = z
  .record(
    z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, "must be the name of a header"),
    z.string().regex(/^[\t\x20-\x7e]*$/, "must be one line of plain characters"),
  )
  .describe("Headers of every request; $NAME in one is a variable of the environment");
export const SANDBOX = z.enum(SANDBOX_MODES);
const HOSTS = z
  .array(
    z
      .string()
      .regex(HOST_RULE, "must be a host such as registry.example.com, *.example.com or [::1]:8080")
      .describe("A host"),
  )
  .min(1, "must name a host, since `false` is no network");
export const variables = (about: string) => z.array(variable("Name of a variable")).describe(about);
const TYPE_RULE = "must be made of letters, digits, `_` and `-`, begin with a letter and be short";
const typeName = (about: string) => z.string().regex(TYPE_NAME, TYPE_RULE).describe(about);
export const route = (about: string) =>
  z
    .union(
      [z.string(), z.array(z.string()).min(1, "must name an agent")],
      "must be an agent id or a list of agent ids",
    )
    .describe(about);
const dependencies = (about: string) =>
  z.array(z.string().regex(DEPENDENCY, "must be T01 or feature:T01")).describe(about);
const proof = z
  .union(
    [
      z.literal("reviewer"),
      z.strictObject({
        test: z
          .string()
          .regex(/[A-Za-z0-9\u0080-\uffff]/, "must hold a letter or a digit")
          .describe("Name of a test, as its report tells it"),
      }),
      z.strictObject({ gate: name("Id of a gate of the project that fails unless it holds") }),
    ],
    "must be reviewer, {test: name} or {gate: id}",
  )
  .optional()
  .describe("How it is proved; default a test whose name carries its tag");
const criterion = z.union(
  [
    text("What must hold"),
    z.strictObject({ id: localId("Id of the criterion"), text: text("What must hold"), proof }),
  ],
  "must be text or {id, text}",
);
const criteria = (about: string) => z.array(criterion).describe(about);
export const independent = (about: string) => z.enum(["independent"]).optional().describe(about);
export const money = (about: string) => z.number().min(0, "must not be negative").describe(about);
export const RULES = z
  .union([text("A file of the workspace"), texts("Lines")], "must be the path of a file, or a list of lines")
  .optional();
export const version = z.literal(1).optional().describe("Version of this format");
export const anything = z.json();

/** Those that the entry of a task is made of. */
export const TASK_WORDS = {
  ...{ text, prose, texts, name, names },
  ...{ typeName, dependencies, criteria, independent },
} as const;
