// How does a test look at the dashboard as a person does? The real command serves it, and a browser of this machine shows it.

import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";
import type { FactoryRig } from "./factory-rig.ts";
import type { Program } from "./program.ts";

/** Where Debian and others put it; absent: tests that need one are skipped by name. */
export const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(
  (path) => existsSync(path),
);

/** Graphs are drawn without a graphics card, and a container lets nobody make namespaces. */
const ARGS = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"];

export interface Served {
  readonly program: Program;
  /** With its token. */
  readonly link: string;
  readonly origin: string;
}

/** `factory ui`, once it tells its link. */
export async function serveDashboard(rig: FactoryRig, ...args: readonly string[]): Promise<Served> {
  const program = rig.start("ui", "--json", ...args);
  let text = "";
  for await (const chunk of program.child.stdout ?? []) {
    text += chunk;
    if (text.includes("\n")) break;
  }
  const { link } = JSON.parse(text) as { link: string };
  return { program, link, origin: new URL(link).origin };
}

export class PageVisitor implements AsyncDisposable {
  readonly page: Page;
  /** What the browser complained about. */
  readonly complaints: string[] = [];
  readonly #browser: Browser;

  private constructor(browser: Browser, page: Page) {
    this.#browser = browser;
    this.page = page;
    page.on("pageerror", (error) => this.complaints.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") this.complaints.push(message.text());
    });
  }

  static async open(link: string): Promise<PageVisitor> {
    const browser = await chromium.launch({ executablePath: CHROMIUM as string, args: ARGS });
    const page = await browser.newPage();
    page.setDefaultTimeout(120_000);
    const visitor = new PageVisitor(browser, page);
    await visitor.page.goto(link);
    return visitor;
  }

  /** By a link or key of the page itself. */
  async go(hash: string): Promise<void> {
    await this.page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
  }

  async text(): Promise<string> {
    return (await this.page.textContent("main")) ?? "";
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
  }
}
