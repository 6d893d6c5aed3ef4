import { dataHome } from '../../home';
import { isGitAddress } from '../../plan/clone';
import { addTree, cloneTree, forgetTree, listTrees } from '../../plan/trees';
import { type Command, UsageError } from '../command';
import { formatTable } from '../text';

export const command: Command = {
  usage: 'trees [add NAME FOLDER|URL | remove NAME]',
  description: `Lists the package trees that a design can name in \`tree:\`, and the overlays that it can name in \`repositories:\`. Besides
\`starter\`, which is always there, a tree is a checkout of flatcar/scripts: a folder of yours, or a git address, which is
cloned. Any other ebuild repository is an overlay.`,
  help: {},
  options: {},
  arguments: { least: 0, most: 3 },
  async run({ positionals: [verb, name, location], isJson, terminal }) {
    const home = dataHome();
    if (verb === undefined) {
      const trees = listTrees(home);
      if (isJson) terminal.out(JSON.stringify(trees));
      else {
        const rows = trees.map((tree) => [
          tree.name,
          tree.kind === 'overlay' ? 'overlay' : 'tree',
          tree.usable ? 'ready' : 'not usable',
          tree.commit?.slice(0, 12) ?? '',
          tree.folder,
        ]);
        terminal.out(formatTable([['starter', 'tree', 'ready', '', 'part of the program'], ...rows]));
      }
      return 0;
    }
    if (verb === 'add' && name !== undefined && location !== undefined) {
      const isUrl = isGitAddress(location);
      const tree = isUrl
        ? await cloneTree(name, location, {
            home,
            onProgress: ({ step, percent }) => {
              if (terminal.isInteractive && !isJson) process.stderr.write(`\r\x1b[K${step} ${percent ?? ''}%`);
            },
          })
        : addTree(name, location, home);
      if (isUrl && terminal.isInteractive && !isJson) process.stderr.write('\r\x1b[K');
      terminal.out(
        isJson
          ? JSON.stringify(tree)
          : tree.kind === 'overlay'
            ? `Added the overlay ${tree.name}: ${tree.folder}\n  A design takes it with: repositories: [{name: ${tree.name}}]`
            : `Added ${tree.name}: ${tree.folder}`,
      );
      return 0;
    }
    if (verb === 'remove' && name !== undefined && location === undefined) {
      await forgetTree(name, home);
      terminal.out(isJson ? JSON.stringify({ removed: name }) : `Removed ${name}.`);
      return 0;
    }
    throw new UsageError(`Usage: prefix-studio ${this.usage}`);
  },
};
