import { answerBootstrap } from '../runner/bootstrap-answers';
import { requireDesign } from '../runner/design-check';
import { answerPlan } from '../runner/plan-answers';
import { designOf, readStoredDesign } from '../runner/prefix-documents';
import { probeOf } from '../runner/probe-design';
import { verifyReadiness } from '../runner/verify-readiness';
import type { HandlersOf } from './handler';

/** What is planned for a design, where its sources are, and what others say of the plan. */
export const plans: HandlersOf<'bootstrap' | 'packages' | 'plan' | 'sources' | 'verify'> = {
  'GET /api/packages': async ({ studio, planner, home }, { query }, { signal }) => {
    const { tree, prefix, q, limit } = query;
    const design = prefix === undefined ? probeOf(tree, home) : await readStoredDesign(studio, prefix);
    return planner.run({ kind: 'packages', design, query: { words: q, limit } }, signal);
  },
  'POST /api/plan': async (here, { body, query }, { signal }) =>
    answerPlan(here, await designOf(here.studio, body), { wantsOrigins: query.origins === '1', signal }),
  // asks whether hosts answer, and downloads nothing
  'POST /api/sources': async ({ studio, planner }, { body }, { signal }) =>
    planner.run({ kind: 'sources', design: await designOf(studio, body) }, signal),
  'POST /api/bootstrap': (here, { body: { text, ...wanted } }, { signal }) =>
    answerBootstrap(here, requireDesign({ text }), wanted, signal),
  'GET /api/verify': () => verifyReadiness(),
  // asks the emerge of this machine; takes as long as that takes
  'POST /api/verify': async ({ studio, planner }, { body }, { signal }) =>
    planner.run({ kind: 'verify', design: await designOf(studio, body) }, signal),
};
