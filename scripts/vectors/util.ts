import { createHash, getHashes } from 'node:crypto';
import { posix } from 'node:path';
import { isInstallMasked } from '../../lib/engine/install-mask';
import { applyMove, eapi, PmsError, parseCpv, parseMove, tryParseCpv } from '../../lib/pms';
import {
  expandVariables,
  Licenses,
  type PackageIdentity,
  parseConfigLines,
  parseMakeConf,
  RepoError,
  readLicenseGroups,
  stackDictLists,
  stackDicts,
  stackLists,
} from '../../lib/repo';
import { answer, notApplicable, type Runner, type Runners, same, type VectorCase } from './registry';

type Text = string | undefined;

const refused = (error: unknown): boolean => error instanceof RepoError || error instanceof PmsError;

const incrementals = (vector: VectorCase): ReadonlySet<string> | true =>
  vector.incremental ? true : new Set((vector.incrementals as string[] | undefined) ?? []);

const linesOf = (lines: unknown): ReturnType<typeof parseConfigLines> =>
  parseConfigLines(((lines as string[] | undefined) ?? []).join('\n'), 'package.license');

/** The licence rules and the package of a case. */
function licenseCase(vector: VectorCase): { licenses: Licenses; subject: PackageIdentity } {
  const cpv = parseCpv(vector.cpv as string);
  const [slot = '0', subSlot] = String(vector.slot ?? '0').split('/');
  const groups = Object.entries(vector.license_groups as Record<string, string[]>).map(([name, members]) =>
    [name, ...members].join(' '),
  );
  const sources = [linesOf(vector['profile_package.license']), linesOf(vector['user_package.license'])];
  const accept = (vector.accept_license as string).split(/\s+/).filter((token) => token !== '');
  return {
    licenses: new Licenses(readLicenseGroups(linesOf(groups)), accept, sources),
    subject: {
      qualifiedName: cpv.qualifiedName,
      version: cpv.version,
      slot,
      subSlot: subSlot ?? slot,
      repository: (vector.repo as Text) ?? '',
      buildId: null,
    },
  };
}

const licenseText = (vector: VectorCase): string => ((vector.lic ?? vector.lic_str) as Text) ?? '';

function useOf(vector: VectorCase): Set<string> {
  const use = vector.use ?? [];
  return new Set(Array.isArray(use) ? (use as string[]) : String(use).split(/\s+/));
}

/** `atom word…` lines as a record, as configuration files hold them. */
const fileOfLists: Runner = (vector) => {
  const found: Record<string, readonly string[]> = {};
  for (const { words } of parseConfigLines(vector.content as string, 'file')) {
    found[words[0] as string] = words.slice(1);
  }
  return same(found, vector.result);
};

/** The command of a move, whatever its field is called: `["move", "a/b", "a/c"]` or the same as one text. */
function moveOf(vector: VectorCase): string {
  for (const value of Object.values(vector)) {
    const text = Array.isArray(value) ? value.join(' ') : typeof value === 'string' ? value : '';
    if (/^(?:slot)?move\s/.test(text)) return text;
  }
  return '';
}

const known = ['id', 'test', 'fn', 'result', 'eapi', 'parent', 'parent_eapi', 'source'];

/** The dependency string of a move case: the text that is none of the other members. */
function contentOf(vector: VectorCase, move: string): string {
  const named = vector.content ?? vector.mycontent ?? vector.input;
  if (typeof named === 'string') return named;
  const other = Object.entries(vector).find(
    ([name, value]) => !known.includes(name) && typeof value === 'string' && value !== move,
  );
  return (other?.[1] as Text) ?? '';
}

const algorithms: Readonly<Record<string, string>> = {
  MD5: 'md5',
  SHA1: 'sha1',
  SHA256: 'sha256',
  SHA512: 'sha512',
  RMD160: 'ripemd160',
  BLAKE2B: 'blake2b512',
  BLAKE2S: 'blake2s256',
  SHA3_256: 'sha3-256',
  SHA3_512: 'sha3-512',
};

/** Configuration files and what stacks them. */
export const util: Runners = {
  stack_lists(vector) {
    const stacked = stackLists(vector.lists as string[][], vector.incremental !== false);
    return same(new Set(stacked), new Set(vector.result as string[]));
  },
  stack_dicts: answer((vector) => stackDicts(vector.dicts as Record<string, string>[], incrementals(vector)), refused),
  stack_dictlist: answer(
    (vector) => stackDictLists(vector.dicts as Record<string, string[]>[], incrementals(vector)),
    refused,
  ),
  varexpand: answer(
    (vector) => expandVariables(vector.string as string, vector.vars as Record<string, string>),
    refused,
  ),
  getconfig: answer((vector) => {
    const expand = vector.expand === false ? false : { ...(vector.expand as Record<string, string> | undefined) };
    return parseMakeConf(vector.content as string, 'make.conf', { expand, open: () => null });
  }, refused),
  license_accept_tokens(vector) {
    const { licenses, subject } = licenseCase(vector);
    return same(licenses.tokens(subject), vector.result);
  },
  license_missing: answer((vector) => {
    const { licenses, subject } = licenseCase(vector);
    return new Set(licenses.missing(subject, licenseText(vector), useOf(vector)));
  }, refused),
  license_pruned(vector) {
    const { licenses, subject } = licenseCase(vector);
    return same(licenses.acceptedOf(subject, licenseText(vector), useOf(vector)).join(' '), vector.result);
  },
  package_keywords_file: fileOfLists,
  package_use_file: fileOfLists,
  package_mask_file(vector) {
    const atoms = parseConfigLines(vector.content as string, 'file').map(({ words }) => words[0] as string);
    if (Array.isArray(vector.result)) return same([...new Set(atoms)].sort(), [...(vector.result as string[])].sort());
    return same(Object.fromEntries(atoms.map((atom) => [atom, null])), vector.result);
  },
  update_dbentry: answer((vector) => {
    const text = moveOf(vector);
    const move = parseMove(text);
    const content = contentOf(vector, text);
    if (move === null) return content;
    const name = (vector.parent_eapi ?? vector.eapi) as Text;
    const parent = typeof vector.parent === 'string' ? tryParseCpv(vector.parent.replace(/[:[].*$/, '')) : null;
    return applyMove(content, move, {
      ...(name === undefined || name === null ? {} : { eapi: eapi(name) }),
      ...(parent ? { parent } : {}),
    });
  }, refused),
  normalize_path: answer((vector) => {
    const path = posix.normalize(vector.path as string);
    return path.length > 1 ? path.replace(/\/$/, '') : path;
  }, refused),
  install_mask: (vector) =>
    same(
      isInstallMasked(`/${vector.path as string}`, '', String(vector.mask).split(/\s+/).filter(Boolean)),
      vector.match ?? vector.result,
    ),
  checksum(vector) {
    const algorithm = algorithms[vector.hash as string];
    if (algorithm === undefined || !getHashes().includes(algorithm)) {
      return notApplicable('a hash that no Manifest of the trees uses any more');
    }
    return same(
      createHash(algorithm)
        .update(vector.text as string, 'utf8')
        .digest('hex'),
      vector.result,
    );
  },
  rewrite_lafile: () => notApplicable('libtool archives are left out of a prefix, not rewritten'),
};
