// How do servers and gateways refuse? What they refuse for, in the words of real ones, and the shapes in which they put it.

import type { ModelErrorCause } from "../../src/model/model-error.ts";

export interface Refused {
  readonly cause: ModelErrorCause;
  readonly status: number;
  readonly words: string;
  /** Absent where the words are all that there is. */
  readonly code?: string;
}

export const REFUSED: readonly Refused[] = [
  {
    cause: "context",
    status: 400,
    words:
      "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens in the messages.",
  },
  { cause: "context", status: 400, words: "prompt is too long: 210000 tokens > 200000 maximum" },
  {
    cause: "context",
    status: 413,
    words: "Request too large for model `llama` on tokens per minute (TPM): Limit 6000, Requested 9000",
    code: "rate_limit_exceeded",
  },
  {
    cause: "output",
    status: 400,
    words: "max_tokens is too large: 40000. This model supports at most 16384 completion tokens.",
  },
  { cause: "output", status: 422, words: "`max_tokens` must be less than or equal to `8192`" },
  { cause: "auth", status: 401, words: "Incorrect API key provided", code: "invalid_api_key" },
  { cause: "auth", status: 403, words: "Your credentials lack permission for this project" },
  {
    cause: "model",
    status: 404,
    words: "The model `house-9` does not exist or you do not have access to it.",
    code: "model_not_found",
  },
  { cause: "model", status: 422, words: "unknown model house-model, choose one of: qwen3-coder" },
  {
    cause: "quota",
    status: 429,
    words: "You exceeded your current quota, please check your plan and billing details.",
    code: "insufficient_quota",
  },
  { cause: "quota", status: 429, words: "Rate limit exceeded: free-models-per-day" },
  { cause: "quota", status: 400, words: "Your credit balance is too low to access the API" },
  {
    cause: "rate",
    status: 429,
    words: "Rate limit reached on requests per min (RPM): Limit 3, Used 3",
    code: "rate_limit_exceeded",
  },
  {
    cause: "filtered",
    status: 400,
    words: "The response was filtered due to the prompt triggering the content management policy.",
    code: "content_filter",
  },
  {
    cause: "parameter",
    status: 400,
    words:
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
    code: "unsupported_parameter",
  },
  {
    cause: "parameter",
    status: 400,
    words:
      "[{'type': 'extra_forbidden', 'loc': ('body', 'stream_options'), 'msg': 'Extra inputs are not permitted'}]",
  },
  { cause: "overloaded", status: 503, words: "The model is overloaded. Please try again later." },
  { cause: "loading", status: 503, words: "Loading model" },
  {
    cause: "parameter",
    status: 400,
    words: '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set',
  },
  { cause: "quota", status: 400, words: "Budget has been exceeded! Current cost: 10.5, Max budget: 10.0" },
  { cause: "quota", status: 403, words: "Out of call volume quota. Quota will be replenished in 02:13:12." },
  {
    cause: "quota",
    status: 429,
    words:
      "Rate limit of 50 per 86400s exceeded for UserByModelByDay. Please wait 38121 seconds before retrying.",
  },
  { cause: "quota", status: 429, words: "The trial key is limited to 1000 API calls / month" },
  { cause: "quota", status: 429, words: "You have exceeded today's allowance, please retry tomorrow" },
  {
    cause: "model",
    status: 401,
    words: "key not allowed to access model. This key can only access models=['m']",
  },
  { cause: "model", status: 400, words: "The provided model identifier is invalid." },
  { cause: "auth", status: 400, words: "The security token included in the request is expired" },
  { cause: "filtered", status: 400, words: "Content Exists Risk" },
  { cause: "filtered", status: 403, words: "Content violates usage guidelines." },
  { cause: "refused", status: 403, words: "Country, region, or territory not supported" },
];

/** What only their codes say, or words in their own language. */
export const IN_OTHER_LANGUAGES: readonly Refused[] = [
  { cause: "quota", status: 429, words: "账户余额已用完。", code: "1113" },
  { cause: "quota", status: 429, words: "今天的次数已经用完。", code: "1304" },
  { cause: "rate", status: 429, words: "请求太多。", code: "1302" },
  { cause: "filtered", status: 400, words: "内容不安全。", code: "1301" },
  { cause: "context", status: 400, words: "输入太长。", code: "1261" },
  { cause: "model", status: 400, words: "没有这个模型。", code: "1211" },
  { cause: "quota", status: 400, words: "请先充值。", code: "Arrearage" },
  { cause: "quota", status: 403, words: "请先充值。", code: "AccountOverdueError" },
  { cause: "quota", status: 429, words: "请检查您的套餐。", code: "exceeded_current_quota_error" },
  { cause: "filtered", status: 400, words: "内容不安全。", code: "DataInspectionFailed" },
  { cause: "filtered", status: 400, words: "内容不安全。", code: "InputTextSensitiveContentDetected" },
  { cause: "filtered", status: 400, words: "内容不安全。", code: "InputTextRiskDetection" },
  { cause: "context", status: 400, words: "Ввод слишком длинный.", code: "OutofContextError" },
  { cause: "context", status: 400, words: "Ввод слишком длинный.", code: "prompt_too_long" },
  { cause: "model", status: 404, words: "Модель не подключена.", code: "ModelNotOpen" },
  { cause: "auth", status: 400, words: "Неверный ключ.", code: "InvalidApiKey" },
  { cause: "quota", status: 401, words: "该令牌额度已用尽" },
  { cause: "quota", status: 400, words: "账户余额不足，请充值" },
  { cause: "quota", status: 403, words: "用户额度不足, 剩余额度: 0" },
  { cause: "model", status: 503, words: "当前分组 default 下对于模型 m 无可用渠道" },
  { cause: "model", status: 404, words: "模型不存在：m" },
  { cause: "auth", status: 401, words: "无效的令牌" },
  { cause: "auth", status: 400, words: "密钥已过期：API Key 无效" },
  { cause: "context", status: 400, words: "输入内容超出模型的最大上下文长度 8192" },
  { cause: "context", status: 400, words: "入力が長すぎます。" },
  { cause: "filtered", status: 400, words: "输入内容包含敏感信息，请修改后重试" },
];

export interface RefusalShape {
  readonly name: string;
  readonly body: (refused: Refused) => string;
  readonly label?: string;
  /** The status of the response; absent: that of the refusal. */
  readonly status?: number;
  /** Whether the body tells the status, where the response does not. */
  readonly needsWords?: true;
}

const json = (value: unknown) => JSON.stringify(value);
const openai = ({ words, code }: Refused) => ({
  error: { message: words, type: "some_error", param: null, code: code ?? null },
});
const page = ({ words }: Refused) =>
  `<!DOCTYPE html><html><head><title>${words}</title></head><body><p>Gateway</p></body></html>`;

export const REFUSAL_SHAPES: readonly RefusalShape[] = [
  { name: "an error object", body: (one) => json(openai(one)) },
  { name: "an error text", body: ({ words }) => json({ error: words }) },
  {
    name: "bare fields",
    body: ({ words, status }) =>
      json({ object: "error", message: words, type: "BadRequestError", code: status }),
  },
  { name: "a detail", body: ({ words }) => json({ detail: words }) },
  {
    name: "a list of details",
    body: ({ words }) => json({ detail: [{ loc: ["body", "x"], msg: words, type: "value_error" }] }),
  },
  {
    name: "a message with a status",
    body: ({ words, status }) => json({ statusCode: status, message: words }),
  },
  { name: "msg", body: ({ words, status }) => json({ code: status, msg: words, success: false }) },
  { name: "error_message", body: ({ words }) => json({ error_message: words, request_id: "r" }) },
  { name: "a list of errors", body: ({ words, code }) => json({ errors: [{ message: words, code }] }) },
  {
    name: "Google's error",
    body: ({ words, status }) =>
      json([{ error: { code: status, message: words, status: "SOME", details: [] } }]),
  },
  {
    name: "the error of the server behind, as text",
    body: (one) =>
      json({
        error: { message: "Provider returned error", code: one.status, metadata: { raw: json(openai(one)) } },
      }),
  },
  {
    name: "JSON in a sentence",
    body: (one) => json({ message: `litellm.APIError: Error code: ${one.status} - ${json(openai(one))}` }),
  },
  {
    name: "a fault",
    body: ({ words }) => json({ fault: { faultstring: words, detail: { errorcode: "x.y" } } }),
  },
  { name: "plain text", label: "text/plain", body: ({ words }) => words },
  { name: "a page", label: "text/html", body: page },
  {
    name: "an event",
    label: "text/event-stream",
    body: (one) => `event: error\ndata: ${json(openai(one))}\n\n`,
  },
  {
    name: "an event of a success",
    status: 200,
    label: "text/event-stream",
    body: (one) => `data: ${json({ error: { ...openai(one).error, status: one.status } })}\n\n`,
  },
  {
    name: "a named event of a success",
    status: 200,
    label: "text/event-stream",
    body: ({ words, status }) => `event: error\ndata: ${json({ message: words, code: status })}\n\n`,
  },
  {
    name: "a document of a success",
    status: 200,
    body: ({ words, status }) => json({ code: status, message: words }),
  },
  {
    name: "a bare document of a success, called a stream",
    status: 200,
    label: "text/event-stream",
    body: (one) => json({ ...openai(one), status: one.status }),
  },
];

/** Headers or a body of a refusal, and in how many seconds its limit is lifted. */
export const TIMES: readonly {
  readonly name: string;
  readonly seconds: number;
  readonly headers?: (now: number) => Record<string, string>;
  readonly body?: (now: number) => object;
}[] = [
  { name: "seconds", seconds: 20, headers: () => ({ "retry-after": "20" }) },
  {
    name: "milliseconds before seconds",
    seconds: 1.5,
    headers: () => ({ "retry-after": "9", "retry-after-ms": "1500.5" }),
  },
  {
    name: "a date",
    seconds: 90,
    headers: (now) => ({ "retry-after": new Date(now + 90_000).toUTCString() }),
  },
  {
    name: "a duration",
    seconds: 58,
    headers: () => ({ "x-ratelimit-reset-tokens": "58s", "x-ratelimit-remaining-tokens": "0" }),
  },
  {
    name: "the limit that is used up",
    seconds: 390,
    headers: () => ({
      "x-ratelimit-reset-requests": "1s",
      "x-ratelimit-remaining-requests": "9",
      "x-ratelimit-reset-tokens": "6m30s",
      "x-ratelimit-remaining-tokens": "0",
    }),
  },
  {
    name: "milliseconds as a duration",
    seconds: 0.12,
    headers: () => ({ "x-ratelimit-reset-requests": "120ms" }),
  },
  {
    name: "an epoch in seconds",
    seconds: 40,
    headers: (now) => ({ "x-ratelimit-reset": String(Math.round(now / 1000) + 40) }),
  },
  {
    name: "an epoch in milliseconds",
    seconds: 40,
    headers: (now) => ({ "X-RateLimit-Reset": String(now + 40_000) }),
  },
  {
    name: "an ISO date",
    seconds: 30,
    headers: (now) => ({ "anthropic-ratelimit-tokens-reset": new Date(now + 30_000).toISOString() }),
  },
  { name: "the standard's seconds", seconds: 7, headers: () => ({ "ratelimit-reset": "7" }) },
  {
    name: "headers in the body",
    seconds: 32_400,
    body: (now) => ({
      error: {
        message: "Slow down",
        metadata: { headers: { "X-RateLimit-Reset": String(now + 32_400_000) } },
      },
    }),
  },
  {
    name: "Google's RetryInfo",
    seconds: 37.5,
    body: () => ({
      error: {
        message: "Slow down",
        details: [{ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "37.5s" }],
      },
    }),
  },
  { name: "one header for all", seconds: 20, headers: () => ({ ratelimit: '"default";r=0;t=20' }) },
  { name: "seconds that it loads", seconds: 20, body: () => ({ error: "Loading", estimated_time: 20 }) },
  { name: "a field", seconds: 12, body: () => ({ message: "Slow down", retry_after: 12 }) },
  {
    name: "a reset in a field",
    seconds: 3600,
    body: () => ({ error: { message: "Slow down", resets_in_seconds: 3600 } }),
  },
  ...(
    [
      ["Please try again in 5.97s. Visit https://example.org/limits.", 5.97],
      ["Try again in 20 seconds.", 20],
      ["Please retry after 30 seconds", 30],
      ["Please try again in 1m30.5s.", 90.5],
      ["Please wait 2 minutes and 5 seconds before you ask again", 125],
      ["The limit resets in 3 hours.", 10_800],
      ["try again in 750ms", 0.75],
      ["Retry-After: 45", 45],
      ["Please try again in a minute.", 60],
      ["It will be replenished in 00:01:30.", 90],
      ["请求过于频繁，请在 20 秒后重试", 20],
      ["每60秒限5次，请1分30秒之后再试", 90],
      ["2分後に再試行してください。", 120],
      ["20초 후에 다시 시도하세요.", 20],
      ["Bitte versuchen Sie es in 20 Sekunden erneut.", 20],
      ["In 2 Stunden und 5 Minuten erneut versuchen.", 7_500],
      ["Réessayez dans 20 secondes.", 20],
      ["Inténtelo de nuevo en 2,5 minutos.", 150],
      ["Tente novamente em 20 segundos.", 20],
      ["Riprova tra 20 secondi.", 20],
      ["Повторите попытку через 20 секунд.", 20],
      ["حاول مرة أخرى بعد 20 ثانية", 20],
    ] as const
  ).map(([words, seconds]) => ({
    name: words,
    seconds,
    body: () => ({ error: { message: `Limit 300, used 299. ${words}` } }),
  })),
  {
    name: "a date in a sentence",
    seconds: 600,
    body: (now) => ({
      error: { message: `Your limit will reset at ${new Date(now + 600_000).toISOString()}` },
    }),
  },
];
