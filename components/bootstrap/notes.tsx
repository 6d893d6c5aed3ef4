import { Button } from '@/components/ui/button';
import { CodeBlock } from '@/components/ui/code-block';
import { Quoted } from '@/components/ui/field';
import { count } from '@/components/ui/format';
import { Notice } from '@/components/ui/notice';
import { Section } from '@/components/ui/section';
import type { BootstrapPlan } from '@/lib/plan/bootstrap-report';
import { nameOf } from './bands';

/** The lines that take atoms out of @system, and where they go. Source: PMS 5.2.6 */
export function RemovalLines({ atoms }: { atoms: readonly string[] }) {
  return (
    <div className="mt-1 flex max-w-prose min-w-0 flex-col gap-2 text-sm">
      <CodeBlock label="profile/packages" code={atoms.map((atom) => `-*${atom}`).join('\n')} />
      <p>
        In the SDK they go into{' '}
        <code className="text-xs break-all">prefix-overlay/skel/etc/portage/profile/packages</code>:{' '}
        <code className="text-xs">setup_prefix</code> copies that folder into staging before it bootstraps.
      </p>
    </div>
  );
}

/** What the way costs in packages; of an unfinished plan, so far. */
export function WayFigures({ plan }: { plan: BootstrapPlan }) {
  const { builds, repeated, hostTools } = plan.counts;
  const twice = repeated.map(({ name, times }) => `${nameOf(name)} ${times} times`).join(', ');
  return (
    <p className="mt-2 text-sm tabular">
      {plan.ships === null && 'So far: '}
      {count(builds, 'package')} built into staging{twice !== '' && `, of these ${twice}`}
      {hostTools > 0 && `; ${count(hostTools, 'package')} of the host ${hostTools === 1 ? 'runs' : 'run'} meanwhile`}.
    </p>
  );
}

export function WithoutNotice({ atoms, onReset }: { atoms: readonly string[]; onReset: () => void }) {
  return (
    <Notice
      level="warn"
      title={`Planned as if @system did not have ${count(atoms.length, 'package')}`}
      action={<Button onClick={onReset}>Plan all of @system</Button>}
    >
      To make it permanent:
      <RemovalLines atoms={atoms} />
    </Notice>
  );
}

/** What of the host is in what ships, in the end. */
export function Remains({ plan }: { plan: BootstrapPlan }) {
  return (
    <Section title="What of the host ends up in what ships">
      {plan.remains.length > 0 ? (
        <ul className="flex max-w-prose list-disc flex-col gap-1.5 pl-5">
          {plan.remains.map((sentence) => (
            <li key={sentence} className="break-words">
              <Quoted text={sentence} />
            </li>
          ))}
        </ul>
      ) : (
        <p className="max-w-prose text-muted">This will be known once every stage has a plan.</p>
      )}
    </Section>
  );
}

/** Whether anything runs this plan, and what. */
export function HowItRuns({ plan }: { plan: BootstrapPlan }) {
  return (
    <Section title="What this plan is for">
      {plan.runs?.where === 'sdk' ? (
        <div className="flex max-w-prose flex-col gap-2">
          <p>
            To know beforehand what twenty minutes of bootstrap will do, and where it would stop. Prefix Studio does not
            run them: that takes the Flatcar SDK and the sources of every package. What the SDK has is assumed from its
            own profile. There, in the scripts folder with cross-boss beside it:
          </p>
          <CodeBlock label="In the SDK" code={plan.runs.command} wrap />
          <p>
            <code className="text-xs">setup_prefix</code> writes a make.conf of its own. What this design sets beyond
            that (USE, make.conf, package.use) has to be in the skeleton of the prefix overlay first.
          </p>
        </div>
      ) : plan.runs ? (
        <div className="flex max-w-prose flex-col gap-2">
          <p>Building the prefix goes through these stages, here on this machine.</p>
          <CodeBlock label="On this machine" code={plan.runs.command} wrap />
        </div>
      ) : (
        <p className="max-w-prose">
          To compare it with the other way. No command runs it today, neither in the SDK nor here: each stage shows the
          call of emerge that it stands for, as a starting point.
        </p>
      )}
    </Section>
  );
}
