import { route } from '../../respond';

export const DELETE = route<{ name: string }>(async ({ trees }, _request, { name }) => trees.remove(name));
