import type { ImageFacts } from './events';

/** Folder of an image that has not passed its checks, beside the good one. */
export const unprovenFolder = 'unproven';

/** A run with the image that it packed; ids sort by time. */
export interface RunWithImage {
  readonly id: string;
  readonly image: ImageFacts | null;
}

/** An image that passes is moved out of the folder of those that did not, where it was packed over the one before it. */
const placesOf = ({ path }: ImageFacts): readonly string[] => [
  path,
  path.replace(new RegExp(`/${unprovenFolder}(/[^/]*)$`), '$1'),
];

/**
 * The newest of the other runs of a prefix that put another image in the place of this run's; null: none did. Equal images
 * do not replace one another.
 */
export function replacedBy<Run extends RunWithImage>({ id, image }: RunWithImage, runs: readonly Run[]): Run | null {
  if (image === null) return null;
  const places = placesOf(image);
  const later = runs.filter((run) => run.id > id && run.image !== null && places.includes(run.image.path));
  const [newest] = later.sort((a, b) => (a.id < b.id ? 1 : -1));
  return newest === undefined || newest.image?.sha256 === image.sha256 ? null : newest;
}
