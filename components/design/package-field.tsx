'use client';

import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { queries } from '@/components/data/queries';
import { Fault, Field } from '@/components/ui/field';
import { TokenInput } from '@/components/ui/token-input';
import type { DesignProblem } from '@/lib/design/errors';
import { valueAt } from './design-text';
import type { DesignDraft } from './use-design-draft';

/** Every package of a tree as suggestions for typing. */
export function usePackageSuggestions(tree: string) {
  const { data } = useQuery(queries.packages(tree));
  return useMemo(() => (data?.packages ?? []).map((row) => ({ value: row.name, note: row.description })), [data]);
}

/** What the prefix is for: atoms and sets, found by typing. `nowhere`: what of them the plan did not find. */
export function PackageField({ draft, nowhere = [] }: { draft: DesignDraft; nowhere?: readonly DesignProblem[] }) {
  const packages = valueAt<string[]>(draft.loose, ['packages'], []);
  const tree = valueAt(draft.loose, ['tree'], 'starter');
  const suggestions = usePackageSuggestions(tree);
  const [missing] = nowhere;
  const problem = draft.problemAt('packages', true) ?? (missing ? { ...missing, missing: false } : null);
  const others = [...draft.problems, ...nowhere].filter(
    ({ field }) => /^packages\.\d/.test(field) && field !== problem?.field,
  );
  const replace = (field: string, value: string): void => {
    const place = Number(field.split('.')[1] ?? -1);
    draft.set(
      ['packages'],
      packages.map((atom, at) => (at === place ? value : atom)),
    );
  };
  return (
    <div className="min-w-0">
      <Field
        label="Packages"
        aside={suggestions.length > 0 ? `${suggestions.length} in the tree ${tree}` : undefined}
        help="Type a name; Enter adds it. For a version, write >=dev-lang/python-3.11. Libraries are added automatically."
        problem={problem}
        onSuggestion={(value) => replace(problem?.field ?? '', value)}
      >
        {(control) => (
          <TokenInput
            control={control}
            values={packages}
            onChange={(values) => draft.set(['packages'], values)}
            suggestions={suggestions}
            placeholder="python, nano, tree …"
            guilty={(at) => [...draft.problems, ...nowhere].some((found) => found.field === `packages.${at}`)}
            draw={(value) => {
              const slash = value.lastIndexOf('/');
              return (
                <>
                  <span className="text-faint">{value.slice(0, slash + 1)}</span>
                  <span className="font-semibold">{value.slice(slash + 1)}</span>
                </>
              );
            }}
          />
        )}
      </Field>
      {others.length > 0 && (
        <ul aria-label="Other packages that cannot be taken" className="mt-1 flex flex-col gap-1 text-sm">
          {others.map((other) => (
            <li key={`${other.field} ${other.code}`}>
              <Fault problem={other} onSuggestion={(value) => replace(other.field, value)} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
