'use client';

import { Sprout } from 'lucide-react';
import { Problem } from '@/components/data/problem';
import { usePrefix } from '@/components/data/use-prefix';
import { useSaveText } from '@/components/data/use-save-text';
import { EmptyState } from '@/components/ui/empty-state';
import { Quoted } from '@/components/ui/field';
import { Section } from '@/components/ui/section';
import { Segmented } from '@/components/ui/segmented';
import { Waiting } from '@/components/ui/skeleton';
import { useUrlState } from '@/components/ui/use-url-state';
import { wayWords } from '@/lib/api/bootstrap-words';
import type { PrefixDocument } from '@/lib/api/wire';
import type { BootstrapPlan } from '@/lib/plan/bootstrap-report';
import type { BootstrapWay } from '@/lib/plan/bootstrap-stages';
import { stageToShow } from './bands';
import { HowItRuns, Remains, WayFigures, WithoutNotice } from './notes';
import { StagePanel } from './stage-panel';
import { StageTable } from './stage-table';
import { useBootstrap } from './use-bootstrap';

/** How staging is filled from nothing: the stages, what each rests on, what of the host remains in the end. */
export function BootstrapView({ name }: { name: string }) {
  const { prefix } = usePrefix(name);
  const { data } = prefix;
  if (!data) {
    return (
      <div className="px-3 py-5 md:px-6">
        <Waiting>Opening the design</Waiting>
      </div>
    );
  }
  if (!data.design) {
    return (
      <div className="px-3 py-5 md:px-6">
        <EmptyState icon={Sprout} title="No stages while the design has problems">
          They are listed below.
        </EmptyState>
      </div>
    );
  }
  return <Bootstrap document={data} />;
}

const flatcarWays: readonly BootstrapWay[] = ['cross', 'staged'];

function Bootstrap({ document }: { document: PrefixDocument }) {
  const [way, setWay] = useUrlState('way');
  const [chosen, setChosen] = useUrlState('stage');
  const [omitted, setOmitted] = useUrlState('without');
  const without = omitted.split(' ').filter((atom) => atom !== '');
  const isStarter = document.design?.tree === 'starter';
  const asked = isStarter ? '' : flatcarWays.includes(way as BootstrapWay) ? way : '';
  const answer = useBootstrap(document.text, asked, without);
  const shown: BootstrapWay = isStarter ? 'starter' : asked === '' ? 'cross' : (asked as BootstrapWay);
  const words = wayWords[shown];
  const { plan } = answer;
  return (
    <div className="flex flex-col gap-6 px-3 py-5 md:px-6">
      <Section
        title="How staging begins"
        aside={
          !isStarter && (
            <Segmented
              label="Way"
              value={shown}
              onChange={(value) => {
                setChosen('');
                setWay(value === 'cross' ? '' : value);
              }}
              options={flatcarWays.map((each) => ({ value: each, label: wayWords[each].label }))}
            />
          )
        }
      >
        <p className="max-w-prose">
          <Quoted text={words.plain} />
        </p>
        <dl className="mt-2 grid gap-x-8 gap-y-2 text-sm lg:grid-cols-2">
          <div className="max-w-prose">
            <dt className="font-medium">What it gains</dt>
            <dd className="text-muted">
              <Quoted text={words.gains} />
            </dd>
          </div>
          <div className="max-w-prose">
            <dt className="font-medium">What it costs</dt>
            <dd className="text-muted">
              <Quoted text={words.costs} />
            </dd>
          </div>
        </dl>
        {plan && <WayFigures plan={plan} />}
      </Section>
      {answer.error ? (
        <Problem error={answer.error} what="The stages could not be planned" again={answer.again} />
      ) : plan ? (
        <Stages
          plan={plan}
          document={document}
          isLooking={answer.isLooking}
          chosen={chosen}
          onChoose={setChosen}
          onWithout={(atoms) => {
            setChosen('');
            setOmitted(atoms.join(' '));
          }}
        />
      ) : (
        <Waiting>Planning one stage after the other</Waiting>
      )}
    </div>
  );
}

function Stages({
  plan,
  document,
  isLooking,
  chosen,
  onChoose,
  onWithout,
}: {
  plan: BootstrapPlan;
  document: PrefixDocument;
  isLooking: boolean;
  chosen: string;
  onChoose: (stage: string) => void;
  onWithout: (atoms: readonly string[]) => void;
}) {
  const save = useSaveText(document);
  const stage = stageToShow(plan.stages, chosen);
  return (
    <>
      {plan.without.length > 0 && <WithoutNotice atoms={plan.without} onReset={() => onWithout([])} />}
      <Section title="The stages, and what each rests on">
        <StageTable plan={plan} selected={stage?.id ?? ''} onSelect={onChoose} />
      </Section>
      {stage && (
        <StagePanel
          key={`${plan.way} ${stage.id}`}
          plan={plan}
          stage={stage}
          document={document}
          isLooking={isLooking}
          onText={save}
          onWithout={onWithout}
        />
      )}
      <Remains plan={plan} />
      <HowItRuns plan={plan} />
    </>
  );
}
