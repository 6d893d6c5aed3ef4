import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { ContainedFolder } from '../host/contained-file';
import { limits } from '../repo/limits';
import type { EbuildFacts } from './ebuild-facts';
import { ebuildContent } from './repository-files';

const mostEclasses = 500;
const eclassName = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;

export interface Inherited {
  readonly names: readonly string[];
  /** an `inherit` whose words are not plain */
  readonly isDynamic: boolean;
}

/** What the `inherit` lines of a text name. More is found than is meant; nothing is missed but what is put together at run time. */
export function inheritedIn(text: string): Inherited {
  const names = new Set<string>();
  let isDynamic = false;
  const joined = text.replace(/\\\n/g, ' ');
  for (const [, rest = ''] of joined.matchAll(/(?:^|[;&|{()]|\b(?:then|do|else)\b)[ \t]*inherit[ \t]+([^\n;&|#]*)/gm)) {
    for (const word of rest.trim().split(/\s+/)) {
      const plain = word.replace(/^["']|["']$/g, '');
      if (eclassName.test(plain)) names.add(plain);
      else if (plain.includes('$') || plain.includes('`')) isDynamic = true;
    }
  }
  return { names: [...names], isDynamic };
}

/** The eclasses that an ebuild can inherit. */
export interface EclassContent {
  /** one name for the content of all of them */
  readonly record: string;
  readonly texts: readonly string[];
}

/**
 * Every eclass that an ebuild can inherit: those that its metadata claims and those that its text and theirs name, whatever a
 * cache says. null: an `inherit` puts names together at run time, so nobody can tell.
 */
export function eclassContent(facts: EbuildFacts): EclassContent | null {
  const claimed = (facts.metadata._eclasses_ ?? '').split('\t').filter((word, index) => index % 2 === 0 && word !== '');
  const own = inheritedIn(ebuildContent(facts).toString('utf8'));
  if (own.isDynamic) return null;
  const hash = createHash('sha256');
  const texts: string[] = [];
  const seen = new Set<string>();
  const left = [...new Set([...claimed, ...own.names])].sort();
  for (let name = left.shift(); name !== undefined; name = left.shift()) {
    if (seen.has(name)) continue;
    seen.add(name);
    if (seen.size > mostEclasses) return null;
    for (const folder of facts.eclassDirs) {
      const found = new ContainedFolder(dirname(folder)).read(join(folder, `${name}.eclass`), limits.ebuildBytes);
      if (found.kind === 'refused') return null;
      if (found.kind !== 'content') continue;
      hash.update(`${name}\0${found.data.length}\0`).update(found.data);
      const text = found.data.toString('utf8');
      texts.push(text);
      const { names, isDynamic } = inheritedIn(text);
      if (isDynamic) return null;
      left.push(...names);
      break;
    }
  }
  return { record: hash.digest('hex'), texts };
}
