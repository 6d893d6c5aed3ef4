import { route } from '../../respond';

export const DELETE = route('DELETE /api/trees/{name}', ({ trees }, { params }) => trees.remove(params.name));
