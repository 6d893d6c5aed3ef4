'use client';

import { RotateCw, Unplug } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { Quoted } from '@/components/ui/field';
import { Notice } from '@/components/ui/notice';
import { asRequestError } from './request';

/** A question that got no good answer: what happened, what to do, and the button that asks again. */
export function Problem({ error, what, again }: { error: unknown; what: string; again?: () => void }) {
  const { code } = asRequestError(error);
  return (
    <Notice
      level={code === 'OFFLINE' ? 'warn' : 'act'}
      title={
        code === 'OFFLINE' ? (
          <span className="inline-flex items-center gap-1.5">
            <Unplug aria-hidden className="size-4" /> {what}: no connection
          </span>
        ) : (
          what
        )
      }
      action={
        again && (
          <Button size="sm" onClick={again}>
            <RotateCw aria-hidden className="size-3.5" /> Ask again
          </Button>
        )
      }
    >
      <ProblemText error={error} />
    </Notice>
  );
}

/** What happened and what to do, as two paragraphs. */
export function ProblemText({ error }: { error: unknown }) {
  const { message, hint } = asRequestError(error);
  return (
    <>
      <p>
        <Quoted text={message} />
      </p>
      {hint && (
        <p className="mt-0.5 text-muted">
          <Quoted text={hint} />
        </p>
      )}
    </>
  );
}
