/** Limits of the sandbox for trials: low enough that a try of each ends in seconds. */
export const drillLimits: Readonly<Record<string, string>> = {};
