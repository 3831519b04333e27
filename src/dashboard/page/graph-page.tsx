// What depends on what, and how does it stand? From projects down to tasks, and from a task to its requirements and files,
// each opened in place; the same as a list for whoever does not see the picture.

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { COLUMNS } from "./board-columns.ts";
import { GraphPicture } from "./graph-picture.ts";
import { Filter, Refused, SpecLink, TaskLink } from "./parts.tsx";
import type { Item } from "./picture.ts";
import { pictureOf } from "./rolled-up.ts";
import { useStore } from "./store.ts";
import { type Answer, ask, type Requirement } from "./wire.ts";

const SHOWN = 200;
/** So many tasks are opened at once: of more, nobody can follow the lines. */
const MOST_OPENED = 1000;

export function GraphPage() {
  const state = useStore();
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const [words, setWords] = useState("");
  const frame = useRef<HTMLDivElement>(null);
  const drawn = useRef<GraphPicture | null>(null);
  const { tasks, overview, live, ended } = state;
  const [requirements, refused] = useRequirements(
    [...opened].some((id) => id.includes(":")),
    overview?.graph,
  );
  const picture = useMemo(
    () => pictureOf(state, { opened, words, requirements }),
    [tasks, overview?.graph, live.running, ended, opened, words, requirements],
  );
  const open = (items: readonly Item[]) =>
    setOpened((before) => new Set([...before, ...items.map(({ id }) => id)]));
  const choose = (item: Item) => {
    if (item.kind === "requirement") location.hash = `#/specs/${encodeURIComponent(item.name)}`;
    else if (item.kind === "file") setWords(item.name);
    else open([item]);
  };
  useEffect(() => {
    if (frame.current === null) return;
    drawn.current = new GraphPicture(frame.current, choose);
    return () => drawn.current?.close();
  }, []);
  useEffect(() => drawn.current?.show(picture), [picture]);
  const rolled = picture.items.filter(({ kind }) => kind === "project" || kind === "feature");
  const shownTasks = picture.items.filter(({ kind }) => kind === "task");
  const mayOpen = shownTasks.length <= MOST_OPENED;
  return (
    <>
      <h1>Graph</h1>
      <form class="row" onSubmit={(event) => event.preventDefault()}>
        <Filter words={words} about="path, state, agent" changed={setWords} />
        <button type="button" onClick={() => open(mayOpen ? [...rolled, ...shownTasks] : rolled)}>
          Open all
        </button>
        <button type="button" onClick={() => setOpened(new Set())}>
          Close all
        </button>
        <span class="legend">
          {COLUMNS.map(({ id, title }) => (
            <span key={id} class={`key ${id}`}>
              {title}
            </span>
          ))}
        </span>
      </form>
      {!mayOpen && (
        <p class="faint">
          Of {shownTasks.length} tasks, “Open all” opens none into requirements and files: use the filter, or
          open one.
        </p>
      )}
      <Refused answer={refused} />
      <div class="graph" ref={frame} aria-hidden="true" />
      <details>
        <summary>The same as a list: {picture.items.length} items</summary>
        <ul>
          {picture.items.slice(0, SHOWN).map((item) => (
            <li key={item.id}>
              <Entry item={item} isOpen={opened.has(item.id)} choose={choose} />{" "}
              <span class="faint">
                {COLUMNS.filter(({ id }) => item.counts[id] > 0)
                  .map(({ id, title }) => `${item.counts[id]} ${title.toLowerCase()}`)
                  .join(", ")}
              </span>
            </li>
          ))}
          {picture.items.length > SHOWN && (
            <li class="faint">and {picture.items.length - SHOWN} more: use the filter</li>
          )}
        </ul>
      </details>
    </>
  );
}

/** What of an item can be opened is a button; what has a page of its own, a link. */
function Entry({ item, isOpen, choose }: { item: Item; isOpen: boolean; choose: (item: Item) => void }) {
  const { id, kind, label, name } = item;
  const button = (text: string) => (
    <button type="button" class="link" onClick={() => choose(item)}>
      {text}
    </button>
  );
  if (kind === "requirement")
    return (
      <>
        <SpecLink id={name} /> {label}
      </>
    );
  if (kind !== "task") return button(kind === "file" ? label : id);
  return (
    <>
      <TaskLink id={id} /> {!isOpen && button("open")}
    </>
  );
}

const NONE: ReadonlyMap<string, readonly Requirement[]> = new Map();

/** By task, once somebody `wants` them; with the answer where it was a refusal. */
function useRequirements(wants: boolean, graph: unknown) {
  const [known, setKnown] = useState(NONE);
  const [answer, setAnswer] = useState<Answer<unknown> | null>(null);
  useEffect(() => {
    if (!wants) return;
    const leaving = new AbortController();
    void ask<{ requirements: readonly Requirement[] }>("requirements", {}, leaving.signal).then((told) => {
      if (leaving.signal.aborted) return;
      const byTask = new Map<string, Requirement[]>();
      for (const one of told.document?.requirements ?? [])
        for (const task of one.tasks) byTask.set(task, [...(byTask.get(task) ?? []), one]);
      setKnown(byTask);
      setAnswer(told);
    });
    return () => leaving.abort();
  }, [wants, graph]);
  return [known, answer] as const;
}
