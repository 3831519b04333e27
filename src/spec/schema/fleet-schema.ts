// What may `fleet:` of projects.yaml say?

import * as z from "zod";

export const FLEET = z
  .strictObject({
    url: z
      .string()
      .regex(/^rediss?:\/\/[^\s#]+$/, "must be a redis or rediss address")
      .describe(
        "Address of its Redis: redis://host:6379, or rediss://:$NAME@host:6379 with a variable of the environment",
      ),
    verify: z
      .boolean()
      .optional()
      .describe(
        "Whether this machine itself runs the gates on products, and again those that failed on a worker; default true",
      ),
  })
  .describe("Machines that run gates for builds; it needs a store");
