// A process whose timers run a thousand times as fast, in which a model is asked that takes longer than Node's five minutes. A
// control that has undici's own limits says when these are over; only then is the server let go on. Run outside of the test
// runner, by five-minutes.test.ts, with: address of the server, address of the model, proxy or nothing.

import { Agent, fetch as fetchBy } from "undici";
import { modelOf } from "../../src/agents/providers/model.ts";
import { exchangeOpenai } from "../../src/agents/providers/openai-exchange.ts";
import { asking, coder } from "../pipeline/payment.ts";

const DAY = 24 * 60 * 60_000;

const [server = "", model = "", proxy] = process.argv.slice(2);
const setTimeoutOfNode = globalThis.setTimeout;
globalThis.setTimeout = ((work: (...given: unknown[]) => void, ms = 0, ...given: unknown[]) =>
  setTimeoutOfNode(work, ms / 1000, ...given)) as typeof globalThis.setTimeout;

const control = new Agent();
const tell = (path: string) => fetchBy(`${server}${path}`, { dispatcher: control }).then((one) => one.text());

/** Waits until undici gives up by itself. */
async function outlasts(path: string): Promise<string> {
  try {
    return await tell(path);
  } catch (error) {
    return String(((error as Error).cause as { code?: string } | undefined)?.code);
  }
}

const declaration = { ...coder, baseUrl: model, silenceMs: DAY };
const variables = { OPENAI_API_KEY: "k", ...(proxy === undefined ? {} : { HTTP_PROXY: proxy }) };
const asked = modelOf(exchangeOpenai, declaration, variables).ask(
  asking("hello"),
  new AbortController().signal,
);
await tell("/arrived");
const headers = await outlasts("/silent");
await tell("/begin");
const body = await outlasts("/half");
await tell("/end");
process.stdout.write(JSON.stringify({ headers, body, answer: await asked }));
process.exit();
