import type { Difference } from './compare';

export interface Compared {
  readonly cpv: string;
  /** paths of its image */
  readonly entries: number;
  readonly elfs: number;
  readonly differences: readonly Difference[];
  /** why it could not be compared */
  readonly failure?: string;
}

/** One line of totals, and a table of packages with a list of the reasons of their differences. */
export function reportOf(compared: readonly Compared[]): { readonly summary: string; readonly markdown: string } {
  const all = compared.flatMap(({ differences }) => differences);
  const open = all.filter(({ reason }) => reason === null);
  const done = compared.filter(({ failure }) => failure === undefined);
  const inImage = (each: Difference): boolean => each.aspect !== 'record';
  const paths = done.reduce((sum, { entries }) => sum + entries, 0);
  const summary = `${done.length} of ${compared.length} packages compared, ${paths} paths; ${all.filter(inImage).length} differences in images and ${all.length - all.filter(inImage).length} in records, ${open.length} of them unexplained.`;
  const rows = compared.map(({ cpv, entries, elfs, differences, failure }) => {
    const images = differences.filter(inImage).length;
    const unexplained = differences.filter(({ reason }) => reason === null).length;
    return `| ${cpv} | ${failure === undefined ? `${entries} | ${elfs} | ${images} | ${differences.length - images} | ${unexplained}` : 'not compared | | | |'} |`;
  });
  const reasons = new Map<string, Set<string>>();
  for (const { reason, aspect, name } of all) {
    if (reason === null) continue;
    const what = aspect === 'record' ? name : aspect;
    reasons.set(reason, (reasons.get(reason) ?? new Set()).add(what));
  }
  const explained = [...reasons].map(([reason, what]) => `| ${[...what].sort().join(', ')} | ${reason} |`);
  const markdown = `${summary}

| package | paths | ELF files | differences in the image | in records | unexplained |
| --- | --- | --- | --- | --- | --- |
${rows.join('\n')}

| what differs | why |
| --- | --- |
${explained.join('\n')}
`;
  return { summary, markdown };
}
