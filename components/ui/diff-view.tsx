const looks: Readonly<Record<string, { readonly tone: string; readonly word: string }>> = {
  '+': { tone: 'bg-final-tint text-final-ink', word: 'added: ' },
  '-': { tone: 'bg-sunken text-muted line-through', word: 'removed: ' },
};

/** Lines with `+ `, `- ` or two spaces in front; the mark stays readable without colour. */
export function DiffView({ diff }: { diff: string }) {
  return (
    <pre className="pane rounded-md border bg-log py-1.5 text-xs leading-5">
      {diff.split('\n').map((line, index) => {
        const look = looks[line[0] ?? ' '];
        return (
          <div key={index} className={`px-3 ${look?.tone ?? ''}`}>
            {look && <span className="sr-only">{look.word}</span>}
            {line}
          </div>
        );
      })}
    </pre>
  );
}
