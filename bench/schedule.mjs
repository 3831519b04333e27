// How soon could all of it be done? Jobs that need each other and a place of a pool, in the order of a list: whatever has
// the longest way to go begins first, as soon as it may and a place is free, and nothing else takes time.

/**
 * @param {readonly {id: string, pool: string, seconds: number, after?: readonly string[]}[]} jobs
 * @param {Readonly<Record<string, number>>} places by pool
 * @returns {Map<string, {from: number, to: number}>} seconds from the beginning
 */
export function listSchedule(jobs, places) {
  const way = waysOf(jobs);
  const free = new Map(
    Object.entries(places).map(([pool, size]) => [pool, Array.from({ length: size }, () => 0)]),
  );
  const done = new Map();
  const left = new Set(jobs);
  while (left.size > 0) {
    const starts = [...left]
      .filter(({ after = [] }) => after.every((id) => done.has(id)))
      .map((job) => {
        const ready = Math.max(0, ...(job.after ?? []).map((id) => done.get(id).to));
        return { job, from: Math.max(ready, Math.min(...free.get(job.pool))) };
      });
    if (starts.length === 0) throw new Error("jobs that wait for each other");
    const [{ job, from }] = starts.sort((a, b) => a.from - b.from || way.get(b.job.id) - way.get(a.job.id));
    const pool = free.get(job.pool);
    pool[pool.indexOf(Math.min(...pool))] = from + job.seconds;
    done.set(job.id, { from, to: from + job.seconds });
    left.delete(job);
  }
  return done;
}

/** When the last of them ends. */
export function endOf(schedule) {
  return Math.max(0, ...[...schedule.values()].map(({ to }) => to));
}

/** Seconds from the beginning of a job to the end of all that comes after it. */
function waysOf(jobs) {
  const ways = new Map();
  const wayOf = ({ id, seconds }) => {
    if (!ways.has(id)) {
      const next = jobs.filter(({ after = [] }) => after.includes(id));
      ways.set(id, seconds + Math.max(0, ...next.map(wayOf)));
    }
    return ways.get(id);
  };
  for (const job of jobs) wayOf(job);
  return ways;
}
