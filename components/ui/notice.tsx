import { CircleAlert, Info, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';

export type NoticeLevel = 'act' | 'warn' | 'info';

const looks = {
  act: { icon: CircleAlert, box: 'border-act/40 bg-act-tint', head: 'text-act-ink', word: 'Act now' },
  warn: { icon: TriangleAlert, box: 'border-line-strong/50 bg-raised', head: 'text-ink', word: 'Look' },
  info: { icon: Info, box: 'border-line bg-raised', head: 'text-ink', word: 'Note' },
} as const;

/** Something to be read before going on. `act` is the only red one. */
export function Notice({
  level,
  title,
  children,
  action,
}: {
  level: NoticeLevel;
  title: ReactNode;
  children?: ReactNode;
  action?: ReactNode;
}) {
  const look = looks[level];
  const Icon = look.icon;
  return (
    <div
      role={level === 'act' ? 'alert' : undefined}
      className={`flex flex-col gap-2 rounded-lg border px-3.5 py-3 sm:flex-row sm:items-start ${look.box}`}
    >
      <Icon aria-hidden className={`mt-0.5 size-4 shrink-0 ${look.head}`} />
      <div className="min-w-0 flex-1">
        <p className={`font-medium ${look.head}`}>{title}</p>
        {children && <div className="mt-0.5 text-sm text-ink">{children}</div>}
      </div>
      {action}
    </div>
  );
}
