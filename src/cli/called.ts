// How was the command called? Hints repeat it: whoever typed `npx factory -C ../shop init` has neither `factory` on the
// PATH nor the shell in that folder, and what is offered next must do what it says where they are.

/** The words before the command's name, as they have to be typed again. */
export function calledAs(
  env: Readonly<Record<string, string | undefined>>,
  directory: string | undefined,
): string {
  return directory === undefined ? program(env) : `${program(env)} -C ${shellWord(directory)}`;
}

/** A package manager that was asked for the factory says so; one that runs something else, such as tests, does not count. */
function program(env: Readonly<Record<string, string | undefined>>): string {
  if (env.npm_command !== "exec" || !/^['"]?factory\b/.test(env.npm_lifecycle_script ?? "")) return "factory";
  const agent = env.npm_config_user_agent ?? "";
  return agent.startsWith("pnpm/") ? "pnpm exec factory" : "npx factory";
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
