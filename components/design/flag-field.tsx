'use client';

import { Field } from '@/components/ui/field';
import { TokenInput } from '@/components/ui/token-input';
import { type Step, valueAt } from './design-text';
import type { DesignDraft } from './use-design-draft';

/** A list of words in the design: USE flags, keywords, licences, atoms. A leading `-` reads as off. */
export function WordsField({
  draft,
  path,
  label,
  aside,
  help,
  placeholder,
  suggestions = [],
}: {
  draft: DesignDraft;
  path: readonly Step[];
  label: string;
  aside?: string;
  help: string;
  placeholder?: string;
  suggestions?: readonly { value: string; note?: string }[];
}) {
  const field = path.join('.');
  return (
    <Field label={label} aside={aside} help={help} problem={draft.problemAt(field, true)}>
      {(control) => (
        <TokenInput
          control={control}
          values={valueAt<string[]>(draft.loose, path, [])}
          onChange={(values) => draft.set(path, values)}
          placeholder={placeholder}
          suggestions={suggestions}
          guilty={(at) => draft.problems.some((problem) => problem.field === `${field}.${at}`)}
          tone={(value) => (value.startsWith('-') ? 'text-muted line-through decoration-1' : '')}
        />
      )}
    </Field>
  );
}
