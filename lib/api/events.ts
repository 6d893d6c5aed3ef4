export type * from '../layout/events';
