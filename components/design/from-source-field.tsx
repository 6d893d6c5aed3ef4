'use client';

import { Switch } from '@/components/ui/choice';
import { valueAt } from './design-text';
import type { DesignDraft } from './use-design-draft';

/** Is everything compiled here, or are packages taken that somebody built already? */
export function FromSourceField({ draft }: { draft: DesignDraft }) {
  const problem = draft.problemAt('from_source');
  return (
    <div className="flex flex-col gap-1">
      <Switch
        checked={valueAt(draft.loose, ['from_source'], false)}
        onChange={(value) => draft.set(['from_source'], value ? true : undefined)}
      >
        Build everything from source
      </Switch>
      <p className="text-sm text-muted">
        Otherwise prebuilt packages of the build machine are used where recipe and C library match.
      </p>
      {problem && <p className="text-sm text-act-ink">{problem.message}</p>}
    </div>
  );
}
