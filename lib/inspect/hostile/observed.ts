import type { ProofSubject } from '../subject';
import { namedFolder } from './hostile-host';
import type { OpenedFile } from './opened-file';
import { isOfTheKernel } from './outside-kinds';
import type { TracedStart } from './traced-start';

/** A program or command that was started on the hostile host. */
export interface Observed {
  /** file of the prefix that a finding is about */
  readonly path: string;
  readonly owner: string | null;
  /** as in "`usr/bin/lua -v` opens" */
  readonly shown: string;
  readonly opened: readonly OpenedFile[];
  /** calls whose files are not among `opened`, because they are too many */
  readonly more: number;
  /** the trace of a start was too long to be read to its end */
  readonly isCut: boolean;
  readonly end: TracedStart;
}

/** What was observed of a program or command that was started once. */
export const ofOneStart = (end: TracedStart): Pick<Observed, 'opened' | 'more' | 'isCut' | 'end'> => ({
  opened: end.opened,
  more: end.more,
  isCut: end.isCut,
  end,
});

const ours = /^\/srv\/probe\/|^\/emulator$/;

/** Files of the host among what was opened. What only LD_LIBRARY_PATH names and was not there was looked for by wish. */
export const outsideFiles = ({ opened }: Observed, { eprefix }: Pick<ProofSubject, 'eprefix'>): readonly OpenedFile[] =>
  opened.filter(
    ({ path, isThere }) =>
      path !== eprefix &&
      !path.startsWith(`${eprefix}/`) &&
      !isOfTheKernel(path) &&
      !ours.test(path) &&
      (isThere || !path.startsWith(`${namedFolder}/`)),
  );

const shownNames = 6;
const shownCharacters = 200;

/** The first names of a list, and how many more there are. */
export const shortList = (names: readonly string[]): string =>
  names
    .slice(0, shownNames)
    .map((name) => (name.length > shownCharacters ? `${name.slice(0, shownCharacters)}…` : name))
    .join(', ') + (names.length > shownNames ? ` and ${names.length - shownNames} more` : '');
