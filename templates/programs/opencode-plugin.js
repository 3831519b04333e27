// An edit of a spec tells at once what it would make stale and what a build is expected to cost: the model in the answer
// of its tool, the person on the screen. Nothing is built here: that is the person's word.

import { execFile } from "node:child_process";
import { dirname, isAbsolute, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const FACTORY = ["factory"];
const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const SOURCES = /^(?:projects\.yaml$|specs\/|templates\/)/;
const MOST = 5;

export const Factory = async ({ client }) => {
  // An agent of a build sees its task, and nothing of the workspace.
  if (process.env.FACTORY_TASK !== undefined) return {};
  let shown = "";
  const show = async (told) => {
    if (told.text === shown) return;
    shown = told.text;
    const body = { title: "factory", message: told.text, variant: told.sound ? "info" : "warning" };
    // Without a screen there is nobody to show it to.
    await client.tui.showToast({ body }).catch(() => {});
  };
  return {
    "tool.execute.after": async ({ args }, output) => {
      if (!pathsOf(args).some(isSource)) return;
      const told = await forecast();
      output.output += `\n\n[factory] ${told.text}`;
      if (told.work) output.output += "\nTell the person what it costs, and ask whether to build. Build only when they say so.";
      await show(told);
    },
    event: async ({ event }) => {
      if (event.type === "file.watcher.updated" && isSource(event.properties.file)) await show(await forecast());
    },
  };
};

/** The files that a tool changed: by its one path, or by the lines of a patch. */
function pathsOf(args) {
  const { filePath, patchText } = args ?? {};
  if (typeof filePath === "string") return [filePath];
  if (typeof patchText !== "string") return [];
  return [...patchText.matchAll(/^\*\*\* (?:Add|Update|Delete) File: (.+)$/gm)].map(([, path]) => path.trim());
}

function isSource(path) {
  const file = relative(ROOT, isAbsolute(path) ? path : join(ROOT, path)).replaceAll("\\", "/");
  return SOURCES.test(file) && !file.endsWith("factory.lock");
}

/** `sound`: the specs have no error; `work`: a build would do something. */
async function forecast() {
  const document = await ask("build", "--dry-run", "--json");
  const errors = document.diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length > 0) {
    const list = errors.map(({ file, line, message }) => (file ? `${file}:${line}: ${message}` : message));
    return { sound: false, work: false, text: `the specs have errors:\n${some(list)}` };
  }
  const stale = (document.tasks ?? []).filter(({ verdict }) => verdict === "stale" || verdict === "missing");
  const plans = document.plans ?? [];
  if (stale.length + plans.length === 0) return { sound: true, work: false, text: "nothing is stale." };
  const { usd, projects } = document.expected_cost;
  const cost = projects.length === 0 ? "free" : usd === null ? "at an unknown price" : `about $${usd.toFixed(2)}`;
  const list = [...plans.map(({ feature }) => `${feature}: would be planned`), ...stale.map(reasonOf)];
  const text = `${list.length} stale, ${cost}:\n${some(list)}\n\`${FACTORY.join(" ")} build\` builds it.`;
  return { sound: true, work: true, text };
}

function reasonOf({ id, reasons }) {
  const [reason] = reasons;
  return reason === undefined ? id : `${id}: ${reason.code} ${reason.subject}`;
}

function some(list) {
  const rest = list.length - MOST;
  return [...list.slice(0, MOST), ...(rest > 0 ? [`… and ${rest} more`] : [])].join("\n");
}

function ask(...words) {
  const [file, ...before] = FACTORY;
  const said = { cwd: ROOT, maxBuffer: 64 * 1024 * 1024 };
  return new Promise((resolve) => {
    execFile(file, [...before, ...words], said, (error, stdout, stderr) => {
      try {
        resolve(JSON.parse(stdout));
      } catch {
        const message = `factory could not look: ${stderr.trim() || error?.message || "it said nothing"}`;
        resolve({ diagnostics: [{ severity: "error", message }] });
      }
    });
  });
}
