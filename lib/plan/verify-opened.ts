import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dataHome, homeLayout } from '../home';
import { buildMachine } from '../host/build-machine';
import type { PlanResult } from '../resolve/plan';
import { type EmergeCommand, findEmerge } from './emerge-command';
import { hasNoEbuilds, writeHostRoot, writeMetadataCache, writeStagingRoot } from './emerge-roots';
import { asking, type OpenedDesign } from './open-design';
import { planBase, planOpened } from './plan-design';
import { type VerifyResult, verifyWithEmerge } from './verify-emerge';
import { plannableRequests } from './world';

export interface VerifyOptions {
  /** the plan that is compared; default: it is made here */
  readonly result?: PlanResult;
  /** default: `findEmerge(process.env)` */
  readonly emerge?: EmergeCommand | null;
  readonly signal?: AbortSignal;
}

/** CBUILD of the SDK, which differs from CHOST so that configure does not run what it compiles. */
const buildTriplet = `${buildMachine()}-pc-linux-gnu`;

/** Where it works, for a machine where it does not. */
export const noEmergeMessage =
  'There is no `emerge` on this machine. Verify inside the Flatcar SDK or on a Gentoo host, or set `PREFIX_STUDIO_EMERGE` to a checkout of gentoo/portage.';

/** Where an installed Portage keeps its configuration and its database. Source: portage(5) */
const portageFolders = [
  '/etc/portage',
  '/etc/make.conf',
  '/var/db/pkg',
  '/var/db/repos',
  '/var/lib/portage',
  '/var/cache/edb',
];

/** What Portage reads of its own: itself, and its folders when it was installed. */
const readableFolders = ({ command, checkout }: EmergeCommand): readonly string[] =>
  checkout === null ? [...portageFolders, ...command.filter((word) => word.startsWith('/'))] : [checkout];

/** Every repository of the design and of its host. */
const repositoriesOf = ({ tree }: OpenedDesign): readonly string[] =>
  [...tree.repositories.ordered, ...tree.hostRepositories.ordered].map(({ location }) => location);

/**
 * Asks the real Portage for its plan of the same design and compares. It plans on a configuration of its own in a
 * temporary folder, as for a new prefix; the prefix itself need not exist and is not touched. With a Portage checkout
 * the host is the one that our plan assumed, else it is this machine. Throws `EMERGE_SETTING`.
 */
export async function verifyOpened(opened: OpenedDesign, options: VerifyOptions = {}): Promise<VerifyResult> {
  const emerge = options.emerge === undefined ? findEmerge(process.env) : options.emerge;
  if (emerge === null) return { kind: 'no-emerge', message: noEmergeMessage };
  if (hasNoEbuilds(opened.tree)) {
    return {
      kind: 'no-emerge',
      message: `The tree \`${opened.design.tree}\` has metadata but no ebuilds, and Portage plans on ebuilds only. Verify on a whole checkout.`,
    };
  }
  const result = options.result ?? (await asking(opened, () => planOpened(opened, false)));
  // the host that planning assumed is written out whole, so that emerge may choose otherwise
  if (emerge.checkout !== null) await opened.reading?.readAll();
  const folder = mkdtempSync(join(tmpdir(), 'prefix-studio-verify-'));
  try {
    const stagingRoot = join(folder, 'staging');
    const hostRoot = join(folder, 'host');
    writeStagingRoot(opened, stagingRoot, emerge.checkout);
    if (emerge.checkout !== null) {
      mkdirSync(hostRoot);
      writeHostRoot(opened, hostRoot, emerge.checkout);
    }
    const cache = join(folder, 'dep');
    const hasCache = writeMetadataCache(opened, homeLayout(opened.options.home ?? dataHome()).cache, cache);
    return await verifyWithEmerge({
      result,
      atoms: [...planBase(opened).staging, ...plannableRequests(opened).outside.staging, ...opened.design.packages],
      eprefix: opened.design.path,
      stagingRoot,
      hostRoot: emerge.checkout === null ? null : hostRoot,
      metadataCache: hasCache ? cache : null,
      cbuild: buildTriplet,
      emerge: emerge.command,
      readable: readableFolders(emerge),
      repositories: repositoriesOf(opened),
      writable: folder,
      ...(options.signal ? { signal: options.signal } : {}),
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
