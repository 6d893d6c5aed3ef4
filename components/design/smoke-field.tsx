'use client';

import { Field, inputClass } from '@/components/ui/field';
import { valueAt } from './design-text';
import type { DesignDraft } from './use-design-draft';

/** Commands that must start from the final root alone; one a line, words split at spaces. */
export function SmokeField({ draft }: { draft: DesignDraft }) {
  const commands = valueAt<unknown>(draft.loose, ['smoke'], null);
  const lines = Array.isArray(commands)
    ? (commands as unknown[]).map((words) => (Array.isArray(words) ? words.join(' ') : String(words))).join('\n')
    : '';
  const write = (text: string) =>
    draft.set(
      ['smoke'],
      text
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '')
        .map((line) => line.split(/\s+/)),
    );
  return (
    <Field
      label="Proof commands"
      help="Run after the build with nothing but the final root. One a line: path below the prefix, then arguments."
      problem={draft.problemAt('smoke', true)}
    >
      {(control) => (
        <textarea
          key={lines}
          {...control}
          defaultValue={lines}
          onBlur={(event) => event.target.value.trim() !== lines && write(event.target.value)}
          rows={Math.max(2, lines.split('\n').length)}
          placeholder="usr/bin/python3 --version"
          spellCheck={false}
          className={`${inputClass} mono py-1.5 text-xs leading-5`}
        />
      )}
    </Field>
  );
}
