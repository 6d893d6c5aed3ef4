import { availableParallelism } from 'node:os';
import type { ProofCheck } from '../../lib/layout/events';
import type { Proven } from './prove-starter';

const checkOf = ({ checks }: Proven, name: ProofCheck['name']): ProofCheck | undefined =>
  checks.find((check) => check.name === name);

const seconds = (ms: number): string => (ms / 1000).toFixed(1);

/** Kinds of files and how many starts look for them, as the check sums them up. */
const kindsOf = (one: Proven): string =>
  /\(([^)]*)\)/.exec(checkOf(one, 'outside-files')?.summary ?? '')?.[1] ?? 'none';

const leaksOf = (one: Proven): string => {
  const leaks = checkOf(one, 'hostile-host')?.findings.filter(({ severity }) => severity === 'leak') ?? [];
  return leaks.length === 0 ? 'nothing of it' : leaks.map(({ detail }) => detail).join('; ');
};

const row = (one: Proven): string =>
  `| ${one.design.name} | ${one.programs} | ${one.design.smoke.length} | ${leaksOf(one)} | ${kindsOf(one)} | ${checkOf(one, 'host-data')?.summary ?? ''} | ${seconds(one.wallMs)} |`;

/** What a kind of file means to a program of these prefixes, with the programs; the C library is left out, it is in each. */
function factsOf(proven: readonly Proven[]): readonly string[] {
  const facts = proven.flatMap((one) =>
    ['outside-files', 'host-data'].flatMap((name) =>
      (checkOf(one, name as ProofCheck['name'])?.findings ?? [])
        .filter(({ path }) => !/\/lib64\/(?:libc\.so|ld-linux)/.test(path))
        .map(
          ({ path, detail }) =>
            `- ${one.design.name}: ${detail.startsWith('`') ? detail : `\`${path.slice(one.design.path.length + 1)}\` ${detail}`}`,
        ),
    ),
  );
  return [...new Set(facts)];
}

const libraryFacts = (one: Proven | undefined): readonly string[] =>
  one === undefined
    ? []
    : ['outside-files', 'host-data'].flatMap((name) =>
        (checkOf(one, name as ProofCheck['name'])?.findings ?? [])
          .filter(({ path }) => /\/lib64\/(?:libc\.so|ld-linux)/.test(path))
          .map(({ detail }) => `- ${detail}`),
      );

/** The page about prefixes on a hostile host. */
export function reportOf(proven: readonly Proven[], missing: readonly string[], many: Proven | null): string {
  const lines = [
    '# Self-contained',
    '',
    'The proof of every build starts the C library, every program and the commands of the design on a host that means no good: libraries of the same',
    'sonames that end who loads them, `nsswitch.conf` with a foreign module, garbage for locales and iconv, a loader cache, `LD_LIBRARY_PATH` and',
    '`ld.so.preload` that name the libraries ([lib/inspect](../lib/inspect/README.md)). This page has what it says of the starters. Made with:',
    '',
    '```sh',
    'for file in public/starters/*.yaml; do npx prefix-studio build "$file"; done',
    'npm run -s prove-starters -- --copies 10 --out docs/self-contained.md',
    '```',
    '',
    '| starter | programs started | commands | loaded of the host | files of the host that are opened or looked for, by starts | shared data | s |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...proven.map(row),
    '',
    ...(missing.length === 0 ? [] : [`Not built here: ${missing.join(', ')}.`, '']),
    ...(many === null
      ? []
      : [
          `\`${many.design.name}\` with ${many.programs} programs: ${seconds(many.wallMs)} s on ${availableParallelism()} processors that others use, too. ${checkOf(many, 'hostile-host')?.summary ?? ''}`,
          '',
        ]),
    '## What the C library asks of every host',
    '',
    ...libraryFacts(proven[0]),
    '',
    '## What programs ask',
    '',
    ...factsOf(proven),
    '',
  ];
  return lines.join('\n');
}
