'use client';

import { useMemo, useRef } from 'react';
import { Quoted } from '@/components/ui/field';
import type { DesignProblem } from '@/lib/design/errors';
import { highlightYaml, type TextPart } from './highlight';

/** A text to edit, `prefix.yaml` for one: line numbers, light colouring, problems at their line. Tab leaves the field, as everywhere. */
export function TextPane({
  text,
  onChange,
  problems,
  label = 'prefix.yaml',
  readOnly = false,
  highlight = highlightYaml,
}: {
  text: string;
  onChange: (text: string) => void;
  problems: readonly DesignProblem[];
  label?: string;
  readOnly?: boolean;
  highlight?: (text: string) => TextPart[][];
}) {
  const area = useRef<HTMLTextAreaElement>(null);
  const lines = useMemo(() => highlight(text), [highlight, text]);
  const guilty = new Map(problems.filter((problem) => problem.line).map((problem) => [problem.line, problem]));
  const jump = (problem: DesignProblem) => {
    const field = area.current;
    if (!field || !problem.line) return;
    const offset =
      text
        .split('\n')
        .slice(0, problem.line - 1)
        .join('\n').length + (problem.line > 1 ? 1 : 0);
    field.focus();
    field.setSelectionRange(offset + (problem.column ?? 1) - 1, offset + (problem.column ?? 1) - 1);
  };
  return (
    <div className="flex min-h-0 min-w-0 flex-1 flex-col">
      <div className="pane mono relative min-h-72 flex-1 rounded-md border border-line-strong/60 bg-log text-xs leading-5 focus-within:outline-2 focus-within:outline-offset-1 focus-within:outline-link">
        <div className="relative grid min-h-full w-max min-w-full grid-cols-[auto_1fr] py-2">
          <div aria-hidden className="sticky left-0 z-10 bg-log px-2.5 text-right text-faint select-none">
            {lines.map((_, index) => (
              <div key={index} className={guilty.has(index + 1) ? 'font-bold text-act-ink' : ''}>
                {index + 1}
              </div>
            ))}
          </div>
          <div className="relative pr-3">
            <pre aria-hidden className="pointer-events-none">
              {lines.map((parts, index) => (
                <div key={index} className={`min-h-5 ${guilty.has(index + 1) ? 'rounded-sm bg-act-tint' : ''}`}>
                  {parts.map((part, at) => (
                    <span key={at} className={part.tone}>
                      {part.text}
                    </span>
                  ))}
                </div>
              ))}
            </pre>
            <textarea
              ref={area}
              value={text}
              readOnly={readOnly}
              onChange={(event) => onChange(event.target.value)}
              aria-label={label}
              aria-invalid={problems.length > 0 ? true : undefined}
              spellCheck={false}
              autoCapitalize="off"
              autoComplete="off"
              wrap="off"
              className="absolute inset-0 h-full w-full resize-none overflow-hidden bg-transparent p-0 leading-5 whitespace-pre text-transparent caret-ink outline-none"
            />
          </div>
        </div>
      </div>
      {problems.length > 0 && (
        <ul aria-label="Problems in the text" className="mt-2 flex flex-col gap-1 text-sm">
          {problems.map((problem) => (
            <li key={`${problem.field} ${problem.code}`}>
              <button
                type="button"
                onClick={() => jump(problem)}
                className="w-full rounded-md px-2 py-1 text-left hover:bg-link-tint"
              >
                <span className="text-act-ink">
                  {problem.line && <span className="tabular">Line {problem.line}: </span>}
                  <Quoted text={problem.message} />
                </span>{' '}
                <span className="text-muted">
                  <Quoted text={problem.hint} />
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
