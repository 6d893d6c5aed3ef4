export * from './explain';
export * from './explain-edit';
export { describeAtom, placeOf, purposeOf } from './explain-words';
export type * from './plan';
export type { PlanRequest, ResolvePlan } from './plan-request';
export type { Candidate, RootConfiguration, UseState } from './provider';
export { resolvePlan } from './resolve-plan';
export { similarNames } from './similar-names';
export * from './why-here';
