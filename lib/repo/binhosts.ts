import { posix } from 'node:path';
import type { BinaryRule, BinaryRules } from '../resolve/provider';
import { binaryRule } from './binary-rules';
import type { FileTree } from './file-tree';
import { readReposConf } from './repos-conf';
import type { RepositorySet } from './repositories';

/** Binary package hosts of `binrepos.conf`, lowest priority first. A section without `sync-uri` is none. */
function readHosts(tree: FileTree, userConfig: string): BinaryRule[] {
  const sections = readReposConf(tree, posix.join(userConfig, 'binrepos.conf'));
  const defaults = sections.get('DEFAULT') ?? {};
  const found = [...sections].flatMap(([name, own]) => {
    const section = { ...defaults, ...own };
    if (name === 'DEFAULT' || !section['sync-uri']) return [];
    const priority = Number.parseInt(section.priority ?? '', 10);
    return [{ priority: Number.isNaN(priority) ? 0 : priority, rule: binaryRule(name, section, 'getbinpkg') }];
  });
  found.sort((a, b) => a.priority - b.priority || (a.rule.name < b.rule.name ? -1 : 1));
  return found.map(({ rule }) => rule);
}

/** What repos.conf and binrepos.conf say about binary packages. */
export function readBinaryRules(tree: FileTree, repositories: RepositorySet, userConfig: string | null): BinaryRules {
  return {
    hosts: userConfig === null ? [] : readHosts(tree, userConfig),
    repositories: repositories.ordered.map(({ binaryRule: rule }) => rule),
  };
}
