'use client';

import { useMemo } from 'react';
import type { DesignProblem } from '@/lib/design/errors';
import { requestProblems } from '@/lib/design/request-problems';
import type { PlanResult } from '@/lib/resolve/plan';

/** What a design asks for and its plan did not find, each at its line of the text. */
export function useNowhere(text: string, result: PlanResult | null | undefined): readonly DesignProblem[] {
  return useMemo(() => (result?.kind === 'unsolved' ? requestProblems(text, result.derivations) : []), [text, result]);
}
