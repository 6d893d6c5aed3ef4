/** Name of the file in `package.use`, `profile/package.provided` and the like that holds what a design says. */
export const designFile = 'design';
