import journeys from './playwright.config';

/** The journeys that need the recorded data: scripts/fidelity/README.md. */
export default { ...journeys, projects: undefined, testMatch: '*.fidelity.ts' };
