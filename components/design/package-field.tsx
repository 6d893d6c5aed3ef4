'use client';

import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { queries } from '@/components/data/queries';
import { Field } from '@/components/ui/field';
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
  const index = problem ? Number(problem.field.split('.')[1] ?? -1) : -1;
  return (
    <Field
      label="Packages"
      aside={suggestions.length > 0 ? `${suggestions.length} in the tree ${tree}` : undefined}
      help="Type a name; Enter adds it. For a version, write >=dev-lang/python-3.11. Libraries are added automatically."
      problem={problem}
      onSuggestion={(value) =>
        draft.set(
          ['packages'],
          packages.map((atom, at) => (at === index ? value : atom)),
        )
      }
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
  );
}
