// Random histories of one project: people edit their files, tasks come, change and go.

import fc from "fast-check";
import { expect, test } from "vitest";
import { build, humanLayer, must, ProjectRig } from "./project-rig.ts";

const word = fc.constantFrom("a", "b", "c");
const name = fc.constantFrom("x", "y", "z");
const step = fc.oneof(
  fc.record({ who: fc.constant("person" as const), file: name, text: fc.option(word) }),
  fc.record({
    who: fc.constant("factory" as const),
    outputs: fc.uniqueArray(fc.record({ file: name, text: word }), {
      selector: ({ file }) => file,
      maxLength: 3,
    }),
  }),
);

test("whatever happened, the branch holds people's files and outputs, and the human layer people's files alone", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 5 }), async (steps) => {
      using rig = new ProjectRig({ "human/keep": "keep\n" });
      const repository = await rig.open();
      const human: Record<string, string> = { "human/keep": "keep\n" };
      let outputs: Record<string, string> = {};
      for (const action of steps) {
        if (action.who === "person") {
          const path = `human/${action.file}`;
          if (action.text === null && human[path] === undefined) continue;
          if (action.text !== null && human[path] === `${action.text}\n`) continue;
          rig.commit({ [path]: action.text === null ? null : `${action.text}\n` });
          if (action.text === null) delete human[path];
          else human[path] = `${action.text}\n`;
        } else {
          outputs = Object.fromEntries(action.outputs.map(({ file, text }) => [`gen/${file}`, `${text}\n`]));
          const tasks = Object.entries(outputs).map(([path, text]) => [path.slice(-1), { [path]: text }]);
          must(await build(repository, tasks.length > 0 ? Object.fromEntries(tasks) : { none: {} }));
        }
        expect(await humanLayer(repository)).toEqual({ files: human, edited: {} });
        const paths = rig.git("ls-tree", "-r", "--name-only", "main").trim().split("\n");
        expect(paths).toEqual(Object.keys({ ...human, ...outputs }).sort());
        expect(rig.status()).toBe("");
      }
    }),
    { numRuns: 8 },
  );
});
