// What do the records of one round come to? Times as the model server saw them and as the journal tells them, and what
// would have been possible with the very same models and nothing else that takes time.

import { endOf, listSchedule } from "./schedule.mjs";
import { PLANNERS } from "./workload.mjs";

/** From the first question of a planner to the last answer, by the time of the slowest planner; null: of all features. */
export function planningRatio(served, feature) {
  const asked = plannersOf(served, feature);
  return span(asked) / Math.max(...sessionsOf(asked).map(span));
}

/**
 * The same where nothing but the models takes time and so many agents work at once: each begins as soon as it may. Where
 * there are more planners than agents, somebody waits for a whole session of somebody else.
 */
export function idealPlanningRatio(served, feature, agents) {
  const jobs = sessionsOf(plannersOf(served, null)).map((calls) => ({
    id: nameOf(calls[0]),
    pool: "agents",
    seconds: sum(calls.map(({ seconds }) => seconds)),
  }));
  const schedule = listSchedule(jobs, { agents });
  const own = sessionsOf(plannersOf(served, feature)).map((calls) => schedule.get(nameOf(calls[0])));
  const from = Math.min(...own.map((one) => one.from));
  return (Math.max(...own.map(({ to }) => to)) - from) / Math.max(...own.map((one) => one.to - one.from));
}

function plannersOf(served, feature) {
  return served.filter((one) => PLANNERS.includes(one.role) && (feature === null || one.feature === feature));
}

function sessionsOf(asked) {
  return groups(asked, nameOf);
}

function nameOf({ feature, role }) {
  return `${feature} ${role}`;
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
  const jobs = works(served).flatMap(({ task, draft, review }) => [
    { id: task, pool: "agents", seconds: draft },
    { id: `${task} review`, pool: "agents", seconds: review, after: [task] },
  ]);
  return endOf(listSchedule(jobs, { agents }));
}

function works(served) {
  const drafted = served.filter(({ task }) => task !== undefined);
  const secondsOf = (calls, role) =>
    sum(calls.filter((call) => call.role === role).map((call) => call.seconds));
  return groups(drafted, ({ task }) => task).map((calls) => ({
    task: calls[0].task,
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
