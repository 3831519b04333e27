// Where is the real program of a preset? Installed from npm on first use into a folder that later runs share, since one of
// them is larger than all of our dependencies. Where it cannot be installed, its tests are skipped, with the reason printed.

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const PACKAGES = {
  opencode: "opencode-ai@1.18.33",
  claude: "@anthropic-ai/claude-code@2.1.197",
  codex: "@openai/codex@0.169.0",
  gemini: "@google/gemini-cli@0.61.0",
} as const;

/** Outlives the suite: the programs are large. */
const PROGRAMS = fileURLToPath(new URL("../../node_modules/.cache/factory-test-clis", import.meta.url));

export type CodingCli = keyof typeof PACKAGES;

/** The folder of the program, for PATH; null where it is not to be had here. The large others only on request. */
export async function folderOf(cli: CodingCli): Promise<string | null> {
  if (cli !== "opencode" && process.env.FACTORY_TEST_CLIS !== "all") {
    console.warn(`skipped: ${cli} is installed for its tests only with FACTORY_TEST_CLIS=all`);
    return null;
  }
  return programsOf(PACKAGES[cli], cli);
}

/** The same of any package that brings a program. */
export async function programsOf(name: string, program: string): Promise<string | null> {
  const folder = join(PROGRAMS, name.replaceAll("/", "-"));
  const programs = join(folder, "node_modules", ".bin");
  if (existsSync(join(programs, program))) return programs;
  try {
    await install(name, folder);
    return programs;
  } catch (error) {
    console.warn(`skipped: ${name} cannot be installed: ${(error as Error).message}`);
    return null;
  }
}

/** Made aside and moved into place whole: another worker may be at it at the same time. */
async function install(name: string, folder: string): Promise<void> {
  await mkdir(join(folder, ".."), { recursive: true });
  const aside = await mkdtemp(`${folder}-`);
  await writeFile(join(aside, "package.json"), "{}");
  const options = ["--no-audit", "--no-fund", "--no-save", "--prefer-offline"];
  await promisify(execFile)("npm", ["install", ...options, name], { cwd: aside, timeout: 100_000 });
  try {
    await rename(aside, folder);
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
}
