import { countOrigins, originDetail, originReasons, originTitles } from '../api/origin-words';
import type { PlanOrigins } from '../engine/index';
import { formatTable } from './text';

/** Where the packages of a plan come from, counted, with what keeps some from being shared; with `isFull` each of them. */
export function originListing(origins: PlanOrigins, isFull: boolean): readonly string[] {
  if (origins.packages.length === 0)
    return isFull ? ['packages: nothing is compiled or taken, everything is installed'] : [];
  const counts = countOrigins(origins).map(({ kind, packages }) => `${packages} ${originTitles[kind]}`);
  const more = isFull ? '' : '; --origins tells each';
  const rows = origins.packages.map(({ cpv, origin }) => [`  ${cpv}`, originTitles[origin.kind], originDetail(origin)]);
  return [
    `packages: ${counts.join(', ')}${more}`,
    ...(isFull ? formatTable(rows).split('\n') : originReasons(origins).map((line) => `  ${line}`)),
    ...origins.troubles.map((trouble) => `  ${trouble}`),
  ];
}
