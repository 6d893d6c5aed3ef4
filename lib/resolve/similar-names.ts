/** Edits (insert, delete, replace, swap of neighbours) between two texts; more than `limit` gives `limit + 1`. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i];
    let best = i;
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(
        (previous[j] as number) + 1,
        (current[j - 1] as number) + 1,
        (previous[j - 1] as number) + (same ? 0 : 1),
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (beforePrevious[j - 2] as number) + 1);
      }
      current.push(cost);
      if (cost < best) best = cost;
    }
    if (best > limit) return limit + 1;
    beforePrevious = previous;
    previous = current;
  }
  return previous[b.length] as number;
}

const nameOf = (qualifiedName: string): string => qualifiedName.slice(qualifiedName.indexOf('/') + 1);
const categoryOf = (qualifiedName: string): string => {
  const slash = qualifiedName.indexOf('/');
  return slash < 0 ? '' : qualifiedName.slice(0, slash);
};

/** Only what stays when spelling habits are put aside. */
const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/** Lower is more alike; null: not alike. */
function unlikeness(wanted: string, candidate: string): number | null {
  const want = nameOf(wanted).toLowerCase();
  const have = nameOf(candidate).toLowerCase();
  const elsewhere = categoryOf(wanted) === categoryOf(candidate) || categoryOf(wanted) === '' ? 0 : 1;
  if (want === have) return elsewhere;
  if (plain(want) === plain(have)) return 2 + elsewhere;
  const limit = want.length <= 3 ? 1 : want.length <= 7 ? 2 : 3;
  const distance = editDistance(want, have, limit);
  if (distance <= limit && distance < want.length && (elsewhere === 0 || distance === 1))
    return 10 * distance + elsewhere;
  // the name alone says little when it is not the same category
  if (elsewhere > 0) return null;
  if (want.length >= 3 && have.split(/[-_+]/).includes(want)) return 35;
  const [bareWant, bareHave] = [plain(want), plain(have)];
  if (
    bareWant.length >= 4 &&
    bareHave.length >= 4 &&
    (bareHave.startsWith(bareWant) || bareWant.startsWith(bareHave))
  ) {
    return 37;
  }
  if (bareHave === `lib${bareWant}` || bareWant === `lib${bareHave}`) return 38;
  return null;
}

/**
 * Names that somebody who wrote `name` may have meant, most alike first: the same name in another category, another
 * spelling, a slip of the keys, a name that contains it. `name` may lack the category.
 */
export function similarNames(name: string, all: readonly string[], limit = 5): readonly string[] {
  return all
    .flatMap((candidate) => {
      const score = candidate === name ? null : unlikeness(name, candidate);
      return score === null ? [] : [{ candidate, score }];
    })
    .sort((a, b) => a.score - b.score || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, limit)
    .map(({ candidate }) => candidate);
}
