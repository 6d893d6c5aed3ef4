import type { DesignProblem } from '../design/errors';

/** `12.3 MB`; powers of ten, as disks and downloads count. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return unit === 0 ? `${value} B` : `${value.toFixed(value < 10 ? 1 : 0)} ${units[unit]}`;
}

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
      return `${place}: ${problem.message}\n  ${problem.hint}`;
    })
    .join('\n');
}
