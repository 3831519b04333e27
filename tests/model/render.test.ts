import { expect, test } from "vitest";
import { loadRenderer } from "../../src/model/render.ts";

test("loops of a template that would never end are a failure of the template", async () => {
  const renderer = await loadRenderer();
  const loops = (depth: number) =>
    `${"{{#each @root.params.all}}".repeat(depth)}x${"{{/each}}".repeat(depth)}`;
  const values = { params: { all: Array.from({ length: 50 }, (_, at) => at) } };
  expect(renderer.render(loops(2), "a.hbs", values)).toMatchObject({ ok: true });
  expect(renderer.render(loops(6), "a.hbs", values)).toMatchObject({
    failure: { reason: "template", file: "a.hbs", message: expect.stringContaining("passes") },
  });
  expect(renderer.render(loops(2), "a.hbs", values)).toMatchObject({ ok: true });
});
