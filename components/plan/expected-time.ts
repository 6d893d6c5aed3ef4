import { count, formatDuration } from '@/components/ui/format';
import type { PlanAnswer } from '@/lib/api/wire';

/** How long a build will take here, as earlier builds tell; null: they tell nothing. */
export function timeSentence({ totalMs, unknown }: PlanAnswer['cost']): string | null {
  if (totalMs === null) return null;
  const time = formatDuration(totalMs);
  return unknown > 0
    ? `At least ${time} on this machine: ${count(unknown, 'package')} never built here come on top.`
    : `About ${time} on this machine.`;
}
