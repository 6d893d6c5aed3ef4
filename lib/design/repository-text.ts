import { isMap, isSeq, parseDocument } from 'yaml';

/** An extra repository as a design names it. */
export interface NamedRepository {
  readonly name: string;
  readonly location: string;
  readonly priority?: number;
}

/** The entry of a list of repositories with this name; -1: none. */
function entryOf(list: unknown, name: string): number {
  return isSeq(list) ? list.items.findIndex((item) => isMap(item) && item.get('name') === name) : -1;
}

/** The text of a design with a repository added, comments and order kept; one of that name stays as it is. */
export function addRepositoryToText(text: string, repository: NamedRepository): string {
  const document = parseDocument(text);
  const list: unknown = document.get('repositories', true);
  if (entryOf(list, repository.name) >= 0) return text;
  if (isSeq(list)) list.items.push(document.createNode(repository));
  else document.set('repositories', document.createNode([repository]));
  return document.toString({ lineWidth: 0 });
}

/** The text of a design without the repository of this name. */
export function removeRepositoryFromText(text: string, name: string): string {
  const document = parseDocument(text);
  const list: unknown = document.get('repositories', true);
  const at = entryOf(list, name);
  if (!isSeq(list) || at < 0) return text;
  if (list.items.length === 1) document.delete('repositories');
  else list.items.splice(at, 1);
  return document.toString({ lineWidth: 0 });
}
