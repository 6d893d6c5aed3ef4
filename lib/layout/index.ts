export * from './names';
export * from './path-text';
export * from './planned-tree';
export * from './root-deps';
export * from './roots';
export type * from './roots-advice';
export type * from './roots-input';
