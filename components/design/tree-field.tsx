'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { queries } from '@/components/data/queries';
import { workWords } from '@/components/trees/tree-progress';
import { Choice } from '@/components/ui/choice';
import { Field } from '@/components/ui/field';
import { valueAt } from './design-text';
import type { DesignDraft } from './use-design-draft';

/** Which tree of packages the design is planned on. */
export function TreeField({ draft }: { draft: DesignDraft }) {
  const { data: all } = useQuery(queries.trees());
  const trees = all?.filter(({ role }) => role === 'tree');
  const tree = valueAt(draft.loose, ['tree'], 'starter');
  const known = trees?.map((entry) => entry.name) ?? ['starter'];
  const chosen = trees?.find((entry) => entry.name === tree);
  const names = known.includes(tree) ? known : [...known, tree];
  return (
    <Field
      label="Package tree"
      help={
        <>
          {chosen?.facts ? `${chosen.facts.packages} packages in ${chosen.facts.repositories.join(', ')}. ` : ''}
          {chosen?.work && <span className="tabular">{workWords(chosen.work)}. </span>}
          {chosen?.state === 'failed' && <span className="text-act-ink">{chosen.message} </span>}
          <Link href="/packages#trees" className="text-link-ink hover:underline">
            Add a checkout of flatcar/scripts
          </Link>
        </>
      }
      problem={draft.problemAt('tree')}
    >
      {(control) => (
        <Choice
          control={control}
          value={tree}
          onChange={(value) => draft.set(['tree'], value === 'starter' ? undefined : value)}
          options={names.map((value) => ({
            value,
            label: value === 'starter' ? 'starter (comes with Studio)' : value,
          }))}
        />
      )}
    </Field>
  );
}
