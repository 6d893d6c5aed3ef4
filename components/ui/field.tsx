'use client';

import { CircleAlert } from 'lucide-react';
import { type ReactNode, useId } from 'react';

export interface FieldProblem {
  /** what is wrong and why */
  readonly message: string;
  /** what to type instead */
  readonly hint?: string;
  /** a value that would do, offered as a button */
  readonly suggestion?: string;
  /** nothing was typed yet: say it calmly */
  readonly missing?: boolean;
}

export const inputClass =
  'w-full rounded-md border border-line-strong/70 bg-surface px-2.5 text-ink transition-colors duration-100 hover:border-line-strong focus-visible:border-link aria-invalid:border-act aria-invalid:bg-act-tint/40';

/**
 * A labelled input with its help and its error. The error stands at the field: what, why, what to type instead, and a
 * button that types it.
 */
export function Field({
  label,
  help,
  problem,
  onSuggestion,
  children,
  aside,
}: {
  label: string;
  help?: ReactNode;
  problem?: FieldProblem | null;
  onSuggestion?: (value: string) => void;
  children: (control: { id: string; 'aria-describedby': string; 'aria-invalid': boolean | undefined }) => ReactNode;
  aside?: ReactNode;
}) {
  const id = useId();
  const describedBy = `${id}-note`;
  return (
    <div className="min-w-0">
      <div className="mb-1 flex items-baseline justify-between gap-2">
        <label htmlFor={id} className="text-sm font-medium">
          {label}
        </label>
        {aside && <span className="text-xs text-muted">{aside}</span>}
      </div>
      {children({
        id,
        'aria-describedby': describedBy,
        'aria-invalid': problem && !problem.missing ? true : undefined,
      })}
      <div id={describedBy} className="mt-1 text-sm" aria-live="polite">
        {problem?.missing ? (
          <span className="text-muted">
            <Quoted text={problem.hint ?? problem.message} />
          </span>
        ) : problem ? (
          <Fault problem={problem} onSuggestion={onSuggestion} />
        ) : (
          <span className="text-muted">{help}</span>
        )}
      </div>
    </div>
  );
}

/** What is wrong with a field, what to type instead, and a button that types it. */
export function Fault({
  problem: { message, hint, suggestion },
  onSuggestion,
}: {
  problem: FieldProblem;
  onSuggestion?: ((value: string) => void) | undefined;
}) {
  return (
    <span className="flex items-start gap-1.5 text-act-ink">
      <CircleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0" />
      <span className="min-w-0 break-words">
        <Quoted text={message} />
        {hint && (
          <span className="block text-ink">
            <Quoted text={hint} />
          </span>
        )}
        {suggestion !== undefined && onSuggestion && (
          <button
            type="button"
            className="mono mt-1 inline-block rounded-sm border border-link/40 px-1.5 text-link-ink hover:bg-link-tint"
            onClick={() => onSuggestion(suggestion)}
          >
            Use {suggestion}
          </button>
        )}
      </span>
    </span>
  );
}

/** Sets the parts of a message between backticks in the monospaced face. */
export function Quoted({ text }: { text: string }) {
  const parts = text.split('`');
  return parts.map((part, index) =>
    index % 2 === 1 ? (
      <code key={index} className="rounded-sm bg-current/8 px-1 text-[0.93em] break-words">
        {part}
      </code>
    ) : (
      part
    ),
  );
}
