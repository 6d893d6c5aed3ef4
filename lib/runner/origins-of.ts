import { describeOrigins, type PlanOrigins } from '../engine/index';
import type { OpenedDesign } from '../plan/open-design';
import type { Plan } from '../resolve/plan';
import { executeRequestOf } from './embedded-engine';

/** Where the packages of a plan would come from. Changes nothing. */
export const originsOf = (opened: OpenedDesign, plan: Plan, home: string): Promise<PlanOrigins> =>
  describeOrigins(executeRequestOf(opened, plan, { home, onlyLooks: true, emit: () => {} }));
