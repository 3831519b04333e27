// How does a script look at the dashboard? The real command serves it, and Chromium of this machine shows it.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

/** Where Debian and others put it; undefined: it is not there. */
export const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(
  (path) => existsSync(path),
);

/** Graphs are drawn without a graphics card, and a container lets nobody make namespaces. */
const ARGS = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"];

/**
 * `factory ui` in a workspace, once it tells its link.
 * @param {readonly string[]} factory The command, in pieces.
 * @returns {Promise<{link: string, pid: number, end: () => Promise<void>}>}
 */
export async function serveDashboard([file, ...args], cwd) {
  const child = spawn(file, [...args, "ui", "--json"], { cwd, stdio: ["ignore", "pipe", "inherit"] });
  const gone = new Promise((resolve) => child.once("exit", resolve));
  const line = new Promise((resolve) => createInterface({ input: child.stdout }).once("line", resolve));
  const told = await Promise.race([line, gone]);
  if (typeof told !== "string") throw new Error("factory ui ended before it told its link");
  const end = async () => {
    child.kill("SIGINT");
    await gone;
  };
  return { link: JSON.parse(told).link, pid: child.pid, end };
}

/** @returns {Promise<import("playwright-core").Browser>} To be closed by whoever asked. */
export function openBrowser() {
  return chromium.launch({ executablePath: CHROMIUM, args: ARGS });
}
