/** A user, a group or a membership as sysusers.d(5) has it; acct-user and acct-group packages install such lines. */
export type AccountLine =
  | { readonly kind: 'group'; readonly name: string; readonly id: number | null }
  | {
      readonly kind: 'user';
      readonly name: string;
      /** null: any free one */
      readonly id: number | null;
      /** null: a group of the same name */
      readonly group: string | null;
      readonly comment: string;
      readonly home: string;
      readonly shell: string;
    }
  | { readonly kind: 'member'; readonly user: string; readonly group: string };

const accountName = /^[a-z_][a-z0-9_.-]{0,30}\$?$/i;

/** Fields of a line: separated by blanks, which quotes and backslashes keep together. */
function fieldsOf(line: string): readonly string[] {
  return [...line.matchAll(/(?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\])+/g)].map(([field]) =>
    field.replace(/"((?:\\.|[^"\\])*)"|'([^']*)'|\\(.)/g, (_, double?: string, single?: string, one?: string) =>
      (double ?? single ?? one ?? '').replace(/\\(.)/g, '$1'),
    ),
  );
}

/** A number for users of packages; null: none is asked for, or no usable one. */
const idOf = (text: string | undefined): number | null => (/^\d{1,5}$/.test(text ?? '') ? Number(text) : null);

/** What a field of passwd(5) can hold. */
const plainField = (text: string | undefined, other: string): string =>
  text === undefined || text === '-' || text === '' ? other : text.replace(/[:\n\r\0]/g, ' ');

/** Lines of sysusers.d that name users, groups and memberships; others and what is malformed are left out. */
export function parseSysusers(text: string): readonly AccountLine[] {
  return text.split('\n').flatMap((line): readonly AccountLine[] => {
    const [type = '', name = '', id, comment, home, shell] = fieldsOf(line.replace(/^\s*#.*/, ''));
    if (!accountName.test(name)) return [];
    if (/^g[!-]*$/.test(type)) return [{ kind: 'group', name, id: idOf(id) }];
    if (/^m/.test(type))
      return id !== undefined && accountName.test(id) ? [{ kind: 'member', user: name, group: id }] : [];
    if (!/^u[!-]*$/.test(type)) return [];
    const [number, group = ''] = (id ?? '').split(':');
    return [
      {
        kind: 'user',
        name,
        id: idOf(number),
        group: accountName.test(group) || /^\d{1,5}$/.test(group) ? group : null,
        comment: plainField(comment, ''),
        home: plainField(home, '/'),
        shell: plainField(shell, '/sbin/nologin'),
      },
    ];
  });
}

/** Name, number and rest of the lines of a passwd(5) or group(5) text. */
function entriesOf(text: string): Map<string, { readonly id: number; readonly line: string }> {
  const lines = text.split('\n').filter((line) => line !== '');
  return new Map(lines.map((line) => [line.split(':')[0] ?? '', { id: Number(line.split(':')[2]), line }]));
}

/** Highest number of those that are given to whoever asks for any, as shadow's `useradd --system` does. */
const highestFree = 999;

function freeId(used: ReadonlySet<number>): number {
  let id = highestFree;
  while (used.has(id)) id -= 1;
  return id;
}

/**
 * passwd(5) and group(5) texts with the accounts added. A name of the base that a package has too gets the package's number.
 * Numbers that are left open are given in the order of names, so equal accounts give equal texts.
 */
export function withAccounts(
  base: { readonly passwd: string; readonly group: string },
  accounts: readonly AccountLine[],
): { readonly passwd: string; readonly group: string } {
  const groups = entriesOf(base.group);
  const users = entriesOf(base.passwd);
  const byName = [...accounts].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  const add = (name: string, id: number | null): number => {
    const known = groups.get(name);
    if (known && (id === null || known.id === id)) return known.id;
    const taken = new Set([...groups.values()].map((entry) => entry.id));
    const given = id ?? freeId(taken);
    groups.set(name, { id: given, line: `${name}:x:${given}:` });
    return given;
  };
  for (const open of [false, true]) {
    for (const line of byName) if (line.kind === 'group' && (line.id === null) === open) add(line.name, line.id);
  }
  for (const open of [false, true]) {
    for (const line of byName) {
      if (line.kind !== 'user' || (line.id === null) !== open) continue;
      const { name, group, comment, home, shell } = line;
      const taken = new Set([...users.values(), ...groups.values()].map((entry) => entry.id));
      const id = line.id ?? users.get(name)?.id ?? freeId(taken);
      const gid = group === null ? add(name, id) : /^\d+$/.test(group) ? Number(group) : add(group, null);
      users.set(name, { id, line: `${name}:x:${id}:${gid}:${comment}:${home}:${shell}` });
    }
  }
  const members = new Map<string, string[]>();
  for (const line of byName) {
    if (line.kind === 'member') members.set(line.group, [...(members.get(line.group) ?? []), line.user]);
  }
  const groupLines = [...groups].map(([name, { line }]) => {
    const more = members.get(name) ?? [];
    return more.length === 0 ? line : `${line}${line.endsWith(':') ? '' : ','}${more.join(',')}`;
  });
  const text = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');
  return { passwd: text([...users.values()].map(({ line }) => line)), group: text(groupLines) };
}

const nameOf = (line: AccountLine): string => (line.kind === 'member' ? `${line.group} ${line.user}` : line.name);

/** A field of sysusers.d: quoted when it holds blanks. */
const quoted = (text: string): string =>
  text === '' ? '-' : /^[\w./:@+-]+$/.test(text) ? text : `"${text.replace(/["\\]/g, '\\$&')}"`;

/** Accounts as a file of sysusers.d(5), groups first. */
export function formatSysusers(accounts: readonly AccountLine[]): string {
  const order = { group: 0, user: 1, member: 2 } as const;
  const lines = [...accounts]
    .sort((a, b) => order[a.kind] - order[b.kind] || (nameOf(a) < nameOf(b) ? -1 : 1))
    .map((line) => {
      if (line.kind === 'group') return `g ${line.name} ${line.id ?? '-'}`;
      if (line.kind === 'member') return `m ${line.user} ${line.group}`;
      const id = line.group === null ? `${line.id ?? '-'}` : `${line.id ?? '-'}:${line.group}`;
      return `u ${line.name} ${id} ${quoted(line.comment)} ${quoted(line.home)} ${quoted(line.shell)}`;
    });
  return [...new Set(lines)].map((line) => `${line}\n`).join('');
}

/** Users and groups by name and number, for people: `user svc (300), group svc (301)`; '' when there are none. */
export function accountNames(accounts: readonly AccountLine[]): string {
  return accounts
    .flatMap((line) => (line.kind === 'member' ? [] : [`${line.kind} ${line.name} (${line.id ?? 'any number'})`]))
    .join(', ');
}
