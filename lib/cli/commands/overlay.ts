import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { findPrefix, listPrefixes, type StudioDatabase } from '../../db/index';
import { childEnvironment } from '../../host/child-environment';
import type { ArchiveChoice } from '../../overlay';
import { tryParseCpv } from '../../pms/cpv';
import { requireDesign } from '../../runner/design-check';
import { overlayOf, type PrefixOverlay } from '../../runner/overlay-answers';
import { readStoredDesign, storeDesign } from '../../runner/prefix-documents';
import type { Here } from '../../service';
import { type Command, choiceOf, type ExitStatus, type Terminal, textOf, UsageError, type Values } from '../command';
import { readDesignSource } from '../design-source';
import { fileLines, manifestLines, overlayLines, patchLines, updateLines } from '../overlay-listing';
import { readTypedFile } from '../typed-file';
import { withStudio } from '../with-studio';

/** What editors read besides, windows of a desktop among them. */
const editorVariables = ['COLORTERM', 'DISPLAY', 'WAYLAND_DISPLAY', 'XAUTHORITY', 'EDITOR', 'VISUAL'];

/** What a verb is given. */
interface Call {
  readonly overlay: PrefixOverlay;
  readonly here: Here;
  readonly prefix: string;
  /** arguments behind the name of the prefix */
  readonly words: readonly string[];
  readonly values: Values;
  readonly isJson: boolean;
  readonly terminal: Terminal;
}

type Verb = (call: Call) => Promise<ExitStatus>;

export const command: Command = {
  usage:
    'overlay [list|take|edit|diff|manifest|patch|update|remove] [FILE|NAME] [CATEGORY/PN[-VERSION]] [FILE] [--from TREE] [--as VERSION] [--accept] [--folder DIR] [--download] [--use FILE=PACKAGE=VERSION] [--keep mine|theirs] [--remove PATCH]',
  description: `Ebuilds that are taken home for the prefix NAME, where they can be changed; NAME may be left out if there is only one
prefix. FILE is the prefix.yaml of one, which is stored if there is no prefix of that name.

  list                        what was taken, from where, and what changed since
  take PACKAGE [--from TREE]  copy an ebuild with files and eclasses into the overlay of the design, and plan again
  edit PACKAGE                open it in $VISUAL or $EDITOR; without a terminal print its path
  diff PACKAGE                what was changed since it was taken
  manifest PACKAGE            show what its Manifest would be from the sources at hand; --accept writes it
  patch PACKAGE [FILE]        have a patch ("-": standard input) applied when the package is built; without FILE list them
  update PACKAGE              show what changed at its origin; --accept takes it over
  remove PACKAGE              take it out again; what goes is kept beside the overlay

The Manifest of a tree is never written and never passed over: sources with other bytes are used by your own copy of an
ebuild, with a Manifest of your own. The answer is no when a change is shown and not accepted.`,
  help: {
    '--from TREE': 'take: a tree, a repository, or the folder of one',
    '--as VERSION': 'take: give the copy another version, for which there are sources',
    '--accept': 'manifest, update: write what is shown',
    '--folder DIR': 'manifest: look for sources in this folder first',
    '--download': 'manifest: download what is not at hand from where the ebuild says',
    '--use FILE=PACKAGE=VERSION': "manifest: take this source package of the machine's archive in place of a file",
    '--keep mine|theirs': 'update: whose file counts where both changed',
    '--remove PATCH': 'patch: remove a patch',
  },
  options: {
    from: { type: 'string' },
    as: { type: 'string' },
    accept: { type: 'boolean' },
    folder: { type: 'string' },
    download: { type: 'boolean' },
    use: { type: 'string', multiple: true },
    keep: { type: 'string' },
    remove: { type: 'string' },
  },
  arguments: { least: 0, most: 4 },
  async run({ values, positionals: [verb = 'list', ...rest], isJson, terminal }) {
    const perform = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
    if (!perform) throw new UsageError(`\`overlay ${verb}\`: choose ${Object.keys(verbs).join(', ')}.`);
    return withStudio({ terminal, isJson }, async ({ here }) => {
      const own = await (await here()).withStore(true);
      const { prefix, words } = await nameAndWords(own.studio, rest);
      const overlay = await overlayOf(own, prefix);
      return perform({ overlay, here: own, prefix, words, values, isJson, terminal });
    });
  },
};

/** Stores the design of a file where none of its name is stored: one that took ebuilds home holds more than the file. */
async function storedOnce(studio: StudioDatabase, file: string): Promise<string> {
  const { text } = await readDesignSource(file);
  const { name } = requireDesign({ text });
  if ((await findPrefix(studio, name)) === null) await storeDesign(studio, text, new Date());
  return name;
}

/** A package has a slash, the name of a prefix has none. Throws UsageError. */
async function nameAndWords(
  studio: StudioDatabase,
  given: readonly string[],
): Promise<{ readonly prefix: string; readonly words: readonly string[] }> {
  const [first, ...rest] = given;
  if (first !== undefined && /\.ya?ml$/.test(first)) return { prefix: await storedOnce(studio, first), words: rest };
  if (first !== undefined && !first.includes('/')) return { prefix: first, words: rest };
  const names = (await listPrefixes(studio)).map(({ name }) => name);
  if (names.length === 1) return { prefix: names[0] as string, words: given };
  throw new UsageError(
    names.length === 0
      ? 'There is no prefix yet; give the file of a design in place of its name.'
      : `Say which overlay you mean: ${names.join(', ')}.`,
  );
}

function packageOf({ words: [name] }: Call): string {
  if (name?.includes('/')) return name;
  throw new UsageError('Name a package, for instance `sys-libs/zlib`.');
}

const tell = ({ isJson, terminal }: Call, value: unknown, lines: readonly string[]): void => {
  if (isJson) terminal.out(JSON.stringify(value));
  else for (const line of lines) terminal.out(line);
};

const verbs: Readonly<Record<string, Verb>> = {
  async list(call) {
    const view = call.overlay.view();
    tell(call, view, overlayLines(view));
    return 0;
  },

  async take(call) {
    const answer = await call.overlay.take(
      packageOf(call),
      textOf(call.values, 'from') ?? null,
      textOf(call.values, 'as') ?? null,
    );
    const plan = await replan(call, answer.cpv);
    tell(call, { ...answer, plan }, [
      answer.isNew
        ? `Took ${answer.cpv} from ${answer.origin.replaceAll('`', '')}`
        : `${answer.cpv} is in the overlay already.`,
      ...answer.files.map((file) => `  ${file}`),
      ...answer.notices.map((notice) => `Note: ${notice.replaceAll('`', '')}`),
      answer.ebuild,
      plan,
    ]);
    return 0;
  },

  async edit(call) {
    const name = packageOf(call);
    const found = call.overlay
      .view()
      .ebuilds.filter(({ cpv, category, pn }) => cpv === name || `${category}/${pn}` === name);
    // says why not
    if (found.length !== 1) call.overlay.changes(name);
    const path = join(call.overlay.repository, found[0]?.path ?? '');
    const editor = process.env.VISUAL || process.env.EDITOR;
    if (!editor || !process.stdin.isTTY || call.isJson) {
      tell(call, { path }, [path]);
      return 0;
    }
    // the user's own words, as every program that opens an editor treats them
    const [program = editor, ...options] = editor.split(/\s+/);
    const { status } = spawnSync(program, [...options, path], {
      stdio: 'inherit',
      env: childEnvironment(editorVariables),
    });
    return status === 0 ? 0 : 1;
  },

  async diff(call) {
    const changes = call.overlay.changes(packageOf(call));
    tell(call, changes, changes.length === 0 ? ['You have not changed it.'] : fileLines(changes));
    return changes.length === 0 ? 0 : 1;
  },

  async manifest(call) {
    const { overlay, values } = call;
    const folder = textOf(values, 'folder');
    const ask = {
      package: packageOf(call),
      uses: usesOf(values),
      wantsDownload: values.download === true,
      folder: folder === undefined ? null : resolve(folder),
    };
    const shown = await overlay.manifest({ ...ask, accept: null });
    const isAccepted = values.accept === true && shown.isChange;
    if (!call.isJson) for (const line of manifestLines(shown)) call.terminal.out(line);
    if (isAccepted) await overlay.manifest({ ...ask, accept: shown.digest });
    if (call.isJson) call.terminal.out(JSON.stringify({ ...shown, accepted: isAccepted }));
    else if (isAccepted) call.terminal.out('Written.');
    else if (shown.isChange) call.terminal.out('Nothing was written; --accept writes it.');
    return isAccepted || !shown.isChange ? 0 : 1;
  },

  async patch(call) {
    const name = packageOf(call);
    const gone = textOf(call.values, 'remove');
    if (gone !== undefined) {
      call.overlay.removePatch(name, gone);
      tell(call, { removed: gone }, [`Removed ${gone}.`]);
      return 0;
    }
    const [, file] = call.words;
    if (file === undefined) {
      const all = call.overlay.view().patches.filter((each) => each.package.startsWith(name));
      tell(call, all, patchLines(all));
      return 0;
    }
    const patch = call.overlay.addPatch({
      package: name,
      fileName: textOf(call.values, 'from') ?? (file === '-' ? 'change' : file),
      text: await readPatchFile(file),
    });
    tell(call, patch, [patch.path, `It changes ${patch.changes.join(', ')} when ${name} is built next.`]);
    return 0;
  },

  async update(call) {
    const { overlay, values } = call;
    const name = packageOf(call);
    const keep = values.keep === undefined ? null : choiceOf(values, 'keep', ['mine', 'theirs'] as const, 'mine');
    const shown = await overlay.update({ package: name, accept: null, keep: null });
    const hasMore = shown.state === 'changed' || shown.state === 'conflict';
    if (!call.isJson) for (const line of updateLines(shown)) call.terminal.out(line);
    const isAccepted = values.accept === true && hasMore;
    if (isAccepted) await overlay.update({ package: name, accept: shown.digest, keep });
    if (call.isJson) call.terminal.out(JSON.stringify({ ...shown, accepted: isAccepted }));
    else if (isAccepted) call.terminal.out('Taken over.');
    else if (hasMore) call.terminal.out('Nothing was written; --accept takes it over.');
    return isAccepted || !hasMore ? 0 : 1;
  },

  async remove(call) {
    const removed = await call.overlay.remove(packageOf(call));
    tell(call, removed, [`Removed ${removed.cpv}; its files are kept in ${removed.kept}`]);
    return 0;
  },
};

/** Plans again and says whether the design takes the ebuild now. */
async function replan({ here: { studio, planner }, prefix }: Call, cpv: string): Promise<string> {
  const { result } = await planner.run({ kind: 'plan', design: await readStoredDesign(studio, prefix) });
  if (result.kind === 'unsolved') return `There is no plan now; \`prefix-studio plan ${prefix}\` says why.`;
  const planned = result.plan.packages.find(
    ({ root, category, pn }) => root === 'staging' && `${category}/${pn}` === tryParseCpv(cpv)?.qualifiedName,
  );
  if (!planned) return 'The plan does not need this package.';
  if (planned.cpv === cpv) return `Planned: ${planned.cpv}::${planned.repository}, ${planned.action}.`;
  return `The plan takes ${planned.cpv}::${planned.repository}, which is newer. \`package_mask: [">${cpv}"]\` in the design holds it to this one.`;
}

function usesOf(values: Values): Readonly<Record<string, ArchiveChoice>> {
  const given = Array.isArray(values.use) ? values.use : [];
  return Object.fromEntries(
    given.map((text) => {
      const [file, name, version, ...rest] = String(text).split('=');
      if (file && name && version && rest.length === 0) return [file, { package: name, version }];
      throw new UsageError(`\`--use ${text}\`: write FILE=PACKAGE=VERSION.`);
    }),
  );
}

const patchKind = { name: 'patch', mostBytes: 16 * 1024 * 1024 };

const readPatchFile = async (file: string): Promise<string> => (await readTypedFile(file, patchKind)).toString('utf8');
