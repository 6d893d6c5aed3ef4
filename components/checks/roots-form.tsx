'use client';

import { useId } from 'react';
import { Switch } from '@/components/ui/choice';
import { inputClass } from '@/components/ui/field';
import type { RootsState } from './roots-input';

const fields: readonly {
  readonly key: 'root' | 'sysroot' | 'eprefix' | 'broot';
  readonly name: string;
  readonly plain: string;
  readonly unset: string;
}[] = [
  { key: 'root', name: 'ROOT', plain: 'where it will run', unset: 'means /' },
  { key: 'sysroot', name: 'SYSROOT', plain: 'what it is linked against', unset: 'means /' },
  { key: 'eprefix', name: 'EPREFIX', plain: 'the offset inside', unset: 'means the package manager’s own' },
  { key: 'broot', name: 'BROOT', plain: 'offset of the build tools', unset: 'none: the tools are in /' },
];

const eapis = ['5', '6', '7', '8', '9'];

/** The four variables and the EAPI; each can be unset, which is not the same as empty. */
export function RootsForm({
  state,
  onChange,
}: {
  state: RootsState;
  onChange: (changes: Partial<RootsState>) => void;
}) {
  const id = useId();
  return (
    <form
      className="flex flex-col gap-3 rounded-lg border bg-surface p-3.5"
      onSubmit={(event) => event.preventDefault()}
      aria-label="Values"
    >
      {fields.map(({ key, name, plain, unset }) => {
        const value = state[key];
        return (
          <div key={key}>
            <div className="mb-1 flex items-baseline justify-between gap-2 text-sm">
              <label htmlFor={`${id}${key}`}>
                <span className="mono text-xs font-semibold">{name}</span> <span className="text-muted">{plain}</span>
              </label>
              <button
                type="button"
                aria-pressed={value === null}
                onClick={() => onChange({ [key]: value === null ? '' : null })}
                className={`rounded-sm px-1 text-xs ${value === null ? 'bg-link-tint font-medium text-link-ink' : 'text-link-ink hover:underline'}`}
              >
                unset
              </button>
            </div>
            <input
              id={`${id}${key}`}
              value={value ?? ''}
              onChange={(event) => onChange({ [key]: event.target.value })}
              placeholder={value === null ? `unset, ${unset}` : 'empty'}
              spellCheck={false}
              autoComplete="off"
              className={`${inputClass} mono h-8 text-xs`}
            />
          </div>
        );
      })}
      <div>
        <label htmlFor={`${id}eapi`} className="mb-1 block text-sm">
          <span className="mono text-xs font-semibold">EAPI</span> <span className="text-muted">of the ebuild</span>
        </label>
        <select
          id={`${id}eapi`}
          value={state.eapi}
          onChange={(event) => onChange({ eapi: event.target.value })}
          className={`${inputClass} h-8 text-sm`}
        >
          {[...new Set([...eapis, state.eapi])].map((value) => (
            <option key={value}>{value}</option>
          ))}
        </select>
      </div>
      <Switch checked={state.usePackagesOnly} onChange={(usePackagesOnly) => onChange({ usePackagesOnly })}>
        binary packages only
      </Switch>
    </form>
  );
}
