import type { DistfileChange } from '../overlay';

/** The old and the new sums that differ, a line each: `SHA512 12ab… → 34cd…`. */
export function sumLines({ before, after }: Pick<DistfileChange, 'before' | 'after'>): readonly string[] {
  const lines: string[] = [];
  const row = (name: string, old: string, now: string): void => {
    if (old !== now) lines.push(`${name} ${old} → ${now}`);
  };
  row('size', before ? `${before.sizeBytes}` : '–', after ? `${after.sizeBytes}` : '–');
  const names = new Set([...Object.keys(before?.hashes ?? {}), ...Object.keys(after?.hashes ?? {})]);
  for (const name of [...names].sort()) row(name, before?.hashes[name] ?? '–', after?.hashes[name] ?? '–');
  return lines;
}
