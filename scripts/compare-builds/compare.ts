import type { BuiltPackage } from './built-package';
import { type Aspect, reasonFor } from './reasons';

/** A place where two builds of a package differ; `undefined`: this side has none. */
export interface Difference {
  readonly aspect: Aspect;
  /** path or name of a record */
  readonly name: string;
  readonly ours: string | undefined;
  readonly theirs: string | undefined;
  /** null: nobody knows why, so this is a fault of one of the two */
  readonly reason: string | null;
}

type Facts = ReadonlyMap<string, string>;

/** Files may differ by this share of their size, or by a page: paths, dates, order of symbols. */
const shareOfSize = 0.05;
const page = 4096;

function sizesWithin(ours: number, theirs: number): boolean {
  return Math.abs(ours - theirs) <= Math.max(page, shareOfSize * Math.max(ours, theirs));
}

/** CONTENTS without times and hashes, which depend on when and with which compiler run a file was made. */
const placesOf = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.replace(/^(obj .*) [0-9a-f]{32} \d+$/, '$1').replace(/^(sym .*) \d+$/, '$1'))
    .sort()
    .join('\n');

const linesOf = (text: string): string => text.split('\n').sort().join('\n');
const wordsOf = (text: string): string => text.split(/\s+/).sort().join(' ');

/** Records whose order has a meaning are compared as they are. */
const shapes: Readonly<Record<string, (text: string) => string>> = {
  CONTENTS: placesOf,
  NEEDED: linesOf,
  'NEEDED.ELF.2': linesOf,
  INHERITED: wordsOf,
  DEFINED_PHASES: wordsOf,
  USE: wordsOf,
  IUSE: wordsOf,
};

function normal(records: Facts): Facts {
  return new Map([...records].map(([name, text]) => [name, (shapes[name] ?? ((same: string) => same))(text)]));
}

/** Lines that only one side has. */
function onlyHere(text: string | undefined, other: string | undefined): string | undefined {
  if (text === undefined || other === undefined || !text.includes('\n')) return text;
  const there = new Set(other.split('\n'));
  return text
    .split('\n')
    .filter((line) => !there.has(line))
    .join('\n');
}

function* differing(aspect: Aspect, ours: Facts, theirs: Facts): Generator<Omit<Difference, 'reason'>> {
  for (const name of [...new Set([...ours.keys(), ...theirs.keys()])].sort()) {
    const [mine, other] = [ours.get(name), theirs.get(name)];
    if (mine !== other) yield { aspect, name, ours: onlyHere(mine, other), theirs: onlyHere(other, mine) };
  }
}

/** Everything in which two builds of one package differ, each with its reason where one is known. */
export function differencesOf(ours: BuiltPackage, theirs: BuiltPackage): readonly Difference[] {
  const found = [
    ...differing('entry', ours.entries, theirs.entries),
    ...differing('elf', ours.elfs, theirs.elfs),
    ...differing('script', ours.scripts, theirs.scripts),
    ...differing('record', normal(ours.records), normal(theirs.records)),
  ];
  for (const [name, size] of ours.sizes) {
    const other = theirs.sizes.get(name);
    if (other === undefined || sizesWithin(size, other)) continue;
    found.push({ aspect: 'size', name, ours: `${size}`, theirs: `${other}` });
  }
  return found.map((difference) => ({ ...difference, reason: reasonFor(difference) }));
}
