'use client';

import { useCallback, useMemo, useState } from 'react';
import { parseDesign } from '@/lib/design/design';
import type { DesignProblem, DesignProblemCode } from '@/lib/design/errors';
import type { Design } from '@/lib/design/schema';
import { type LooseDesign, readLoose, type Step, setInText } from './design-text';

export interface DesignDraft {
  readonly text: string;
  readonly loose: LooseDesign;
  /** the design when it has no problem */
  readonly design: Design | null;
  readonly problems: readonly DesignProblem[];
  setText(text: string): void;
  set(path: readonly Step[], value: unknown): void;
  /** the first problem at a field or, with `below`, at anything in it; `missing` when nothing was typed yet */
  problemAt(field: string, below?: boolean): (DesignProblem & { readonly missing: boolean }) | null;
}

const emptyCodes: readonly DesignProblemCode[] = ['MISSING', 'NAME_EMPTY', 'NO_PACKAGES'];

/** The text of a design, and everything that follows from it. The text is the only state: form and file are views of it. */
export function useDesignDraft(initial: string): DesignDraft {
  const [text, setText] = useState(initial);
  const derived = useMemo(() => {
    const result = parseDesign(text);
    return {
      loose: readLoose(text),
      design: result.ok ? result.design : null,
      problems: result.ok ? [] : result.problems,
    };
  }, [text]);
  const set = useCallback((path: readonly Step[], value: unknown) => setText((old) => setInText(old, path, value)), []);
  const problemAt = useCallback(
    (field: string, below = false) => {
      const found = derived.problems.find(
        (problem) => problem.field === field || (below && problem.field.startsWith(`${field}.`)),
      );
      return found ? { ...found, missing: emptyCodes.includes(found.code) } : null;
    },
    [derived],
  );
  return { text, ...derived, setText, set, problemAt };
}
