import { bySameReason } from '../api/obstacle-words';
import { laterSuitesAdvice } from '../api/source-words';
import { megabytes } from '../host/units';
import type { PlannedSource, PlanSources, SourceCounts, SourceState } from '../plan/plan-sources';
import { formatTable } from './text';

const titles: Readonly<Record<SourceState, string>> = {
  here: 'here',
  folder: 'in your folders and mirrors',
  archive: "from this machine's source archive",
  download: 'to be downloaded',
  'by-hand': 'to be fetched by hand',
  nowhere: 'not available anywhere',
};

/** The way on where no version can be had as its tree names it. */
const takeHome =
  'An archive may have them repacked or in another version: `prefix-studio overlay take DESIGN PACKAGE` makes the ebuild one of yours, which can use that.';

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

/** Packages whose sources could not be told, by reason. */
export const unknownLines = (unknown: PlanSources['unknown']): readonly string[] =>
  bySameReason(unknown, ({ message }) => message).map(
    ({ message, items }) => `${items.map(({ cpv }) => cpv).join(', ')}: ${message}`,
  );

/** The sources of a plan in one line, without asking anybody; null: it needs none. */
export function sourceCountLine({ files, sizeBytes, unknown, ...counts }: SourceCounts): string | null {
  if (files === 0) return null;
  const parts = (
    [
      ['here', counts.here],
      ['in your folders and mirrors', counts.folder],
      ['to be fetched by hand', counts.byHand],
      ['not here', counts.elsewhere],
    ] as const
  ).flatMap(([words, number]) => (number === 0 ? [] : [`${number} ${words}`]));
  const rest = unknown === 0 ? '' : `; those of ${unknown === 1 ? '1 package' : `${unknown} packages`} are not known`;
  return `sources: ${files === 1 ? '1 file' : `${files} files`}, ${megabytes(sizeBytes)}: ${parts.join(', ')}${rest}; --sources asks where each can be had`;
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
      const advice = laterSuitesAdvice(sources);
      if (advice !== null) lines.push(`    ${advice}`);
      lines.push(`    ${takeHome}`);
      continue;
    }
    const rows = those.map(({ name, sizeBytes, from }) => [`    ${name}`, megabytes(sizeBytes), from]);
    lines.push(...formatTable(rows).split('\n'));
  }
  lines.push(...files.flatMap(({ wrong = [] }) => wrong.map((text) => `  wrong: ${text}`)));
  lines.push(...unknownLines(unknown).map((line) => `  ${line}`));
  if (isOffline) lines.push('  No mirror and no host of these ebuilds takes a connection from here.');
  return lines;
}
