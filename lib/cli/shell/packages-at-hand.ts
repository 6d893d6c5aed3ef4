import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { homeLayout } from '../../home';

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Packages that somebody is likely to name: those with a work folder, as `category/PF`, and those that were taken home. */
export function packagesAtHand(home: string): readonly string[] {
  const build = join(home, 'build');
  const works = namesIn(build)
    .flatMap((board) => namesIn(join(build, board)).map((prefix) => join(build, board, prefix, 'tmp/portage')))
    .flatMap((folder) =>
      namesIn(folder).flatMap((category) =>
        namesIn(join(folder, category)).flatMap((name) => {
          const pf = /^\.(.+)\.work$/.exec(name)?.[1];
          return pf === undefined ? [] : [`${category}/${pf}`];
        }),
      ),
    );
  const { overlays } = homeLayout(home);
  const taken = namesIn(overlays)
    .map((prefix) => join(overlays, prefix, 'origin'))
    .flatMap((origin) =>
      namesIn(origin).flatMap((category) => namesIn(join(origin, category)).map((pf) => `${category}/${pf}`)),
    );
  return [...new Set([...works, ...taken])].sort();
}
