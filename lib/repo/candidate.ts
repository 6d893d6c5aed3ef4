import type { Cpv, DependencyClass, DependencyNode, Eapi, Version } from '../pms';
import { eapi, isKnownEapi, parseCpv, parseDependency } from '../pms';
import type { Candidate } from '../resolve/provider';
import { checkMetadata, isSlot, type Metadata, type MetadataCheck, parseIuse } from './metadata';

const nothing: DependencyNode = { kind: 'all', children: [] };
const splitWords = (text: string): string[] => (text === '' ? [] : text.trim().split(/\s+/));

/** A package as a configuration knows it. Everything that takes work is done when asked for, once. */
export class RepositoryCandidate implements Candidate {
  readonly cpv: string;
  readonly qualifiedName: string;
  readonly category: string;
  readonly pn: string;
  readonly version: Version;
  readonly slot: string;
  readonly subSlot: string;
  readonly eapi: Eapi;
  /** false: the EAPI is not in our table, `eapi` is a stand-in */
  readonly isEapiKnown: boolean;
  readonly buildId: number | null;
  readonly buildTime: number | null;
  /** order of installation, from the VDB */
  readonly counter: number;
  readonly binhost: string | null;
  private lazyIuse: ReadonlyMap<string, boolean> | undefined;
  private lazyKeywords: readonly string[] | undefined;
  private lazyRecordedUse: ReadonlySet<string> | null | undefined;
  private lazyCheck: MetadataCheck | undefined;
  private readonly dependencies = new Map<DependencyClass, DependencyNode>();

  constructor(
    private readonly name: Cpv,
    readonly repository: string,
    readonly kind: Candidate['kind'],
    readonly metadata: Metadata,
    private readonly options: { readonly binhost?: string; readonly check?: MetadataCheck } = {},
  ) {
    this.cpv = name.text;
    this.qualifiedName = name.qualifiedName;
    this.category = name.category;
    this.pn = name.pn;
    this.version = name.version;
    const eapiName = metadata.EAPI || '0';
    this.isEapiKnown = isKnownEapi(eapiName);
    this.eapi = eapi(this.isEapiKnown ? eapiName : '0');
    const slot = metadata.SLOT && isSlot(metadata.SLOT, this.eapi) ? metadata.SLOT : '0';
    const slash = slot.indexOf('/');
    this.slot = slash < 0 ? slot : slot.slice(0, slash);
    this.subSlot = slash < 0 ? slot : slot.slice(slash + 1);
    this.buildId = kind !== 'ebuild' && metadata.BUILD_ID ? Number(metadata.BUILD_ID) : null;
    this.buildTime = kind === 'ebuild' ? null : Number(metadata.BUILD_TIME || 0);
    this.counter = Number(metadata.COUNTER || 0);
    this.binhost = options.binhost ?? null;
    this.lazyCheck = options.check;
  }

  /** The same package with other metadata. */
  with(metadata: Metadata): RepositoryCandidate {
    return new RepositoryCandidate(this.name, this.repository, this.kind, metadata, this.options);
  }

  /** The same package as one that is installed, with its recorded USE in the metadata. */
  installedWith(metadata: Metadata): RepositoryCandidate {
    return new RepositoryCandidate(this.name, this.repository, 'installed', metadata);
  }

  get iuse(): ReadonlyMap<string, boolean> {
    this.lazyIuse ??= parseIuse(this.metadata.IUSE ?? '');
    return this.lazyIuse;
  }

  get keywords(): readonly string[] {
    this.lazyKeywords ??= splitWords(this.metadata.KEYWORDS ?? '');
    return this.lazyKeywords;
  }

  get license(): string {
    return this.metadata.LICENSE ?? '';
  }

  get description(): string {
    return this.metadata.DESCRIPTION ?? '';
  }

  get requiredUse(): string {
    return this.metadata.REQUIRED_USE ?? '';
  }

  get provides(): string {
    return this.kind === 'ebuild' ? '' : (this.metadata.PROVIDES ?? '');
  }

  get requires(): string {
    return this.kind === 'ebuild' ? '' : (this.metadata.REQUIRES ?? '');
  }

  get properties(): string {
    return this.metadata.PROPERTIES ?? '';
  }

  get restrict(): string {
    return this.metadata.RESTRICT ?? '';
  }

  get recordedUse(): ReadonlySet<string> | null {
    this.lazyRecordedUse ??= this.kind === 'ebuild' ? null : new Set(splitWords(this.metadata.USE ?? ''));
    return this.lazyRecordedUse;
  }

  /** Is the metadata valid in its EAPI? */
  get check(): MetadataCheck {
    this.lazyCheck ??= checkMetadata(this.metadata, this.kind !== 'ebuild');
    return this.lazyCheck;
  }

  dependencyText(dependencyClass: DependencyClass): string {
    if (dependencyClass === 'BDEPEND' && !this.eapi.hasBdepend) return '';
    if (dependencyClass === 'IDEPEND' && !this.eapi.hasIdepend) return '';
    return this.metadata[dependencyClass] ?? '';
  }

  dependency(dependencyClass: DependencyClass): DependencyNode {
    let node = this.dependencies.get(dependencyClass);
    if (node === undefined) {
      const text = this.dependencyText(dependencyClass);
      // a string that does not parse is told by `masks`; nobody plans with such a candidate
      node = text === '' || this.check.problem !== null ? nothing : parseDependency(text);
      this.dependencies.set(dependencyClass, node);
    }
    return node;
  }
}

/** A candidate from the text of a cpv. Throws `INVALID_CPV`. */
export function makeCandidate(
  cpv: string,
  repository: string,
  kind: Candidate['kind'],
  metadata: Metadata,
  options: { readonly binhost?: string; readonly check?: MetadataCheck } = {},
): RepositoryCandidate {
  return new RepositoryCandidate(parseCpv(cpv), repository, kind, metadata, options);
}
