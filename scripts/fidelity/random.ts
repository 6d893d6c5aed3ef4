/** Numbers that are the same for the same seed on every machine. */
export interface Random {
  /** at least 0, below `limit` */
  below(limit: number): number;
  /** true in `percent` of 100 */
  chance(percent: number): boolean;
  /** one of them; undefined for none */
  of<Item>(items: readonly Item[]): Item | undefined;
  /** up to `count` different ones */
  some<Item>(items: readonly Item[], count: number): Item[];
}

/** Source of the mixing: the splitmix32 generator, in the public domain. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    below,
    chance: (percent) => below(100) < percent,
    of: (items) => items[below(items.length)],
    some: (items, count) => {
      const left = [...items];
      return Array.from({ length: Math.min(count, left.length) }, () => left.splice(below(left.length), 1)[0] as never);
    },
  };
}
