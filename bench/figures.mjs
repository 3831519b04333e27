// What do the records of one round come to? Times as the model server saw them and as the journal tells them, and what
// would have been possible with the very same models and nothing else that takes time.

import { PLANNERS } from "./workload.mjs";

/** From the first question of a planner to the last answer, by the time of the slowest planner. */
export function planningRatio(served, feature) {
  const asked = served.filter(
    (one) => PLANNERS.includes(one.role) && (feature === null || one.feature === feature),
  );
  const sessions = groups(asked, (one) => `${one.feature} ${one.role}`);
  return span(asked) / Math.max(...sessions.map(span));
}

function span(served) {
  return Math.max(...served.map(({ to }) => to)) - Math.min(...served.map(({ from }) => from));
}

/** From the first attempt to the last task that settled. */
export function buildSeconds(events) {
  const at = (type) => events.filter((event) => event.type === type).map((event) => event.at);
  return (Math.max(...at("task-settled")) - Math.min(...at("attempt-started"))) / 1000;
}

/** What the models alone take for all tasks, one after another. */
export function modelSeconds(served) {
  return works(served).reduce((sum, { draft, review }) => sum + draft + review, 0);
}

/** What they take where so many work at once, and whatever has the longest way to go begins first. */
export function idealSeconds(served, agents) {
  const wants = works(served).map(({ draft, review }) => ({ from: 0, rest: [draft, review] }));
  const free = Array.from({ length: agents }, () => 0);
  let end = 0;
  while (wants.length > 0) {
    const now = Math.min(...free);
    const ready = Math.min(...wants.map(({ from }) => from));
    const start = Math.max(now, ready);
    const [next] = wants.filter(({ from }) => from <= start).sort((a, b) => sum(b.rest) - sum(a.rest));
    const [seconds, ...rest] = next.rest;
    wants.splice(wants.indexOf(next), 1);
    free[free.indexOf(now)] = start + seconds;
    end = Math.max(end, start + seconds);
    if (rest.length > 0) wants.push({ from: start + seconds, rest });
  }
  return end;
}

function works(served) {
  const drafted = served.filter(({ task }) => task !== undefined);
  const secondsOf = (calls, role) =>
    sum(calls.filter((call) => call.role === role).map((call) => call.seconds));
  return groups(drafted, ({ task }) => task).map((calls) => ({
    draft: secondsOf(calls, "implementer"),
    review: secondsOf(calls, "reviewer"),
  }));
}

/** Node 20 has no Map.groupBy. */
function groups(all, keyOf) {
  const found = new Map();
  for (const one of all) found.set(keyOf(one), [...(found.get(keyOf(one)) ?? []), one]);
  return [...found.values()];
}

function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}

/** Bytes of the task's part of the largest window that a role was given. */
export function largestWindow(events, role) {
  const sessions = events.filter((event) => event.type === "session-started" && event.role === role);
  return Math.max(...sessions.map(({ windowBytes }) => windowBytes));
}
