import { outdatedImage } from '../api/match-words';
import type { MatchesAnswer } from '../api/wire';
import { formatTable } from './text';

/** On which systems an image merges, a line each, then what happens there besides. */
export function matchListing({ name, built, extensionRelease, isOutdated, systems }: MatchesAnswer): readonly string[] {
  if (extensionRelease === '') return [`The design of ${name} asks for no image (\`sysext: false\`).`];
  const rows = systems.map(({ name: system, asOf, merges, key, reason }) => [
    merges ? 'merges' : 'no',
    system,
    asOf ?? 'read now',
    `${key}: ${reason}`,
  ]);
  const notes = systems.flatMap((system) => system.notes.map((note) => `${system.name}: ${note}`));
  return [
    ...(built ? [] : [`${name} has no image yet; this is what its design would produce.`, '']),
    ...(isOutdated ? [outdatedImage, ''] : []),
    ...formatTable([['', 'system', 'as of', 'the key that decides'], ...rows]).split('\n'),
    ...(notes.length > 0 ? ['', ...notes] : []),
  ];
}
