import { count } from '../../layout/count';
import type { ProofCheck } from '../../layout/events';
import { visibleText } from '../../layout/visible-text';
import { lastWords } from '../finding-words';
import type { ProofSubject } from '../subject';
import type { LibraryAnswers } from './ask-library';
import { canHaveLibrary, type HostileHost } from './hostile-host';
import type { TakenByPath } from './library-path';
import { type Observed, outsideFiles, shortList } from './observed';
import { outsideKindOf } from './outside-kinds';
import { hostileStatus, hostileWords } from './stub-library';

type Finding = ProofCheck['findings'][number];

/** What was seen on the hostile host. */
export interface HostileOutcome {
  readonly subject: ProofSubject;
  readonly host: HostileHost;
  /** null: the prefix has no C library */
  readonly answers: LibraryAnswers | null;
  readonly programs: readonly Observed[];
  /** smoke commands of the design */
  readonly commands: readonly Observed[];
  /** of them, as they are shown, those that fail on a host without anything in it, too */
  readonly failing: ReadonlySet<string>;
  readonly taken: TakenByPath;
  /** what is known of the prefix without starting anything */
  readonly facts: readonly Finding[];
}

const leak = ({ path, owner }: Observed, detail: string): Finding => ({ path, owner, detail, severity: 'leak' });

/** The words of a stub, or of a loader that found one and could not use it. */
const strangeWords = new RegExp(`${hostileWords}(\\S+)|error while loading shared libraries: (.*)`);

const isCode = (path: string): boolean =>
  ['library', 'gconv'].includes(outsideKindOf(path, false).kind) && /\.so\b/.test(path);

/** Libraries of the host that a start loaded. */
function loadedBy(one: Observed, subject: ProofSubject): readonly string[] {
  const files = outsideFiles(one, subject).filter(
    ({ path, isThere, call }) => isThere && call === 'open' && isCode(path) && !path.startsWith('/etc/'),
  );
  if (files.length > 0) return files.map(({ path }) => path);
  const said = strangeWords.exec(one.end.output);
  if (said) return [said[1] ?? said[2] ?? ''];
  return one.end.exitCode === hostileStatus ? ['a library'] : [];
}

/** Programs for which libraries that LD_LIBRARY_PATH names go before those of the prefix. */
const takenFacts = ({ taken, subject }: HostileOutcome): readonly Finding[] =>
  [...taken].map(([path, libraries]) => ({
    path,
    owner: subject.byPath.get(path)?.owner ?? null,
    detail: `takes ${shortList(libraries)} from a folder that LD_LIBRARY_PATH names, before the one of the prefix: on a host where it is set, start it without`,
    severity: 'notice',
  }));

/** Libraries of which the host cannot have one of the same name. */
const unnamedFacts = ({ elfs }: ProofSubject): readonly Finding[] =>
  elfs.flatMap(({ entry: { path, owner }, facts: { soname } }) =>
    soname === null || canHaveLibrary(soname)
      ? []
      : [
          {
            path,
            owner,
            detail: `calls itself \`${shortList([visibleText(soname)])}\`, which is no name for a library, so it was not tried`,
            severity: 'notice',
          },
        ],
  );

/** Nothing of a host that means no good is loaded, and the commands of the design work there. */
export function hostileCheck(outcome: HostileOutcome): ProofCheck {
  const { subject, host, answers, programs, commands, failing, facts } = outcome;
  const started = [...(answers?.observed ?? []), ...programs, ...commands];
  const libraries = new Map(started.map((one) => [one, loadedBy(one, subject)]));
  const loaded = [...libraries].flatMap(([one, names]) =>
    names.length === 0 ? [] : [leak(one, `${one.shown} loads of the host: ${shortList(names)}`)],
  );
  const ended = commands.filter((one) => one.end.exitCode !== 0 && libraries.get(one)?.length === 0);
  const failed = ended
    .filter(({ shown }) => !failing.has(shown))
    .map((one) => leak(one, `${one.shown} ${one.end.how} here, and not elsewhere${lastWords(one.end.output)}`));
  const asElsewhere = ended
    .filter(({ shown }) => failing.has(shown))
    .map((one): Finding => ({ ...leak(one, `${one.shown} ${one.end.how}, here as elsewhere`), severity: 'notice' }));
  const library = subject.elfs.find(({ facts: { soname } }) => soname === 'libc.so.6')?.entry;
  const missing = (answers?.missing ?? []).map(
    (detail): Finding => ({ path: library?.path ?? '', owner: library?.owner ?? null, detail, severity: 'notice' }),
  );
  const bad = [
    loaded.length > 0 ? `${count(loaded.length, 'start')} used something of it` : '',
    failed.length > 0
      ? `${count(failed.length, 'command')} failed that ${failed.length === 1 ? 'works' : 'work'} elsewhere`
      : '',
  ].filter((text) => text !== '');
  const what = `On a host with ${count(host.libraries, 'library', 'libraries')} of the same names, and a locale archive, name services and a loader cache of its own`;
  const tried = [
    answers ? 'the C library' : '',
    count(programs.length, 'program'),
    count(commands.length, 'command of the design', 'commands of the design'),
  ].filter((text) => text !== '' && !text.startsWith('0 '));
  const listed = tried.join(', ').replace(/, ([^,]*)$/, ' and $1');
  const good = tried.length === 0 ? 'there is nothing to start' : `${listed} loaded nothing of it`;
  const heeded = takenFacts(outcome);
  const more =
    heeded.length === 0 ? '' : ` In ${count(heeded.length, 'program')} LD_LIBRARY_PATH goes before the prefix.`;
  return {
    name: 'hostile-host',
    ok: bad.length === 0,
    summary: `${what}: ${bad.length === 0 ? good : bad.join(', and ')}.${more}`,
    findings: [...loaded, ...failed, ...asElsewhere, ...missing, ...heeded, ...unnamedFacts(subject), ...facts],
  };
}
