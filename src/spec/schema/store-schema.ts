// What may `store:` of projects.yaml say?

import * as z from "zod";
import { STORE_WRITING } from "../../model/store-declaration.ts";
import { HEADERS } from "./schema-words.ts";

export const STORE = z
  .strictObject({
    url: z
      .string()
      .regex(/^(?:https?:\/\/|s3:\/\/[a-z0-9])[^\s#]+$/, "must be an http, https or s3 address")
      .describe(
        "Address of its server: of http, as caches of Bazel and WebDAV take it, or s3://bucket/prefix?endpoint=…&region=…",
      ),
    write: z
      .enum(STORE_WRITING)
      .optional()
      .describe(
        "Whether this machine adds to it: `auto` unless the variable CI is set, `always`, `never`; default auto",
      ),
    headers: HEADERS.optional(),
  })
  .describe("Where a team and its CI share what was paid for");
