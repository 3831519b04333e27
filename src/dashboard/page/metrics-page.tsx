// How well does the factory work, day by day?

import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { money, Pending, Refused, Section, useAnswer } from "./parts.tsx";

interface Figures {
  readonly builds: number;
  readonly first_attempt_success: number | null;
  readonly rebases: number;
  readonly rebase_frequency: number | null;
  readonly tokens_per_accepted_task: number | null;
  readonly windows: { readonly mean_bytes: number | null };
  readonly reuse_rate: number | null;
  readonly usd: number | null;
  readonly cost_share: Readonly<Record<"planning" | "implementation" | "rework", number | null>>;
}

interface Metrics extends Figures {
  readonly days: readonly (Figures & { readonly day: string })[];
}

interface Share {
  readonly name: string;
  readonly calls: number;
  readonly usd: number | null;
}

type Cost = Readonly<Record<"phases" | "roles" | "agents" | "projects" | "features", readonly Share[]>>;

export function MetricsPage() {
  const metrics = useAnswer<Metrics>("metrics", {});
  const cost = useAnswer<Cost>("cost", {});
  if (metrics?.document == null) return <Pending answer={metrics} />;
  const all = metrics.document;
  const days = all.days.filter(({ day }) => day !== null);
  const rows: readonly (readonly [string, string])[] = [
    ["builds", String(all.builds)],
    ["drafts accepted at the first attempt", percent(all.first_attempt_success)],
    ["rebases", `${all.rebases} (${percent(all.rebase_frequency)})`],
    ["tokens for an accepted task", whole(all.tokens_per_accepted_task)],
    ["bytes of a window", whole(all.windows.mean_bytes)],
    ["reused without asking anybody", percent(all.reuse_rate)],
    ["cost", money(all.usd)],
  ];
  return (
    <>
      <h1>Metrics</h1>
      <table>
        <tbody>
          {rows.map(([what, figure]) => (
            <tr key={what}>
              <th scope="row">{what}</th>
              <td class="number">{figure}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <Chart title="Cost by day, USD" days={days} of={({ usd }) => usd} />
      <Chart
        title="Accepted at the first attempt, %"
        days={days}
        of={(one) => times(one.first_attempt_success, 100)}
      />
      <Chart title="Reused, %" days={days} of={(one) => times(one.reuse_rate, 100)} />
      <Chart title="Tokens for an accepted task" days={days} of={(one) => one.tokens_per_accepted_task} />
      <Chart title="Bytes of a window" days={days} of={(one) => one.windows.mean_bytes} />
      <Refused answer={cost} />
      {cost?.document != null &&
        (["phases", "roles", "agents", "projects", "features"] as const).map((by) => (
          <Shares key={by} title={`Cost by ${by.replace(/s$/, "")}`} shares={cost.document?.[by] ?? []} />
        ))}
    </>
  );
}

function Shares({ title, shares }: { title: string; shares: readonly Share[] }) {
  if (shares.length === 0) return null;
  const most = Math.max(...shares.map(({ usd }) => usd ?? 0), 1e-9);
  return (
    <Section title={title}>
      <table>
        <tbody>
          {shares.slice(0, 20).map(({ name, calls, usd }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td class="number">{calls} calls</td>
              <td class="number">{money(usd)}</td>
              <td class="wide">
                <meter aria-label={`Share of ${name}`} min={0} max={most} value={usd ?? 0} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

function Chart<D extends { readonly day: string }>({
  title,
  days,
  of,
}: {
  title: string;
  days: readonly D[];
  of: (day: D) => number | null;
}) {
  const frame = useRef<HTMLDivElement>(null);
  const points = days.map((one) => [Date.parse(one.day) / 1000, of(one)] as const);
  const told = JSON.stringify(points);
  useEffect(() => {
    const at = frame.current;
    if (at === null || points.length < 2) return;
    const color = getComputedStyle(at).getPropertyValue("--text").trim();
    const line = getComputedStyle(at).getPropertyValue("--running").trim();
    const grid = { stroke: getComputedStyle(at).getPropertyValue("--line").trim() };
    const chart = new uPlot(
      {
        ...{ width: at.clientWidth, height: 200 },
        axes: [
          { stroke: color, grid },
          { stroke: color, grid },
        ],
        series: [{}, { label: title, stroke: line, width: 2, spanGaps: true }],
        legend: { show: false },
      },
      [points.map(([x]) => x), points.map(([, y]) => y)],
      at,
    );
    return () => chart.destroy();
  }, [told]);
  const words = points.map(
    ([at, value]) => `${new Date(at * 1000).toISOString().slice(0, 10)}: ${value ?? "unknown"}`,
  );
  if (points.length < 2) return null;
  return (
    <Section title={title}>
      <div ref={frame} role="img" aria-label={words.join("; ")} />
    </Section>
  );
}

function percent(share: number | null): string {
  return share === null ? "unknown" : `${Math.round(share * 100)} %`;
}

function whole(value: number | null): string {
  return value === null ? "unknown" : String(Math.round(value));
}

function times(value: number | null, factor: number): number | null {
  return value === null ? null : value * factor;
}
