// Which models does the bench talk to? A local server that speaks OpenAI's chat completions, streams, and takes the time
// that a model takes: a while until the first token, then so many tokens a second. It counts tokens as providers do and
// keeps what was asked when. What is answered is decided in workload.mjs.

import { createServer } from "node:http";

/** Seconds until the first token, and tokens a second. */
const SPEEDS = {
  "gpt-5.4": { first: 0.7, rate: 90 },
  "gpt-6-luna": { first: 0.4, rate: 120 },
};

const BYTES_PER_TOKEN = 4;
const CHUNK_MS = 100;

/**
 * @param {(messages: readonly {role: string, text: string}[]) => {label: object, text?: string, calls?: readonly object[]}} reply
 * @returns {Promise<{url: string, served: object[], close: () => void}>} `served` holds, for each answer, its label, its
 *   model, when it was asked for and when its last byte was sent, in milliseconds, and the seconds that the model took.
 */
export async function serveModels(reply) {
  const served = [];
  const server = createServer((request, response) => {
    answer(request, response, reply)
      .then((one) => served.push(one))
      .catch((error) => response.destroy(error));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/v1`,
    served,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function answer(request, response, reply) {
  const from = Date.now();
  const body = JSON.parse(await textOf(request));
  const messages = body.messages.map(({ role, content }) => ({ role, text: content ?? "" }));
  const { label, text = "", calls = [] } = reply(messages);
  const tokens = tokensOf(text, calls);
  const { first, rate } = SPEEDS[body.model];
  const chunks = Math.max(1, Math.round((tokens / rate) * (1000 / CHUNK_MS)));
  const send = (choices, rest = {}) =>
    response.write(
      `data: ${JSON.stringify({ id: "c", object: "chat.completion.chunk", model: body.model, choices, ...rest })}\n\n`,
    );
  const part = (delta, finish = null) => send([{ index: 0, delta, finish_reason: finish }]);

  response.writeHead(200, { "content-type": "text/event-stream" });
  await until(from + first * 1000);
  const seconds = first + tokens / rate;
  for (let index = 0; index < chunks; index++) {
    const piece = text.slice((text.length * index) / chunks, (text.length * (index + 1)) / chunks);
    part({ content: piece });
    await until(from + (first + (tokens / rate) * ((index + 1) / chunks)) * 1000);
  }
  for (const [index, { name, input }] of calls.entries()) {
    const id = `call_${messages.length}_${index}`;
    const spoken = { index, id, type: "function", function: { name, arguments: JSON.stringify(input) } };
    part({ tool_calls: [spoken] });
  }
  part({}, calls.length > 0 ? "tool_calls" : "stop");
  const asked = Math.ceil(JSON.stringify([body.messages, body.tools]).length / BYTES_PER_TOKEN);
  send([], { usage: { prompt_tokens: asked, completion_tokens: tokens, total_tokens: asked + tokens } });
  response.end("data: [DONE]\n\n");
  return { ...label, model: body.model, from, to: Date.now(), seconds };
}

function tokensOf(text, calls) {
  return Math.ceil((text.length + (calls.length > 0 ? JSON.stringify(calls).length : 0)) / BYTES_PER_TOKEN);
}

/** By the clock and not by steps, so that a busy machine does not make the model slower. */
function until(at) {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, at - Date.now())));
}

async function textOf(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}
