// What comes of one request, whichever provider it goes to? It is sent, what comes is read message by message as it comes,
// and it ends in one answer or in one fault. What a message means is known by the provider's form alone.

import type { ModelAnswer } from "../../model/conversation.ts";
import type { Json } from "../../model/digest.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { type AnswerForm, type Close, overlong, settledAnswer } from "./answer-end.ts";
import { type Fault, faultOf, malformed } from "./model-error.ts";
import { readRefusal, refusalIn } from "./refusal-body.ts";
import { type HttpRequest, placeAfter, sendRequest, shownAddress } from "./send-request.ts";
import type { Wire } from "./wire.ts";
import { messagesIn, TooMuch } from "./wire-reader.ts";

/** Bytes of what is said in one answer: no model writes more, and every further turn sends it back. */
const MOST_SAID = 4 * 1024 * 1024;

/** Bytes of a refusal that are read. */
const MOST_REFUSED = 256 * 1024;

/** How long the count of tokens is waited for after the last word, and the end of a response after `[DONE]`, in ms. */
const AFTER_FINISH_MS = 5_000;
const AFTER_DONE_MS = 1_000;

/** Rejects with nothing but bugs, and with what fetch rejects with before a response came. */
export async function exchange(
  request: HttpRequest,
  form: AnswerForm,
  wire: Wire,
): Promise<Result<ModelAnswer, Fault>> {
  const response = await sendRequest(request, wire);
  if (!response.ok) return failed(await refusalOf(response, request.url, wire));
  let close: Close = "closed";
  let stray = "";
  try {
    for await (const message of messagesIn(overheard(response, wire))) {
      if (message.kind === "text") stray = message.text;
      else if (message.kind === "done") {
        close = "done";
        wire.ending(AFTER_DONE_MS);
      } else {
        const { value, whole, event } = message;
        const refusal = refusalIn(value, event);
        if (refusal !== null) {
          // What goes wrong after the last word took nothing away but the count of tokens.
          if (form.finished || close === "done") break;
          const came = settledAnswer(form, "broke", stray);
          if (came.ok) return came;
          return failed(refusedWithin(form, { headers: response.headers, body: refusal }, request.url));
        }
        form.add(value);
        if (whole) close = "document";
        if (form.said > MOST_SAID) throw new TooMuch();
        if (form.finished) wire.ending(AFTER_FINISH_MS);
      }
    }
  } catch (error) {
    if (error instanceof TooMuch) return success(overlong(form, error.bytes));
    const came = settledAnswer(form, close === "closed" ? "broke" : close, stray);
    return came.ok ? came : failed({ ...wire.broken(error), ...(form.said > 0 ? { said: form.said } : {}) });
  }
  const nothing = form.said === 0 && !form.finished && stray !== "";
  return nothing ? failed(noAnswer(stray, response)) : settledAnswer(form, close, stray);
}

/** A refusal in the place of an answer, or in its middle: then the model was at work by then. */
function refusedWithin(
  form: AnswerForm,
  { headers, body }: { headers: Headers; body: Json },
  asked: URL,
): Fault {
  const fault = faultOf({ status: null, headers, body });
  if (form.said > 0) return { ...fault, outcome: "unknown", said: form.said };
  return fault.cause === "refused" ? withAddress(fault, asked) : fault;
}

/** Of a wrong address the words of a refusal say nothing. */
function withAddress(fault: Fault, asked: URL): Fault {
  return { ...fault, detail: `${fault.detail} (asked ${shownAddress(asked)})` };
}

/** A success by its status whose body is a text or a page: words of a gateway, or of a sign-in before it. */
function noAnswer(text: string, { headers }: Response): Fault {
  // Half a document may hold words of any refusal, as the question or the answer has them.
  if (/^[{[]/.test(text) && !/[}\]]$/.test(text.trimEnd()))
    return malformed("the answer ended in its middle");
  const { words } = readRefusal(text);
  const fault = faultOf({ status: null, headers, body: text });
  if (fault.cause !== "refused") return fault;
  if (!text.startsWith("<")) return malformed(`the server answered with a text: ${words}`);
  // No model writes it, so none was paid for it.
  return { ...malformed(`the server answered with a web page: ${words}`), outcome: "no-answer" };
}

async function refusalOf(response: Response, asked: URL, wire: Wire): Promise<Fault> {
  const { status, headers } = response;
  const place = placeAfter(response, asked);
  if (status >= 300 && status < 400) {
    await response.body?.cancel();
    const to = place === null ? "nowhere" : shownAddress(place);
    const detail = `${shownAddress(asked)} is redirected to ${to}, where a request with a key is not sent`;
    return { cause: "refused", status, detail, retryAt: null, outcome: "no-answer" };
  }
  const fault = faultOf({ status, headers, body: await bodyOf(response, wire) });
  return fault.cause === "refused" && [403, 404, 405, 410].includes(status)
    ? withAddress(fault, asked)
    : fault;
}

/** As much of it as came. */
async function bodyOf(response: Response, wire: Wire): Promise<Json> {
  const decoder = new TextDecoder();
  let text = "";
  try {
    for await (const bytes of overheard(response, wire)) {
      text += decoder.decode(bytes, { stream: true });
      if (text.length > MOST_REFUSED) break;
    }
  } catch (error) {
    if (text === "" && wire.signal.aborted) throw error;
  }
  return dataIn(text);
}

/** Some servers refuse within the form of a stream. */
function dataIn(text: string): Json {
  const data = /^\s*(?:event:.*\n)?\s*data: ?(.*)/.exec(text)?.[1];
  return data ?? text;
}

/** Every byte is a sign of life: also comments, which are no messages. */
async function* overheard({ body }: Response, wire: Wire): AsyncGenerator<Uint8Array> {
  if (body === null) return;
  for await (const bytes of body as unknown as AsyncIterable<Uint8Array>) {
    wire.heard();
    yield bytes;
  }
}
