import { readFile } from 'node:fs/promises';
import { parseDesign } from '../design/index';
import { designFile, type PrefixPlace, prefixPlace } from '../engine/index';
import { DesignInvalidError } from '../runner/errors';
import { readDesignSource } from './design-source';

/** Where a stored prefix is, as it was last set up: its design may have changed since. Throws PREFIX_UNKNOWN. */
export async function storedPlace(name: string, home: string): Promise<PrefixPlace> {
  const { text } = await readDesignSource(name);
  const stored = parseDesign(text);
  if (!stored.ok) throw new DesignInvalidError(stored.problems);
  const place = prefixPlace(stored.design, home);
  const built = parseDesign(await readFile(designFile(place), 'utf8').catch(() => ''));
  return built.ok ? prefixPlace(built.design, home) : place;
}
