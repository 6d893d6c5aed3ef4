import { type Document, isCollection, isMap, isScalar, parseDocument, YAMLSeq } from 'yaml';
import { emptyDesign } from '@/lib/design/format';
import type { DesignInput } from '@/lib/design/schema';

export type Step = string | number;

/** A design as far as its text can be read: right shapes or nothing, so that a form can always show something. */
export interface LooseDesign {
  readonly value: Readonly<Record<string, unknown>>;
  /** false: the text is not YAML at the moment, so a form cannot write into it */
  readonly writable: boolean;
}

/** Reads what can be read of a `prefix.yaml`. */
export function readLoose(text: string): LooseDesign {
  const document = parseDocument(text);
  if (document.errors.length > 0) return { value: {}, writable: false };
  const value: unknown = document.toJS();
  if (value === null || value === undefined) return { value: {}, writable: true };
  const usable = typeof value === 'object' && !Array.isArray(value);
  return { value: usable ? (value as Record<string, unknown>) : {}, writable: usable };
}

/** The value at a path of the loose design if it has the kind of `fallback`, else `fallback`. */
export function valueAt(loose: LooseDesign, path: readonly Step[], fallback: string): string;
export function valueAt(loose: LooseDesign, path: readonly Step[], fallback: boolean): boolean;
export function valueAt<T>(loose: LooseDesign, path: readonly Step[], fallback: T): T;
export function valueAt<T>(loose: LooseDesign, path: readonly Step[], fallback: T): T {
  let current: unknown = loose.value;
  for (const step of path) current = (current as Record<Step, unknown> | null | undefined)?.[step];
  if (Array.isArray(fallback)) return (Array.isArray(current) ? current.map(String) : fallback) as T;
  if (current === null || current === undefined) return fallback;
  if (typeof fallback === 'object' && fallback !== null) {
    return (typeof current === 'object' && !Array.isArray(current) ? current : fallback) as T;
  }
  if (typeof fallback === 'boolean') return (typeof current === 'boolean' ? current : fallback) as T;
  return (typeof fallback === 'string' ? String(current) : current) as T;
}

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  (Array.isArray(value) && value.length === 0) ||
  (typeof value === 'object' && value !== null && Object.keys(value).length === 0);

/** Removes what an edit emptied, upwards, so that the text never keeps `use: []`; the four required keys stay. */
function prune(document: Document, path: readonly Step[]): void {
  for (let length = path.length; length > 0; length--) {
    const at = path.slice(0, length);
    const node: unknown = document.getIn(at, true);
    const bare = node === undefined || (isCollection(node) && node.items.length === 0);
    if (!bare || (length === 1 && at[0] === 'packages')) return;
    document.deleteIn(at);
  }
}

/**
 * Writes one value into the text of a design. Comments, order and layout of everything else stay as they are.
 * `undefined` and empty lists or groups remove the key. Text that is not YAML is returned unchanged.
 */
export function setInText(text: string, path: readonly Step[], value: unknown): string {
  const document = parseDocument(text);
  if (document.errors.length > 0) return text;
  if (document.contents !== null && !isMap(document.contents)) return text;
  if (isEmpty(value) && !(path.length === 1 && path[0] === 'packages')) {
    if (document.hasIn(path)) document.deleteIn(path);
    prune(document, path.slice(0, -1));
  } else {
    const old: unknown = document.getIn(path, true);
    if (isScalar(old) && (value === null || typeof value !== 'object')) {
      old.value = value;
      old.type = 'PLAIN';
    } else if (old instanceof YAMLSeq && Array.isArray(value)) mergeList(document, old, value);
    else {
      for (let length = 1; length < path.length; length++) {
        const parent: unknown = document.getIn(path.slice(0, length), true);
        if (!isCollection(parent)) document.setIn(path.slice(0, length), document.createNode({}));
      }
      document.setIn(path, document.createNode(value));
    }
  }
  return document.toString({ lineWidth: 0 });
}

/** Keeps the nodes (and so the comments) of entries that stay. */
function mergeList(document: Document, list: YAMLSeq, values: readonly unknown[]): void {
  const kept = [...list.items];
  list.items = values.map((value) => {
    const index = kept.findIndex((node) => isScalar(node) && node.value === value);
    return index >= 0 ? kept.splice(index, 1)[0] : document.createNode(value);
  });
}

/** The text a new, empty prefix begins with. */
export function newDesignText(values: Partial<DesignInput> = {}): string {
  const { name, board, path } = { ...emptyDesign(), ...values };
  const packages: readonly string[] = values.packages ?? [];
  return [
    `name: ${JSON.stringify(name)}`,
    `board: ${board}`,
    `path: ${JSON.stringify(path)}`,
    packages.length === 0 ? 'packages: []' : `packages:\n${packages.map((atom) => `  - ${atom}`).join('\n')}`,
    '',
  ].join('\n');
}

/** A name not among `taken`: the name itself, else with the first free number behind. */
export function freeName(name: string, taken: readonly string[]): string {
  if (!taken.includes(name)) return name;
  let number = 2;
  while (taken.includes(`${name}-${number}`)) number++;
  return `${name}-${number}`;
}

/** Renames a design; a path that ends in the old name follows it. */
export function renameInText(text: string, name: string): string {
  const loose = readLoose(text);
  const old = valueAt(loose, ['name'], '');
  const path = valueAt(loose, ['path'], '');
  const renamed = setInText(text, ['name'], name);
  if (name === '') return renamed;
  if (old === '' && (path === '' || path === '/opt/')) return setInText(renamed, ['path'], `/opt/${name}`);
  if (old !== '' && path.endsWith(`/${old}`)) {
    return setInText(renamed, ['path'], `${path.slice(0, path.length - old.length)}${name}`);
  }
  return renamed;
}

/** A design that has no name yet, as it can be planned: under a name that nobody has. One with a name stays as it is. */
export function plannableText(text: string, taken: readonly string[]): string {
  const loose = readLoose(text);
  if (!loose.writable || valueAt(loose, ['name'], '') !== '') return text;
  return renameInText(text, freeName('unnamed', taken));
}
