// How does a row of figures look in one line of text? Its highest is a full block; what is not known is a gap.

const STEPS = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/** `most` is what a full block stands for; without it, the highest figure. Nothing is told by width: one column each. */
export function sparkline(figures: readonly (number | null)[], most?: number): string {
  const highest = most ?? Math.max(...figures.map((figure) => figure ?? 0));
  return figures
    .map((figure) => {
      if (figure === null) return " ";
      const step = highest === 0 ? 0 : Math.ceil((STEPS.length * figure) / highest) - 1;
      return STEPS[Math.min(STEPS.length - 1, Math.max(0, step))];
    })
    .join("");
}
