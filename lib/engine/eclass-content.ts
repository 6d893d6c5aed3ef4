import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { ContainedFolder } from '../host/contained-file';
import { limits } from '../repo/limits';
import type { EbuildFacts } from './ebuild-facts';
import { HostQuestions } from './host-asked';
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
  readonly questions: readonly HostQuestions[];
}

interface Eclass {
  readonly data: Buffer;
  readonly inherited: Inherited;
  readonly questions: HostQuestions;
}

/** Eclasses of the trees of one plan, each read once: most packages inherit the same ones. */
export class Eclasses {
  private readonly known = new Map<string, Eclass | 'refused' | null>();

  /**
   * Every eclass that an ebuild can inherit: those that its metadata claims and those that its text and theirs name, whatever a
   * cache says. null: an `inherit` puts names together at run time, so nobody can tell.
   */
  contentOf(facts: EbuildFacts): EclassContent | null {
    const claimed = (facts.metadata._eclasses_ ?? '')
      .split('\t')
      .filter((word, index) => index % 2 === 0 && word !== '');
    const own = inheritedIn(ebuildContent(facts).toString('utf8'));
    if (own.isDynamic) return null;
    const hash = createHash('sha256');
    const questions: HostQuestions[] = [];
    const seen = new Set<string>();
    const left = [...new Set([...claimed, ...own.names])].sort();
    for (let name = left.shift(); name !== undefined; name = left.shift()) {
      if (seen.has(name)) continue;
      seen.add(name);
      if (seen.size > mostEclasses) return null;
      const found = this.find(name, facts.eclassDirs);
      if (found === 'refused') return null;
      if (found === null) continue;
      hash.update(`${name}\0${found.data.length}\0`).update(found.data);
      questions.push(found.questions);
      if (found.inherited.isDynamic) return null;
      left.push(...found.inherited.names);
    }
    return { record: hash.digest('hex'), questions };
  }

  /** The eclass of the first folder that has it. */
  private find(name: string, folders: readonly string[]): Eclass | 'refused' | null {
    for (const folder of folders) {
      const path = join(folder, `${name}.eclass`);
      let found = this.known.get(path);
      if (found === undefined) {
        found = readEclass(folder, path);
        this.known.set(path, found);
      }
      if (found !== null) return found;
    }
    return null;
  }
}

function readEclass(folder: string, path: string): Eclass | 'refused' | null {
  const answer = new ContainedFolder(dirname(folder)).read(path, limits.ebuildBytes);
  if (answer.kind !== 'content') return answer.kind === 'refused' ? 'refused' : null;
  const text = answer.data.toString('utf8');
  return { data: answer.data, inherited: inheritedIn(text), questions: new HostQuestions(text) };
}
