import { normalize } from 'node:path/posix';
import { emptyDesign, formatDesign, validateDesign } from '../../design';
import { isStudioError } from '../../errors';
import { boards } from '../../layout/names';
import { tryParseCpv } from '../../pms';
import { parseSections, type Section, sourcesOf, splitLines } from '../../repo';
import { isGitAddress } from '../clone';
import { withCategory } from '../full-names';
import { deriveTree, isBelow, isInFlatcarCheckout, type KnownTree } from './derive-tree';
import { DraftWriter, type ImportDraft } from './draft';
import { readEmergeLine } from './emerge-line';
import { type ImportFile, type ImportKind, kindOfPath, kindOfText } from './file-kinds';
import { importMakeConfs, importVariables } from './make-conf-variables';
import { type ImportNote, ImportNotes } from './notes';
import { inPortageOrder } from './portage-order';
import { readWrapper } from './wrapper';

/** What the caller says of the design; it counts more than what files say. */
export interface ImportChoices {
  readonly name?: string;
  readonly board?: string;
  readonly path?: string;
  readonly tree?: string;
  /** for texts whose name tells nothing */
  readonly kind?: ImportKind;
  /** packages of the tree, for names without a category */
  readonly names?: readonly string[];
  /** trees of this machine */
  readonly trees?: readonly KnownTree[];
}

export interface ImportedDesign {
  /** `prefix.yaml` */
  readonly text: string;
  readonly taken: readonly ImportNote[];
  readonly left: readonly ImportNote[];
  /** what of the caller's choices, or of what was found, no design can have: `text` is empty then */
  readonly problems: readonly string[];
}

const alwaysThere: Readonly<Record<string, string>> = {
  world: 'is what a machine has installed; import its world file',
  system: 'is the base of a whole system; a prefix has what its packages need',
  '@world': 'is what a machine has installed; import its world file',
  '@system': 'is the base of a whole system; a prefix has what its packages need',
  '@profile': 'is the base of a whole system; a prefix has what its packages need',
};

/** Files in which Portage keeps what a design has no key for, and what to do with them. */
const placed = 'put it into etc/portage of the staging root: plans and builds read it there';
const elsewhere: readonly (readonly [RegExp, string])[] = [
  [/(?:^|\/)(?:package\.env|env|patches|bashrc|profile)(?:\/|$)/, placed],
  [/(?:^|\/)make\.profile\//, 'is a profile of the machine; a prefix has the profile of its tree and board'],
  [
    /(?:^|\/)(?:savedconfig|postsync\.d|repo\.postsync\.d|binrepos\.conf|gnupg)(?:\/|$)/,
    'says how a machine works, which does not concern a design',
  ],
];

/** The repository of the compilers, which Studio puts below all others of each prefix. */
const isStudiosOwn = (name: string, { priority }: Section): boolean => name === 'toolchain' && priority === '-2000';

/** A script may hold more; these are enough for what a person pastes. */
const mostCommands = 200;

/** More files that have nothing to do with Portage are told in one line. */
const mostStrangers = 5;

/** What is read before all other files. */
const readBefore: ReadonlySet<ImportKind> = new Set(['sets', 'profile', 'wrapper', 'make.conf']);

class Import {
  readonly notes = new ImportNotes();
  private readonly sets = new Map<string, { readonly path: string; readonly entries: readonly string[] }>();
  private readonly openedSets = new Set<string>();
  private files: readonly ImportFile[] = [];
  /** files among those of a configuration that are none of it */
  private readonly strangers: string[] = [];
  private readonly writer: DraftWriter;

  constructor(
    private readonly draft: ImportDraft,
    private readonly choices: ImportChoices,
  ) {
    this.writer = new DraftWriter(draft, this.notes);
  }

  read(given: readonly ImportFile[]): void {
    const files = inPortageOrder(given);
    this.files = files;
    const sourced = this.sourcedFiles();
    const own = files.filter((file) => file.isSourced !== true && !sourced.has(file));
    const kinds = own.map((file) => ({ file, kind: this.kindOf(file) }));
    // sets first: the packages that name them are then theirs
    this.leaveStrangers();
    for (const { file, kind } of kinds) if (kind === 'sets') this.readSet(file);
    this.chooseTree();
    // these say which board it is, on which keywords depend; the one that counts most comes last
    const of = (wanted: ImportKind) => kinds.flatMap(({ file, kind }) => (kind === wanted ? [file] : []));
    for (const kind of ['profile', 'wrapper'] as const) for (const file of of(kind)) this.readFile(file, kind);
    importMakeConfs(of('make.conf'), this.sourced, this.writer, this.notes);
    for (const { file, kind } of kinds) if (kind !== null && !readBefore.has(kind)) this.readFile(file, kind);
    this.leaveSets();
  }

  /** The tree that what is read was made with, unless the caller chose one. */
  private chooseTree(): void {
    if (this.choices.tree !== undefined) return;
    const derived = deriveTree(this.files, this.choices.trees ?? []);
    if (derived?.kind === 'found') {
      this.draft.tree = derived.tree;
      this.notes.take(derived.from, derived.text, `\`tree: ${derived.tree}\``);
    } else if (derived?.kind === 'unclear') {
      const how =
        derived.known.length > 0
          ? `choose its checkout with \`--tree\`: ${derived.known.join(', ')}`
          : 'add a checkout (`prefix-studio trees add flatcar FOLDER`), then choose it with `--tree flatcar`';
      this.notes.leave(derived.from, derived.text, `comes from the Flatcar SDK; ${how}`);
    }
  }

  /** `make.profile` leads to a folder whose name tells the processor. */
  private readProfile({ path, text, isStudios }: ImportFile): void {
    const target = text.trim();
    const steps = target.split('/');
    const board = Object.values(boards).find(
      (each) => steps.includes(each.keyword) || steps.includes(each.board),
    )?.board;
    if (board !== undefined && this.choices.board === undefined) {
      this.draft.board = board;
      this.notes.take(path, target, `\`board: ${board}\``);
    } else if (board === undefined && isStudios !== true) {
      this.notes.leave(path, target, `does not name the processor of a board (${Object.keys(boards).join(', ')})`);
    }
    // what else a profile sets, such as a desktop, is not that of a prefix
    if (
      isStudios !== true &&
      board !== undefined &&
      /\/(?:desktop|systemd|hardened|musl|developer|selinux)\b/.test(target)
    ) {
      this.notes.leave(path, target, 'is the profile of a machine; a prefix has that of its tree and board');
    }
  }

  private kindOf(file: ImportFile): ImportKind | null {
    const why = elsewhere.find(([pattern]) => pattern.test(file.path))?.[1];
    const kind = kindOfPath(file.path);
    if (kind === 'package.provided' && !file.path.includes('make.profile/')) return kind;
    if (why !== undefined) {
      this.notes.leave(file.path, 'the whole file', why);
      return null;
    }
    const found = kind ?? this.guess(file);
    if (found !== null) return found;
    if (this.isBeside(file)) this.strangers.push(file.path);
    else this.notes.leave(file.path, 'the whole file', 'is not a file that Portage reads; say what it is with --kind');
    return null;
  }

  /** Does it lie among the files of a configuration? Then its name says what it is: a kernel's `config` looks like a make.conf. */
  private isBeside({ path, isFound = false }: ImportFile): boolean {
    return (isFound || path.includes('/')) && this.files.some((each) => kindOfPath(each.path) !== null);
  }

  /** What a file is whose name does not tell. */
  private guess(file: ImportFile): ImportKind | null {
    return this.choices.kind ?? (this.isBeside(file) ? null : kindOfText(file.text));
  }

  private leaveStrangers(): void {
    const { strangers, notes } = this;
    if (strangers.length > mostStrangers) {
      const names = strangers.slice(0, 3).join(', ');
      notes.leave(names, `and ${strangers.length - 3} more files`, 'are not files that Portage reads');
    } else for (const path of strangers) notes.leave(path, 'the whole file', 'is not a file that Portage reads');
  }

  /** The file that a make.conf means by `source`: paths of what is imported begin below the place that was named. */
  private fileOf(place: string): ImportFile | undefined {
    const path = normalize(place);
    const fitting = this.files.filter((file) => path === file.path || path.endsWith(`/${file.path}`));
    return fitting.sort((a, b) => b.path.length - a.path.length)[0];
  }

  private readonly sourced = (path: string): string | null => this.fileOf(path)?.text ?? null;

  /** Files that a make.conf reads are nothing by themselves. */
  private sourcedFiles(): ReadonlySet<ImportFile> {
    const found = new Set<ImportFile>();
    for (const { path, text } of this.files.filter((file) => this.isMakeConf(file))) {
      sourcesOf(text, path, (place) => {
        const file = this.fileOf(place);
        if (file !== undefined && kindOfPath(file.path) === null) found.add(file);
        return file?.text ?? null;
      });
    }
    return found;
  }

  private isMakeConf(file: ImportFile): boolean {
    return (kindOfPath(file.path) ?? this.guess(file)) === 'make.conf';
  }

  private readSet({ path, text }: ImportFile): void {
    const at = path.lastIndexOf('sets/');
    const name = at < 0 ? path : path.slice(at + 'sets/'.length);
    this.sets.set(name, { path, entries: splitLines(text, path).map(({ words }) => words[0] as string) });
  }

  /** Sets that nothing asked for. */
  private leaveSets(): void {
    for (const [name, { path, entries }] of this.sets) {
      if (this.openedSets.has(name)) continue;
      const why =
        entries.length === 0
          ? 'names no package'
          : `no world_sets or call of emerge that is imported names \`@${name}\`; to have its packages, import one that does along with it, or add them to \`packages\``;
      this.notes.leave(path, [`@${name}`, ...entries].join(' '), why);
    }
  }

  /** The packages of a set that is asked for, once. */
  private openSet(name: string, path: string, entries: readonly string[], from: string): void {
    if (this.openedSets.has(name)) return;
    this.openedSets.add(name);
    this.notes.take(path, `@${name}`, '`packages`');
    for (const entry of entries) this.request(entry, `${from} (@${name})`);
  }

  private readFile(file: ImportFile, kind: ImportKind): void {
    const { path, text } = file;
    if (kind === 'emerge') this.readCommand(text, path);
    else if (kind === 'wrapper') this.readWrapper(file);
    else if (kind === 'repos.conf') this.readRepositories(file);
    else if (kind === 'profile') this.readProfile(file);
    else {
      for (const { words, line } of splitLines(text, path)) {
        this.readLine(kind, words, `${path}:${line}`);
      }
    }
  }

  private readLine(kind: ImportKind, words: readonly string[], from: string): void {
    const [atom = '', ...values] = words;
    const { writer, notes } = this;
    const testing = `~${boards[this.draft.board].keyword}`;
    const readers: Partial<Record<ImportKind, () => void>> = {
      world: () => this.request(atom, from),
      'package.use': () => writer.table('package_use', atom, values, from),
      'package.accept_keywords': () =>
        writer.table('package_accept_keywords', atom, values.length > 0 ? values : [testing], from),
      'package.license': () => writer.table('package_license', atom, values, from),
      // `-atom` takes a mask of the profile away
      'package.mask': () =>
        atom.startsWith('-')
          ? writer.list('package_unmask', [atom.slice(1)], from)
          : writer.list('package_mask', [atom], from),
      'package.unmask': () => writer.list('package_unmask', [atom], from),
      'package.provided': () =>
        tryParseCpv(atom) === null
          ? notes.leave(from, atom, 'is not a version of a package')
          : writer.list('target_provides', [`=${atom}`], from),
    };
    readers[kind]?.();
  }

  /** A package or set that is asked for; sets that came along are opened. */
  private request(text: string, from: string): void {
    const why = alwaysThere[text];
    const set = text.startsWith('@') ? this.sets.get(text.slice(1)) : undefined;
    if (why !== undefined) this.notes.leave(from, text, why);
    else if (set === undefined) this.ask(text, from);
    else this.openSet(text.slice(1), set.path, set.entries, from);
  }

  /** A package; `python` is `dev-lang/python` where that is the only one of the tree that fits. */
  private ask(text: string, from: string): void {
    const { names = [], tree = this.draft.tree } = this.choices;
    try {
      this.writer.list('packages', [names.length === 0 ? text : withCategory(text, names)], from);
    } catch (error) {
      if (!isStudioError(error)) throw error;
      const { code, message, hint = '', details } = error;
      if (code === 'NAME_AMBIGUOUS') this.notes.leave(from, text, `${message}. ${hint}`);
      else if (code === 'NAME_UNKNOWN') {
        const isMisspelt = Array.isArray(details.similar) && details.similar.length > 0;
        const next = isMisspelt ? hint : 'Another tree may have it: choose it with `--tree`.';
        this.notes.leave(from, text, `no package of the tree \`${tree}\` has this name. ${next}`);
      } else this.writer.list('packages', [text], from);
    }
  }

  private readCommand(text: string, path: string): void {
    for (const [index, row] of text.replace(/\\\n/g, ' ').split('\n').slice(0, mostCommands).entries()) {
      if (!/(?:^|[\s/])emerge(?:\s|-prefix-|$)/.test(row) || row.trim().startsWith('#!')) continue;
      const from = `${path}:${index + 1}`;
      for (const { variables, targets } of readEmergeLine(row, from, this.notes)) {
        importVariables(variables, from, this.writer, this.notes);
        for (const target of targets) this.request(target, from);
      }
    }
  }

  private readWrapper({ path, text }: ImportFile): void {
    const found = readWrapper(path, text);
    for (const [key, value] of Object.entries(found)) {
      if (this.choices[key as keyof ImportChoices] !== undefined) continue;
      Object.assign(this.draft, { [key]: value });
      this.notes.take(path, value, `\`${key}\``);
    }
    if (Object.keys(found).length === 0) this.notes.leave(path, 'the whole file', 'names neither prefix nor path');
  }

  private readRepositories({ path, text }: ImportFile): void {
    const sections = parseSections(text);
    const main = sections.get('DEFAULT')?.['main-repo'] ?? 'gentoo';
    for (const [name, section] of sections) {
      if (name === 'DEFAULT') continue;
      const from = `${path} [${name}]`;
      if (isStudiosOwn(name, section)) continue;
      const place = section.location ?? name;
      const tree = this.choices.trees?.find(({ folder }) => isBelow(place, folder));
      if (tree !== undefined && tree.name === this.draft.tree) continue;
      if (tree !== undefined || isInFlatcarCheckout(place)) {
        this.notes.leave(from, place, 'belongs to a Flatcar checkout, for which the `tree` of a design stands');
        continue;
      }
      if (place.endsWith('/crossdev')) {
        this.notes.leave(from, place, 'holds the cross compilers of the SDK, which a design names with `toolchain`');
        continue;
      }
      if (name === main || name === 'gentoo') {
        this.notes.leave(from, place, 'is the main repository, for which the tree of the design stands');
        continue;
      }
      const remote = section['sync-uri'];
      const location = remote !== undefined && isGitAddress(remote) ? remote : section.location;
      const priority = Number.parseInt(section.priority ?? '', 10);
      if (location === undefined) this.notes.leave(from, name, 'has no location');
      else this.writer.repository({ name, location, ...(Number.isNaN(priority) ? {} : { priority }) }, from);
    }
  }
}

/**
 * Makes a design of parts of a Portage configuration: a call of emerge, a wrapper of the SDK, world files, `/etc/portage` or
 * files of it. Says of each line whether it was taken and where it went, or why not. Source: portage(5), make.conf(5), emerge(1)
 */
export function importFiles(files: readonly ImportFile[], choices: ImportChoices = {}): ImportedDesign {
  const draft: ImportDraft = {
    ...emptyDesign(),
    name: choices.name ?? choices.path?.split('/').at(-1) ?? 'imported',
    board: choices.board === 'arm64-usr' ? 'arm64-usr' : 'amd64-usr',
    path: choices.path ?? '/opt/imported',
    ...(choices.tree !== undefined && { tree: choices.tree }),
  };
  const work = new Import(draft, choices);
  work.read(files);
  if (choices.path === undefined && draft.path === '/opt/imported') draft.path = `/opt/${draft.name}`;
  const { taken, left } = work.notes;
  const result = validateDesign({ ...draft, packages: draft.packages.length === 0 ? ['a/b'] : draft.packages });
  const text = result.ok ? formatDesign({ ...result.design, packages: draft.packages }) : '';
  const problems = result.ok
    ? []
    : result.problems.map(({ field, message }) => (field ? `${field}: ${message}` : message));
  return { text, taken, left, problems };
}
