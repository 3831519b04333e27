// What depends on what, and how does it stand? From projects down to tasks, each opened in place; the same as a list for
// whoever does not see the picture.

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { COLUMNS } from "./board.ts";
import { GraphPicture } from "./graph-picture.ts";
import { Filter, TaskLink } from "./parts.tsx";
import { type Item, pictureOf } from "./rolled-up.ts";
import { useStore } from "./store.ts";

const SHOWN = 200;

export function GraphPage() {
  const state = useStore();
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const [words, setWords] = useState("");
  const frame = useRef<HTMLDivElement>(null);
  const drawn = useRef<GraphPicture | null>(null);
  const { tasks, overview, live, ended } = state;
  const picture = useMemo(
    () => pictureOf(state, opened, words),
    [tasks, overview?.graph, live.running, ended, opened, words],
  );
  const choose = (id: string) => {
    if (id.includes(":")) location.hash = `#/task/${encodeURIComponent(id)}`;
    else setOpened((before) => new Set([...before, id]));
  };
  useEffect(() => {
    if (frame.current === null) return;
    drawn.current = new GraphPicture(frame.current, choose);
    return () => drawn.current?.close();
  }, []);
  useEffect(() => drawn.current?.show(picture), [picture]);
  const allOf = (items: readonly Item[]) =>
    new Set([...opened, ...items.filter(({ kind }) => kind !== "task").map(({ id }) => id)]);
  return (
    <>
      <h1>Graph</h1>
      <form class="row" onSubmit={(event) => event.preventDefault()}>
        <Filter words={words} about="path, state, agent" changed={setWords} />
        <button type="button" onClick={() => setOpened(allOf(picture.items))}>
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
      <div class="graph" ref={frame} aria-hidden="true" />
      <details>
        <summary>The same as a list: {picture.items.length} items</summary>
        <ul>
          {picture.items.slice(0, SHOWN).map((item) => (
            <li key={item.id}>
              {item.kind === "task" ? (
                <TaskLink id={item.id} />
              ) : (
                <button type="button" class="link" onClick={() => choose(item.id)}>
                  {item.id}
                </button>
              )}{" "}
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
