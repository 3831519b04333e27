// A build that asks one question and may be killed on the way. Arguments: folder, address of the provider, and the step
// at which to stop for ever, saying so on stdout: `intent`, `sent`, `answered`, `stored`, `done` or `none`.

import { writeSync } from "node:fs";
import { DISK, type DurableIo } from "../../src/store/durable-io.ts";
import { asking, bench, coder, purpose } from "./payment.ts";
import { modelAt } from "./provider.ts";

const [folder, url, step] = process.argv.slice(2) as [string, string, string];
// Keeps the process alive while it waits to be killed.
const life = setInterval(() => {}, 1_000);

async function reach(name: string): Promise<void> {
  if (name !== step) return;
  writeSync(1, `at ${name}\n`);
  await new Promise(() => {});
}

let lastWritten = "";
const io: DurableIo = {
  ...DISK,
  write(descriptor, bytes, offset) {
    lastWritten = Buffer.from(bytes).toString("latin1");
    return DISK.write(descriptor, bytes, offset);
  },
  async syncData(descriptor) {
    if (lastWritten.includes('"type":"done"')) await reach("stored");
    await DISK.syncData(descriptor);
    if (lastWritten.includes('"type":"intent"')) await reach("intent");
    if (lastWritten.includes('"type":"done"')) await reach("done");
  },
};
const model = modelAt(url);
const { paid } = await bench(folder, url, {
  io,
  models: async () => ({
    async ask(request, signal) {
      const asked = model.ask(request, signal);
      if (step === "sent") await reach("sent");
      const answered = await asked;
      await reach("answered");
      return answered;
    },
  }),
});
const got = await paid.askFor(coder, purpose)(asking("a"));
writeSync(1, `${JSON.stringify(got)}\n`);
clearInterval(life);
