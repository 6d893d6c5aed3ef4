import { join, normalize } from 'node:path';
import { applyEdits, type Design, emptyDesign, validateDesign } from '../design';
import { ContainedFolder } from '../host/contained-file';
import { boards } from '../layout/names';
import { splitLines } from '../repo';
import type { DesignEdit, PlanWarning } from '../resolve/plan';
import { plainUseWords } from '../resolve/use-words';
import { type HandMade, type HandMadeRoot, handMadeFiles } from './hand-made';
import { type OpenedDesign, repositoriesByHand } from './open-design';
import type { ForeignRequests } from './world';

/** Code of what was set in a prefix by others than its design. */
const outsideCode = 'OUTSIDE_DESIGN';

export type Outside = Pick<OpenedDesign, 'design' | 'names' | 'handMade' | 'options'>;

/** What an earlier `emerge-prefix-…` or a person set in the roots and the plan heeds: one warning each, with the edits that take it over. */
export function outsideWarnings(opened: Outside, { staging }: ForeignRequests, lost: readonly string[]): PlanWarning[] {
  const { names } = opened;
  return [
    ...staging.map(
      (atom): PlanWarning => ({
        code: outsideCode,
        message: `Set outside the design: \`${atom}\` was asked for by name in this prefix (\`${names.wrapper}\`, or its world file), and stays.`,
        fix: {
          edits: [{ kind: 'add_package', atom }],
          title: `Add ${atom} to the design`,
          cost: 'Nothing is built because of it.',
        },
      }),
    ),
    ...lost.map(
      (atom): PlanWarning => ({
        code: outsideCode,
        message: `\`${atom}\` was asked for by name in this prefix, but no repository has it any more.`,
        hint: `What is installed of it is removed. \`${names.wrapper} --deselect ${atom}\` removes this notice.`,
      }),
    ),
    ...configurationWarnings(opened),
  ];
}

/** The edit that says what a line of a file of `etc/portage` says; null: a design has no key for it. */
function editOf(kind: string, [atom = '', ...words]: readonly string[], design: Design): DesignEdit | null {
  switch (kind) {
    case 'package.use':
      // a group would swallow the words that the design has behind it
      return { kind: 'package_use', atom, flags: plainUseWords(words) };
    case 'package.accept_keywords':
    case 'package.keywords':
      return {
        kind: 'accept_keywords',
        atom,
        keywords: words.length > 0 ? words : [`~${boards[design.board].keyword}`],
      };
    case 'package.license':
      return { kind: 'accept_license', atom, licenses: words };
    case 'package.mask':
      return atom.startsWith('-') ? { kind: 'unmask', atom: atom.slice(1) } : { kind: 'mask', atom };
    case 'package.unmask':
      return { kind: 'unmask', atom };
    case 'profile/package.provided':
      return { kind: 'provide_on_target', atom: `=${atom}` };
    default:
      return null;
  }
}

/** What kind of file it is: the first step of its path, in `profile` the first two. */
const kindOf = (path: string): string => /^(?:profile\/)?[^/]*/.exec(path)?.[0] ?? '';

/** A sound design that says nothing. */
export const probe: Design = { ...emptyDesign(), name: 'probe', path: '/opt/probe', packages: ['a/b'] };

/** Can a design say it? What it cannot, Portage refuses too: both read the same words. */
const isSound = (edit: DesignEdit): boolean => validateDesign(applyEdits(probe, [edit])).ok;

/** The words of a row that are heeded, its atom first, and those that are refused, as Portage does with a warning. */
function sifted(
  kind: string,
  row: readonly string[],
  design: Design,
): { heeded: readonly string[]; refused: readonly string[] } {
  const edit = editOf(kind, row, design);
  if (edit === null || isSound(edit)) return { heeded: row, refused: [] };
  const [atom = '', ...words] = row;
  const isHeeded = (word: string): boolean => {
    const alone = editOf(kind, [atom, word], design);
    // `L10N:` begins a group, which is none without its words
    return word.endsWith(':') || (alone !== null && isSound(alone));
  };
  const heeded = [atom, ...words.filter(isHeeded)];
  const rest = heeded.length > 1 ? editOf(kind, heeded, design) : null;
  return rest !== null && isSound(rest)
    ? { heeded, refused: words.filter((word) => !isHeeded(word)) }
    : { heeded: [], refused: [row.join(' ')] };
}

/** A line of a file below `etc/portage`: its words that are heeded and refused; `edit`: what says it in a design, null: no key does. */
interface Row {
  readonly heeded: readonly string[];
  readonly refused: readonly string[];
  readonly edit: DesignEdit | null;
}

const rowsOf = (path: string, text: string, design: Design): readonly Row[] =>
  splitLines(text, path).map(({ words }) => {
    const kind = kindOf(path);
    const row = sifted(kind, words, design);
    return { ...row, edit: row.heeded.length === 0 ? null : editOf(kind, row.heeded, design) };
  });

/** The edits that say what a file below `etc/portage` says, as far as it is heeded and a design has a key for it. */
export const editsOfFile = (path: string, text: string, design: Design): readonly DesignEdit[] =>
  kindOf(path) === 'repos.conf' ? [] : rowsOf(path, text, design).flatMap(({ edit }) => edit ?? []);

/** The edit that says what a changed variable of make.conf says. */
function editOfVariable(variable: string, value: string, design: Design): DesignEdit {
  const added = value.startsWith(`\${${variable}} `) ? value.slice(variable.length + 4) : null;
  const own = design.make_conf[variable];
  const whole = added === null ? value : own === undefined ? added : `${own} ${added}`;
  return variable === 'USE' && added !== null
    ? { kind: 'use', flags: added.split(/\s+/).filter(Boolean) }
    : { kind: 'make_conf', variable, value: whole };
}

export const editsOfVariables = (variables: ReadonlyMap<string, string>, design: Design): readonly DesignEdit[] =>
  [...variables].map(([variable, value]) => editOfVariable(variable, value, design));

/** Does the design say it already? */
const saysAlready = (design: Design, edit: DesignEdit): boolean =>
  JSON.stringify(applyEdits(design, [edit])) === JSON.stringify(design);

const shownLines = 4;

function listed(lines: readonly string[]): string {
  const shown = lines.slice(0, shownLines).map((line) => `\`${line}\``);
  return shown.join(', ') + (lines.length > shownLines ? ` and ${lines.length - shownLines} more` : '');
}

/** Titles of buttons are short. */
const titleOf = (path: string): string => `Take ${kindOf(path)} into the design`;

function fileWarning(root: string, path: string, text: string, design: Design): PlanWarning | null {
  if (kindOf(path) === 'repos.conf') return null;
  const rows = rowsOf(path, text, design);
  const refused = rows.flatMap((row) => row.refused);
  const open = rows.flatMap(({ heeded, edit }) => {
    if (heeded.length === 0 || (edit !== null && saysAlready(design, edit))) return [];
    return [{ text: heeded.join(' '), edit }];
  });
  const place = `in \`etc/portage/${path}\` of ${root}`;
  const ignored = `Ignored, as Portage does: ${listed(refused)}`;
  if (open.length === 0) {
    if (refused.length === 0) return null;
    return { code: outsideCode, message: `${ignored} ${place}.`, hint: 'Correct or remove it.' };
  }
  const edits = open.flatMap(({ edit }) => edit ?? []);
  const message = `Set outside the design: ${listed(open.map((row) => row.text))} ${place}.`;
  const heededHint = refused.length === 0 ? 'It is taken into account.' : `It is taken into account. ${ignored}.`;
  if (edits.length < open.length)
    return { code: outsideCode, message, hint: `${heededHint} A design has no key for it.` };
  return {
    code: outsideCode,
    message,
    hint: heededHint,
    fix: {
      edits,
      title: titleOf(path),
      cost: `The design says ${edits.length === 1 ? 'this line' : `these ${edits.length} lines`} itself, for every machine.`,
    },
  };
}

function variableWarnings(place: string, { variables }: HandMadeRoot, design: Design): PlanWarning[] {
  return [...variables].flatMap(([variable, value]): PlanWarning[] => {
    const edit = editOfVariable(variable, value, design);
    if (saysAlready(design, edit)) return [];
    return [
      {
        code: outsideCode,
        message: `Set outside the design: \`${variable}="${value}"\` in \`etc/portage/make.conf\` of ${place}.`,
        hint: 'It is taken into account.',
        fix: {
          edits: [edit],
          title: titleOf('make.conf'),
          cost: `The design sets ${variable} itself, for every machine.`,
        },
      },
    ];
  });
}

const buildHint = (name: string): string =>
  name === 'patches'
    ? 'Builds apply these patches, whether `prefix-studio overlay patch` or a person put them there. They are part of this prefix and not of its design: on another machine they have to be added again.'
    : 'Builds source it. A design has no key for it: on another machine it has to be put there again.';

/** What a build heeds and no plan reads: a design has no key for it. */
function buildWarnings(place: 'staging' | 'final', { folder }: HandMadeRoot): PlanWarning[] {
  const files = new ContainedFolder(folder);
  const found = ['patches', 'bashrc', 'profile/profile.bashrc'].filter(
    (name) => typeof files.kind(join(folder, name)) === 'string',
  );
  return found.map((name) => ({
    code: outsideCode,
    message: `Set outside the design: \`etc/portage/${name}\` of ${place}.`,
    hint: place === 'staging' ? buildHint(name) : 'Nothing is built in final: put it into staging.',
  }));
}

/** Names in package.env for which neither root has a file. Source: portage(5), package.env */
function environmentWarnings(handMade: HandMade): PlanWarning[] {
  const files = handMadeFiles(handMade);
  const there = new Set(files.map(({ path }) => path));
  const rows = files
    .filter(({ path }) => kindOf(path) === 'package.env')
    .flatMap(({ path, text }) => splitLines(text, path).map(({ words: [, ...names] }) => ({ path, names })));
  const missing = new Map(
    rows.flatMap(({ path, names }) =>
      names.filter((name) => !there.has(normalize(`env/${name}`))).map((name) => [name, path] as const),
    ),
  );
  return [...missing].map(([name, path]) => ({
    code: outsideCode,
    message: `\`etc/portage/${path}\` names \`${name}\`, but there is no \`etc/portage/env/${name}\`: it sets nothing.`,
    hint: 'Write the file, one `NAME="value"` a line, or take its name out.',
  }));
}

function configurationWarnings({ design, handMade, options }: Outside): PlanWarning[] {
  const places = handMadeFiles(handMade).flatMap(
    ({ place, isInBoth, path, text }) => fileWarning(isInBoth ? 'both roots' : place, path, text, design) ?? [],
  );
  const repositories = repositoriesByHand(design, options, handMade).filter(({ isThere }) => isThere);
  return [
    ...places,
    ...environmentWarnings(handMade),
    ...(['staging', 'final'] as const).flatMap((place) => variableWarnings(place, handMade[place], design)),
    ...repositories.map(
      ({ name, location, file }): PlanWarning => ({
        code: outsideCode,
        message: `Set outside the design: the repository \`${name}\` at \`${location}\`, in \`etc/portage/${file}\`.`,
        hint: 'It is searched.',
        fix: {
          edits: [{ kind: 'add_repository', name, location }],
          title: `Add ${name} to the design`,
          cost: 'The design names its folder on this machine.',
        },
      }),
    ),
    ...(['staging', 'final'] as const).flatMap((place) => buildWarnings(place, handMade[place])),
  ];
}
