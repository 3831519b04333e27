// How do all projects stand, what waits for a person, and what was spent? The first page.

import { useState } from "preact/hooks";
import { boardOf, type Card } from "./board.ts";
import { COLUMNS } from "./board-columns.ts";
import { FleetView } from "./fleet-view.tsx";
import { costOf, Filter, Mark, money, Section, SpecLink, TaskLink } from "./parts.tsx";
import { phaseWords } from "./phase-words.ts";
import { type State, useStore } from "./store.ts";

const SHOWN = 40;
const SHOWN_TASKS = 5;

export function FactoryPage() {
  const state = useStore();
  const [words, setWords] = useState("");
  if (state.tasks === null)
    return (
      <p class="faint">
        {state.trouble.length === 0
          ? "Reading the workspace …"
          : "The workspace cannot be read as it stands."}
      </p>
    );
  const board = boardOf(state, words);
  return (
    <>
      <h1>Factory</h1>
      <Money state={state} />
      <Running state={state} />
      <FleetView />
      <Findings state={state} />
      <section>
        <h2>Board</h2>
        <Filter words={words} about="feature, project/, verdict, agent" changed={setWords} />
        <div class="board">
          {COLUMNS.map(({ id, title, about }) => {
            const cards = board.get(id) ?? [];
            const count = cards.reduce((sum, { tasks }) => sum + tasks.length, 0);
            return (
              <section key={id} class={`column ${id}`} aria-label={title}>
                <h3 title={about}>
                  {title} <span class="count">{count}</span>
                </h3>
                {cards.slice(0, SHOWN).map((card) => (
                  <FeatureCard key={card.feature} card={card} isBrief={id === "fresh"} />
                ))}
                {cards.length > SHOWN && (
                  <p class="faint">and {cards.length - SHOWN} more features: use the filter</p>
                )}
              </section>
            );
          })}
        </div>
      </section>
    </>
  );
}

function FeatureCard({ card: { feature, projects, tasks }, isBrief }: { card: Card; isBrief: boolean }) {
  return (
    <article class="card">
      <h4>
        <SpecLink id={feature} /> <span class="faint">{projects.join(", ")}</span>
      </h4>
      {isBrief ? (
        <p class="faint">{tasks.length === 1 ? "1 task" : `${tasks.length} tasks`}</p>
      ) : (
        <ul>
          {tasks.slice(0, SHOWN_TASKS).map((task) => (
            <li key={task.id}>
              <TaskLink id={task.id} /> <Mark verdict={task.verdict} />
              <span class="faint">
                {" "}
                {task.reasons[0] === undefined ? "" : `${task.reasons[0].code} ${task.reasons[0].subject}`}
              </span>
            </li>
          ))}
          {tasks.length > SHOWN_TASKS && <li class="faint">and {tasks.length - SHOWN_TASKS} more</li>}
        </ul>
      )}
    </article>
  );
}

function Money({ state: { overview } }: { state: State }) {
  if (overview === null) return null;
  const { spent } = overview;
  const rows = [
    { what: "this hour", cost: spent.hour, limit: spent.perHourLimit },
    { what: "today (UTC)", cost: spent.today, limit: null },
    { what: "in all", cost: spent.total, limit: null },
  ];
  return (
    <dl class="figures">
      {rows.map(({ what, cost, limit }) => (
        <div key={what}>
          <dt>{what}</dt>
          <dd>
            {costOf(cost)}
            {limit !== null && <span class="faint"> of {money(limit)}</span>}
          </dd>
        </div>
      ))}
      {spent.perBuildLimit !== null && (
        <div>
          <dt>a build may spend</dt>
          <dd>{money(spent.perBuildLimit)}</dd>
        </div>
      )}
    </dl>
  );
}

function Running({ state: { live } }: { state: State }) {
  if (live.running.size === 0) return null;
  return (
    <Section title="Now">
      <ul>
        {[...live.running].map(([subject, { phase, since }]) => (
          <li key={subject}>
            {subject.includes(":") ? <TaskLink id={subject} /> : subject} {phaseWords(phase)}{" "}
            <span class="faint">since {new Date(since).toLocaleTimeString()}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Findings({ state: { diagnostics, plans } }: { state: State }) {
  if (diagnostics.length === 0 && plans.length === 0) return null;
  return (
    <details>
      <summary>
        {diagnostics.length} findings, {plans.length} features to plan
      </summary>
      <ul>
        {plans.map(({ feature, reason }) => (
          <li key={feature}>
            <SpecLink id={feature} /> is planned first: {reason}
          </li>
        ))}
        {diagnostics.slice(0, SHOWN).map(({ severity, code, message, fix, file, line }) => (
          <li key={`${file}:${line}:${code}:${message}`}>
            <b class={severity === "error" ? "bad" : "warn"}>{severity}</b>{" "}
            {file !== null && (
              <code>
                {file}
                {line === null ? "" : `:${line}`}
              </code>
            )}{" "}
            {message}{" "}
            <span class="faint">
              [{code}] {fix}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
