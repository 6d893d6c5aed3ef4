import { dataHome } from '../../home';
import { isGitAddress } from '../../plan/clone';
import type { PackageChoice, RepositoryView } from '../../plan/repository-view';
import { addTree, cloneTree } from '../../plan/trees';
import { type Command, type Invocation, UsageError } from '../command';
import { formatTable } from '../text';
import { withStudio } from '../with-studio';

export const command: Command = {
  usage: 'trees [add NAME FOLDER|URL | remove NAME | show NAME [PACKAGE]]',
  description: `Lists the package trees that a design can name in \`tree:\`, and the overlays that it can name in \`repositories:\`. Besides
\`starter\`, which is always there, a tree is a checkout of flatcar/scripts: a folder of yours, or a git address, which is
cloned. Any other ebuild repository is an overlay. \`show\` lists the repositories of one with priority and masters, and which of
them wins for PACKAGE.`,
  help: {},
  options: {},
  arguments: { least: 0, most: 3 },
  async run({ positionals: [verb, name, location], isJson, terminal }) {
    const home = dataHome();
    if (verb === undefined) {
      const trees = await withStudio({ terminal, isJson }, ({ ask }) => ask('GET /api/trees'));
      if (isJson) terminal.out(JSON.stringify(trees));
      else {
        const rows = trees.map((tree) => [
          tree.name,
          tree.role,
          tree.state,
          tree.commit?.slice(0, 12) ?? '',
          tree.folder ?? tree.location,
        ]);
        terminal.out(formatTable(rows));
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
      await withStudio({ terminal, isJson }, ({ ask }) => ask('DELETE /api/trees/{name}', { params: { name } }));
      terminal.out(isJson ? JSON.stringify({ removed: name }) : `Removed ${name}.`);
      return 0;
    }
    if (verb === 'show' && name !== undefined) {
      await show(name, location, { isJson, terminal });
      return 0;
    }
    throw new UsageError(`Usage: prefix-studio ${this.usage}`);
  },
};

/** Repositories of a tree, or what wins for a package, for which only its own ebuilds are read. */
async function show(
  name: string,
  wanted: string | undefined,
  { isJson, terminal }: Pick<Invocation, 'isJson' | 'terminal'>,
): Promise<void> {
  const query = wanted === undefined ? {} : { package: wanted };
  const answer = await withStudio({ terminal, isJson }, ({ ask }) =>
    ask('GET /api/trees/{name}/repositories', { params: { name }, query }),
  );
  const { repositories, package: choice } = answer;
  if (wanted !== undefined && choice === null) throw new UsageError(`No repository of ${name} has \`${wanted}\`.`);
  if (isJson) terminal.out(JSON.stringify(answer));
  else for (const line of choice ? choiceLines(choice) : repositoryLines(repositories)) terminal.out(line);
}

/** Highest priority first. */
function repositoryLines(repositories: readonly RepositoryView[]): readonly string[] {
  const rows = [...repositories]
    .reverse()
    .map(({ name, priority, masters, packages, location }) => [
      name,
      String(priority),
      masters.join(' ') || '-',
      String(packages),
      location,
    ]);
  return formatTable([['repository', 'priority', 'masters', 'packages', 'folder'], ...rows], [1, 3]).split('\n');
}

function choiceLines({ versions, why }: PackageChoice): readonly string[] {
  const rows = versions.map(({ cpv, repository, slot, masks, isTaken }) => [
    isTaken ? '*' : ' ',
    cpv,
    `:${slot}`,
    repository,
    masks.join('; ').replaceAll('`', ''),
  ]);
  return [why.replaceAll('`', ''), ...formatTable(rows).split('\n')];
}
