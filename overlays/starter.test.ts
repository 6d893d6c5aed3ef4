import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseDesign } from '../lib/design';
import { parseManifest } from '../lib/engine/manifest';
import { type MetadataPhase, openMetadataPhase } from '../lib/engine/metadata';
import { evaluateSourceUri } from '../lib/engine/source-uri';
import { hostTools } from '../lib/host/host-tools';
import { probeSandbox } from '../lib/host/sandbox-probe';
import { packagesOfTool } from '../lib/plan/machine-host';
import { type Atom, type DependencyNode, eapi, matchesVersion, parseAtom, parseCpv, parseDependency } from '../lib/pms';

const project = resolve(import.meta.dirname, '..');
process.env.PREFIX_STUDIO_ROOT ??= project;
const overlay = join(project, 'overlays/starter');
const starters = join(project, 'public/starters');
const sandbox = await probeSandbox();

const json = <T>(path: string): T => JSON.parse(readFileSync(path, 'utf8')) as T;
const knownTools = new Set(hostTools.flatMap(packagesOfTool));
const debianSources = json<Record<string, { package: string }>>(join(overlay, 'metadata/debian-sources.json'));
const categories = readFileSync(join(overlay, 'profiles/categories'), 'utf8').split('\n').filter(Boolean);

const ebuilds = categories.flatMap((category) =>
  existsSync(join(overlay, category))
    ? readdirSync(join(overlay, category)).flatMap((name) =>
        readdirSync(join(overlay, category, name))
          .filter((file) => file.endsWith('.ebuild'))
          .map((file) => ({
            category,
            folder: join(overlay, category, name),
            file,
            cpv: file.replace(/\.ebuild$/, ''),
          })),
      )
    : [],
);

const atomsOf = (node: DependencyNode): readonly Atom[] =>
  node.kind === 'atom' ? [node.atom] : node.children.flatMap(atomsOf);

describe.skipIf(sandbox.kind === 'unusable')('the starter overlay', () => {
  let phase: MetadataPhase;
  const metadata = new Map<string, Readonly<Record<string, string>>>();

  beforeAll(async () => {
    phase = openMetadataPhase({ repositories: [overlay] });
    for (const { category, folder, file, cpv } of ebuilds) {
      const answer = await phase.read({ path: join(folder, file), category, eclassDirs: [join(overlay, 'eclass')] });
      if (answer.kind === 'failed') throw new Error(`${category}/${cpv}: ${answer.message}`);
      metadata.set(`${category}/${cpv}`, answer.keys);
    }
  });

  afterAll(() => phase.close());

  const all = (): readonly (readonly [string, Readonly<Record<string, string>>])[] => [...metadata];
  const has = (atom: Atom): boolean =>
    all().some(([cpv]) => {
      const { qualifiedName, version } = parseCpv(cpv);
      return qualifiedName === atom.qualifiedName && matchesVersion(atom, version);
    });

  it('has at least twenty packages', () => {
    expect(metadata.size).toBeGreaterThanOrEqual(20);
  });

  it('depends at run time and for linking only on packages that it has', () => {
    for (const [cpv, keys] of all()) {
      for (const name of ['DEPEND', 'RDEPEND', 'PDEPEND', 'IDEPEND']) {
        const missing = atomsOf(parseDependency(keys[name] ?? '', { eapi: eapi('8') })).filter((atom) => !has(atom));
        expect(missing.map(({ text }) => `${cpv}: ${text}`)).toEqual([]);
      }
    }
  });

  it('needs on the host only what the table of host tools names', () => {
    for (const [cpv, keys] of all()) {
      const needed = atomsOf(parseDependency(keys.BDEPEND ?? '', { eapi: eapi('8') }));
      const unknown = needed.filter(({ qualifiedName }) => !knownTools.has(qualifiedName));
      expect(unknown.map(({ text }) => `${cpv}: ${text}`)).toEqual([]);
    }
  });

  it('lists every distfile in a Manifest and knows the archive package that holds it', () => {
    for (const { category, folder, cpv } of ebuilds) {
      const wanted = evaluateSourceUri(metadata.get(`${category}/${cpv}`)?.SRC_URI ?? '', null).map(({ name }) => name);
      if (wanted.length === 0) continue;
      const listed = parseManifest(readFileSync(join(folder, 'Manifest'), 'utf8'));
      for (const name of wanted) {
        const entry = listed.find((candidate) => candidate.name === name);
        expect(Object.keys(entry?.hashes ?? {}), name).toEqual(['BLAKE2B', 'SHA512']);
        expect(debianSources, name).toHaveProperty([name]);
      }
    }
  });

  it('has the text of every licence', () => {
    for (const [cpv, keys] of all()) {
      const names = (keys.LICENSE ?? '').split(/\s+/).filter((word) => /^[A-Za-z]/.test(word));
      expect(names.length, cpv).toBeGreaterThan(0);
      for (const name of names) expect(existsSync(join(overlay, 'licenses', name)), `${cpv}: ${name}`).toBe(true);
    }
  });

  it('describes every USE flag', () => {
    const known = readFileSync(join(overlay, 'profiles/use.desc'), 'utf8').matchAll(/^([a-z0-9-]+) - /gm);
    const everywhere = new Set([...known].map(([, flag]) => flag));
    for (const { category, folder, cpv } of ebuilds) {
      const own = readFileSync(join(folder, 'metadata.xml'), 'utf8');
      for (const word of (metadata.get(`${category}/${cpv}`)?.IUSE ?? '').split(' ').filter(Boolean)) {
        const flag = word.replace(/^[+-]/, '');
        expect(everywhere.has(flag) || own.includes(`<flag name="${flag}">`), `${cpv}: ${flag}`).toBe(true);
      }
    }
  });

  it('has the packages of every starter', () => {
    for (const { id } of json<{ id: string }[]>(join(starters, 'catalogue.json'))) {
      const parsed = parseDesign(readFileSync(join(starters, `${id}.yaml`), 'utf8'));
      expect(parsed.ok, id).toBe(true);
      if (!parsed.ok) continue;
      expect(parsed.design.smoke.length, id).toBeGreaterThan(0);
      expect(
        parsed.design.packages.filter((text) => !has(parseAtom(text))),
        id,
      ).toEqual([]);
    }
  });
});
