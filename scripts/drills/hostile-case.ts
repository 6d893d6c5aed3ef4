import { chownSync, cpSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Canaries } from './canaries';

/** What a prepared trial is made of. */
export interface Trial {
  /** the overlay of this trial alone */
  readonly overlay: string;
  /** folder of the hostile package in it */
  readonly folder: string;
  readonly distfiles: string;
  readonly canaries: Canaries;
}

export interface HostileCase {
  readonly category: 'hostile-metadata' | 'hostile-build' | 'hostile-proof' | 'hostile-tree';
  readonly name: string;
  readonly title: string;
  /** `any`: whether it works is its own affair; nothing else may come to harm either way */
  readonly outcome: 'succeeds' | 'fails' | 'any';
  /** what the refusal has to speak of */
  readonly says: RegExp | null;
  readonly smoke: readonly (readonly string[])[];
  /** the person at the command line interrupts it */
  readonly isCancelled: boolean;
  /** the person at the command line sits at a terminal */
  readonly hasTerminal: boolean;
  /**
   * what comes after it went well: the design asks for another package instead, so that this one is unmerged; or a second
   * prefix at another path asks for a package that both share
   */
  readonly sequel: 'replaced' | 'elsewhere' | null;
  /** the person at the command line then opens a shell in its work folder, at a terminal, and runs `shell_tries` */
  readonly hasShell: boolean;
  /** the design lets it reach out */
  readonly isNetworkAllowed: boolean;
  /** names of further packages of hostile-build that the design asks for; a second prefix asks for the last one only */
  readonly others: readonly string[];
  /** make_conf of the design */
  readonly makeConf: Readonly<Record<string, string>>;
  /** the ebuild; null: the one of the overlay on disk */
  readonly ebuild: string | null;
  /** makes of the overlay what a repository in a git could not hold */
  readonly prepare?: (trial: Trial) => void;
}

const header = (text: string, key: string): string | null =>
  new RegExp(`^# ${key}: (.*)$`, 'm').exec(text)?.[1]?.trim() ?? null;

function outcomeOf(text: string, name: string): HostileCase['outcome'] {
  const word = header(text, 'outcome');
  if (word === 'succeeds' || word === 'fails' || word === 'any') return word;
  throw new Error(`the ebuild \`${name}\` has no line \`# outcome: succeeds|fails|any\``);
}

function moreOf(
  text: string,
  name: string,
): Pick<HostileCase, 'sequel' | 'hasShell' | 'isNetworkAllowed' | 'others' | 'makeConf'> {
  const sequel = header(text, 'then');
  if (sequel !== null && sequel !== 'replaced' && sequel !== 'elsewhere')
    throw new Error(`\`${name}\`: # then: ${sequel}`);
  const settings = [...text.matchAll(/^# make_conf: (\w+)=(.*)$/gm)];
  return {
    sequel,
    hasShell: header(text, 'shell') === 'yes',
    isNetworkAllowed: header(text, 'network') === 'allowed',
    others: (header(text, 'with') ?? '').split(' ').filter(Boolean),
    makeConf: Object.fromEntries(settings.map(([, key = '', value = '']) => [key, value])),
  };
}

/** Reads the cases of the overlay on disk: comments at the head of each ebuild tell what it tries and how it must end. */
export function readCases(overlay: string): readonly HostileCase[] {
  const categories = ['hostile-metadata', 'hostile-build', 'hostile-proof'] as const;
  return categories.flatMap((category) =>
    readdirSync(join(overlay, category))
      .sort()
      .map((name): HostileCase => {
        const text = readFileSync(join(overlay, category, name, `${name}-1.ebuild`), 'utf8');
        const says = header(text, 'says');
        const smoke = header(text, 'smoke');
        return {
          category,
          name,
          title: header(text, 'try') ?? name,
          outcome: outcomeOf(text, name),
          says: says === null ? null : new RegExp(says, 'i'),
          smoke: smoke === null ? [] : [smoke.split(' ')],
          isCancelled: header(text, 'cancel') === 'yes',
          hasTerminal: header(text, 'terminal') === 'yes',
          ...moreOf(text, name),
          ebuild: null,
        };
      }),
  );
}

export interface OverlayPlaces {
  /** the overlay on disk with all cases */
  readonly source: string;
  readonly target: string;
  readonly distfiles: string;
  readonly canaries: Canaries;
  readonly serverPort: number;
  readonly uid: number;
}

/** Writes an overlay that holds only this case, with the places of the canaries filled in. */
export function writeOverlay(hostile: HostileCase, places: OverlayPlaces): Trial {
  const { source, target, distfiles, canaries } = places;
  mkdirSync(target, { recursive: true });
  for (const name of ['eclass', 'metadata', 'profiles', 'sys-devel', 'sys-libs']) {
    cpSync(join(source, name), join(target, name), { recursive: true });
  }
  const folder = join(target, hostile.category, hostile.name);
  mkdirSync(folder, { recursive: true });
  if (hostile.ebuild === null) cpSync(join(source, hostile.category, hostile.name), folder, { recursive: true });
  else writeFileSync(join(folder, `${hostile.name}-1.ebuild`), hostile.ebuild);
  for (const name of new Set([...hostile.others, ...(hostile.sequel === 'replaced' ? ['harmless'] : [])])) {
    cpSync(join(source, 'hostile-build', name), join(target, 'hostile-build', name), { recursive: true });
  }
  if (hostile.category === 'hostile-proof') {
    mkdirSync(join(folder, 'files'));
    cpSync(join(source, 'probe.c'), join(folder, 'files/probe.c'));
  }
  writeFileSync(join(target, 'profiles/categories'), `${hostile.category}\nhostile-build\nsys-devel\nsys-libs\n`);
  fillIn(target, {
    '@CANARY@': canaries.folder,
    '@PORT@': `${canaries.port}`,
    '@SERVER_PORT@': `${places.serverPort}`,
    '@VICTIM@': `${canaries.victimPid}`,
  });
  const trial: Trial = { overlay: target, folder, distfiles, canaries };
  hostile.prepare?.(trial);
  return trial;
}

function fillIn(folder: string, words: Readonly<Record<string, string>>): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) fillIn(path, words);
    else if (entry.isFile()) {
      const text = readFileSync(path, 'utf8');
      const filled = Object.entries(words).reduce((old, [word, value]) => old.replaceAll(word, value), text);
      if (filled !== text) writeFileSync(path, filled);
    }
  }
}

/** Gives a folder of the drill to the person who uses it; links stay what they are. */
export function giveTo(uid: number, folder: string): void {
  if (process.getuid?.() !== 0) return;
  chownSync(folder, uid, uid);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) giveTo(uid, path);
    else if (lstatSync(path).isFile()) chownSync(path, uid, uid);
  }
}
