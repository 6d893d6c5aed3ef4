import {
  Ban,
  Check,
  CheckCheck,
  CircleDashed,
  CloudDownload,
  Cog,
  GitMerge,
  Hourglass,
  type LucideIcon,
  OctagonX,
  Recycle,
  SkipForward,
  TimerOff,
} from 'lucide-react';
import { type State, type StateDetail, type StateRole, statePhrase, stateWords } from './state';

const icons: Readonly<Record<State, LucideIcon>> = {
  queued: CircleDashed,
  blocked: Hourglass,
  fetching: CloudDownload,
  building: Cog,
  running: Cog,
  merging: GitMerge,
  reused: Recycle,
  done: Check,
  succeeded: CheckCheck,
  failed: OctagonX,
  timed_out: TimerOff,
  skipped: SkipForward,
  cancelled: Ban,
};

export const roleText: Readonly<Record<StateRole, string>> = {
  wait: 'text-muted',
  work: 'text-ink',
  good: 'text-ink',
  act: 'text-act-ink',
  off: 'text-muted',
};

export function StateIcon({ state, className = 'size-3.5' }: { state: State; className?: string }) {
  const Icon = icons[state];
  const { role } = stateWords(state);
  return <Icon aria-hidden className={`shrink-0 ${role === 'work' ? 'working' : ''} ${roleText[role]} ${className}`} />;
}

/** Icon and word of a state, the same in every list, node and chart. */
export function StateBadge({
  state,
  phase,
  by,
  isUnrelated,
  className = '',
}: StateDetail & {
  state: State;
  className?: string;
}) {
  const { role } = stateWords(state);
  return (
    <span
      className={`inline-flex min-w-0 items-center gap-1.5 text-sm whitespace-nowrap ${roleText[role]} ${
        role === 'act' ? 'rounded-sm bg-act-tint px-1.5 font-medium' : ''
      } ${className}`}
    >
      <StateIcon state={state} />
      <span className="truncate">{statePhrase(state, { phase, by, isUnrelated })}</span>
    </span>
  );
}
