import { PmsError } from './errors';

/** What an EAPI allows and means. One row per EAPI; ask the row, never compare EAPI numbers. */
export interface Eapi {
  readonly name: string;
  /** `BDEPEND`. PMS 8.1 */
  readonly hasBdepend: boolean;
  /** `IDEPEND`. PMS 8.1 */
  readonly hasIdepend: boolean;
  /** RDEPEND that is not set equals DEPEND. PMS 7.3.7 */
  readonly hasImplicitRdepend: boolean;
  /** `SYSROOT` and `ESYSROOT`. PMS 11.1 */
  readonly hasSysroot: boolean;
  /** `BROOT`. PMS 11.1 */
  readonly hasBroot: boolean;
  /** `EPREFIX`, `EROOT`, `ED`. PMS 11.1.3 */
  readonly hasPrefix: boolean;
  /** `ROOT`, `D` and their like end with a slash. PMS 11.1.4 */
  readonly pathsEndWithSlash: boolean;
  /** `cat/pkg:slot`. PMS 8.3.3 */
  readonly hasSlotDependencies: boolean;
  /** `:=`, `:*`, `:slot=`. PMS 8.3.3 */
  readonly hasSlotOperators: boolean;
  /** `SLOT="0/1.3"`, `cat/pkg:0/1.3`. PMS 7.2, 8.3.3 */
  readonly hasSubSlots: boolean;
  /** `[flag]`. PMS 8.3.4 */
  readonly hasUseDependencies: boolean;
  /** `[flag(+)]`. PMS 8.3.4 */
  readonly hasUseDepDefaults: boolean;
  /** `!!cat/pkg`. PMS 8.3.2 */
  readonly hasStrongBlockers: boolean;
  /** `REQUIRED_USE`. PMS 7.3.4 */
  readonly hasRequiredUse: boolean;
  /** `?? ( … )`. PMS 8.2 */
  readonly hasAtMostOneOf: boolean;
  /** `|| ( )` and `^^ ( )`, also when conditionals emptied them, are not matched. PMS 8.2.3 */
  readonly emptyAnyOfIsFalse: boolean;
  /** `IUSE="+flag"`. PMS 7.2 */
  readonly hasIuseDefaults: boolean;
  /** flags come into IUSE_EFFECTIVE from the profile. PMS 5.3.1 */
  readonly hasProfileIuse: boolean;
  /** `uri -> name`. PMS 7.3.2 */
  readonly hasSrcUriArrows: boolean;
  /** `fetch+uri`, `mirror+uri`. PMS 7.3.2 */
  readonly hasSelectiveUriRestrictions: boolean;
  /** profile files may be folders. PMS 5.2.5 */
  readonly hasProfileDirectories: boolean;
  /** `package.provided` in profiles. PMS 5.2.9 */
  readonly hasPackageProvided: boolean;
  /** `use.stable.mask` and its like. PMS 5.2.12 */
  readonly hasStableMasks: boolean;
  /** `use.stable`, `package.use.stable`. PMS 5.2.11 */
  readonly hasUseStable: boolean;
  /** empty directories of an image are not installed. PMS 13.2.2 leaves it open; so does Portage */
  readonly dropsEmptyDirectories: boolean;
  /** lowest bash version, `5.0`. PMS 6 */
  readonly bash: string;
  /** a glob without a match is an error in global scope. PMS 6 */
  readonly hasFailglob: boolean;
}

type Capability = Exclude<keyof Eapi, 'name' | 'bash'>;

/** First and last EAPI that has the capability; `latest` stands for "still". */
const latest = 9;
const span: Readonly<Record<Capability, readonly [first: number, last: number]>> = {
  hasBdepend: [7, latest],
  hasIdepend: [8, latest],
  hasImplicitRdepend: [0, 3],
  hasSysroot: [7, latest],
  hasBroot: [7, latest],
  hasPrefix: [3, latest],
  pathsEndWithSlash: [0, 6],
  hasSlotDependencies: [1, latest],
  hasSlotOperators: [5, latest],
  hasSubSlots: [5, latest],
  hasUseDependencies: [2, latest],
  hasUseDepDefaults: [4, latest],
  hasStrongBlockers: [2, latest],
  hasRequiredUse: [4, latest],
  hasAtMostOneOf: [5, latest],
  emptyAnyOfIsFalse: [7, latest],
  hasIuseDefaults: [1, latest],
  hasProfileIuse: [5, latest],
  hasSrcUriArrows: [2, latest],
  hasSelectiveUriRestrictions: [8, latest],
  hasProfileDirectories: [7, latest],
  hasPackageProvided: [0, 6],
  hasStableMasks: [5, latest],
  hasUseStable: [9, latest],
  hasFailglob: [6, latest],
  dropsEmptyDirectories: [8, latest],
};

const bashOf = ['3.2', '3.2', '3.2', '3.2', '3.2', '3.2', '4.2', '4.2', '5.0', '5.3'];

function row(index: number, bash: string): Eapi {
  const capabilities = Object.fromEntries(
    Object.entries(span).map(([capability, [first, last]]) => [capability, index >= first && index <= last]),
  ) as Record<Capability, boolean>;
  return { name: String(index), bash, ...capabilities };
}

const table: ReadonlyMap<string, Eapi> = new Map(bashOf.map((bash, index) => [String(index), row(index, bash)]));

/** Every known EAPI, oldest first. */
export const eapis: readonly Eapi[] = [...table.values()];

/** What an EAPI was called while it was tried out. */
const trialNames: Readonly<Record<string, string>> = { '9-pre1': '9' };

const find = (name: string): Eapi | undefined => table.get(trialNames[name] ?? name);

/** Is the EAPI in the table? */
export function isKnownEapi(name: string): boolean {
  return find(name) !== undefined;
}

/** The row of an EAPI. Throws UNKNOWN_EAPI. Source: PMS 2, appendix E. */
export function eapi(name: string): Eapi {
  const found = find(name);
  if (found === undefined) {
    throw new PmsError('UNKNOWN_EAPI', `EAPI \`${name}\` is not known`, {
      hint: `Known EAPIs: ${eapis[0]?.name} to ${eapis.at(-1)?.name}.`,
      details: { eapi: name },
    });
  }
  return found;
}
