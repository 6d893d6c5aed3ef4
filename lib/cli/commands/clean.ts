import { dataHome } from '../../home';
import { formatBytes } from '../../host/units';
import { cleanable, cleanableWords, cleanHome, findLeftovers, type Leftover } from '../../runner/clean-home';
import type { Command } from '../command';
import { formatTable } from '../text';

export const command: Command = {
  usage: 'clean [--work] [--packages] [--distfiles]',
  description: `Shows what can be removed to make room, and how much each kind frees; with options it removes those kinds. No prefix, image or log is
touched, and a prefix that is being built is left alone. It works on a full disk. Whole prefixes are removed with "remove".`,
  help: Object.fromEntries(cleanable.map((kind) => [`--${kind}`, cleanableWords[kind]])),
  options: Object.fromEntries(cleanable.map((kind) => [kind, { type: 'boolean' as const }])),
  arguments: { least: 0, most: 0 },
  async run({ values, isJson, terminal }) {
    const home = dataHome();
    const kinds = cleanable.filter((kind) => values[kind] === true);
    if (kinds.length === 0) {
      const leftovers = await findLeftovers(home);
      terminal.out(isJson ? JSON.stringify({ leftovers }) : overview(leftovers));
      return 0;
    }
    const answer = await cleanHome(home, kinds);
    if (isJson) terminal.out(JSON.stringify(answer));
    else terminal.out(`${formatBytes(answer.freedBytes)} freed.`);
    for (const name of isJson ? [] : answer.busy)
      terminal.out(`${name} is being built, or somebody is in a shell in it; it was left alone.`);
    return 0;
  },
};

function overview(leftovers: readonly Leftover[]): string {
  const rows = cleanable.map((kind) => {
    const found = leftovers.filter((leftover) => leftover.kind === kind);
    const sizeBytes = found.reduce((sum, leftover) => sum + leftover.sizeBytes, 0);
    return [formatBytes(sizeBytes), `--${kind}`, cleanableWords[kind]];
  });
  return formatTable(rows, [0]);
}
