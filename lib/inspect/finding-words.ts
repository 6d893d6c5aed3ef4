/** The last of what a program said, behind how it ended: `: one / two / three`; empty when it said nothing. */
export const lastWords = (output: string): string =>
  output === '' ? '' : `: ${output.split('\n').slice(-3).join(' / ').slice(0, 400)}`;

/** What is kept of what a command of the design said when it failed. */
export const keptWords = (output: string): string => output.split('\n').slice(-12).join('\n').slice(-2000);
