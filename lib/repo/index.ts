export * from './candidate';
export * from './errors';
export * from './file-tree';
export * from './package-source';
export * from './playground';
export * from './profile';
export * from './repositories';
export * from './root-configuration';
