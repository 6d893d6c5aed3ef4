import { join, posix } from 'node:path';
import type { ProofCheck } from '../layout/events';
import { firstBytes } from './file-bytes';
import { followInTree } from './library-search';
import type { ElfFile, ProofSubject } from './subject';

type Finding = ProofCheck['findings'][number];

/** Data that programs share, and where it may come from. */
interface Topic {
  readonly name: string;
  readonly isOf: RegExp;
  /** what a host without it means */
  readonly without: string;
}

const topics: readonly Topic[] = [
  { name: 'time zones', isOf: /\/zoneinfo$/, without: 'time is UTC; `TZDIR` names another folder' },
  {
    name: 'certificates',
    isOf: /\/cert\.pem$|ca-(?:certificates|bundle)\.crt$/,
    without:
      'no server can be verified, unless `SSL_CERT_FILE` or an option of the program names a file of certificates',
  },
  {
    name: 'terminals',
    isOf: /\/terminfo$/,
    without: 'programs that draw on the screen do not start, unless `TERMINFO` names a folder',
  },
  {
    name: 'names of ports',
    isOf: /^\/etc\/services$/,
    without: 'ports are given as numbers',
  },
  {
    name: 'libraries to preload',
    isOf: /\/ld\.so\.preload$/,
    without: 'nothing is missing; with it, a library that is named there is loaded into every program of the prefix',
  },
  {
    name: 'libraries by name',
    isOf: /\/ld\.so\.cache$/,
    without:
      "nothing is missing; with it, a library that is asked for by name and that the prefix does not have is the host's",
  },
];

/** A string of its own, or one of a list. */
const wanted =
  /(?<=[\0:])\/[\w./+-]*(?:\/zoneinfo|\/cert\.pem|ca-certificates\.crt|ca-bundle\.crt|\/terminfo|\/services|\/ld\.so\.preload|\/ld\.so\.cache)(?=[\0:])/g;

/** The largest library with such a path is a tenth of that. */
const mostBytes = 64 * 1024 * 1024;
/** A library has some dozen such paths, none of them long. */
const mostPaths = 100;
const mostCharacters = 4096;

/** Paths of shared data that a file has compiled in. */
async function pathsIn(subject: ProofSubject, { entry }: ElfFile): Promise<readonly string[]> {
  if (entry.sizeBytes > mostBytes) return [];
  const text = (await firstBytes(join(subject.tree.root, entry.path), mostBytes)).toString('latin1');
  const paths = new Set<string>();
  for (const [path] of text.matchAll(wanted)) {
    if (path.length <= mostCharacters) paths.add(posix.normalize(path));
    if (paths.size === mostPaths) break;
  }
  return [...paths];
}

const isInside = (subject: ProofSubject, path: string): boolean => path.startsWith(`${subject.eprefix}/`);

interface Place {
  readonly topic: Topic;
  readonly path: string;
  readonly file: ElfFile;
}

const findingOf = ({ entry }: ElfFile, detail: string): Finding => ({
  path: entry.path,
  owner: entry.owner,
  detail,
  severity: 'notice',
});

/** One topic: where its data comes from, and a finding for each file that looks elsewhere than in what the prefix has. */
function judge(subject: ProofSubject, topic: Topic, places: readonly Place[]) {
  const own = places.filter(({ path }) => isInside(subject, path) && followInTree(subject, path) !== null);
  const ownFolders = new Set(own.map(({ file }) => file));
  const findings = places.flatMap(({ path, file }) => {
    if (!isInside(subject, path))
      return [findingOf(file, `takes ${topic.name} from \`${path}\` of the host. Without: ${topic.without}.`)];
    if (ownFolders.has(file) || topic.name.startsWith('libraries')) return [];
    return [findingOf(file, `looks for ${topic.name} in \`${path}\`, which does not exist: ${topic.without}.`)];
  });
  const isHost = places.some(({ path }) => !isInside(subject, path));
  const source = own.length > 0 ? 'prefix' : isHost ? 'host' : findings.length > 0 ? 'nowhere' : null;
  return { name: topic.name, source, findings };
}

const findLibraryFact =
  'asks `ldconfig`, `gcc` and `ld` of the host in `find_library`, which then finds what the host has, or nothing where these are missing; a library by its full name (`CDLL("libz.so.1")`) is the one of the prefix';

/** Where time zones, certificates, terminals, ports and libraries by name come from, and what happens without. Never a leak. Throws AbortError. */
export async function checkHostData(subject: ProofSubject, signal?: AbortSignal): Promise<ProofCheck> {
  const places: Place[] = [];
  for (const file of subject.elfs) {
    signal?.throwIfAborted();
    for (const path of await pathsIn(subject, file)) {
      const topic = topics.find(({ isOf }) => isOf.test(path));
      if (topic) places.push({ topic, path, file });
    }
  }
  const judged = topics.map((topic) =>
    judge(
      subject,
      topic,
      places.filter((place) => place.topic === topic),
    ),
  );
  const named = (source: string): string =>
    judged
      .filter((one) => one.source === source)
      .map(({ name }) => name)
      .join(', ');
  const parts = [
    ['From the prefix', named('prefix')],
    ['from the host', named('host')],
    ['named and not there', named('nowhere')],
  ].flatMap(([where, names]) => (names === '' ? [] : [`${where}: ${names}`]));
  const finders = subject.tree.entries
    .filter(({ path }) => path.endsWith('/ctypes/util.py'))
    .map(({ path, owner }): Finding => ({ path, owner, detail: findLibraryFact, severity: 'notice' }));
  const said = parts.join('; ');
  return {
    name: 'host-data',
    ok: true,
    summary: said === '' ? 'No program uses shared data of the system.' : `${said[0]?.toUpperCase()}${said.slice(1)}.`,
    findings: [...judged.flatMap(({ findings }) => findings), ...finders],
  };
}
