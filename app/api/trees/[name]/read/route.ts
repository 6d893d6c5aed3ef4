import { route } from '../../../respond';

/** Lets the reading of a tree's ebuilds begin or go on. */
export const POST = route('POST /api/trees/{name}/read', ({ trees }, { params }) => trees.read(params.name));

/** Stops cloning it, or reading its ebuilds. What was read is kept. */
export const DELETE = route('DELETE /api/trees/{name}/read', ({ trees }, { params }) => trees.stop(params.name));
