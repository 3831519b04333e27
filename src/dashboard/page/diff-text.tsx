// How is a change shown? Line by line, with what came and what went in colors and in signs.

export function DiffText({ text }: { text: string }) {
  return (
    <pre class="diff">
      {text.split("\n").map((line, index) => (
        <span key={index} class={classOf(line)}>
          {line}
          {"\n"}
        </span>
      ))}
    </pre>
  );
}

function classOf(line: string): string {
  if (/^(diff|index|---|\+\+\+|@@)/.test(line)) return "faint";
  if (line.startsWith("+")) return "added";
  return line.startsWith("-") ? "removed" : "";
}
