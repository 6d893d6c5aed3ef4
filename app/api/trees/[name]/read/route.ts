import { route } from '../../../respond';

/** Lets the reading of a tree's ebuilds begin or go on. */
export const POST = route<{ name: string }>(async ({ trees }, _request, { name }) => trees.read(name), 202);

/** Stops cloning it, or reading its ebuilds. What was read is kept. */
export const DELETE = route<{ name: string }>(async ({ trees }, _request, { name }) => trees.stop(name));
