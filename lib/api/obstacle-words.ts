import type { BuildObstacle, PackageObstacle } from '../plan/build-obstacle';
import type { Fix } from '../resolve/plan';

/** Packages for which the same holds, in the order of the plan. */
export interface SharedReason<Item> {
  readonly message: string;
  readonly items: readonly Item[];
}

/** Puts together what is said with the same words, in the order in which it is said first. */
export function bySameReason<Item>(
  items: readonly Item[],
  messageOf: (item: Item) => string,
): readonly SharedReason<Item>[] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const known = groups.get(messageOf(item));
    if (known) known.push(item);
    else groups.set(messageOf(item), [item]);
  }
  return [...groups].map(([message, those]) => ({ message, items: those }));
}

/** An obstacle in words, each of them once. */
export interface ObstacleWords {
  readonly message: string;
  /** null: each reason has its own */
  readonly hint: string | null;
  /** `message` null: what the obstacle itself says holds for these packages */
  readonly reasons: readonly {
    readonly message: string | null;
    readonly hint: string | null;
    readonly packages: readonly PackageObstacle[];
  }[];
}

/** Packages of an obstacle by reason; one reason for all of them is told by the obstacle's own sentence. */
export function obstacleWords({ message, hint, packages }: BuildObstacle): ObstacleWords {
  const groups = bySameReason(packages, (each) => JSON.stringify([each.message, each.hint]));
  if (groups.length === 1)
    return { message, hint, reasons: groups.map(({ items }) => ({ message: null, hint: null, packages: items })) };
  const reasons = groups.map(({ items }) => {
    const first = items[0] as PackageObstacle;
    return { message: first.message, hint: first.hint, packages: items };
  });
  return { message, hint: reasons.length === 0 ? hint : null, reasons };
}

/** Each package once. */
const names = (packages: readonly PackageObstacle[]): string => [...new Set(packages.map(({ cpv }) => cpv))].join(', ');

/** The packages of an obstacle for a terminal or a log; none when its sentence names the only one. */
export function obstaclePackageLines(obstacle: BuildObstacle): readonly string[] {
  const { reasons } = obstacleWords(obstacle);
  if (reasons.length === 1) {
    const { packages } = reasons[0] as ObstacleWords['reasons'][number];
    return packages.length === 1 ? [] : [`  Packages: ${names(packages)}`];
  }
  return reasons.flatMap(({ message, hint, packages }) => [
    `  - ${names(packages)}`,
    `    ${[message, hint].filter(Boolean).join(' ')}`,
  ]);
}

/** The obstacle as the message of a build: what stops it, and below each way on, a line for each. */
export function obstacleMessage(obstacle: BuildObstacle): string {
  const { message, hint, reasons } = obstacleWords(obstacle);
  const ways = hint === null ? reasons.flatMap((reason) => reason.hint ?? []) : [hint];
  return [message, ...new Set(ways)].join('\n');
}

/** Changes of the design that remove what is in the way, each once; one that removes all of it stands for the others. */
export function fixesInTheWay(obstacle: BuildObstacle | null): readonly Fix[] {
  if (obstacle?.fix) return [obstacle.fix];
  const fixes = (obstacle?.packages ?? []).flatMap(({ fix }) => fix ?? []);
  return [...new Map(fixes.map((fix) => [JSON.stringify(fix.edits), fix])).values()];
}

/** The whole obstacle for a terminal. */
export function obstacleLines(obstacle: BuildObstacle): readonly string[] {
  const { message, hint } = obstacleWords(obstacle);
  return [message, ...(hint === null ? [] : [`  ${hint}`]), ...obstaclePackageLines(obstacle)];
}
