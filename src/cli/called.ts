// How was the command called? Hints repeat it: whoever typed `npx factory -C ../shop init` has neither `factory` on the
// PATH nor the shell in that folder, and what is offered next must do what it says where they are.

/** The words before the command's name, as they have to be typed again. */
export function calledAs(
  env: Readonly<Record<string, string | undefined>>,
  directory: string | undefined,
): string {
  return directory === undefined ? program(env) : `${program(env)} -C ${shellWord(directory)}`;
}

/** A package manager that runs a program of a project says so to it. */
function program(env: Readonly<Record<string, string | undefined>>): string {
  const agent = env.npm_config_user_agent ?? "";
  if (agent.startsWith("pnpm/")) return "pnpm exec factory";
  if (agent.startsWith("yarn/")) return "yarn factory";
  if (agent.startsWith("bun/")) return "bunx factory";
  return env.npm_command === undefined ? "factory" : "npx factory";
}

/** Commands that a text offers, in backticks, after an arrow or on a line of their own, as they would be called here. */
export function repeatCall(text: string, called: string): string {
  if (called === "factory") return text;
  // A color may begin before the word.
  const offered = /((?:`|^ {2,}|→ +|then: )(?:\u001b\[\d+m)*)factory (?=[a-z])/gm;
  return text.replace(offered, (_, before: string) => `${before}${called} `);
}

function shellWord(word: string): string {
  return /^[\w./~:@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
