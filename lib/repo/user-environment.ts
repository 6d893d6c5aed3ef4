import { createHash } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { ContainedFolder } from '../host/contained-file';
import { designFile } from './design-file';
import { RepoError } from './errors';
import { limits } from './limits';
import { parseMakeConf } from './make-conf';

/** What the user may put beside the files of the design in the `etc/portage` of a prefix, to be read by a plan. */
const places = [
  'package.use',
  'package.accept_keywords',
  'package.keywords',
  'package.license',
  'package.mask',
  'package.unmask',
  'package.properties',
  'package.accept_restrict',
  'package.env',
  'env',
  'sets',
  'sets.conf',
  'repos.conf',
  'profile',
];

/** What only builds read; they find it on disk. */
const ofBuilds: ReadonlySet<string> = new Set(['profile/profile.bashrc']);

/** Name that a file of the user gets where a folder of its own name is needed, `package.use/by-hand`. */
export const byHandFile = 'by-hand';

/** Where a folder is made that will stand in the place of a file of the user, who finds that file in it. */
export const wayFolder = (path: string): string => join(dirname(path), `.${basename(path)}.way`);

/** The name in whose place the folder of this name will stand; null: it is none of those. */
export const wayOf = (name: string): string | null => /^\.(.+)\.way$/.exec(name)?.[1] ?? null;

/** A path as it will be when the folder stands in its place. */
const inPlace = (path: string): string =>
  path
    .split('/')
    .map((name) => wayOf(name) ?? name)
    .join('/');

/** The file of repos.conf that a design writes. */
export const designReposConf = 'repos.conf/prefix-studio.conf';

/** File of `etc/portage` that tells which of the others we wrote, and what; Portage passes over dot files. */
export const writtenFile = '.prefix-studio.json';

/** What we wrote into the files: last, and while it is being written, also the time before. */
export interface Written {
  /** path below `etc/portage` -> SHA-256 of its texts */
  readonly files: ReadonlyMap<string, readonly string[]>;
  /** texts of make.conf; none: not known */
  readonly makeConf: readonly string[];
}

export const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** What we wrote into a folder `etc/portage`; nothing where that is not known. */
export function readWritten(userConfig: string): Written {
  const none: Written = { files: new Map(), makeConf: [] };
  const texts = (value: unknown): readonly string[] =>
    Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
  const answer = new ContainedFolder(userConfig).read(join(userConfig, writtenFile), limits.configBytes);
  if (answer.kind !== 'content') return none;
  try {
    const { files, makeConf } = JSON.parse(answer.data.toString('utf8')) as { files?: unknown; makeConf?: unknown };
    const pairs = Object.entries(typeof files === 'object' && files !== null ? files : {});
    return { files: new Map(pairs.map(([path, digests]) => [path, texts(digests)])), makeConf: texts(makeConf) };
  } catch {
    return none;
  }
}

/** Is a file always written anew from the design, so that nobody else's words can stay in it? */
const isDesigns = (path: string): boolean => basename(path) === designFile && /^(?:profile\/)?package\./.test(path);

/** Where what people wrote into a file of the design goes. */
export const editedPath = (path: string): string => join(dirname(path), 'by-hand-design');

/**
 * What people put into a folder `etc/portage` on disk, by path below it; empty when there is nothing. What a design writes
 * is not among it, unless it was changed since. Throws CONFIG_SYNTAX for a file that is there and cannot be read.
 */
export function readUserEnvironment(userConfig: string): ReadonlyMap<string, string> {
  const folder = new ContainedFolder(userConfig);
  const found = new Map<string, string>();
  const { files: written } = readWritten(userConfig);
  let leftFiles: number = limits.configFiles;
  let leftBytes: number = limits.configBytes;
  const refused = (path: string, reason: string): RepoError =>
    new RepoError('CONFIG_SYNTAX', `\`${path}\` ${reason}`, {
      hint: 'Files of `etc/portage` are regular files of ordinary size. Correct or remove it.',
      details: { file: path },
    });
  const walk = (path: string, depth: number): void => {
    const full = join(userConfig, path);
    if (folder.kind(full) === 'directory') {
      const list = folder.list(full, limits.configFiles);
      if (list.kind === 'refused') throw refused(list.path, list.reason);
      if (depth === limits.configDepth) throw refused(full, 'is nested too deep');
      for (const name of list.kind === 'content' ? list.names : []) walk(join(path, name), depth + 1);
      return;
    }
    if (path === designReposConf || ofBuilds.has(path)) return;
    const answer = folder.read(full, leftBytes);
    if (answer.kind === 'refused') throw refused(answer.path, answer.reason);
    if (answer.kind === 'missing') return;
    if (leftFiles-- === 0) throw refused(full, `is among more than ${limits.configFiles} files`);
    leftBytes -= answer.data.length;
    const text = answer.data.toString('utf8');
    const isOurs = written.get(path)?.includes(digestOf(text));
    if (!isDesigns(path)) {
      if (isOurs !== true) found.set(inPlace(path), text);
    } else if (isOurs === false) {
      // the design's file was edited: what stands there becomes a file of the user
      const own = editedPath(path);
      const before = found.get(own) ?? '';
      found.set(own, before.includes(text) ? before : before + text);
    }
  };
  // the second: a set-up was killed when it made a folder of the file
  for (const place of places) for (const path of [wayFolder(place), place]) walk(path, 0);
  return found;
}

type Values = Readonly<Record<string, string>>;

/**
 * Variables of a make.conf on disk. What it sources is read as Portage reads it, as far as it stands in the root. Throws
 * CONFIG_SYNTAX, with the true path.
 */
function variablesOnDisk(text: string, userConfig: string): Values {
  const root = new ContainedFolder(join(userConfig, '../..'));
  const open = (path: string): string | null => {
    const answer = root.read(path, limits.configBytes);
    if (answer.kind === 'refused') {
      throw new RepoError(
        'CONFIG_SYNTAX',
        `\`${join(userConfig, 'make.conf')}\` sources \`${path}\`, which ${answer.reason}`,
        {
          hint: 'Only files inside the root are read. Put the lines of the file into make.conf.',
          details: { file: join(userConfig, 'make.conf') },
        },
      );
    }
    return answer.kind === 'content' ? answer.data.toString('utf8') : null;
  };
  return parseMakeConf(text, join(userConfig, 'make.conf'), { expand: {}, open });
}

/**
 * What was changed by hand in the make.conf of a folder `etc/portage` since we wrote it: variable -> value, where a value
 * that was only added to begins with `${NAME}`. Nothing where it is not known what we wrote. Throws CONFIG_SYNTAX.
 */
export function readUserVariables(userConfig: string): ReadonlyMap<string, string> {
  const ours = readWritten(userConfig).makeConf;
  const answer = new ContainedFolder(userConfig).read(join(userConfig, 'make.conf'), limits.configBytes);
  if (answer.kind !== 'content') return new Map();
  const text = answer.data.toString('utf8');
  const now = variablesOnDisk(text, userConfig);
  // when we stopped between two of our own texts, the nearer one stands there
  const [nearest = new Map<string, string>()] = ours
    .map((before) => (before === text ? new Map<string, string>() : changes(parseMakeConf(before, 'make.conf'), now)))
    .sort((a, b) => a.size - b.size);
  return nearest;
}

function changes(old: Values, now: Values): Map<string, string> {
  const changed = Object.entries(now).filter(([name, value]) => old[name] !== value);
  return new Map(
    changed.map(([name, value]) => {
      const was = old[name];
      return [name, was !== undefined && value.startsWith(`${was} `) ? `\${${name}}${value.slice(was.length)}` : value];
    }),
  );
}

/** Assignments behind those of the design. */
export const formatUserVariables = (variables: ReadonlyMap<string, string>): string =>
  [...variables].map(([name, value]) => `${name}="${value.replace(/[\\"`]|\$(?!\{)/g, '\\$&')}"\n`).join('');
