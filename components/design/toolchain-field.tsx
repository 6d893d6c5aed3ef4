'use client';

import { Field } from '@/components/ui/field';
import { Segmented } from '@/components/ui/segmented';
import { valueAt } from './design-text';
import type { DesignDraft } from './use-design-draft';

const words = [
  { value: 'auto', label: 'Automatic' },
  { value: 'sdk', label: 'Flatcar SDK' },
  { value: 'host', label: 'Build machine' },
] as const;

// a map: a design may say anything, also `__proto__`
const help: ReadonlyMap<string, string> = new Map([
  ['auto', 'The SDK’s cross compiler where it is installed, otherwise the compiler of the build machine.'],
  ['sdk', 'The SDK’s cross compiler and the C library that it builds; only inside the SDK.'],
  ['host', 'Compiler and C library of the build machine: seconds instead of hours, and not Flatcar’s own.'],
]);

/** What packages of a Flatcar tree are compiled with. The starter tree has no choice. */
export function ToolchainField({ draft }: { draft: DesignDraft }) {
  const tree = valueAt(draft.loose, ['tree'], 'starter');
  const chosen = valueAt(draft.loose, ['toolchain'], 'auto');
  if (tree === 'starter' && chosen === 'auto') return null;
  return (
    <Field
      label="Tool chain"
      help={help.get(chosen) ?? 'Compiler and C library.'}
      problem={draft.problemAt('toolchain')}
    >
      {(control) => (
        <fieldset id={control.id} aria-describedby={control['aria-describedby']}>
          <Segmented
            label="Tool chain"
            value={chosen}
            onChange={(value) => draft.set(['toolchain'], value === 'auto' ? undefined : value)}
            options={words}
          />
        </fieldset>
      )}
    </Field>
  );
}
