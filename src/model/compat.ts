// What does a server take of a request, and how does it name it? Servers that speak the same API differ in it; what is not
// said is as the provider's own server has it.

export interface Compat {
  /** By which of OpenAI's two APIs the model is asked: chat completions, or responses. */
  readonly api?: "chat" | "responses";
  /** Name of the limit of output. */
  readonly max_tokens?: "max_tokens" | "max_completion_tokens";
  /** Whether it is asked to count the tokens of a stream. */
  readonly stream_options?: boolean;
  /** Whether it is asked for its reasoning, encrypted, to be sent back with the next turn; by the API `responses` alone. */
  readonly include?: boolean;
  /** Whether it is asked to answer piece by piece. */
  readonly stream?: boolean;
  readonly temperature?: boolean;
  /** As whom our instructions are given. */
  readonly system?: "system" | "developer" | "user";
  /** Whether tools are offered. */
  readonly tools?: boolean;
  /** Header that holds the key as it is, in place of `authorization`. */
  readonly key_header?: string;
}

/** By the name that `compat` of an agent has; what a server takes anyway is not said. */
export const COMPAT_PRESETS = {
  azure: { max_tokens: "max_completion_tokens", key_header: "api-key" },
  bedrock: { max_tokens: "max_completion_tokens" },
  deepseek: { max_tokens: "max_tokens", system: "system" },
  groq: { max_tokens: "max_completion_tokens" },
  litellm: { max_tokens: "max_tokens" },
  "llama.cpp": { max_tokens: "max_tokens", system: "system" },
  "lm-studio": { max_tokens: "max_tokens", system: "system" },
  mistral: { max_tokens: "max_tokens", stream_options: false },
  ollama: { max_tokens: "max_tokens", system: "system" },
  openrouter: { max_tokens: "max_tokens" },
  vllm: { max_tokens: "max_tokens", system: "system" },
} as const satisfies Readonly<Record<string, Compat>>;

export type CompatPreset = keyof typeof COMPAT_PRESETS;
