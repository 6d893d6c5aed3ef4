import { readFileSync, writeFileSync } from 'node:fs';
import type { RunEvent } from '../../lib/layout/events';

/** What building one package cost, and where its sources came from; kept between runs, because what is built is reused. */
export interface Built {
  readonly cpuMs: number;
  readonly files: number;
  readonly sources: readonly string[];
}

/** `category/PF` -> what the run that built it said. */
export type BuiltPackages = Record<string, Built>;

export function readBuilt(path: string): BuiltPackages {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as BuiltPackages;
  } catch {
    return {};
  }
}

/** Adds what these events tell of packages that were built into staging, and keeps it. */
export function rememberBuilt(path: string, known: BuiltPackages, events: readonly RunEvent[]): BuiltPackages {
  const cpu = new Map<string, number>();
  const sources = new Map<string, Set<string>>();
  const all = { ...known };
  for (const event of events) {
    if (event.kind === 'resources') cpu.set(event.id, event.cpuMs);
    if (event.kind === 'log' && event.id !== null) {
      for (const [, source = ''] of event.text.matchAll(/^>>> \S+ \((.+)\): size and hashes match/gm)) {
        sources.set(event.id, (sources.get(event.id) ?? new Set()).add(source));
      }
    }
    if (event.kind !== 'package_finished' || !event.id.startsWith('staging|')) continue;
    const { id, files } = event;
    all[id.slice('staging|'.length)] = { cpuMs: cpu.get(id) ?? 0, files, sources: [...(sources.get(id) ?? [])] };
  }
  writeFileSync(path, JSON.stringify(all, null, 1));
  return all;
}
