import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { accountsOf } from '../inspect/accounts';
import { withAccounts } from '../layout/accounts';

/**
 * passwd and group for phases: those of `base`, a folder of ours, with the accounts of packages in `roots`. null: no package
 * brings any. Nothing of the users of this machine is read or changed.
 */
export function accountTexts(
  base: string,
  roots: readonly string[],
  eprefix: string,
): { readonly passwd: string; readonly group: string } | null {
  if (eprefix === '') return null;
  const accounts = roots.flatMap((root) => accountsOf(root, eprefix));
  if (accounts.length === 0) return null;
  const text = (name: string): string => readFileSync(join(base, name), 'utf8');
  return withAccounts({ passwd: text('passwd'), group: text('group') }, accounts);
}
