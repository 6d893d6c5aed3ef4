import { availableParallelism } from 'node:os';
import type { ProofCheck } from '../../lib/layout/events';
import type { Proven } from './prove-starter';

type Name = ProofCheck['name'];

const checkOf = ({ checks }: Proven, name: Name): ProofCheck | undefined => checks.find((check) => check.name === name);
const seconds = (ms: number): string => (ms / 1000).toFixed(1);

/** Kinds of files and how many starts look for them, as the check sums them up. */
const kindsOf = (one: Proven): string =>
  /\(([^)]*)\)/.exec(checkOf(one, 'outside-files')?.summary ?? '')?.[1] ?? 'none';

const leaksOf = (one: Proven): string => {
  const leaks = checkOf(one, 'hostile-host')?.findings.filter(({ severity }) => severity === 'leak') ?? [];
  return leaks.length === 0 ? 'nothing' : leaks.map(({ detail }) => detail).join('; ');
};

function row(one: Proven): string {
  const { name, smoke } = one.design;
  const data = checkOf(one, 'host-data')?.summary.replace(/\.$/, '') ?? '';
  return `| ${name} | ${one.programs} | ${smoke.length} | ${leaksOf(one)} | ${kindsOf(one)} | ${data} | ${seconds(one.wallMs)} |`;
}

/** What is asked of a host, in the words of the checks: by whom, which files, and what a host without them means. */
interface Asked {
  readonly what: string;
  readonly without: string;
  readonly by: Set<string>;
  readonly files: Set<string>;
}

const outsideDetail = /^(.*?) ((?:reads|looks for) .*) \(([^()]*)\)\. Without: (.*)\.$/;
const isOfTheLibrary = (path: string): boolean => /\/lib64\/(?:libc\.so|ld-linux)/.test(path);

function askedBy(proven: readonly Proven[]): readonly Asked[] {
  const kinds = new Map<string, Asked>();
  for (const one of proven) {
    for (const { path, detail } of checkOf(one, 'outside-files')?.findings ?? []) {
      const [, , found = '', what = '', without = ''] = outsideDetail.exec(detail) ?? [];
      const asked = kinds.get(what) ?? { what, without, by: new Set<string>(), files: new Set<string>() };
      kinds.set(what, asked);
      asked.by.add(isOfTheLibrary(path) ? 'the C library' : `${one.design.name}: ${path.split('/').at(-1)}`);
      for (const [file] of found.matchAll(/\/[^\s,;]+/g)) asked.files.add(file);
    }
  }
  return [...kinds.values()];
}

const mostFiles = 8;
const some = (words: ReadonlySet<string>): string => {
  const listed = [...words];
  const more = listed.length > mostFiles ? ` and ${listed.length - mostFiles} more` : '';
  return listed.slice(0, mostFiles).join(', ') + more;
};

/** What of shared data is not in a prefix, once for all that say the same. */
function dataFacts(proven: readonly Proven[]): readonly string[] {
  const facts = new Map<string, Set<string>>();
  for (const one of proven)
    for (const { path, detail } of checkOf(one, 'host-data')?.findings ?? []) {
      const text = `\`${path.split('/').at(-1)}\` ${detail.replaceAll(one.design.path, 'PREFIX')}`;
      facts.set(text, (facts.get(text) ?? new Set<string>()).add(one.design.name));
    }
  return [...facts].map(
    ([text, names]) => `- ${names.size === proven.length ? 'all' : [...names].join(', ')}: ${text}`,
  );
}

const introduction = `# Self-contained

The proof of every build starts the C library, every program and the commands of the design on a hostile host: libraries of
the same sonames that end any program that loads them, \`nsswitch.conf\` with a foreign module, garbage for locales and iconv, a loader cache,
\`LD_LIBRARY_PATH\` and \`ld.so.preload\` that name the libraries ([lib/inspect](../lib/inspect/README.md)). This page shows its results for the starters;
[self-contained-arm64.md](self-contained-arm64.md) has those that were built for arm64. Made with:

\`\`\`sh
for file in public/starters/*.yaml; do npx prefix-studio build "$file"; done
npm run -s prove-starters -- --copies 10 --out docs/self-contained.md
\`\`\`
`;

/** The table of starters, and which of them are not built. */
const tableOf = (proven: readonly Proven[], missing: readonly string[], lead = 'Not built here'): readonly string[] => [
  '| starter | programs | commands | host code that is loaded | starts that open or look for host files | shared data | s |',
  '| --- | --- | --- | --- | --- | --- | --- |',
  ...proven.map(row),
  ...(missing.length === 0 ? [] : ['', `${lead}: ${missing.join(', ')}.`]),
];

const manyText = (many: Proven): string =>
  `Ten times the programs: \`${many.design.name}\` with ${many.programs} takes ${seconds(many.wallMs)} s on ${availableParallelism()} processors that are shared with others; after 300 s, the programs that have not had a turn are only counted.`;

/** The page of another board, whose programs are started under QEMU where this machine is of another processor. */
export const boardPageOf = (board: string, proven: readonly Proven[], missing: readonly string[]): string =>
  [
    `# Self-contained: ${board}`,
    '',
    'The same proof as in [self-contained.md](self-contained.md), for starters with another `board:`. On a machine of another processor they',
    'are cross-compiled, and their programs are started under QEMU. Made with:',
    '',
    '```sh',
    `for file in public/starters/*.yaml; do sed 's/^board: .*/board: ${board}/' "$file" > design.yaml; npx prefix-studio build design.yaml; done`,
    `npm run -s prove-starters -- --board ${board} --out docs/self-contained-${board.replace(/-usr$/, '')}.md`,
    '```',
    '',
    ...tableOf(proven, missing, 'Not measured, because they are not built where this was made'),
    '',
  ].join('\n');

/** The page about prefixes on a hostile host. */
export function reportOf(proven: readonly Proven[], missing: readonly string[], many: Proven | null): string {
  const asked = askedBy(proven).map(
    ({ what, without, by, files }) => `| ${what} | ${some(files)} | ${some(by)} | ${without} |`,
  );
  return [
    introduction,
    ...tableOf(proven, missing),
    '',
    ...(many === null ? [] : [manyText(many), '']),
    '## What programs ask of a host',
    '',
    '| what | files | by | on a host without |',
    '| --- | --- | --- | --- |',
    ...asked,
    '',
    '## Shared data of the system',
    '',
    ...dataFacts(proven),
    '',
  ].join('\n');
}
