import { count } from '../../layout/count';
import type { ProofCheck } from '../../layout/events';
import { breather } from '../breath';
import type { ProofSubject } from '../subject';
import { type Observed, outsideFiles, shortList } from './observed';
import type { OpenedFile } from './opened-file';
import { type OutsideKindFacts, outsideKindOf } from './outside-kinds';

type Finding = ProofCheck['findings'][number];

function byKind(files: readonly OpenedFile[]): ReadonlyMap<OutsideKindFacts, readonly OpenedFile[]> {
  const groups = new Map<OutsideKindFacts, OpenedFile[]>();
  for (const file of files) {
    const kind = outsideKindOf(file.path, file.call === 'execute');
    const group = groups.get(kind);
    if (group) group.push(file);
    else groups.set(kind, [file]);
  }
  return groups;
}

/** What of the host is opened, what is looked for and was not there, and what a host without it means. */
function detailOf({ shown }: Observed, { words, without }: OutsideKindFacts, files: readonly OpenedFile[]): string {
  const there = files.filter(({ isThere }) => isThere).map(({ path }) => path);
  const missing = files.filter(({ isThere }) => !isThere).map(({ path }) => path);
  const parts = [
    ...(there.length > 0 ? [`reads ${shortList(there)}`] : []),
    ...(missing.length > 0 ? [`looks for ${shortList(missing)}`] : []),
  ];
  return `${shown} ${parts.join('; ')} (${words}). Without: ${without}.`;
}

/** What was not looked at, because it is too much; null: everything was. */
function unseen({ shown, more, isCut }: Observed): string | null {
  if (isCut)
    return `${shown} opens so many files that not all of them could be checked: their list would be larger than the limit \`start.log\``;
  return more === 0 ? null : `${shown} opens too many files to list: ${count(more, 'further call')}`;
}

export interface OutsideOutcome {
  readonly subject: ProofSubject;
  readonly observed: readonly Observed[];
  /** programs for which there was no time */
  readonly left: number;
  readonly sees: 'files' | 'libraries';
}

/**
 * Which files of the host programs open or look for, by kind. No leak: code of the host is told by `hostile-host`. Throws
 * AbortError.
 */
export async function outsideCheck(
  { subject, observed, left, sees }: OutsideOutcome,
  signal?: AbortSignal,
): Promise<ProofCheck> {
  const breathe = breather(signal);
  const findings: Finding[] = [];
  const kinds = new Map<string, number>();
  let looking = 0;
  for (const one of observed) {
    const groups = byKind(outsideFiles(one, subject));
    if (groups.size > 0) looking += 1;
    for (const [facts, files] of groups) {
      kinds.set(facts.kind, (kinds.get(facts.kind) ?? 0) + 1);
      findings.push({ path: one.path, owner: one.owner, detail: detailOf(one, facts, files), severity: 'notice' });
    }
    const rest = unseen(one);
    if (rest !== null) findings.push({ path: one.path, owner: one.owner, detail: `${rest}.`, severity: 'notice' });
    // thousands of programs must not hold up who cancels
    await breathe();
  }
  const told = [...kinds].sort(([, a], [, b]) => b - a).map(([kind, number]) => `${kind} ${number}`);
  const what = sees === 'files' ? 'files' : 'libraries';
  const starts = count(observed.length, 'start');
  if (observed.length === 0)
    return { name: 'outside-files', ok: true, summary: 'There is no program that can be started.', findings };
  const parts = [
    told.length === 0
      ? `${starts}: none looks for ${what} outside the prefix.`
      : `${starts}: ${looking} ${looking === 1 ? 'looks' : 'look'} for ${what} of the host (${told.join(', ')}), ${observed.length - looking} for none.`,
    ...(sees === 'files' ? [] : ['Other files were not seen: `strace` is not installed, or may not trace.']),
    ...(left === 0 ? [] : [`${count(left, 'program')} were not started, because time ran out.`]),
  ];
  return { name: 'outside-files', ok: true, summary: parts.join(' '), findings };
}
