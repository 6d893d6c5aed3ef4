import { existsSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.env.PREFIX_STUDIO_FIDELITY_DATA;
if (!folder) throw new Error('PREFIX_STUDIO_FIDELITY_DATA names no folder; run `npm run fidelity -- DIR`');

/** A part of the recorded data, `flatcar` for instance. Throws where the folder lacks it. */
export function recorded(part: string): string {
  const path = join(folder as string, part);
  if (!existsSync(path)) throw new Error(`the data lacks \`${part}\``);
  return path;
}
