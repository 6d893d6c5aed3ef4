import type { DesignProblem } from '../design/errors';

/** Rows in columns as wide as their content; `right` names columns of figures. */
export function formatTable(rows: readonly (readonly string[])[], right: readonly number[] = []): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  }
  return rows
    .map((row) =>
      row
        .map((cell, i) => (right.includes(i) ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Problems of a design as a compiler tells them: `file:line:column: message`, the hint below. */
export function formatProblems(label: string, problems: readonly DesignProblem[]): string {
  return problems
    .map((problem) => {
      const place = problem.line === undefined ? label : `${label}:${problem.line}:${problem.column ?? 1}`;
      const { message, hint, suggestion } = problem;
      const meant = suggestion === undefined || hint.includes(suggestion) ? '' : ` Did you mean \`${suggestion}\`?`;
      return `${place}: ${message}\n  ${hint}${meant}`;
    })
    .join('\n');
}
