// Of which class is a refusal? Providers word the same in many ways, and put it under statuses that contradict each other;
// what may be done about it (wait, pay, shorten, give up) hangs on the class alone. Pure, and in one order: what a sentence
// says goes before what its status says. Names for programs are read as the sentences are: they stand where these are written
// in another language.

import type { ModelErrorCause } from "../../model/model-error.ts";

export interface RefusalFacts {
  readonly status: number | null;
  readonly codes: readonly string[];
  readonly words: string;
  /** Whether it comes back so soon that a limit which is renewed cannot be one of a day. */
  readonly soon: boolean;
  /** Whether it is a page for people, as whoever stands before a server sends it. */
  readonly isPage: boolean;
}

const LIMIT_NAME = "max(?:_?(?:completion|output|new))?_?tokens|maxOutputTokens|num_predict";

const OUTPUT = [
  new RegExp(
    String.raw`(?:${LIMIT_NAME})\W.{0,60}?\b(?:too (?:large|high|big|long)|at most|less than|(?:exceed|greater|larger|more)\w*|maximum (?:allowed )?number of output|cannot be|must be|should be|range of)`,
    "i",
  ),
  new RegExp(String.raw`(?:${LIMIT_NAME})\W{0,3}\s*[:=]?\s*\d+\s*>\s*\d+`, "i"),
  /supports at most \d+ (completion|output) tokens|output (token )?(limit|length) .{0,30}(too|exceed)|max(imum)? output tokens? .{0,40}exceed/i,
];

const CONTEXT = [
  /context_length_exceeded|out_?of_?context|exceed_context_size|context_window|(prompt|input|context|request)_?too_?(long|large)|string_above_max_length|request_too_large/i,
  /maximum (context|prompt|input) length|(context|ctx)[ _-]?(length|window|size)|\bn_ctx\b|maximum model length|max_model_len/i,
  /exceeds? the (max\w*|limit|available|model'?s?)( allowed)?( number of)?( input| context| prompt)? ?(tokens?|length|size)|input token count .{0,40}exceeds/i,
  /(prompt|input|request|message|conversation|content)\w*( is| are|'s)? ?(far |much )?too (long|large|big)|too many (input |prompt )?tokens|reduce (the|your) (length|prompt|input|messages)/i,
  /(prompt|input|tokens?) .{0,60}(longer|larger|greater|more) than (the )?(model|max|context|allowed|limit)|payload too large|entity too large/i,
  /(上下文|输入|輸入|提示词|コンテキスト|入力|컨텍스트|입력).{0,16}(过长|過長|太长|太長|超出|超过|超過|长すぎ|長すぎ|초과|너무 ?[긴깁길])/,
];

const FILTERED =
  /content[_ -]?(filter|policy|management|moderation)|responsible_?ai|prohibited_content|data_?inspection|risk_?detection|safety (system|filter|setting|polic)|\bmoderation\b|flagged (as|by|for)|guardrail|(usage|content|safety|use) polic(y|ies)|violat\w+ .{0,40}polic|inappropriate content|sensitive[_ ]?(words?|content)|content exists risk|violat\w+ .{0,40}guideline|blocked (by|due|because)|敏感|违规|違規|内容安全|不安全的?内容|コンテンツ ?(フィルター|ポリシー)|유해|콘텐츠 ?(필터|정책)/i;

const MODEL = [
  /model_?not_?(found|supported|available|open|exist)|unknown_model|invalid_model|DeploymentNotFound|no_such_model/i,
  /\b(unknown|no such|invalid|unsupported|nonexistent) model\b|not a valid model|model (id|name) .{0,40}(invalid|not|unknown)/i,
  /\b(model|deployment|endpoint)s?\b.{0,100}?\b(not found|not exist|doesn'?t exist|not available|not supported|not loaded|unavailable to|decommissioned|deprecated|retired|no longer|not enabled|not served)/i,
  /model identifier is invalid|on-demand throughput/i,
  /(模型|モデル|모델).{0,16}(不存在|未开通|未開通|不支持|不可用|存在しません|見つかりません|찾을 수 없|존재하지 않)|(没有|不存在)该?模型/,
  /no endpoints found|(no|not have|without|lacks?) access to (the |this )?(\w+ )?model|not entitled to|not (allowed|permitted|authorized) to (use|access|invoke) (the |this )?model|try pulling it/i,
];

/** A gateway that knows no server for it says so as if its own would come back. */
const NOT_SERVED = /无可用渠道|no available channels? for (the )?model/i;

const KEY =
  /(security|session|access) token .{0,40}(expired|invalid)|expired_?token|unrecognized_?client|(无效|無效|过期|過期|错误|錯誤)的?(令牌|密钥|密鑰|api ?key)|(令牌|密钥|密鑰|api ?key).{0,8}(无效|無效|过期|過期|错误|不正确|不存在|無効)|invalid_?api_?key|api_?key_?invalid|authentication|permission_denied|unauthenticated|unauthori[sz]ed|access_?denied|incorrect api key|(api|access)?[ _-]?key .{0,30}(not valid|invalid|expired|revoked|missing|required)|(invalid|expired|missing|no) .{0,20}(api[ _-]?key|credentials|auth|bearer|access token)/i;

/** Where a person is decides, and no key. */
const PLACE =
  /\b(countr(y|ies)|regions?|territor(y|ies)|location)\b.{0,40}(not (supported|available|allowed)|unsupported)|unsupported_country/i;

const MONEY =
  /budget_?(has_?been_?)?exceeded|budget has been exceeded|exceeded[_ ]?(\w+[_ ]?)?budget|余额不足|餘額不足|额度(不足|已?用尽|已?用完)|欠费|欠費|残高不足|잔액|크레딧|billing_?(hard_limit|not_active)?|insufficient[_ ]?(credits?|balance|funds)|(credit|account) balance|out of credits|payment[_ ]required|more credits|arrear|overdue|pack_?exhausted|spend(ing)?[_ ]limit|prepay|top up|recharge/i;
const QUOTA =
  /insufficient_(\w+_)?quota|out of [\w ]{0,20}quota|exceeded[_ ](your[_ ])?current[_ ]quota|quota_?exceeded|usage[_ ]limit|exhausted your (capacity|quota)/i;
const LONG_LIMIT =
  /per[_ -]?(day|week|month)|\bdaily\b|\bweekly\b|\bmonthly\b|\b(tpd|rpd)\b|(tokens|requests)[_ ]per[_ ]day|(day|month|week)s? (quota|limit|allowance)|\/ ?(day|week|month)\b|ByDay\b|\b(today|tomorrow)\b|per 86400 ?s|每[天日周月]|每个月|今[天日]|明[天日]|1日(あたり|の)|하루|일일/i;
const RATE =
  /rate[_ -]?limit|resource_exhausted|throttl|too[_ ]?many[_ ]?(requests|concurrent)|slow[_ ]down|(requests|tokens)[_ ]per[_ ](min|sec)|concurrency limit|\b(tpm|rpm)\b|(请求|請求|访问)(过于|過於|太)(频繁|頻繁|多)|レート制限|リクエスト(数|が多)|요청이? ?(너무 )?많/i;

const PARAMETER = [
  /unsupported_(parameter|value)|unknown_parameter|invalid_parameter|extra_forbidden|additional_?properties|unrecognized_keys/i,
  /tool[_ ]choice\b.{0,20}\brequires|requires --enable-/i,
  /unsupported (parameter|value|field|argument)|unrecognized (request )?(argument|parameter|field|key)|(extra|additional) (inputs?|fields?|properties|keys?) (are |is )?not (permitted|allowed)|unknown (name|field|parameter|argument)|unexpected keyword|not (permitted|supported|allowed) (with|by|in|for) this model|does not support (the )?(parameter|tool|function|stream|system|temperature|param)\w*|(parameter|field|argument|option)\W.{0,60}?(not supported|not allowed|not recognized|unknown|unsupported)/i,
];

const OVERLOADED =
  /server_error|overloaded|unavailable|internal|capacity|no healthy upstream|server[_ ]?busy|bad gateway|temporar|is (still )?(loading|starting|warming)|try again later|upstream|负载|負載|繁忙|稍后|稍後|混雑|過負荷|과부하/i;

/** A model is not in memory yet. */
const LOADING =
  /\bmodel\b.{0,60}\bis (currently |still )?(being )?(loading|loaded)\b|\bloading (the )?model\b|模型(正在)?加载中/i;

/** What the model wrote is no call that its server understands: it was made, and is not shown. */
const NO_CALL =
  /tool_use_failed|failed to call a function|(error|failed)( while| to)? pars\w+ (the )?(tool|function|input at pos)/i;

/** Of servers whose names for programs are numbers (Zhipu): those that their status does not tell. */
const NUMBERED: Readonly<Record<string, ModelErrorCause>> = {
  "1112": "auth",
  "1113": "quota",
  "1211": "model",
  "1261": "context",
  "1301": "filtered",
  "1304": "quota",
  "1308": "quota",
  "1309": "quota",
  "1310": "quota",
  "1311": "model",
};

const some = (patterns: readonly RegExp[], text: string) => patterns.some((pattern) => pattern.test(text));

export function causeOf({ status, codes, words, soon, isPage }: RefusalFacts): ModelErrorCause {
  const names = codes.join(" ");
  const all = `${names} ${words}`;
  const numbered = codes.map((code) => NUMBERED[code]).find((cause) => cause !== undefined);
  if (numbered !== undefined) return numbered;
  // A single request above the limit of a minute never fits, however long one waits.
  if (/request too large/i.test(words)) return "context";
  if (NO_CALL.test(all)) return "malformed";
  if (NOT_SERVED.test(all)) return "model";
  const limited = limitOf(status, all, soon);
  if (limited !== null) return limited;
  const isServers = status !== null && status >= 500;
  if (!isServers || /context|token/i.test(all)) {
    if (some(OUTPUT, all) && !/context_length_exceeded/.test(names)) return "output";
    if (status === 413 || some(CONTEXT, all)) return "context";
  }
  if (FILTERED.test(all)) return "filtered";
  if (!isServers && some(MODEL, all)) return "model";
  if (!isServers && PLACE.test(all)) return "refused";
  if (status === 401 || (!isServers && KEY.test(all))) return "auth";
  // A page that says nothing of a key comes from a firewall or a portal on the way.
  if (status === 403) return isPage && !/credential|permission|token/i.test(all) ? "refused" : "auth";
  if (!isServers && some(PARAMETER, all)) return "parameter";
  if (LOADING.test(all) && (isServers || status === null)) return "loading";
  // A server that waited too long for the request is no judgement of the request.
  if (status === 408 || status === 425 || isServers) return "overloaded";
  if (status !== null) return "refused";
  return OVERLOADED.test(all) ? "overloaded" : "refused";
}

/** A limit of calls or of money; null where it is none. */
function limitOf(status: number | null, all: string, soon: boolean): "quota" | "rate" | null {
  if (status === 402 || MONEY.test(all)) return "quota";
  const isRate = status === 429 || ((status === null || status === 403 || status >= 500) && RATE.test(all));
  const isQuota = QUOTA.test(all) && (status === null || status === 403 || status === 429 || status === 400);
  if (!isRate && !isQuota) return null;
  if (LONG_LIMIT.test(all)) return "quota";
  // Google says `quota` of every limit; one that is lifted within minutes is a rate.
  return isQuota && !soon ? "quota" : "rate";
}
