import { asClause } from '../errors';
import type { MetadataAnswer } from './metadata-question';

/** What went wrong, as a clause: others put it into their sentences. */
export const failedAnswer = (message: string): MetadataAnswer => ({ kind: 'failed', message: asClause(message) });

/** Keys that an md5-cache entry has for an ebuild. Source: PMS 14.3. */
const knownKeys: ReadonlySet<string> = new Set([
  ...[
    'BDEPEND',
    'DEFINED_PHASES',
    'DEPEND',
    'DESCRIPTION',
    'EAPI',
    'HOMEPAGE',
    'IDEPEND',
    'INHERIT',
    'IUSE',
    'KEYWORDS',
  ],
  ...['LICENSE', 'PDEPEND', 'PROPERTIES', 'RDEPEND', 'REQUIRED_USE', 'RESTRICT', 'SLOT', 'SRC_URI'],
]);

/** Reads what `metadata.bash` prints for one ebuild. Nothing of it is judged: the ebuild itself may have written it. */
export function parseMetadataAnswer(record: string): MetadataAnswer {
  const lines = record.split('\n').filter((line) => line !== '');
  const errors = lines.filter((line) => line.startsWith('!'));
  if (errors.length > 0) return failedAnswer(errors.map((line) => line.slice(1)).join('\n'));
  const keys: Record<string, string> = {};
  let words: readonly string[] = [];
  for (const line of lines) {
    const split = line.indexOf('=');
    const name = line.slice(0, split);
    const value = line.slice(split + 1);
    if (name === '_eclasses_') words = value.split('\t');
    else if (knownKeys.has(name)) keys[name] = value;
  }
  const eclasses = [];
  for (let index = 0; index + 1 < words.length; index += 2) {
    eclasses.push({ name: words[index] ?? '', path: words[index + 1] ?? '' });
  }
  return { kind: 'ok', keys, eclasses: eclasses.sort((a, b) => (a.name < b.name ? -1 : 1)) };
}
