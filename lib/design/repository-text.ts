import { isMap, isScalar, isSeq, parseDocument } from 'yaml';

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

/** The text of a design that masks an atom, comments and order kept. */
export function addMaskToText(text: string, atom: string): string {
  const document = parseDocument(text);
  const list: unknown = document.get('package_mask', true);
  if (isSeq(list) && list.items.some((item) => isScalar(item) && item.value === atom)) return text;
  if (isSeq(list)) list.items.push(document.createNode(atom));
  else document.set('package_mask', document.createNode([atom]));
  return document.toString({ lineWidth: 0 });
}

/** The text of a design without the masks that begin with one of these. */
export function removeMasksFromText(text: string, beginnings: readonly string[]): string {
  const document = parseDocument(text);
  const list: unknown = document.get('package_mask', true);
  if (!isSeq(list)) return text;
  const kept = list.items.filter(
    (item) => !(isScalar(item) && beginnings.some((beginning) => String(item.value).startsWith(beginning))),
  );
  if (kept.length === list.items.length) return text;
  if (kept.length === 0) document.delete('package_mask');
  else list.items = kept;
  return document.toString({ lineWidth: 0 });
}
