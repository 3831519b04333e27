// Does the dashboard stay quick? Ten thousand tasks in a real browser: until they are seen, frames while the graph is moved and
// zoomed, from a verdict to the page that shows it; and the memory of its server over many builds.

import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { CHROMIUM, openBrowser, serveDashboard } from "../scripts/page.mjs";
import { EDITED, generateWorkspace } from "./generate.mjs";
import { momentOf, newestJournal } from "./newest-journal.mjs";

/** How long the graph is moved, and zoomed. */
const MOVED_MS = 3000;
const ROUNDS = 5;
const SMALL = { tasks: 20, features: 2, projects: 1 };
const PATIENCE = { timeout: 300_000 };

/**
 * @param {{factory: readonly string[], size: {tasks: number, features: number, projects: number}, builds: number}} options
 */
export async function benchDashboard({ factory, size, builds }) {
  console.log(`\n## The dashboard: ${size.tasks} tasks, and its server over ${builds} builds\n`);
  if (CHROMIUM === undefined) {
    console.log("not measured: there is no Chromium on this machine");
    return;
  }
  await benchPage(factory, size);
  await benchMemory(factory, builds);
}

async function benchPage(factory, size) {
  const { folder } = generateWorkspace(size);
  const served = await serveDashboard(factory, folder);
  const browser = await openBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.setDefaultTimeout(PATIENCE.timeout);
    await page.goto(served.link);
    // The server has judged all tasks by then, as it has for whoever comes back to an open dashboard.
    await page.waitForSelector(".column .card");
    const begun = Date.now();
    await page.reload();
    await page.waitForSelector(".column .card");
    const seen = Date.now() - begun;
    const paint = await page.evaluate(
      () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Number.NaN,
    );
    console.log(
      `first paint: ${Math.round(paint)} ms (want: under 1000 ms); all tasks on the board: ${seen} ms`,
    );
    await benchFrames(page, size.tasks);
    await benchVerdict(factory, folder, page);
  } finally {
    await browser.close();
    await served.end();
  }
}

async function benchFrames(page, tasks) {
  await page.evaluate(() => {
    location.hash = "#/graph";
  });
  await page.waitForSelector(".graph canvas");
  for (let level = 0; level < 2; level++) await page.click("button:text-is('Open all')");
  await page.waitForSelector(`summary:has-text(': ${tasks} items')`);
  // The graph is laid out beside the page, and says nowhere that it is done.
  await page.waitForTimeout(5000);
  const frame = await page.locator(".graph").boundingBox();
  const [x, y] = [frame.x + frame.width / 2, frame.y + frame.height / 2];
  const moved = await framesWhile(
    page,
    async (at) => {
      await page.mouse.move(x + 200 * Math.sin(at / 300), y + 100 * Math.cos(at / 300));
    },
    { before: () => page.mouse.move(x, y).then(() => page.mouse.down()), after: () => page.mouse.up() },
  );
  const zoomed = await framesWhile(page, async (at) => {
    await page.mouse.wheel(0, Math.sin(at / 500) > 0 ? 60 : -60);
  });
  console.log(`frames a second: ${moved} while it is moved, ${zoomed} while it is zoomed (want: 30 or more)`);
}

async function framesWhile(page, step, { before = async () => {}, after = async () => {} } = {}) {
  await before();
  await page.evaluate(() => {
    globalThis.frames_seen = 0;
    const count = () => {
      globalThis.frames_seen++;
      globalThis.frames_asked = requestAnimationFrame(count);
    };
    count();
  });
  const begun = Date.now();
  for (let at = 0; at < MOVED_MS; at = Date.now() - begun) await step(at);
  const frames = await page.evaluate(() => {
    cancelAnimationFrame(globalThis.frames_asked);
    return globalThis.frames_seen;
  });
  const seconds = (Date.now() - begun) / 1000;
  await after();
  return Math.round(frames / seconds);
}

/** From the journal's word that a task is settled to the page that says so, by one clock. */
async function benchVerdict(factory, folder, page) {
  await page.evaluate(() => {
    location.hash = "#/task/f0001%3AT01";
  });
  const waits = [];
  for (let round = 0; round < ROUNDS; round++) {
    edit(folder, `revision ${Date.now()}`);
    await page.waitForSelector("h1:not(:has-text('fresh'))");
    const seen = page.evaluate(
      () =>
        new Promise((resolve) => {
          const look = () =>
            document.querySelector("h1")?.textContent.includes("fresh")
              ? resolve(Date.now())
              : setTimeout(look, 5);
          look();
        }),
    );
    await build(factory, folder);
    const settled = newestJournal(folder).lines.find((line) => line.includes('"type":"task-settled"'));
    waits.push((await seen) - momentOf(settled));
  }
  waits.sort((a, b) => a - b);
  console.log(
    `from a verdict to the page: ${waits[Math.floor(ROUNDS / 2)]} ms (${waits[0]} to ${waits.at(-1)}; want: under 300 ms)`,
  );
}

async function benchMemory(factory, builds) {
  const { folder } = generateWorkspace(SMALL);
  const served = await serveDashboard(factory, folder);
  const browser = await openBrowser();
  try {
    const page = await browser.newPage();
    await page.goto(served.link);
    await page.waitForSelector(".column .card");
    const sizes = [];
    for (let round = 0; round < builds; round++) {
      edit(folder, `revision ${round}`);
      await build(factory, folder);
      sizes.push(residentMb(served.pid));
    }
    const tenth = Math.max(1, Math.floor(builds / 10));
    const parts = Array.from({ length: Math.floor(builds / tenth) }, (_, part) =>
      Math.max(...sizes.slice(part * tenth, (part + 1) * tenth)),
    );
    console.log(`memory of the server, the most of each ${tenth} builds, in MB: ${parts.join(" ")}`);
  } finally {
    await browser.close();
    await served.end();
  }
}

async function build([file, ...args], cwd) {
  await promisify(execFile)(file, [...args, "build", "--quiet", "f0001:T01"], { cwd });
}

function edit(folder, words) {
  const path = join(folder, EDITED.file);
  writeFileSync(path, readFileSync(path, "utf8").replace(EDITED.text, words));
}

function residentMb(pid) {
  const [, kilobytes] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Math.round(Number(kilobytes) / 1024);
}
