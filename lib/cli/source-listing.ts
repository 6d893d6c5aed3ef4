import type { PlannedSource, PlanSources, SourceState } from '../plan/plan-sources';
import { formatTable } from './text';

const titles: Readonly<Record<SourceState, string>> = {
  here: 'here',
  folder: 'in your folders and mirrors',
  archive: "from this machine's source archive",
  download: 'to be downloaded',
  'by-hand': 'to be got by hand',
  nowhere: 'to be had nowhere',
};

/** `12.3 MB` */
export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

const count = ({ length }: readonly PlannedSource[]): string => (length === 1 ? '1 file' : `${length} files`);

const sizeOf = (files: readonly PlannedSource[]): number => files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);

/** One line a package: how many files, and the first of them. */
function byPackage(files: readonly PlannedSource[]): readonly string[] {
  const groups = new Map<string, PlannedSource[]>();
  for (const file of files)
    groups.set(file.packages.join(', '), [...(groups.get(file.packages.join(', ')) ?? []), file]);
  const rows = [...groups].map(([packages, those]) => {
    const names = those.slice(0, 2).map(({ name }) => name);
    const more = those.length - names.length;
    return [`    ${packages}`, megabytes(sizeOf(those)), `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`];
  });
  return formatTable(rows).split('\n');
}

/** Sources of a plan by state; files that are here are only counted unless `isFull`. */
export function sourceListing(sources: PlanSources, isFull = false): readonly string[] {
  const { files, unknown, isOffline } = sources;
  if (files.length === 0 && unknown.length === 0) return [];
  const lines = [`sources (${count(files)}, ${megabytes(sizeOf(files))})`];
  for (const state of Object.keys(titles) as SourceState[]) {
    const those = files.filter((file) => file.state === state);
    if (those.length === 0) continue;
    lines.push(`  ${titles[state]}: ${count(those)}, ${megabytes(sizeOf(those))}`);
    if (state === 'here' && !isFull) continue;
    if (state === 'nowhere') {
      lines.push(...byPackage(those));
      continue;
    }
    const rows = those.map(({ name, sizeBytes, from }) => [`    ${name}`, megabytes(sizeBytes), from]);
    lines.push(...formatTable(rows).split('\n'));
  }
  for (const { cpv, message } of unknown) lines.push(`  ${cpv}: ${message}`);
  if (isOffline) lines.push('  No mirror and no host of these ebuilds takes a connection from here.');
  return lines;
}
