import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { evaluateSourceUri } from '../engine/source-uri';
import { checkedOutCommit } from '../plan/git-commit';
import type { OpenedDesign } from '../plan/open-design';
import {
  type OverlayPlaces,
  originText,
  pathInRepository,
  type TakenEbuild,
  type TakenOrigin,
} from '../plan/taken-ebuilds';
import { parseCpv } from '../pms';
import { diskTree, type Repository, repositoriesAt } from '../repo';
import { bothStates, requireTaken, textDiff } from './changes';
import { readMetadata } from './ebuild-metadata';
import { OverlayError } from './errors';
import { removeBelow, writeBelow } from './overlay-files';
import { readEbuildFiles, readEclass } from './take-ebuild';

/** What an update from where an ebuild came from would do to one file. */
export interface FileUpdate {
  readonly path: string;
  /** `takes`: it was not changed here; `keeps`: it was changed here only; `conflict`: on both sides */
  readonly kind: 'takes' | 'keeps' | 'conflict';
  /** from what was taken to what is there now; null: no text */
  readonly diff: string | null;
}

/** What an update would do. */
export interface UpdateProposal {
  readonly cpv: string;
  readonly origin: string;
  /** `gone`: the origin has no such ebuild any more; `same`: nothing changed there */
  readonly state: 'gone' | 'same' | 'changed' | 'conflict';
  readonly files: readonly FileUpdate[];
  /** of what is shown; sent back to accept it */
  readonly digest: string;
}

interface Theirs {
  readonly repository: Repository;
  /** by path in the repository; a mode for those that may be run */
  readonly files: ReadonlyMap<string, { readonly data: Buffer; readonly mode: number }>;
  readonly eclasses: readonly string[];
}

/** The ebuild as its repository has it now; null: it is gone, or the repository is. */
async function readTheirs(opened: OpenedDesign, taken: TakenEbuild): Promise<Theirs | null> {
  const repository = repositoryOf(opened, taken);
  const cpv = parseCpv(taken.takenFrom ?? taken.cpv);
  if (repository === null) return null;
  const kept = readEbuildFiles({ cpv, repository }, null);
  if (!kept.has(`${cpv.pf}.ebuild`)) return null;
  const folders = [...new Set([repository.location, ...repository.eclassFolders.map((each) => join(each, '..'))])];
  const [metadata] = await readMetadata(repository, folders, [cpv]);
  const sources = new Set(evaluateSourceUri(metadata?.keys.SRC_URI ?? '', null).map(({ name }) => name));
  const files = new Map(
    [...readEbuildFiles({ cpv, repository }, sources)].map(([path, file]) => [
      pathInRepository(cpv.qualifiedName, path === `${cpv.pf}.ebuild` ? `${taken.pf}.ebuild` : path),
      file,
    ]),
  );
  const eclasses = taken.eclasses.filter((name) => metadata?.eclasses.some((each) => each.name === name));
  for (const name of eclasses) {
    const path = metadata?.eclasses.find((each) => each.name === name)?.path ?? '';
    const data = readEclass(path);
    if (data) files.set(`eclass/${name}.eclass`, { data, mode: 0o644 });
  }
  return { repository, files, eclasses };
}

function repositoryOf(opened: OpenedDesign, taken: TakenEbuild): Repository | null {
  const known = opened.tree.repositories.ordered.find(({ location }) => location === taken.location);
  if (known) return known;
  const files = diskTree();
  files.enter(taken.location);
  if (files.kind(join(taken.location, 'profiles')) !== 'directory') return null;
  const others = opened.tree.repositories.ordered.map(({ location }) => ({ location }));
  const set = repositoriesAt(files, [...others, { location: taken.location }]);
  return set.ordered.find(({ location }) => location === files.realPath(taken.location)) ?? null;
}

const sameBytes = (a: Buffer | null, b: Buffer | null): boolean =>
  a === null ? b === null : b !== null && a.equals(b);

function propose(places: OverlayPlaces, taken: TakenEbuild, theirs: Theirs | null): UpdateProposal {
  const origin = originText({ ...taken, commit: theirs ? checkedOutCommit(taken.location) : taken.commit });
  const states = bothStates(places, taken);
  const files: FileUpdate[] = [];
  const hash = createHash('sha256');
  for (const path of theirs === null ? [] : new Set([...states.keys(), ...theirs.files.keys()])) {
    const { before = null, now = null } = states.get(path) ?? {};
    const after = theirs?.files.get(path)?.data ?? null;
    hash
      .update(`${path}\0`)
      .update(now ?? 'none')
      .update('\0')
      .update(after ?? 'none');
    if (sameBytes(before, after) || sameBytes(now, after)) {
      if (!sameBytes(now, after) && before !== null) files.push({ path, kind: 'keeps', diff: null });
      continue;
    }
    const kind = sameBytes(before, now) ? 'takes' : 'conflict';
    files.push({ path, kind, diff: textDiff(before, after) });
  }
  const has = (kind: FileUpdate['kind']): boolean => files.some((each) => each.kind === kind);
  const state = theirs === null ? 'gone' : has('conflict') ? 'conflict' : has('takes') ? 'changed' : 'same';
  return { cpv: taken.cpv, origin, state, files, digest: hash.digest('hex').slice(0, 32) };
}

/** What changed where an ebuild came from, and what that means here. Throws NOT_TAKEN, EBUILD_UNREADABLE. */
export async function proposeUpdate(
  opened: OpenedDesign,
  places: OverlayPlaces,
  name: string,
): Promise<UpdateProposal> {
  const taken = requireTaken(places, name);
  return propose(places, taken, await readTheirs(opened, taken));
}

export interface AcceptedUpdate {
  /** of the proposal that was shown */
  readonly digest: string;
  /** whose file counts where both changed; null: there is no such file */
  readonly keep: 'mine' | 'theirs' | null;
  readonly now: Date;
}

/** Carries out the update that was shown. Throws NOT_TAKEN, NOT_AS_SHOWN, UPDATE_CONFLICT. */
export async function acceptUpdate(
  opened: OpenedDesign,
  places: OverlayPlaces,
  name: string,
  { digest, keep, now }: AcceptedUpdate,
): Promise<UpdateProposal> {
  const taken = requireTaken(places, name);
  const theirs = await readTheirs(opened, taken);
  const proposal = propose(places, taken, theirs);
  if (proposal.digest !== digest) {
    throw new OverlayError(
      'NOT_AS_SHOWN',
      `what an update of \`${taken.cpv}\` would do has changed since it was shown`,
      {
        hint: 'Check it again, then accept it.',
      },
    );
  }
  if (proposal.state === 'conflict' && keep === null) {
    const paths = proposal.files.filter(({ kind }) => kind === 'conflict').map(({ path }) => path);
    throw new OverlayError(
      'UPDATE_CONFLICT',
      `${paths.map((path) => `\`${path}\``).join(', ')} changed on both sides`,
      {
        hint: 'Say whose file to keep: yours or that of the origin.',
        details: { paths },
      },
    );
  }
  if (theirs === null) return proposal;
  for (const { path, kind } of proposal.files) {
    if (kind === 'keeps' || (kind === 'conflict' && keep === 'mine')) continue;
    const file = theirs.files.get(path);
    if (file) writeBelow(places.repository, path, file.data, file.mode);
    else removeBelow(places.repository, path);
  }
  rememberOrigin(places, taken, theirs, now);
  return proposal;
}

/** From now on the ebuild counts as taken in this state. */
function rememberOrigin(places: OverlayPlaces, taken: TakenEbuild, theirs: Theirs, now: Date): void {
  const { category, pn, pf } = taken;
  const qualifiedName = `${category}/${pn}`;
  const kept = (path: string): string =>
    `${category}/${pf}/${path.startsWith('eclass/') ? path : path.slice(qualifiedName.length + 1)}`;
  for (const [path, { before }] of bothStates(places, taken)) {
    if (before !== null && !theirs.files.has(path)) removeBelow(places.origin, kept(path));
  }
  for (const [path, { data, mode }] of theirs.files) writeBelow(places.origin, kept(path), data, mode);
  writeOrigin(places, taken, {
    commit: checkedOutCommit(taken.location),
    takenAt: now.toISOString(),
    eclasses: [...theirs.eclasses].sort(),
  });
}

/** Writes what changed about where an ebuild came from. */
export function writeOrigin(places: OverlayPlaces, taken: TakenEbuild, change: Partial<TakenOrigin>): void {
  const { cpv, takenFrom, repository, tree, location, commit, takenAt, eclasses, sources } = taken;
  const origin: TakenOrigin = {
    cpv,
    takenFrom,
    repository,
    tree,
    location,
    commit,
    takenAt,
    eclasses,
    sources,
    ...change,
  };
  writeBelow(places.origin, `${taken.category}/${taken.pf}/origin.json`, `${JSON.stringify(origin, null, 1)}\n`);
}
