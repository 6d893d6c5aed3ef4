/** Name of the file in `package.use`, `package.mask` and the like that holds what a design says. */
export const designFile = 'design';
